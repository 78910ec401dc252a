// The Dispatcher of a node with peers: asks the routing policy who answers a request, and sees that somebody does.
//
//   snapshot of what is known -> choose_route -> here, or forwarded to a peer -> answer, or the next best within the deadline
//
// Inference is idempotent, so a request whose answer was lost may be run again elsewhere.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "node/routing/heartbeats.hh"
#include "node/serving/dispatch.hh"
#include "policy/arrival_rate.hh"
#include "units/rng.hh"

namespace continuo {

// The local queue of a service, as routing weighs it.
struct LocalQueue {
  double waiting = 0.0;  // waiting for or held by a worker
  double workers = 1.0;
  Duration service_time{};
  double batch = 1.0;  // requests that a worker runs at once, at most
  double arrivals = 0.0;  // requests a second, from everybody
};

struct ForwarderOptions {
  std::string id;  // of this node
  int attempts = 8;                                  // nodes tried for one request, this one included
  Duration longest = std::chrono::seconds{60};       // for a request that names no deadline
  Duration least_left = std::chrono::milliseconds{1};  // less time left is none
  Seed seed{1};                                        // of what decides among nodes that others choose, too
};

class Forwarder final : public Dispatcher {
 public:
  // `local` answers for services that are ready here. Everything handed in outlives it.
  Forwarder(ForwarderOptions options, const Clock& clock, HttpSender sender, Heartbeats& heartbeats,
            std::function<LocalQueue(const std::string& service)> local);
  ~Forwarder() override;

  bool served_elsewhere(std::string_view service) const override;
  void dispatch(DispatchRequest request, AnswerLocally locally, Answer answer) override;

  std::size_t in_flight() const { return in_flight_.size(); }

 private:
  struct Attempt;
  void next(const std::shared_ptr<Attempt>& attempt);
  void run_here(const std::shared_ptr<Attempt>& attempt);
  void forward(const std::shared_ptr<Attempt>& attempt, const std::string& node);
  void returned(const std::shared_ptr<Attempt>& attempt, std::uint64_t flight, HttpResult result);
  void peer_failed(const std::shared_ptr<Attempt>& attempt, const std::string& node, const HttpFailure& failure);
  void give_up(const std::shared_ptr<Attempt>& attempt);
  void on_change(const LeaseChange& change);
  Duration time_left(const Attempt& attempt) const;
  double note_asked(const std::string& service);

  struct Flight {
    std::shared_ptr<Attempt> attempt;
    std::string node;
    HttpClient::Id call = 0;
    Duration sent{};
  };

  ForwarderOptions options_;
  const Clock& clock_;
  Rng draws_;
  HttpSender sender_;
  Heartbeats& heartbeats_;
  std::function<LocalQueue(const std::string&)> local_;
  std::map<std::uint64_t, Flight> in_flight_;
  std::uint64_t next_flight_ = 1;
  std::map<std::string, double, std::less<>> response_size_;  // mean, by service
  std::map<std::string, ArrivalRate, std::less<>> asked_;     // what this node sends itself or others, by service that somebody has
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // handlers in flight hold it weakly
};

}  // namespace continuo
