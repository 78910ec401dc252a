#include "workload/user.hh"

#include <algorithm>
#include <cassert>
#include <string>

#include "workload/arrivals.hh"

namespace continuo {

User::User(const Scenario& scenario, StreamIndex stream, NodeIndex node, int user)
    : loop_{std::get<ClosedLoop>(scenario.workload.at(stream).arrivals)},
      start_{scenario_start + scenario.workload.at(stream).start},
      end_{start_ + scenario.workload.at(stream).duration},
      rng_{user_rng(scenario, stream, node, static_cast<std::size_t>(user))},
      sequence_{static_cast<std::uint64_t>(user)},
      first_input_{first_input(scenario, stream, node - first_node(scenario, scenario.workload.at(stream).from))},
      inputs_{scenario.workload.at(stream).inputs.size()} {
  assert(scenario.nodes.at(node).tier == scenario.workload.at(stream).from && user >= 0 && user < loop_.users);
}

std::optional<Arrival> User::first() { return at(start_ + thinking_time(loop_, true, rng_)); }

std::optional<Arrival> User::after(Instant ended, bool failed) {
  const Duration pause = thinking_time(loop_, false, rng_);
  sequence_ += static_cast<std::uint64_t>(loop_.users);
  return at(ended + (failed ? std::max(pause, after_failure) : pause));
}

std::optional<Arrival> User::at(Instant when) const {
  if (when >= end_) return std::nullopt;
  return Arrival{sequence_, when, inputs_ == 0 ? 0 : (first_input_ + sequence_) % inputs_};
}

bool has_users(const Scenario& scenario) {
  return std::ranges::any_of(scenario.workload, [](const Stream& stream) { return std::holds_alternative<ClosedLoop>(stream.arrivals); });
}

Duration thinking_time(const ClosedLoop& loop, bool first, Rng& rng) {
  if (loop.think <= Duration::zero()) return Duration::zero();
  if (loop.exponential) return rng.exponential(loop.think);
  return first ? Duration{static_cast<std::int64_t>(rng.below(static_cast<std::uint64_t>(loop.think.count())))} : loop.think;
}

Rng user_rng(const Scenario& scenario, StreamIndex stream, NodeIndex node, std::size_t user) {
  return Rng{scenario.seed.derive("arrivals/" + scenario.workload.at(stream).name + "/" + scenario.nodes.at(node).name + "/" +
                                  std::to_string(user + 1))};
}

}  // namespace continuo
