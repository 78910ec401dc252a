#include "model/closed_loops.hh"

#include <algorithm>
#include <cmath>
#include <utility>

#include "model/batch_shares.hh"
#include "model/equilibrium.hh"
#include "model/link_loads.hh"
#include "model/loops_capacity.hh"
#include "model/loops_on_cpu.hh"
#include "model/meeting_places.hh"
#include "model/terms/finite_source.hh"
#include "model/terms/serialisation.hh"
#include "model/waits.hh"
#include "workload/user.hh"

namespace continuo {
namespace {

constexpr int routings_max = 12;
constexpr int turns_max = 60;
constexpr double played_requests = 8000;  // requests, where thinking times are fixed
constexpr double settled = 1e-4;      // relative change of a round
constexpr double open_most = 0.999;   // more of a station is not taken by open streams

class ClosedLoops {
 public:
  ClosedLoops(const Scenario& scenario, const ModelOptions& options, Flows& flows) : scenario_{scenario}, options_{options}, flows_{flows}, on_cpu_{scenario, flows} {}

  void settle() {
    begin();
    const bool choosing = std::ranges::any_of(flows_.sources, [](const Source& source) { return source.choices.size() > 1; });
    for (int routing = 0; routing < routings_max; ++routing) {
      if (routing == 0 || choosing) {
        for (Source& source : flows_.sources) {
          for (Choice& choice : source.choices) choice.share = 0.0;
        }
        route_flows(scenario_, flows_);
      }
      find_places();
      find_rounds();
      come_round();
      if (take_rates(choosing && routing > 0 ? 0.5 : 1.0) < settled && routing > 0) break;
    }
    find_places();
    come_round();
    take_rates(1.0);
    keep_below_capacity();
    put_waits();
  }

 private:
  // Rates without any wait, over the fastest way; of the router's first turn.
  void begin() {
    for (Source& source : flows_.sources) {
      if (!source.closed) continue;
      double least = source.choices.empty() ? prepare_of(source) + to_seconds(after_failure) : 0.0;
      for (const Choice& choice : source.choices) {
        const double time = prepare_of(source) + transport_of(source, choice) + choice.service.mean;
        least = least > 0.0 ? std::min(least, time) : time;
      }
      source.rate = source.users / std::max(1e-6, source.think + least);
    }
  }

  double prepare_of(const Source& source) const {
    return to_seconds(options_.prepare_time) / core_speed(scenario_.tiers[flows_.classes[source.nodes].tier].cpu());
  }

  // There and back without slow start.
  double transport_of(const Source& source, const Choice& choice) const {
    if (choice.local()) return 0.0;
    const ClassLink& there = flows_.links[choice.there];
    const ClassLink& back = flows_.links[choice.back];
    return to_seconds(options_.request_handling + options_.answer_handling) + there.delay + back.delay +
           serialisation_seconds(source.request, there.path) + serialisation_seconds(source.response, back.path);
  }

  // Of each way what it takes without waiting.
  void find_rounds() {
    const Waits waits{scenario_, flows_, options_, 1, {.before = 12, .messages = 12, .rows = 2}};
    fixed_.assign(flows_.sources.size(), 0.0);
    for (std::size_t index = 0; index < flows_.sources.size(); ++index) {
      const Source& source = flows_.sources[index];
      if (!source.closed) continue;
      fixed_[index] = source.think + prepare_of(source);
      for (const Choice& choice : source.choices) {
        if (choice.share <= 0.0) continue;
        double way = transport_of(source, choice) + choice.service.mean * waits.stations().stretch(choice.station);
        if (!choice.local()) {
          for (const bool is_request : {true, false}) {
            way += slow_start_seconds(waits.sent_by(source, choice, {.way = flows_.links[is_request ? choice.there : choice.back],
                                                                     .message = is_request ? source.request : source.response,
                                                                     .is_request = is_request,
                                                                     .elsewhere = waits.elsewhere(source, choice)}));
          }
        }
        fixed_[index] += choice.share * way;
      }
    }
  }

