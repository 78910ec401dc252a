// One run of the simulator: what there is, and what happens next. Used by evaluate.cc alone.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "energy/usage.hh"
#include "policy/arrival_rate.hh"
#include "policy/routing.hh"
#include "policy/serving_plan.hh"
#include "policy/transport.hh"
#include "scenario/infrastructure_state.hh"
#include "policy/shared_cpu.hh"
#include "simulate/event_queue.hh"
#include "simulate/network.hh"
#include "simulate/prepared_requests.hh"
#include "simulate/simulate.hh"
#include "simulate/slab.hh"
#include "simulate/station_news.hh"
#include "simulate/tally.hh"
#include "units/rng.hh"
#include "workload/intervals.hh"
#include "workload/stream_sources.hh"
#include "workload/user_traffic.hh"

namespace continuo {

inline constexpr int attempts_max = 8;             // nodes tried for one request (node/routing/forwarder.hh)
inline constexpr Bytes refusal = Bytes::of(300);  // an answer that says no

// When the same streams send, and what they ask of a resource meanwhile: more than any of any resource at other times.
struct BusiestInterval {
  Interval interval;
  std::string resource;
  double load = 0.0;
};

class Simulation {
 public:
  // Scenario and options must outlive it.
  Simulation(const Scenario& scenario, const SimulateOptions& options);

  // Until every request has its end.
  void run();

  Instant now() const { return now_; }
  const Tally& tally() const { return tally_; }
  const std::vector<TimelineEvent>& applied() const { return applied_; }
  std::uint64_t events() const { return events_done_; }
  // Of each server and link, over the run so far. What of open streams was not answered would have cost the servers as much as what was.
  std::vector<ResourceLoad> resources();
  // Of these loads of the whole run. Nothing: there was none.
  std::optional<BusiestInterval> busiest_interval(std::span<const ResourceLoad> loads) const;
  // What nodes and links were used for, in a run that is said to have been so long.
  Usage usage(Duration time);

 private:
  using RequestIndex = std::uint32_t;
  // What the sources of one line of the workload have in common.
  struct StreamState {
    StreamSources sources;
    std::uint32_t first_source = 0;  // its number; the others follow
    ServiceIndex service = 0;
    Duration deadline{};
    Duration prepare{};   // elapsed, of one request
    TransportCosts transport = {};
    std::uint8_t channel = 0;  // of its messages (simulate/network.hh)
    const std::vector<Bytes>* sizes = nullptr;  // of its inputs, if they are known
    std::uint32_t size = 0;   // bytes of a message, if they are not
    std::size_t sights = 0;   // where those of its first source begin
    std::size_t places = 0;   // that each source has a sight of
    std::size_t asked = 0;    // first of its nodes' rates, if they have a choice
    std::uint64_t generated = 0;
    std::uint64_t completed = 0;
  };
  // A cache line: there are as many of these as requests under way.
  struct alignas(64) Request {
    std::uint32_t source = 0;
    std::uint32_t attempt = 0;  // a number of its own for each node that it is tried on
    std::uint32_t serving : 24 = 0;  // place in the plan's list of its service
    std::uint32_t tries : 6 = 0;
    bool answered : 1 = false;  // what is on the way is the answer
    bool is_away : 1 = false;   // at another node, or on the way there or back
    std::uint32_t size = 0;     // bytes of the message to the serving node
    MessageNetwork::LaneIndex lane = 0;  // to the serving node, if that is another
    std::uint32_t message = 0;  // on the way
    SimulatedTimes times;
  };
  static constexpr std::uint32_t alone = ~std::uint32_t{0};
  // A request at the node that serves it. It may be tried elsewhere meanwhile, and then nobody waits for this.
  struct Job {
    RequestIndex request = 0;
    std::uint32_t attempt = 0;
    std::uint32_t station = 0;
    std::uint32_t behind = alone;  // the next one of its batch
    bool for_user = false;  // of a closed loop
    double work = 0.0;  // core-seconds
    Instant arrived{};
    Duration queued{};
  };
  struct StationState {
    std::uint32_t server = 0;  // place among the server states
    std::deque<std::uint32_t> waiting;  // jobs
    int busy = 0;     // workers
    int further = 0;  // requests that these hold beyond one each
    double next = 1.0;         // what each further request of a batch adds, in times of its work alone
    std::optional<Instant> gathering = std::nullopt;  // until when a worker that is free waits for more
    double started = 0.0;       // core-seconds of batches
    double at_fullest = 0.0;    // the same if each had been as large as can be
    Duration service_time{};   // measured, smoothed
    StationNews news;          // of this time and the queue
    ArrivalRate arrivals = {};
    bool is_silent = false;    // its node does not run
    double worked = 0.0;       // core-seconds, for what it has served
    double worked_for_users = 0.0;  // of these
    Rng rng;
  };
  // Of a server that has stations, or whose quota has changed: most nodes of a large scenario only send.
  struct ServerState {
    std::size_t server = 0;  // in the plan
    SharedCpu cpu;
    std::optional<Instant> scheduled;
  };
  // What a node that routes knows of a station elsewhere, beyond the last heartbeat.
  struct Sight {
    std::int32_t in_flight = 0;
    std::int32_t since = 0;    // sent minus come back since that heartbeat
    std::uint32_t heard = 0;   // its number
    MessageNetwork::LaneIndex lane = unknown;  // to its node
  };
  static constexpr MessageNetwork::LaneIndex unknown = ~MessageNetwork::LaneIndex{0};

