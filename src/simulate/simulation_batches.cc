// Requests that a worker runs at once, as policy/batching.hh has it.
#include <algorithm>

#include "policy/batching.hh"
#include "simulate/simulation.hh"

namespace continuo {

double Simulation::held_or_waiting(const StationState& station) {
  return static_cast<double>(station.waiting.size()) + station.busy + station.further;
}

// It is not run at all: nobody waits for it any more.
bool Simulation::drop_if_late(std::uint32_t index) {
  const Job& job = jobs_[index];
  if (!is_wanted(job) || deadline_of(requests_[job.request]) > now_) return false;
  if (requests_[job.request].is_away) note_back(requests_[job.request]);
  fail(job.request, "deadline");
  jobs_.take(index);
  return true;
}

void Simulation::start_batches(std::uint32_t index) {
  StationState& station = stations_[index];
  const int workers = plan_.servers[plan_.stations[index].server].workers;
  while (station.busy < workers && !station.waiting.empty()) {
    const Duration waited = now_ - jobs_[station.waiting.front()].arrived;
    const BatchDecision decision = decide_batch(station.waiting.size(), waited, batching_of(index));
    if (decision.take > 0) {
      start_batch(index, decision.take);
      continue;
    }
    const Instant then = now_ + decision.look_again;
    if (station.gathering != then) events_.push({then, EventKind::gathered, index});
    station.gathering = then;
    break;
  }
  watch(station.server);
}

// One job of the CPU. What each but the first adds is its own work, drawn, as far as it counts in a batch.
void Simulation::start_batch(std::uint32_t index, std::size_t most) {
  StationState& station = stations_[index];
  const double fullest = fullest_share(batching_of(index).most, station.next);
  std::uint32_t first = alone;
  std::uint32_t last = alone;
  double work = 0.0;
  while (most > 0 && !station.waiting.empty()) {
    const std::uint32_t next = station.waiting.front();
    station.waiting.pop_front();
    if (drop_if_late(next)) continue;
    --most;
    Job& job = jobs_[next];
    job.queued = now_ - job.arrived;
    station.at_fullest += job.work * fullest;
    if (first == alone) {
      first = next;
    } else {
      job.work *= station.next;
      jobs_[last].behind = next;
      ++station.further;
    }
    last = next;
    work += job.work;
  }
  if (first == alone) return;
  ++station.busy;
  station.started += work;
  servers_[station.server].cpu.start(first, work, now_);
}

void Simulation::end_rest_of_batch(std::uint32_t index, Duration served) {
  while (index != alone) {
    const Job job = jobs_.take(index);
    StationState& station = stations_[job.station];
    --station.further;
    station.worked += job.work;
    if (job.for_user) station.worked_for_users += job.work;
    if (is_wanted(job)) answer(job, served);
    index = job.behind;
  }
}

void Simulation::drop_batch(std::uint32_t index) {
  while (index != alone) index = jobs_.take(index).behind;
}

void Simulation::gathered(std::uint32_t index) {
  if (stations_[index].gathering != now_) return;  // what it was for has been taken
  stations_[index].gathering.reset();
  say(stations_[index]);
  start_next(index);
}

// By how much less than they did servers would have to do if each of their batches had been as large as can be: a server's load is what it
// could not do more of. Empty: nothing is batched.
std::vector<double> Simulation::at_fullest() const {
  const auto batches = [](const Service& service) { return service.batch.most > 1; };
  if (std::ranges::none_of(scenario_.services, batches)) return {};
  std::vector<double> worked(servers_.size(), 0.0);
  std::vector<double> full(servers_.size(), 0.0);
  for (const StationState& station : stations_) {
    const double less = station.started > 0.0 ? station.at_fullest / station.started : 1.0;
    worked[station.server] += station.worked;
    full[station.server] += station.worked * less;
  }
  for (std::size_t server = 0; server < full.size(); ++server) full[server] = worked[server] > 0.0 ? full[server] / worked[server] : 1.0;
  return full;
}

}  // namespace continuo
