// A clock that stands still and a network that remembers what was sent, for tests of routing.
#pragma once

#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

#include "node/routing/heartbeats.hh"

namespace continuo {

class StoppedClock final : public Clock {
 public:
  Duration now() const override { return time; }
  Duration time{};
};

class FakeNetwork {
 public:
  struct Sent {
    HttpClient::Id id = 0;
    HttpCall call;
    HttpClient::Done done;
  };

  HttpSender sender() {
    return {[this](HttpCall call, HttpClient::Done done) {
              sent.push_back({++last_id_, std::move(call), std::move(done)});
              return last_id_;
            },
            [this](HttpClient::Id id) {
              cancelled.push_back(id);
              std::erase_if(sent, [&](const Sent& one) { return one.id == id; });
            }};
  }

  // Takes the oldest call to the address and target that is still unanswered.
  Sent take(const std::string& address, const std::string& target) {
    for (auto one = sent.begin(); one != sent.end(); ++one) {
      if (one->call.address == address && one->call.request.target == target) {
        Sent taken = std::move(*one);
        sent.erase(one);
        return taken;
      }
    }
    throw std::runtime_error("nothing was sent to " + address + target);
  }
  std::vector<std::string> addresses(const std::string& target) const {
    std::vector<std::string> all;
    for (const Sent& one : sent) {
      if (one.call.request.target == target) {
        all.push_back(one.call.address);
      }
    }
    return all;
  }

  static void answer(const Sent& sent, HttpResponse response, bool reused = true) {
    HttpResult result{std::move(response), Bytes::of(static_cast<std::int64_t>(sent.call.request.body.size())),
                      Bytes::of(1000), reused};
    sent.done(std::move(result));
  }
  static void fail(const Sent& sent, HttpFailure::Kind kind) {
    sent.done(HttpResult{HttpFailure{kind, "failed by the test", false}, Bytes::zero(), Bytes::zero(), false});
  }

  std::deque<Sent> sent;
  std::vector<HttpClient::Id> cancelled;

 private:
  HttpClient::Id last_id_ = 0;
};

}  // namespace continuo