  // A plain search: a workload has few lines.
  std::size_t stream_number(std::uint32_t source) const {
    std::size_t number = streams_.size() - 1;
    while (streams_[number].first_source > source) --number;
    return number;
  }
  const StreamState& stream_of(std::uint32_t source) const { return streams_[stream_number(source)]; }
  const StreamState& stream_of(const Request& request) const { return stream_of(request.source); }
  const Serving& serving_of(const Request& request) const {
    return plan_.of_service[stream_of(request).service][request.serving];
  }
  NodeIndex node_of(std::uint32_t source) const {
    const StreamState& stream = stream_of(source);
    return stream.sources.node(source - stream.first_source);
  }
  std::size_t sight_number(std::uint32_t source, std::size_t place) const {
    const StreamState& stream = stream_of(source);
    return stream.sights + stream.sources.rank(source - stream.first_source) * stream.places + place;
  }
  NodeIndex source_node(const Request& request) const { return node_of(request.source); }
  NodeIndex serving_node(const Request& request) const { return plan_.servers[serving_of(request).server].node; }
  bool is_local(const Request& request) const { return source_node(request) == serving_node(request); }

  Instant deadline_of(const Request& request) const { return request.times.scheduled + stream_of(request).deadline; }
  Bytes answer_size(const Request& request) const;
  bool is_paused(NodeIndex node) const { return !paused_since_.empty() && paused_since_.contains(node); }

