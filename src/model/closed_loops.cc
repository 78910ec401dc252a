#include "model/closed_loops.hh"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "model/equilibrium.hh"
#include "model/link_loads.hh"
#include "model/terms/finite_source.hh"
#include "model/terms/serialisation.hh"
#include "model/waits.hh"
#include "workload/user.hh"

namespace continuo {
namespace {

constexpr int routings_max = 12;
constexpr int turns_max = 60;
constexpr double settled = 1e-4;      // relative change of a round
constexpr double load_most = 1 - 1e-6;
constexpr double open_most = 0.999;   // more of a station is not taken by open streams

// Where requests wait for each other: a station, a link or an access link, of one member of its class.
struct Place {
  enum class Kind { station, link, up, down };

  // One way of one source through it.
  struct Visit {
    std::size_t source = 0;
    std::size_t choice = 0;
    double users = 0.0;      // who may come by here
    double per_round = 0.0;  // of one of them
    double service = 0.0;    // seconds, while others wait
    double sd = 0.0;
    double alone = 0.0;      // seconds, while nobody does
    double behind = 0.0;     // more than that, as the term of service has it, for those who waited
  };

  Kind kind = Kind::station;
  std::size_t index = 0;
  int workers = 1;
  std::vector<Visit> visits{};       // of users
  std::vector<Visit> open_visits{};  // of everybody else, by node
  QueueLoad open{};                  // of these
  Waiting wait{};                    // of users
};

class ClosedLoops {
 public:
  ClosedLoops(const Scenario& scenario, const ModelOptions& options, Flows& flows, double played)
      : scenario_{scenario}, options_{options}, flows_{flows}, played_{played} {}

