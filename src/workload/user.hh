// One user of a closed loop: sends, waits for the answer or the failure, thinks, and sends again.
#pragma once

#include <cstdint>
#include <optional>

#include "scenario/scenario.hh"
#include "units/rng.hh"
#include "workload/schedule.hh"

namespace continuo {

// From a failure to the same user's next request at least: one that thinks for no time and is refused at once would send for ever
// without any time passing.
inline constexpr Duration after_failure = std::chrono::milliseconds{1};

// Same scenario, stream, node and user: same thinking times, whatever else the scenario holds, since the random numbers come from the
// seed's stream "arrivals/STREAM/NODE/USER", users being counted from 1. The first request comes after a thinking time: an exponential one, or
// a part of a fixed one that is uniform in [0, think). The users of a node take turns with the stream's inputs, and their sequence
// numbers are all different.
class User {
 public:
  // The node must be of the stream's tier, the stream a closed loop; `user` counts from 0.
  User(const Scenario& scenario, StreamIndex stream, NodeIndex node, int user);

  // Nothing: the stream has ended first. To be asked once.
  std::optional<Arrival> first();
  // The request after that which was given last and was answered, or failed, at `ended`. Nothing: the stream ends before it.
  std::optional<Arrival> after(Instant ended, bool failed);

 private:
  std::optional<Arrival> at(Instant when) const;

  ClosedLoop loop_;
  Instant start_;
  Instant end_;
  Rng rng_;
  std::uint64_t sequence_;
  std::size_t first_input_;
  std::size_t inputs_;
};

// Whether any stream is a closed loop: what is under way when it ends is no more than its users, and no sign of overload.
bool has_users(const Scenario& scenario);

// How long one thinks before a request; before the first one if `first`.
Duration thinking_time(const ClosedLoop& loop, bool first, Rng& rng);
// The random stream of a user's thinking times.
Rng user_rng(const Scenario& scenario, StreamIndex stream, NodeIndex node, std::size_t user);

}  // namespace continuo
