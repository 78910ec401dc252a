// One run of the simulator: what there is, and what happens next. Used by evaluate.cc alone.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/routing.hh"
#include "policy/serving_plan.hh"
#include "scenario/infrastructure_state.hh"
#include "simulate/event_queue.hh"
#include "simulate/network.hh"
#include "simulate/shared_cpu.hh"
#include "simulate/simulate.hh"
#include "simulate/slab.hh"
#include "simulate/tally.hh"
#include "units/rng.hh"
#include "workload/schedule.hh"

namespace continuo {

inline constexpr int attempts_max = 8;             // nodes tried for one request (node/routing/forwarder.hh)
inline constexpr Bytes refusal = Bytes::of(300);  // an answer that says no

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
  // Of each server and link, over the run so far. What was not answered would have cost the servers as much as what was.
  std::vector<ResourceLoad> resources(std::span<const ServiceResult> services);

 private:
  using RequestIndex = std::uint32_t;
  struct Source {
    Schedule schedule;
    Arrival next;
    NodeIndex node = 0;
  };
  struct Request {
    std::uint32_t source = 0;
    std::uint32_t serving = 0;  // place in the plan's list of its service
    std::array<std::uint32_t, attempts_max> tried{};  // such places
    int tries = 0;
    SimulatedTimes times;
    Instant deadline{};
    Bytes size = Bytes::zero();
    bool answered = false;      // what is on the way is the answer
    bool is_away = false;       // at another node, or on the way there or back
    std::uint32_t message = 0;  // on the way
    std::uint32_t attempt = 0;  // a number of its own for each node that it is tried on
  };
  // A request at the node that serves it. It may be tried elsewhere meanwhile, and then nobody waits for this.
  struct Job {
    RequestIndex request = 0;
    std::uint32_t attempt = 0;
    std::size_t station = 0;
    double work = 0.0;  // core-seconds
    Instant arrived{};
    Duration queued{};
  };
  struct StationState {
    std::deque<std::uint32_t> waiting;  // jobs
    int busy = 0;
    double reported = 0.0;     // by the last heartbeat: waiting for or held by a worker
    std::uint32_t report = 0;  // its number
    Duration service_time{};   // measured, smoothed
    Rng rng;
  };
  struct ServerState {
    SharedCpu cpu;
    std::optional<Instant> scheduled;
    double prepared = 0.0;  // core-seconds of sending
  };
  // What a node that routes knows of a station elsewhere, beyond the last heartbeat.
  struct Sight {
    std::int32_t in_flight = 0;
    std::int32_t since = 0;    // sent minus come back since that heartbeat
    std::uint32_t report = 0;
    std::optional<MessageNetwork::LaneIndex> lane;  // to its node
  };

  const Stream& stream_of(const Request& request) const { return scenario_.workload[sources_[request.source].schedule.stream()]; }
  const Serving& serving_of(const Request& request) const {
    return plan_.of_service[stream_of(request).service][request.serving];
  }
  NodeIndex source_node(const Request& request) const { return sources_[request.source].node; }
  NodeIndex serving_node(const Request& request) const { return plan_.servers[serving_of(request).server].node; }
  bool is_local(const Request& request) const { return source_node(request) == serving_node(request); }

  Bytes answer_size(const Request& request) const;

  void add_sources();
  void handle(const SimulatedEvent& event);
  void arrive(std::uint32_t source);
  void route(RequestIndex index);
  RouteCandidate candidate(NodeIndex from, ServiceIndex service, std::size_t place);
  Sight& sight(NodeIndex node, ServiceIndex service, std::size_t place);
  Sight& sight(const Request& request) { return sight(source_node(request), stream_of(request).service, request.serving); }
  MessageNetwork::LaneIndex lane_of(const Request& request) { return *sight(request).lane; }
  static bool has_tried(const Request& request, std::uint32_t place);
  void note_sent(const Request& request);
  void note_back(const Request& request);
  void delivered(RequestIndex index);
  void enqueue(RequestIndex index);
  void start_next(std::size_t station);
  void refuse(RequestIndex index);
  void finish(std::size_t server);
  void answer(const Job& job, Duration served);
  void watch(std::size_t server);
  bool is_wanted(const Job& job) const { return requests_[job.request].attempt == job.attempt; }
  void complete(RequestIndex index);
  void fail(RequestIndex index, const char* reason);
  void report();
  void apply(const Event& event);
  void command(const CommandNodes& command);
  void kill(NodeIndex node);
  void pause(NodeIndex node, bool paused);
  void note_cuts(const Action& action);
  bool is_alive(NodeIndex from, NodeIndex to) const;
  void try_elsewhere(RequestIndex index, Duration after);
  void leases_run_out();
  template <typename Function>
  void for_servers_of(NodeIndex node, Function function);

  const Scenario& scenario_;
  const SimulateOptions& options_;
  const ServingPlan plan_;
  InfrastructureState state_;
  EventQueue events_;
  MessageNetwork network_;
  Tally tally_;
  Instant now_ = scenario_start;
  std::uint64_t events_done_ = 0;
  std::vector<Source> sources_;
  std::size_t sources_left_ = 0;
  std::size_t changes_left_ = 0;  // events of the scenario
  Slab<Request> requests_;
  Slab<Job> jobs_;
  std::uint32_t attempts_ = 0;
  std::vector<bool> lost_sender_;                        // by node: its load generator was killed
  std::vector<std::vector<std::uint32_t>> held_;         // by node that is paused: requests that it has to go on with
  std::vector<std::optional<Instant>> paused_since_;     // by node
  std::unordered_map<std::uint64_t, Instant> cut_since_;  // by pair: from * nodes + to
  std::vector<StationState> stations_;
  std::vector<ServerState> servers_;
  std::vector<std::vector<Sight>> sights_;  // by node and service, then place
  std::vector<RouteCandidate> candidates_;
  std::vector<std::uint32_t> places_;  // of these candidates, in the plan
  std::vector<std::uint32_t> arrived_;
  std::vector<TimelineEvent> applied_;
};

}  // namespace continuo