  void settle() {
    begin();
    const bool choosing = std::ranges::any_of(flows_.sources, [](const Source& source) { return source.choices.size() > 1; });
    for (int routing = 0; routing < routings_max; ++routing) {
      if (routing == 0 || choosing) {
        for (Source& source : flows_.sources) {
          for (Choice& choice : source.choices) choice.share = 0.0;
        }
        route_flows(flows_);
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

  Place& place(Place::Kind kind, std::size_t index, int workers) {
    const auto [found, added] = numbers_.try_emplace({kind, index}, places_.size());
    if (added) places_.push_back({.kind = kind, .index = index, .workers = workers});
    return places_[found->second];
  }

  // `nodes` of the source's send through one member of the place, `share` of what each of them sends.
  void visit(Place& where, std::size_t index, std::size_t way, double nodes, double share, const Place::Visit& times) {
    const Source& source = flows_.sources[index];
    if (share <= 0.0 || times.service <= 0.0) return;
    if (!source.closed) where.open.add(source.rate * nodes * share, times.service, times.sd);
    auto& visits = source.closed ? where.visits : where.open_visits;
    visits.push_back({index, way, source.users * nodes, share, times.service, times.sd, times.alone, times.behind});
  }

  void find_places() {
    const std::vector<Place> before = std::move(places_);
    places_.clear();
    numbers_.clear();
    const StationLoads stations = station_loads(flows_);
    const LinkLoads links{scenario_, flows_};
    for (std::size_t index = 0; index < flows_.sources.size(); ++index) {
      const Source& source = flows_.sources[index];
      for (std::size_t way = 0; way < source.choices.size(); ++way) {
        const Choice& choice = source.choices[way];
        if (choice.share <= 0.0) continue;
        const ServerClass& server = flows_.servers[choice.server];
        const double senders = choice.local() ? 1.0 : server.nodes == source.nodes ? source.count - 1 : source.count;
        const double to_one = choice.share / choice.spread;
        const ServiceTime busy = stations.queue_service(choice);
        const double slower = stations.stretch(choice.station);
        visit(place(Place::Kind::station, choice.station, server.workers), index, way, senders, to_one,
              {.service = busy.mean, .sd = busy.sd, .alone = choice.service.mean * slower, .behind = choice.service.behind * slower});
        if (choice.local()) continue;
        for (const bool is_request : {true, false}) {
          const std::size_t link = is_request ? choice.there : choice.back;
          const Bytes message = is_request ? source.request : source.response;
          const auto times = [&](std::optional<BitRate> rate) {
            const double seconds = serialisation_seconds(message, rate);
            return Place::Visit{.service = seconds, .alone = seconds};
          };
          visit(place(Place::Kind::link, link, 1), index, way, 1.0, to_one, times(flows_.links[link].rate));
          for (const LinkLoads::Hop& hop : links.hops(flows_.links[link])) {
            const bool at_source = hop.up == is_request;
            visit(place(hop.up ? Place::Kind::up : Place::Kind::down, hop.nodes, 1), index, way, at_source ? 1.0 : senders,
                  at_source ? choice.share : to_one, times(hop.rate));
          }
        }
      }
    }
    for (Place& now : places_) {
      const auto same = [&](const Place& then) { return then.kind == now.kind && then.index == now.index; };
      if (const auto then = std::ranges::find_if(before, same); then != before.end()) now.wait = then->wait;
    }
  }

  // Seconds from one request of a user's to its next: of the sources, by their numbers.
  void add_up_rounds() {
    rounds_ = fixed_;
    for (const Place& where : places_) {
      for (const Place::Visit& by : where.visits) {
        rounds_[by.source] += ways_of(where, by) * by.per_round * (where.wait.mean + where.wait.probability * by.behind);
      }
    }
  }

  // Over how many members of the place a user spreads its requests.
  double ways_of(const Place& where, const Place::Visit& by) const {
    const Choice& choice = flows_.sources[by.source].choices[by.choice];
    const bool of_source = where.kind == Place::Kind::up || where.kind == Place::Kind::down;
    return of_source && by.per_round >= choice.share ? 1.0 : choice.spread;
  }

  void come_round() {
    const auto used = std::ranges::count_if(places_, [](const Place& where) { return !where.visits.empty(); });
    const double step = used > 1 ? 0.6 : 1.0;
    add_up_rounds();
    for (int turn = 0; turn < turns_max; ++turn) {
      const std::vector<double> before = rounds_;
      for (Place& where : places_) {
        if (where.visits.empty()) continue;
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

  // What users wait for here, if they come round as they do now.
  Waiting wait_at(const Place& where, bool distribution) const {
    double users = 0.0;
    double alone = 0.0;
    double same = 0.0;  // seconds of a round that are the same in each, and of all but waiting: waits vary as the rest of it does
    double all = 0.0;
    double slowest = 0.0;
    double fastest = 1e300;
    bool exponential = where.open.rate > 0.0;  // else everything but thinking may be the same each time
    QueueLoad closed;
    for (const Place::Visit& by : where.visits) {
      const double rate = by.users * by.per_round / rounds_[by.source];
      users += by.users;
      closed.add(rate, by.service, by.sd);
      alone += rate * (by.alone + where.wait.probability * by.behind);
      const Source& from = flows_.sources[by.source];
      const double alike = fixed_[by.source] - by.alone - (from.exponential ? from.think : 0.0);
      same += rate * alike;
      all += rate * (fixed_[by.source] - by.alone);
      slowest = std::max(slowest, alike);
      fastest = std::min(fastest, alike);
      exponential = exponential || by.per_round < 1.0;
    }
    exponential = exponential || slowest > 1.01 * fastest;
    const double mean = closed.work / closed.rate;
    const double others = std::min(open_most, where.open.work / where.workers);
    FiniteSource source{.users = users, .service = mean / (1 - others), .workers = where.workers, .played = played_};
    source.cs2 = std::max(0.0, closed.square / closed.rate / (mean * mean) - 1);
    source.away = std::max(0.0, users / closed.rate - where.wait.mean - alone / closed.rate);
    if (!exponential && all > 0.0) source.varies = 1 - std::clamp(same / all, 0.0, 1.0);
    source.away_sd = away_sd(where);
    Waiting wait = finite_source_waiting(source, distribution);
    // Whoever finds all workers busy takes as long as one does then; who does not, waits for what is open alone.
    const double slower = source.service - alone / closed.rate;
    const Waiting open = poisson_waiting(scaled(where.open, others * where.workers), where.workers);
    const double added = wait.probability * slower + (1 - wait.probability) * open.mean;
    if (added > 0.0 && wait.mean > 0.0) {
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
  double away_sd(const Place& where) const {
    double square = 0.0;
    double all = 0.0;
    for (const Place::Visit& by : where.visits) {
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

  // What rounding and different service times at one station leave above a load of one.
  void keep_below_capacity() {
    std::vector<double> kept(flows_.sources.size(), 1.0);
    for (const Place& where : places_) {
      double work = 0.0;
      for (const Place::Visit& by : where.visits) work += by.users * by.per_round / flows_.sources[by.source].users * flows_.sources[by.source].rate * by.service;
      const double left = std::max(1e-9, load_most * where.workers - where.open.work);
      if (work <= left) continue;
      for (const Place::Visit& by : where.visits) kept[by.source] = std::min(kept[by.source], left / work);
    }
    for (std::size_t index = 0; index < flows_.sources.size(); ++index) {
      if (flows_.sources[index].closed) flows_.sources[index].rate *= kept[index];
    }
  }

  // What an open stream waits for, behind others and the users: who is there, from Little's law, and the rest of a service. One that sends at
  // fixed intervals does not meet itself.
  Waiting open_wait(const Place& where, std::size_t source, const Choice& choice) const {
    QueueLoad open = where.open;
    for (const Place::Visit& by : where.open_visits) {
      const Source& from = flows_.sources[by.source];
      if (by.source == source && &from.choices[by.choice] == &choice && from.periodic) open.remove(from.rate * by.per_round, by.service, by.sd);
    }
    const double others = std::min(open_most, open.work / where.workers);
    const Waiting alone = poisson_waiting(scaled(open, others * where.workers), where.workers);
    double queued = 0.0;  // seconds of work that wait, of users
    double busy = 0.0;
    double rest = 0.0;
    for (const Place::Visit& by : where.visits) {
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
    for (Place& where : places_) {
      if (where.visits.empty()) continue;
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

  void put_waits(std::size_t source, Choice& choice) {
    ClosedWaits waits;
    const bool closed = flows_.sources[source].closed;
    bool any = closed;
    const auto of = [&](Place::Kind kind, std::size_t index) -> Waiting {
      const auto found = numbers_.find({kind, index});
      if (found == numbers_.end()) return {};
      const Place& where = places_[found->second];
      any = any || !where.visits.empty();
      return closed ? where.wait : open_wait(where, source, choice);
    };
    waits.worker = of(Place::Kind::station, choice.station);
    if (!choice.local()) {
      const LinkLoads links{scenario_, flows_};
      for (const bool is_request : {true, false}) {
        const std::size_t link = is_request ? choice.there : choice.back;
        Waiting& wait = is_request ? waits.there : waits.back;
        wait = of(Place::Kind::link, link);
        for (const LinkLoads::Hop& hop : links.hops(flows_.links[link])) {
          const Waiting more = of(hop.up ? Place::Kind::up : Place::Kind::down, hop.nodes);
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
  double played_;
  std::vector<Place> places_;
  std::map<std::pair<Place::Kind, std::size_t>, std::size_t> numbers_;  // of places
  std::vector<double> fixed_;   // by source: seconds of a round but for waiting
  std::vector<double> rounds_;  // by source: seconds of a round
};

}  // namespace

Flows routed_flows(const Scenario& scenario, const ModelOptions& options, double played) {
  Flows flows = make_flows(scenario, options);
  const bool closed = std::ranges::any_of(flows.sources, &Source::closed);
  if (closed) ClosedLoops{scenario, options, flows, played}.settle();
  else route_flows(flows);
  return flows;
}

}  // namespace continuo
