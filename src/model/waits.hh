// How long requests of a source wait for a worker, and messages for their links: which of the formulas of model/terms holds.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/equilibrium.hh"
#include "model/flows.hh"
#include "model/link_loads.hh"
#include "model/terms/row_memory.hh"
#include "model/terms/cpu_shares.hh"
#include "model/terms/lone_source.hh"
#include "model/terms/played_cpu.hh"
#include "model/terms/played_link.hh"
#include "model/terms/slow_start.hh"
#include "model/terms/spaced.hh"
#include "model/terms/tandem.hh"
#include "result/full_load.hh"

namespace continuo {

// How the wait for a worker was found.
enum class WaitRule {
  none, lone, limited, limited_shared, shared_cpu, pollaczek_khinchine, whitt, replay, replay_mixed, replay_cpu, drawn_cpu, tandem, spaced, n_d_d_1, bound, mean_value,
  loops_cpu,
  batch_chain, batch_replay, batch_drawn
};

class Waits {
 public:
  // `drawn`: requests that a replay plays through where they vary. `memory`: of rows, of a sweep.
  Waits(const Scenario& scenario, const Flows& flows, const ModelOptions& options, double drawn, const RowsFollowed& rows,
        RowMemory* memory = nullptr);

  const Waiting& for_worker(const Source& source, const Choice& choice);
  WaitRule rule() const { return rule_; }  // of the last for_worker()
  // What a request takes in batches as they come, in times of one alone; nothing: no stable queue.
  std::optional<double> in_batches(const Source& source, const Choice& choice);
  Waiting for_link(const Source& source, const Choice& choice, bool answer);
  // What its messages and their answers wait for links is part of the last for_worker(), of the same choice; where played_link() has messages there, all they take.
  bool has_link_in_wait(const Choice& choice) const { return rule_ == WaitRule::tandem && !choice.local(); }
  // What a source's requests take by their node's own link beside the time to put them there, where that is played through; nullptr: it is not.
  const FollowedRow* played_link(const Source& source, const Choice& choice);

  // Some queue is full now and then.
  bool refuse() const { return !refused_.empty(); }
  // Of the requests of the source that come there first, the share that finds the queue full.
  double refused(const Source& source, const Choice& choice);
  // Requests that have been refused where they came before.
  struct Detour {
    Choice choice;         // where they go then
    double come = 0.0;     // share of the source's requests
    double taken = 0.0;    // of these, the same
    double seconds = 0.0;  // since they were sent first, in the mean
  };
  std::span<const Detour> detours(const Source& source) const {
    return detours_.empty() ? std::span<const Detour>{} : detours_[static_cast<std::size_t>(&source - flows_.sources.data())];
  }

  // The share of these requests that every resource on their way can carry. `tell(load, rate, name)` is called for each that cannot
  // carry all: its queue grows by rate * (1 - 1 / load) requests a second; name() makes its name. `lost`: of the service's requests, what
  // full queues refuse everywhere; if that is little, or they are asked for less than they can do in the end, they do not grow.
  template <class Tell>
  double sustained(const Choice& choice, double lost, Tell tell) const;