  void find_places() {
    const MeetingPlaces before = std::exchange(places_, MeetingPlaces{scenario_, flows_});
    for (MeetingPlace& now : places_.all()) {
      if (const MeetingPlace* then = before.find(now.kind, now.index)) now.wait = then->wait;
    }
    on_cpu_.find(places_);
  }

  // Seconds from one request of a user's to its next: of the sources, by their numbers.
  void add_up_rounds() {
    rounds_ = fixed_;
    for (const MeetingPlace& where : places_.all()) {
      for (const MeetingPlace::Visit& by : where.visits) {
        const LoopsOnCpu::Taken* played = played_at(where, by);
        const double more = played != nullptr ? played->more : where.wait.mean + where.wait.probability * by.behind;
        rounds_[by.source] += ways_of(where, by) * by.per_round * more;
      }
    }
  }

  const LoopsOnCpu::Taken* played_at(const MeetingPlace& where, const MeetingPlace::Visit& by) const {
    return where.kind == MeetingPlace::Kind::station ? on_cpu_.at(by.source, by.choice) : nullptr;
  }
  bool waits_alone(const MeetingPlace& where) const { return !where.visits.empty() && played_at(where, where.visits.front()) == nullptr; }

  // Over how many members of the place a user spreads its requests.
  double ways_of(const MeetingPlace& where, const MeetingPlace::Visit& by) const {
    const Choice& choice = flows_.sources[by.source].choices[by.choice];
    const bool of_source = where.kind == MeetingPlace::Kind::up || where.kind == MeetingPlace::Kind::down;
    return of_source && by.per_round >= choice.share ? 1.0 : choice.spread;
  }

  void come_round() {
    const auto used = std::ranges::count_if(places_.all(), [&](const MeetingPlace& where) { return waits_alone(where); });
    const double step = used > 1 ? 0.6 : 1.0;
    add_up_rounds();
    for (int turn = 0; turn < turns_max; ++turn) {
      const std::vector<double> before = rounds_;
      on_cpu_.play(rounds_, fixed_);
      add_up_rounds();
      for (MeetingPlace& where : places_.all()) {
        if (!waits_alone(where)) continue;
        const double mean = where.wait.mean;
        where.wait = wait_at(where, false);
        where.wait.mean = mean + step * (where.wait.mean - mean);
        add_up_rounds();
      }
      double change = 0.0;
      for (std::size_t source = 0; source < rounds_.size(); ++source) {
        if (rounds_[source] > 0.0) change = std::max(change, std::abs(rounds_[source] / before[source] - 1));
      }
      if (change < settled / 10) return;
    }
  }

  // Users of one source may come by on several ways, and are the same users.
  struct Passing {
    std::size_t source = 0;
    double users = 0.0;
    double per_round = 0.0;
  };
  static std::vector<Passing> passing(const MeetingPlace& where) {
    std::vector<Passing> all;
    for (const MeetingPlace::Visit& by : where.visits) {  // a source's one after the other
      if (all.empty() || all.back().source != by.source) all.push_back({.source = by.source});
      all.back().users = std::max(all.back().users, by.users);
      all.back().per_round += by.per_round;
    }
    return all;
  }

