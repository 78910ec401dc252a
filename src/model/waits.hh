// How long requests of a source wait for a worker, and messages for their links: which of the formulas of model/terms holds.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/equilibrium.hh"
#include "model/flows.hh"
#include "model/link_loads.hh"
#include "model/terms/row_memory.hh"
#include "model/terms/cpu_shares.hh"
#include "model/terms/played_cpu.hh"
#include "model/terms/played_link.hh"
#include "model/terms/slow_start.hh"

namespace continuo {

// How the wait for a worker was found.
enum class WaitRule { none, shared_cpu, pollaczek_khinchine, whitt, replay, replay_mixed, replay_cpu, n_d_d_1, bound, mean_value };

class Waits {
 public:
  // `drawn`: requests that a replay plays through where they vary. `memory`: of rows, of a sweep.
  Waits(const Scenario& scenario, const Flows& flows, const ModelOptions& options, double drawn, const RowsFollowed& rows,
        RowMemory* memory = nullptr);

  const Waiting& for_worker(const Source& source, const Choice& choice);
  WaitRule rule() const { return rule_; }  // of the last for_worker()
  Waiting for_link(const Source& source, const Choice& choice, bool answer);
  // What a source's requests take by their node's own link beside the time to put them there, where that is played through; nullptr: it is not.
  const FollowedRow* played_link(const Source& source, const Choice& choice);

  // The share of these requests that every resource on their way can carry. `tell(load, rate, name)` is called for each that cannot
  // carry all: its queue grows by rate * (1 - 1 / load) requests a second; name() makes its name.
  template <class Tell>
  double sustained(const Choice& choice, Tell tell) const;

  const StationLoads& stations() const { return stations_; }
  // A request or an answer of an exchange that takes so many seconds beside slow start.
  struct Message {
    const ClassLink& way;
    Bytes message = Bytes::zero();
    bool is_request = true;
    double elsewhere = 0.0;
  };
  SlowStart sent_by(const Source& source, const Choice& choice, const Message& message) const;
  // What its slow start may take, and sending lost packets again; valid until the next call.
  const FollowedRow& row_of(const Source& source, const Choice& choice, const Message& message);
  double elsewhere(const Source& source, const Choice& choice) const;

 private:
  Waiting worker_waiting(const Source& source, const Choice& choice);
  // What comes to a station, over all sources.
  struct Arriving {
    double sources = 0.0;
    bool whole = true;      // all periodic, and each sends all that it has here
    double poisson = 0.0;   // share
    double in_period = 0.0;  // requests in a period of the periodic ones
  };
  Arriving arriving(const Choice& choice) const;
  // By how much less they wait than Poisson arrivals would.
  double steadier(const Arriving& arriving, const QueueLoad& load, double rho) const;
  // Where several services use the cores of a node; nothing: this one has them alone.
  std::optional<Waiting> shared_waiting(const Choice& choice);
  std::optional<Waiting> replayed_waiting(const Source& source, const Choice& choice);
  // Of all that is served on one CPU, where requests slow each other down; nothing: they do not, or not all can be played.
  std::optional<Waiting> played_waiting(const Source& source, const Choice& choice);
  // What the services of that node need of its CPU, in the order of stations.
  struct OnCpu {
    std::vector<double> works;  // core-seconds a second
    std::size_t place = 0;      // of the choice's station
    double work = 0.0;          // of all
    int loaded = 0;             // services that need any
  };
  OnCpu on_cpu_of(const Choice& choice) const;
  bool slow_each_other(const Choice& choice) const;
  // Adds those of a source that come by this choice, one for each of its nodes. False: they cannot be played beside those of `first`.
  bool add_replayed(const Source& source, const Choice& choice, const Source& first, std::vector<ReplayedSource>& sources);
  bool sends_alone(const Source& source, const Choice& choice) const;
  struct OwnLink {
    std::optional<BitRate> rate = std::nullopt;  // nothing: unlimited
    bool by_access = false;  // of the sender: all its messages share it
  };
  struct Narrowest {
    bool pair = false;    // the link between two nodes is
    bool access = false;  // that of the sender is
  };
  Narrowest narrowest(const Source& source, const Choice& choice) const;
  std::optional<OwnLink> own_link(const Source& source, const Choice& choice) const;
  bool is_played(const Source& source, const Choice& choice, const OwnLink& own) const;
  template <class Take>
  void for_each_sent(const Source& source, const Choice& choice, const OwnLink& own, Take take) const;
  std::map<StreamIndex, FollowedRow> play_own_link(const Source& source, const Choice& choice, const OwnLink& own) const;
  // Nothing: it cannot be played.
  std::optional<LinkStream> link_stream(const Source& source, const Choice& choice) const;
  double mean_way(const Source& source, const Choice& choice);
  // On the access link of the one node that serves, which requests of all its sources share; 0: there is none of limited rate.
  double on_shared_link(const Source& source, const Choice& choice) const;

  const Scenario& scenario_;
  const Flows& flows_;
  const ModelOptions& options_;
  double drawn_;
  RowsFollowed rows_;
  RowMemory* memory_;
  FollowedRow row_;
  StationLoads stations_;
  LinkLoads links_;
  Waiting worker_;  // of the last one asked for
  WaitRule rule_ = WaitRule::none;
  std::map<std::size_t, CpuShares> shared_;  // by server, its services in the order of stations
  std::map<std::size_t, std::vector<std::vector<PlayedTimes>>> played_;  // by server, then by stream; empty: it cannot be played
  std::map<std::size_t, std::map<StreamIndex, FollowedRow>> played_links_;  // by link; none: it cannot be played
  std::size_t not_played_ = no_link;  // the last link that is not worth it
  std::map<std::pair<std::size_t, StreamIndex>, std::optional<Waiting>> replayed_;  // by station; nothing: not by replay
};

template <class Tell>
double Waits::sustained(const Choice& choice, Tell tell) const {
  const auto check = [&](double load, double rate, auto name) {
    if (load < 1.0 - 1e-9) return 1.0;  // what is left beyond is rounding
    tell(load, rate, name);
    return 1.0 / load;
  };
  const ServerClass& server = flows_.servers[choice.server];
  const QueueLoad queue = stations_.queue(choice.station);
  double share = check(queue.work / server.workers, queue.rate, [&] { return server_name(scenario_, flows_, server); });
  if (choice.local()) return share;
  for (const std::size_t index : {choice.there, choice.back}) {
    const ClassLink& link = flows_.links[index];
    const QueueLoad& load = links_.link(index);
    share = std::min(share, check(load.work, load.rate, [&] {
      return scenario_.nodes[link.from_node].name + " to " + scenario_.nodes[link.to_node].name;
    }));
    for (const LinkLoads::Hop& hop : links_.hops(link)) {
      const QueueLoad& shared = links_.access(hop);
      share = std::min(share, check(shared.work, shared.rate, [&] {
        return scenario_.nodes[flows_.classes[hop.nodes].first].name + (hop.up ? " up" : " down");
      }));
    }
  }
  return share;
}

}  // namespace continuo
