// Which requests find a queue full, and where they go then.
#include <algorithm>
#include <cmath>
#include <utility>

#include "model/waits.hh"
#include "result/full_load.hh"

namespace continuo {
namespace {

constexpr int rounds_max = 60;
constexpr double settled = 1e-5;       // share of a station's requests that a round may still change
constexpr double refused_least = 1e-5;  // share that counts
constexpr double carried_most = full_load - (1 - full_load) / 2;  // of a station that refuses: it is as busy as can be, and not overloaded
constexpr int tries_max = 8;           // nodes that a request is sent to (node/routing/forwarder.hh)
constexpr double places_most = 4000;   // of a queue of more even arrivals, in places of one of Poisson arrivals

// Quantile by quantile.
Waiting between_waits(Waiting fewer, const Waiting& more, double part) {
  fewer.mean += part * (more.mean - fewer.mean);
  fewer.probability += part * (more.probability - fewer.probability);
  if (fewer.seen.empty()) fewer.seen.assign(more.seen.size(), 0.0);
  for (std::size_t place = 0; place < std::min(fewer.seen.size(), more.seen.size()); ++place) fewer.seen[place] += part * (more.seen[place] - fewer.seen[place]);
  return fewer;
}

}  // namespace

// Requests of users who wait for their answers are left out: these wait instead (closed_loops.hh). So are those that are run in batches.
bool Waits::is_taken_as_endless(std::size_t station) const {
  if (scenario_.services[flows_.stations[station].service].batch.most > 1) return true;
  return std::ranges::any_of(flows_.sources, [&](const Source& source) {
    if (!source.closed) return false;
    return std::ranges::any_of(source.choices, [&](const Choice& choice) { return choice.station == station && choice.share > 0.0; });
  });
}

// Of the requests that the one node which sends there counts as waiting, those that are on their way, or whose answers are.
double Waits::on_the_way(const Choice& choice) const {
  const bool counted = flows_.is_limited_by_deadline(choice.station) && !choice.local();
  return counted ? stations_.queue(choice.station).rate * (flows_.links[choice.there].delay + flows_.links[choice.back].delay) : 0.0;
}

Admission Waits::admission(const Choice& choice, bool distribution) const {
  const QueueLoad load = stations_.queue(choice.station);
  FiniteQueue queue = stations_.limited(choice.station, load);
  const double evener = steadier(arriving(choice), load, load.work / queue.workers);
  const double away = on_the_way(choice);
  if (away > 0.0 && queue.places == 0) queue.service += away / load.rate;  // as long as one is on its way, no other is sent
  if ((evener >= 1.0 && away <= 0.0) || queue.places == 0) return finite_queue(queue, distribution);
  // What is more even fills a queue as Poisson arrivals fill a longer one: P(V > x) = exp(-2 (1 - rho) x / (c_a^2 + c^2)).
  const double places = std::min(places_most, std::max(0.0, queue.places - away) / std::max(evener, 1e-3));
  queue.places = static_cast<int>(places);
  Admission admission = finite_queue(queue, distribution);
  ++queue.places;
  const Admission one_more = finite_queue(queue, distribution);
  const double between = places - std::floor(places);
  if (admission.refused > 0.0) admission.refused *= std::pow(std::max(one_more.refused, 1e-12) / admission.refused, between);
  admission.wait = between_waits(std::move(admission.wait), one_more.wait, between);
  admission.wait.mean *= evener;
  for (double& wait : admission.wait.seen) wait *= evener;
  return admission;
}

std::optional<Waiting> Waits::played_through(const Source& source, const Choice& choice) {
  if (auto played = played_waiting(source, choice)) return played;
  return arriving(choice).poisson < 1.0 ? replayed_waiting(source, choice) : std::nullopt;
}

// Of those that a full queue does not refuse.
Waiting Waits::limited_waiting(const Source& source, const Choice& choice) {
  const bool joined = is_joined(choice.station);
  if (auto played = joined ? std::nullopt : played_waiting(source, choice)) {
    rule_ = WaitRule::replay_cpu;
    return *std::move(played);
  }
  if (auto shared = shared_waiting(choice)) {
    rule_ = WaitRule::limited_shared;
    Waiting wait = admission(choice, true).wait;
    wait.stretch = std::move(shared->stretch);
    return wait;
  }
  if (auto played = joined ? std::nullopt : played_through(source, choice)) {
    rule_ = WaitRule::replay;
    return *std::move(played);
  }
  rule_ = arriving(choice).poisson < 1.0 ? WaitRule::bound : WaitRule::limited;
  return admission(choice, true).wait;
}

// Of sources that are played through, and of no others.
std::optional<double> Waits::refused_in_play(std::size_t station) {
  double all = 0.0;
  double refused = 0.0;
  for (const Source& source : flows_.sources) {
    for (const Choice& choice : source.choices) {
      if (choice.station != station || choice.share <= 0.0) continue;
      const auto played = played_through(source, choice);
      if (!played) return std::nullopt;
      all += source.rate_at(choice, flows_.servers[choice.server]);
      refused += source.rate_at(choice, flows_.servers[choice.server]) * played->refused;
    }
  }
  return all > 0.0 ? std::optional{std::max(refused_at_least(station), refused / all)} : std::nullopt;
}

// What a play of some intervals leaves to its end a long run must refuse: no station does more than it can.
double Waits::refused_at_least(std::size_t station) const {
  const double load = (first_ ? *first_ : stations_).queue(station).work / stations_.workers(station);
  return load >= carried_most ? 1 - carried_most / load : 0.0;
}

void Waits::admit() {
  const auto is_short = [&](std::size_t station) {
    return may_refuse(stations_.queue(station), stations_.workers(station), flows_.places[station]);
  };
  bool any = false;
  for (std::size_t station = 0; station < flows_.stations.size() && !any; ++station) any = is_short(station) && !is_taken_as_endless(station);
  if (!any) return;
  std::vector<const Choice*> of_station(flows_.stations.size(), nullptr);
  for (const Source& source : flows_.sources) {
    for (const Choice& choice : source.choices) of_station[choice.station] = &choice;
  }
  const auto limits = [&](std::size_t station) { return of_station[station] != nullptr && is_short(station) && !is_taken_as_endless(station); };
  first_.emplace(stations_);
  refused_.assign(flows_.stations.size(), 0.0);
  std::vector<std::optional<double>> in_play(flows_.stations.size());
  for (std::size_t station = 0; station < refused_.size(); ++station) {
    if (limits(station)) in_play[station] = refused_in_play(station);
  }
  detours_.resize(flows_.sources.size());
  std::vector<double> found_for(flows_.stations.size(), -1.0);  // core-seconds
  for (int round = 0; round < rounds_max; ++round) {
    double changed = 0.0;
    for (std::size_t station = 0; station < refused_.size(); ++station) {
      if (std::exchange(found_for[station], stations_.queue(station).work) == stations_.queue(station).work) continue;
      const bool joined = in_play[station] && stations_.queue(station).rate > first_->queue(station).rate * (1 + settled);
      double refused = 0.0;
      if (limits(station)) refused = in_play[station] && !joined ? *in_play[station] : admission(*of_station[station], false).refused;
      if (refused < refused_least) refused = 0.0;
      changed = std::max(changed, std::abs(refused - refused_[station]));
      refused_[station] = refused;
      stations_.admit(station, 1 - refused);
    }
    if (changed < settled || std::ranges::all_of(refused_, [](double share) { return share <= 0.0; })) break;
    for (std::size_t source = 0; source < detours_.size(); ++source) send_on(source);
  }
}

// Seconds that a source's node predicts, in the mean: the order in which it tries nodes.
double Waits::predicted(const Source& source, const Choice& choice) const {
  const double service = stations_.queue_service(choice).mean;
  const double idle = choice.local() ? service : elsewhere(source, choice);
  const QueueLoad load = stations_.queue(choice.station);
  const int workers = stations_.workers(choice.station);
  if (!may_refuse(load, workers, flows_.places[choice.station])) return idle + poisson_waiting(load, workers).mean;
  return idle + finite_queue(stations_.limited(choice.station, load), false).ahead * service / workers;
}

// Seconds from sending a request until its node knows that it was refused.
double Waits::refusal_seconds(const Source& source, const Choice& choice) {
  if (choice.local() || flows_.is_limited_by_deadline(choice.station)) return 0.0;  // or it was never sent
  return mean_way(source, choice) - mean_prepare(source) + flows_.links[choice.back].delay;
}

// Each node is tried once, the best first, the others of its class after it. What its first node takes is no detour.
void Waits::send_on(std::size_t index) {
  const Source& source = flows_.sources[index];
  for (const Detour& detour : detours_[index]) stations_.shift(source, detour.choice, -detour.come);
  detours_[index].clear();
  if (source.closed) return;
  const auto is_refused = [&](const Choice& choice) { return choice.share > 0.0 && refused_[choice.station] > 0.0; };
  const bool refuses = std::ranges::any_of(source.choices, is_refused);
  const bool has_others = source.choices.size() > 1 || source.choices.front().spread > 1.0;
  if (!refuses || !has_others) return;
  std::vector<std::pair<double, std::size_t>> order;
  for (std::size_t place = 0; place < source.choices.size(); ++place) {
    order.emplace_back(predicted(source, source.choices[place]), place);
  }
  std::ranges::sort(order);
  for (const Choice& first : source.choices) {
    if (first.share <= 0.0 || refused_[first.station] <= 0.0) continue;
    double left = first.share * refused_[first.station];
    double seconds = refusal_seconds(source, first);
    int tries = 1;
    for (const auto& [_, place] : order) {
      const Choice& next = source.choices[place];
      const int nodes = static_cast<int>(next.spread) - (&next == &first ? 1 : 0);
      for (int node = 0; node < nodes && tries < tries_max && left > refused_least; ++node, ++tries) {
        Detour& detour = detours_[index].emplace_back(Detour{next, left, left * (1 - refused_[next.station]), seconds});
        detour.choice.share = left;
        stations_.shift(source, detour.choice, left);
        left *= refused_[next.station];
        seconds += refusal_seconds(source, detour.choice);
      }
    }
  }
}

double Waits::refused(const Source& source, const Choice& choice) {
  if (refused_.empty() || refused_[choice.station] <= 0.0) return 0.0;
  const auto played = is_joined(choice.station) ? std::nullopt : played_through(source, choice);
  return played ? std::max(refused_at_least(choice.station), played->refused) : refused_[choice.station];
}

// Requests come there that others have refused.
bool Waits::is_joined(std::size_t station) const {
  return first_ && stations_.queue(station).rate > first_->queue(station).rate * (1 + settled);
}

}  // namespace continuo
