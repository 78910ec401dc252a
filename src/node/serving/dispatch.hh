// The seam between serving and routing: who answers a request for a service, this node or another.
//
// serving/ parses and validates a request, then hands it to the Dispatcher that the wiring gave it; routing/ implements
// Dispatcher with its peers and the routing policy; AnswerHere is the one for a node without peers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "os/http_message.hh"
#include "units/time.hh"

namespace continuo {

// Takes the answer to one request; called once, on the io_context's thread.
using Answer = std::function<void(HttpResponse)>;
// Answers on this node: runs the request through the local instance's queue. Called at most once. Does not block; the
// answer, a refusal made at once too, comes later, on the io_context's thread. Refused with 404 (not loaded here), 503
// (queue full, not ready) or 504 (deadline passed), the request has not been run, and another node may be asked; 500 is
// what a run ended with.
using AnswerLocally = std::function<void(Answer)>;

struct DispatchRequest {
  std::string service;
  // As it came, to be forwarded byte for byte. A request that another node forwarded has Continuo-Hops of 1 or more.
  std::shared_ptr<const HttpRequest> http;
  int hops = 0;                      // forward only at 0
  std::optional<Duration> deadline;  // CLOCK_MONOTONIC; nothing: the client named none
  bool ready_here = false;           // a local instance is ready to run it
};

class Dispatcher {
 public:
  virtual ~Dispatcher() = default;
  // A live peer has the service ready. Asked for services that this node does not have, to tell 404 from "elsewhere".
  virtual bool served_elsewhere(std::string_view service) const = 0;
  // Calls `answer` exactly once, now or later, with the local answer or another node's. Called on the io_context's
  // thread.
  virtual void dispatch(DispatchRequest request, AnswerLocally locally, Answer answer) = 0;
};

class AnswerHere final : public Dispatcher {
 public:
  bool served_elsewhere(std::string_view) const override { return false; }
  void dispatch(DispatchRequest, AnswerLocally locally, Answer answer) override { locally(std::move(answer)); }
};

}  // namespace continuo