  // What users wait for here, if they come round as they do now.
  Waiting wait_at(const MeetingPlace& where, bool distribution) const {
    double users = 0.0;
    double alone = 0.0;
    double same = 0.0;  // seconds of a round that are the same in each, and of all but waiting: waits vary as the rest of it does
    double all = 0.0;
    double slowest = 0.0;
    double fastest = 1e300;
    bool exponential = where.open.rate > 0.0;  // else everything but thinking may be the same each time
    QueueLoad closed;
    for (const MeetingPlace::Visit& by : where.visits) {
      const double rate = by.users * by.per_round / rounds_[by.source];
      closed.add(rate, by.service, by.sd);
      alone += rate * (by.alone + where.wait.probability * by.behind);
      const Source& from = flows_.sources[by.source];
      const double alike = fixed_[by.source] - by.alone - (from.exponential ? from.think : 0.0);
      same += rate * alike;
      all += rate * (fixed_[by.source] - by.alone);
      slowest = std::max(slowest, alike);
      fastest = std::min(fastest, alike);
    }
    for (const Passing& one : passing(where)) {
      users += one.users;
      exponential = exponential || one.per_round < 1.0 - 1e-9;
    }
    exponential = exponential || slowest > 1.01 * fastest;
    const double mean = closed.work / closed.rate;
    const double others = std::min(open_most, where.open.work / where.workers);
    FiniteSource source{.users = users, .service = mean / (1 - others), .workers = where.workers, .played = played_requests};
    source.cs2 = std::max(0.0, closed.square / closed.rate / (mean * mean) - 1);
    source.away = std::max(0.0, users / closed.rate - where.wait.mean - alone / closed.rate);
    if (!exponential && all > 0.0) source.varies = 1 - std::clamp(same / all, 0.0, 1.0);
    source.away_sd = away_sd(where);
    Waiting wait = finite_source_waiting(source, distribution);
    // Whoever finds all workers busy takes as long as one does then; who does not, waits for what is open alone.
    const double slower = source.service - alone / closed.rate;
    const Waiting open = poisson_waiting(scaled(where.open, others * where.workers), where.workers);
    const double added = wait.probability * slower + (1 - wait.probability) * open.mean;
    if (open.mean > 0.0 && added > wait.mean / 2) {
      wait.seen.clear();  // hardly that of users: a tail as of Poisson arrivals
    } else if (added > 0.0 && wait.mean > 0.0) {
      for (double& seen : wait.seen) seen *= 1 + added / wait.mean;
    }
    wait.mean += added;
    wait.probability = 1 - (1 - wait.probability) * (1 - open.probability);
    return wait;
  }

  static QueueLoad scaled(const QueueLoad& load, double work) {
    if (load.work <= work) return load;
    const double share = work / load.work;
    return {load.rate * share, work, load.square * share};
  }

  // Of what varies in a round of users who think for a fixed time: delays.
  double away_sd(const MeetingPlace& where) const {
    double square = 0.0;
    double all = 0.0;
    for (const MeetingPlace::Visit& by : where.visits) {
      const Choice& choice = flows_.sources[by.source].choices[by.choice];
      all += by.users;
      if (choice.local()) continue;
      const double there = to_seconds(flows_.links[choice.there].properties->delay_sd());
      const double back = to_seconds(flows_.links[choice.back].properties->delay_sd());
      square += by.users * (there * there + back * back);
    }
    return std::sqrt(square / all);
  }

  // Returns the largest relative change.
  double take_rates(double step) {
    double change = 0.0;
    for (std::size_t index = 0; index < flows_.sources.size(); ++index) {
      Source& source = flows_.sources[index];
      if (!source.closed || source.choices.empty()) continue;
      const double rate = source.users / std::max(1e-6, rounds_[index]);
      change = std::max(change, std::abs(rate / source.rate - 1));
      source.rate += step * (rate - source.rate);
    }
    return change;
  }

  // What rounding and different service times at one station leave above a load of one. Who comes less often takes longer to come round: it
  // waits for that.
  void keep_below_capacity() {
    const std::vector<double> kept = kept_below_capacity(scenario_, options_, flows_, places_);
    longer_.assign(flows_.sources.size(), 0.0);
    for (std::size_t index = 0; index < flows_.sources.size(); ++index) {
      Source& source = flows_.sources[index];
      if (!source.closed || source.choices.empty()) continue;
      source.rate *= kept[index];
      longer_[index] = std::max(0.0, source.users / source.rate - rounds_[index]);
    }
  }

  // What an open stream waits for, behind others and the users: who is there, from Little's law, and the rest of a service. One that sends at
  // fixed intervals does not meet itself.
  Waiting open_wait(const MeetingPlace& where, std::size_t source, const Choice& choice) const {
    QueueLoad open = where.open;
    for (const MeetingPlace::Visit& by : where.open_visits) {
      const Source& from = flows_.sources[by.source];
      if (by.source == source && &from.choices[by.choice] == &choice && from.periodic) open.remove(from.rate * by.per_round, by.service, by.sd);
    }
    const double others = std::min(open_most, open.work / where.workers);
    const Waiting alone = poisson_waiting(scaled(open, others * where.workers), where.workers);
    double queued = 0.0;  // seconds of work that wait, of users
    double busy = 0.0;
    double rest = 0.0;
    for (const MeetingPlace::Visit& by : where.visits) {
      const double rate = by.users * by.per_round / rounds_[by.source];
      queued += rate * where.wait.mean * by.service;
      busy += rate * by.service;
      rest += rate * (by.service * by.service + by.sd * by.sd) / 2;
    }
    const double all_busy = where.workers == 1 ? 1.0 : where.wait.probability;
    const double mean = alone.mean + (queued + all_busy * rest) / where.workers / (1 - others);
    Waiting wait{mean, 1 - (1 - alone.probability) * (1 - std::min(1.0, busy / where.workers))};
    if (where.wait.mean > 0.0) wait.seen = where.wait.seen;  // as the users' are spread
    for (double& seen : wait.seen) seen *= mean / where.wait.mean;
    return wait;
  }