  // Several services share the CPU, which is more than four fifths full, and one of them needs more than an equal part of it.
  bool crowds_out(const Choice& choice) const;

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
  // What queues refuse, and what that adds elsewhere.
  void admit();
  void send_on(std::size_t source);
  bool is_taken_as_endless(std::size_t station) const;
  double refused_at_least(std::size_t station) const;
  bool is_joined(std::size_t station) const;
  double on_the_way(const Choice& choice) const;
  Admission admission(const Choice& choice, bool distribution) const;
  std::optional<double> refused_in_play(std::size_t station);
  double predicted(const Source& source, const Choice& choice) const;
  double refusal_seconds(const Source& source, const Choice& choice);
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
  // Of Poisson arrivals, where this service has its workers alone.
  Waiting random_waiting(const Choice& choice, int workers);
  // Where several services use the cores of a node; nothing: this one has them alone.
  std::optional<Waiting> shared_waiting(const Choice& choice);
  // The same, where all their sources send at random: drawn and played through. Nothing: they do not, or points of a sweep are to be cheap.
  std::optional<Waiting> drawn_waiting(const Source& source, const Choice& choice);
  std::vector<PlayedGroup> draw(const Choice& choice, double load) const;
  // Requests to draw where queues are so full, one node of all; 0: too few are left for each.
  double drawn_at(double load) const;
  // Where Poisson sources come by busy links of their own; nothing: they do not, or points of a sweep are to be cheap. waits_tandem.cc.
  std::optional<Waiting> tandem_waiting(const Source& source, const Choice& choice);
  struct Tandem {
    struct Way {
      const Source* source = nullptr;
      const Choice* choice = nullptr;
    };
    std::vector<TandemSource> sources;  // whose groups are these ways
    std::vector<Way> ways;
    double load = 0.0;  // of the busiest of their links
  };
  std::optional<Tandem> tandem_to(std::size_t server);
  void send_in_windows(Tandem& tandem, double until);
  void settle(const Tandem& tandem, const PlayedCpu& cpu, double requests, std::vector<std::vector<TandemTimes>>& played) const;
  using WayKey = std::array<std::size_t, 3>;  // stream, class of the senders, link there
  static WayKey way_of(const Source& source, const Choice& choice) { return {source.stream, source.nodes, choice.there}; }
  using TandemPlayed = std::map<WayKey, Waiting>;  // empty: by formulas
  TandemPlayed play_tandem_to(std::size_t server);
  bool by_own_links(const Source& source, const Choice& choice);
  // The same by formula; waits_spaced.cc.
  SpacedSenders sender_by(std::size_t link) const;
  bool is_spaced_by(std::size_t link) const;  // or by an access link before it, which is not looked at yet
  double left_behind_links(const Choice& choice);
  double find_left(const Choice& choice) const;
  double left_of_answers(const Source& source, const Choice& choice) const;
  std::optional<Waiting> replayed_waiting(const Source& source, const Choice& choice);
  // As if none else came there.
  LoneSource lone(const Source& source, const Choice& choice) const;
  Waiting limited_waiting(const Source& source, const Choice& choice);
  // By one of the two replays; nothing: by none.
  std::optional<Waiting> played_through(const Source& source, const Choice& choice);
  // Of all that is served on one CPU, where requests slow each other down; nothing: they do not, or not all can be played.
  std::optional<Waiting> played_waiting(const Source& source, const Choice& choice);
  // Where the node has a service that runs batches, and can carry what comes; waits_batches.cc.
  struct Batched {
    WaitRule rule = WaitRule::none;
    std::vector<double> sizes;     // requests of a batch, by station
    std::vector<Waiting> waiting;  // by stream; empty: none was seen
  };
  const Batched* batched(const Source& source, const Choice& choice);
  Batched play(const Source& first, const Choice& of_first, const std::vector<std::size_t>& stations);
  std::optional<Batched> chained(const Choice& choice, const Batching& batching);
  // What the services of that node need of its CPU, in the order of stations.
  struct OnCpu {
    std::vector<double> works;  // core-seconds a second
    std::size_t place = 0;      // of the choice's station
    double work = 0.0;          // of all
    int loaded = 0;             // services that need any
  };
  OnCpu on_cpu_of(const Choice& choice) const;
  struct Shared {
    CpuShares shares;     // services in the order of stations
    double longer = 1.0;  // requests wait so many times as long as by these
    double idle = 1.0;    // the share that finds no other there
    double meets = 1.0;   // those that find another, in times of those that would if all took as long as behind another
  };
  Shared shared_by(std::size_t server, const OnCpu& all) const;
  bool slow_each_other(const Choice& choice) const;
  // Adds those of a source that come by this choice, one for each of its nodes. False: they cannot be played.
  bool add_replayed(const Source& source, const Choice& choice, std::vector<ReplayedSource>& sources);
  // Of these, so many requests are played through where they vary; of a sweep fewer.
  double played_of(std::span<const ReplayedSource> sources) const;
  double mean_prepare(const Source& source) const;
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
  struct OwnPlayed {
    PlayedLink link;
    std::vector<std::pair<StreamIndex, bool>> streams;  // of the link's, and whether they go where the choice does
  };
  std::optional<OwnPlayed> own_played(const Source& source, const Choice& choice, const OwnLink& own) const;
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
  std::optional<StationLoads> first_;         // without what comes after a refusal; nothing: none refuses
  std::vector<double> refused_;               // by station: share of what comes; empty: none refuses
  std::vector<std::vector<Detour>> detours_;  // by source; empty: none refuses
  LinkLoads links_;
  Waiting worker_;  // of the last one asked for
  WaitRule rule_ = WaitRule::none;
  std::map<std::size_t, Shared> shared_;  // by server
  std::map<std::size_t, std::vector<PlayedGroup>> played_;  // by server, then by stream; empty: it cannot be played
  std::map<std::size_t, std::vector<PlayedGroup>> drawn_on_;  // by server, then by stream; empty: a formula has it
  std::map<std::size_t, TandemPlayed> tandems_;  // by server
  std::map<std::size_t, double> behind_links_;  // by station: of waits of Poisson requests, what is left
  std::map<std::size_t, std::vector<double>> found_;  // by station: waits of equal shares of Poisson requests, ascending
  std::map<std::size_t, std::optional<Batched>> batched_;  // by server; nothing: it has no such service, or is overloaded
  std::map<std::size_t, std::map<StreamIndex, FollowedRow>> played_links_;  // by link; none: it cannot be played
  std::size_t not_played_ = no_link;  // the last link that is not worth it
  std::map<std::pair<std::size_t, StreamIndex>, std::optional<Waiting>> replayed_;  // by station; nothing: not by replay
};

template <class Tell>
double Waits::sustained(const Choice& choice, double lost, Tell tell) const {
  constexpr double lost_most = 0.01;  // where all nodes together refuse less, none is overloaded
  const auto check = [&](double load, double rate, auto name) {
    if (load < full_load) return 1.0;
    tell(load, rate, name);
    return 1.0 / load;
  };
  const ServerClass& server = flows_.servers[choice.server];
  // `part`: of what comes there.
  const auto check_worker = [&](const StationLoads& loads, double part) {
    const QueueLoad queue = loads.queue(choice.station);
    return check(part * queue.work / server.workers, part * queue.rate, [&] { return server_name(scenario_, flows_, server); });
  };
  double share = 1.0;  // what a queue cannot carry it refuses
  const double refused = refused_.empty() ? 0.0 : refused_[choice.station];
  if (refused <= 0.0) share = check_worker(first_ ? *first_ : stations_, 1.0);
  else if (lost > lost_most) check_worker(stations_, (1 - refused) / std::max(1 - full_load, 1 - lost));  // what it takes, and its part of what nobody does
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