  void add_stations();
  void add_streams();
  std::uint32_t server_state(std::size_t server);
  void handle(const SimulatedEvent& event);
  void look_ahead() const;
  void arrive(std::uint32_t source);
  void await(std::uint32_t source, std::optional<Instant> next);
  void go_on(std::uint32_t source, bool failed);
  double open_unserved() const;
  std::vector<double> user_shares() const;
  std::vector<double> worked_for(std::size_t server) const;
  double load_in(const Interval& interval, const ResourceLoad& whole, const std::vector<double>& by_service) const;
  void route(RequestIndex index);
  RouteCandidate candidate(std::uint32_t source, std::size_t place);
  Sight& sight(std::uint32_t source, std::size_t place);
  StationNews::Item news_of(const StationState& station) const;
  double draw_of(std::uint64_t attempt) const;
  double note_asked(std::uint32_t source);
  Duration measured_round_trip(NodeIndex from, NodeIndex to, const Sight& seen) const;
  Sight& sight(const Request& request) { return sight(request.source, request.serving); }
  bool has_tried(RequestIndex index, std::uint32_t place) const;
  Request end(RequestIndex index);
  static bool are_in_place(const Scenario& scenario);
  void note_carried(const Request& request, Bytes size, bool is_answer);
  void count_servers(Usage& usage);
  void count_prepared(Usage& usage, const std::map<NodeIndex, double>& in_use);
  double idle(NodeIndex node, Duration time);
  const Sight& note_sent(const Request& request);
  void note_back(const Request& request);
  void delivered(RequestIndex index);
  void enqueue(RequestIndex index);
  void start_next(std::uint32_t station);
  bool drop_if_late(std::uint32_t job);
  const Batching& batching_of(std::uint32_t station) const { return scenario_.services[plan_.stations[station].service].batch; }
  static double held_or_waiting(const StationState& station);
  void start_batches(std::uint32_t station);
  void start_batch(std::uint32_t station, std::size_t most);
  void end_rest_of_batch(std::uint32_t job, Duration served);
  void drop_batch(std::uint32_t job);
  void gathered(std::uint32_t station);
  std::vector<double> at_fullest() const;
  void refuse(RequestIndex index);
  void finish(std::uint32_t server);
  void answer(const Job& job, Duration served);
  void watch(std::uint32_t server);
  bool is_wanted(const Job& job) const { return requests_[job.request].attempt == job.attempt; }
  void complete(RequestIndex index);
  void fail(RequestIndex index, const char* reason);
  std::uint32_t phase_of(NodeIndex node) const { return StationNews::phase_of(phases_, node); }
  void say(StationState& station);
  void say_all();
  void note_silence();
  void apply(const Event& event);
  void command(const CommandNodes& command);
  void kill(NodeIndex node);
  void pause(NodeIndex node, bool paused);
  void note_cuts(const Action& action);
  bool is_alive(NodeIndex from, NodeIndex to) const;
  void try_elsewhere(RequestIndex index, Duration after);
  void leases_run_out();
  std::vector<std::uint32_t> servers_of(NodeIndex node) const;

  const Scenario& scenario_;
  const SimulateOptions& options_;
  const ServingPlan plan_;
  InfrastructureState state_;
  EventQueue events_;
  MessageNetwork network_;
  Tally tally_;
  Instant now_ = scenario_start;
  std::uint64_t events_done_ = 0;
  const Seed phases_;  // of the nodes' heartbeats
  const Seed routing_;
  std::uint32_t beat_ = StationNews::phases;
  Instant next_beat_;
  std::vector<StreamState> streams_;
  std::size_t sources_left_ = 0;
  std::size_t changes_left_ = 0;  // events of the scenario
  Slab<Request> requests_;
  Slab<Job> jobs_;
  std::uint32_t attempts_ = 0;
  std::vector<bool> lost_sender_;                        // by node: its load generator was killed
  std::unordered_map<NodeIndex, std::vector<std::uint32_t>> held_;  // by node that is paused: requests that it has to go on with
  std::unordered_map<NodeIndex, Instant> paused_since_;
  std::unordered_map<std::uint64_t, Instant> cut_since_;  // by pair: from * nodes + to
  std::vector<StationState> stations_;
  std::vector<ServerState> servers_;
  std::unordered_map<std::size_t, std::uint32_t> server_states_;  // by server of the plan
  PreparedRequests prepared_;
  UserTraffic for_users_;
  const bool links_in_place_;  // no two nodes have a link of their own, and the tiers' are where the parser puts them
  std::vector<std::uint64_t> carried_;  // bytes on the wire, by class of links and service
  std::vector<ArrivalRate> asked_;  // by tier and service, then node, where there is a choice
  std::vector<Sight> sights_;  // by tier and service, then node, then place
  std::unordered_map<RequestIndex, std::vector<std::uint32_t>> tried_;  // places, of what was tried more than once
  std::vector<RouteCandidate> candidates_;
  std::vector<std::uint32_t> places_;  // of these candidates, in the plan
  std::vector<std::uint32_t> arrived_;
  std::vector<TimelineEvent> applied_;
};

}  // namespace continuo
