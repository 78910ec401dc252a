// What nodes know of each other in a simulation: as node/routing/peer_table.hh has it.
#include <algorithm>
#include <cmath>

#include "simulate/simulation.hh"

namespace continuo {

namespace {

constexpr std::uint32_t smoothed_beats = 8;     // a round trip is smoothed over so many heartbeats: node/routing/peer_table.cc
constexpr double handling_spread = 0.1;         // of the time that two programs take to handle a heartbeat

// Mean 0, standard deviation 1, near enough to normal: four uniform draws of 16 bits.
double spread(std::uint64_t word) {
  double sum = 0.0;
  for (int part = 0; part < 4; ++part) sum += static_cast<double>((word >> (16 * part)) & 0xffff) / 65535.0;
  return (sum - 2.0) * std::sqrt(3.0);
}

}  // namespace

// Up to date: who has heard of the station since knows what that was.
Simulation::Sight& Simulation::sight(std::uint32_t source, std::size_t place) {
  const Serving& serving = plan_.of_service[stream_of(source).service][place];
  Sight& sight = sights_[sight_number(source, place)];
  if (sight.lane == unknown) sight.lane = network_.lane(node_of(source), plan_.servers[serving.server].node);
  StationState& station = stations_[serving.station];
  say(station);
  if (const std::uint32_t heard = station.news.heard(phase_of(node_of(source))); sight.heard != heard) {
    sight.since = 0;
    sight.heard = heard;
  }
  return sight;
}

// As node/routing/peer_table.hh has it: what the last heartbeat said, and what was sent and came back since.
RouteCandidate Simulation::candidate(std::uint32_t source, std::size_t place) {
  const StreamState& stream = stream_of(source);
  const NodeIndex from = node_of(source);
  const Serving& serving = plan_.of_service[stream.service][place];
  const Server& server = plan_.servers[serving.server];
  const StationState& station = stations_[serving.station];
  RouteCandidate candidate;
  candidate.workers = server.workers;
  candidate.batch = scenario_.services[stream.service].batch.most;
  if (server.node == from) {
    candidate.waiting = held_or_waiting(station);
    candidate.service_time = station.service_time;
    candidate.arrivals = station.arrivals.per_second(now_ - scenario_start);
    return candidate;
  }
  const Sight& seen = sight(source, place);
  const StationNews::Item news = station.news.item(seen.heard);
  candidate.waiting = std::max<double>(seen.in_flight, news.waiting + seen.since);
  candidate.service_time = news.service_time;
  candidate.round_trip = measured_round_trip(from, server.node, seen);
  candidate.rate = network_.rate(seen.lane);
  candidate.alive = is_alive(from, server.node);
  candidate.arrivals = news.arrivals;
  candidate.age = StationNews::age(seen.heard, now_, options_.heartbeat);
  return candidate;
}

// What others hear of a station is how it was at each beat: it is looked at before it changes, and before it is asked for.
void Simulation::say(StationState& station) {
  if (station.is_silent || station.news.is_said(beat_)) return;
  station.news.say(beat_, news_of(station));
}

StationNews::Item Simulation::news_of(const StationState& station) const {
  return {.waiting = held_or_waiting(station), .service_time = station.service_time, .arrivals = station.arrivals.per_second(now_ - scenario_start)};
}

void Simulation::say_all() {
  for (StationState& station : stations_) say(station);
}

// Who does not run says nothing, and says at once how it is when it runs again.
void Simulation::note_silence() {
  for (std::size_t index = 0; index < stations_.size(); ++index) {
    StationState& station = stations_[index];
    const bool was_silent = station.is_silent;
    station.is_silent = state_.state(plan_.servers[plan_.stations[index].server].node) != NodeState::running;
    if (was_silent && !station.is_silent) station.news.say_now(beat_, news_of(station));
  }
}

// Each node has measured its own: an exponential average with weight 1/8 keeps sqrt(1/15) of what the samples vary by. That no two nodes
// measure the same matters where others are equal: not everybody prefers the same one. Drawn when asked for, so nothing is kept of it.
Duration Simulation::measured_round_trip(NodeIndex from, NodeIndex to, const Sight& seen) const {
  const Duration handling = options_.request_handling + options_.answer_handling;
  const Duration mean = network_.round_trip(seen.lane) + handling;
  const double there = to_seconds(network_.jitter(seen.lane));
  const double back = to_seconds(network_.jitter(MessageNetwork::back(seen.lane)));
  const double programs = handling_spread * to_seconds(handling);
  const double variance = there * there + back * back + programs * programs;
  if (variance == 0.0) return mean;
  const std::uint64_t pair = from * scenario_.nodes.size() + to;
  const std::uint64_t word = Seed::mix(Seed::mix(phases_.value() + pair) + seen.heard / (StationNews::phases * smoothed_beats));
  return std::max(Duration::zero(), mean + from_seconds(std::sqrt(variance / 15.0) * spread(word)));
}

}  // namespace continuo