  // Of all that have to do with users.
  void put_waits() {
    add_up_rounds();
    for (MeetingPlace& where : places_.all()) {
      if (!waits_alone(where)) continue;
      const double mean = where.wait.mean;
      where.wait = wait_at(where, true);
      where.wait.mean = mean;
    }
    for (std::size_t source = 0; source < flows_.sources.size(); ++source) {
      for (Choice& choice : flows_.sources[source].choices) {
        if (choice.share > 0.0) put_waits(source, choice);
      }
    }
  }

  static void lengthen(Waiting& wait, double more) {
    if (more <= 0.0) return;
    for (double& seen : wait.seen) seen = wait.mean > 0.0 ? seen * (1 + more / wait.mean) : more;
    if (wait.mean <= 0.0) wait.probability = 1.0;
    wait.mean += more;
  }

  void put_waits(std::size_t source, Choice& choice) {
    ClosedWaits waits;
    const bool closed = flows_.sources[source].closed;
    bool any = closed;
    const auto of = [&](MeetingPlace::Kind kind, std::size_t index) -> Waiting {
      const MeetingPlace* where = places_.find(kind, index);
      if (where == nullptr) return {};
      any = any || !where->visits.empty();
      return closed ? where->wait : open_wait(*where, source, choice);
    };
    waits.worker = of(MeetingPlace::Kind::station, choice.station);
    const auto number = static_cast<std::size_t>(&choice - flows_.sources[source].choices.data());
    if (const LoopsOnCpu::Taken* played = on_cpu_.at(source, number)) waits.worker = played->waiting;
    if (closed) lengthen(waits.worker, longer_[source]);
    if (!choice.local()) {
      const LinkLoads links{scenario_, flows_};
      for (const bool is_request : {true, false}) {
        const std::size_t link = is_request ? choice.there : choice.back;
        Waiting& wait = is_request ? waits.there : waits.back;
        wait = of(MeetingPlace::Kind::link, link);
        for (const LinkLoads::Hop& hop : links.hops(flows_.links[link])) {
          const Waiting more = of(hop.up ? MeetingPlace::Kind::up : MeetingPlace::Kind::down, hop.nodes);
          if (more.mean <= 0.0) continue;
          wait = wait.mean <= 0.0 ? more : Waiting{wait.mean + more.mean, 1 - (1 - wait.probability) * (1 - more.probability)};
        }
      }
    }
    if (!any) return;
    choice.closed_waits = flows_.closed_waits.size();
    flows_.closed_waits.push_back(std::move(waits));
  }

  const Scenario& scenario_;
  const ModelOptions& options_;
  Flows& flows_;
  MeetingPlaces places_;
  std::vector<double> fixed_;   // by source: seconds of a round but for waiting
  std::vector<double> rounds_;  // by source: seconds of a round
  std::vector<double> longer_;  // by source: seconds that it takes more, for no node does more than it can
  LoopsOnCpu on_cpu_;
};

}  // namespace

Flows routed_flows(const Scenario& scenario, const ModelOptions& options) {
  Flows flows = make_flows(scenario, options);
  const bool closed = std::ranges::any_of(flows.sources, &Source::closed);
  if (closed) ClosedLoops{scenario, options, flows}.settle();
  else route_flows(scenario, flows);
  if (flows.batches) share_batches(scenario, options, flows);
  return flows;
}

}  // namespace continuo
