// Users of closed loops, and how much of what is done they ask for.
#include <algorithm>

#include "simulate/simulation.hh"

namespace continuo {

// A user of a closed loop thinks, and sends again.
void Simulation::go_on(std::uint32_t source, bool failed) {
  StreamState& stream = streams_[stream_number(source)];
  if (!failed) ++stream.completed;
  if (!stream.sources.is_closed()) return;
  const std::size_t user = source - stream.first_source;
  await(source, lost_sender_[stream.sources.node(user)] ? std::nullopt : stream.sources.after_end(user, now_, failed));
}

double Simulation::open_unserved() const {
  std::uint64_t generated = 0;
  std::uint64_t completed = 0;
  for (const StreamState& stream : streams_) {
    if (stream.sources.is_closed()) continue;
    generated += stream.generated;
    completed += stream.completed;
  }
  return generated_to_completed(generated, completed);
}

// Of the work that each server has done, by server state. Of one that has ended no request yet it is not known: the users', if nobody else asks.
std::vector<double> Simulation::user_shares() const {
  const bool only_users = std::ranges::all_of(streams_, [](const StreamState& stream) { return stream.sources.is_closed(); });
  std::vector<double> shares(servers_.size(), 0.0);
  std::vector<double> worked(servers_.size(), 0.0);
  for (const StationState& station : stations_) {
    shares[station.server] += station.worked_for_users;
    worked[station.server] += station.worked;
  }
  for (std::size_t server = 0; server < shares.size(); ++server) {
    shares[server] = worked[server] > 0.0 ? shares[server] / worked[server] : only_users ? 1.0 : 0.0;
  }
  return shares;
}

}  // namespace continuo
