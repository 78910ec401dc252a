#include "simulate/simulation.hh"

#include <algorithm>

#include "network/link_load.hh"

namespace continuo {

namespace {

constexpr std::size_t queue_max = 64;        // waiting at an instance; more are refused (node/serving/instance.hh)
constexpr std::size_t peers_max = 256;       // that a node knows (node/routing/peer_table.hh)
constexpr double smoothing = 1.0 / 8;        // of the service times that a node measures
constexpr std::uint64_t events_a_word = 1 << 20;
constexpr Duration longest = std::chrono::seconds{60};  // for a stream without a deadline

}  // namespace

Simulation::Simulation(const Scenario& scenario, const SimulateOptions& options)
    : scenario_{scenario},
      options_{options},
      plan_{make_serving_plan(scenario, options.placement ? *options.placement : planned_placement(scenario), options)},
      state_{scenario},
      network_{scenario, state_, events_},
      tally_{scenario, plan_},
      lost_sender_(scenario.nodes.size(), false),
      held_(scenario.nodes.size()),
      paused_since_(scenario.nodes.size()),
      sights_(scenario.nodes.size() * scenario.services.size()) {
  for (const Server& server : plan_.servers) servers_.push_back({.cpu = SharedCpu{server.capacity}, .scheduled = std::nullopt});
  for (std::size_t station = 0; station < plan_.stations.size(); ++station) {
    const Station& which = plan_.stations[station];
    const Seed seed = scenario.seed.derive("service/" + scenario.services[which.service].name + "/" +
                                           plan_.servers[which.server].name);
    stations_.push_back({.waiting = {}, .rng = Rng{seed}});
  }
  for (const auto& list : plan_.of_service) {
    for (const Serving& serving : list) stations_[serving.station].service_time = from_seconds(serving.service.mean);
  }
  add_sources();
  for (std::uint32_t event = 0; event < scenario.events.size(); ++event) {
    events_.push(scenario_start + scenario.events[event].at, EventKind::change, event);
    ++changes_left_;
  }
  if (!stations_.empty()) events_.push(scenario_start + options.heartbeat, EventKind::report, 0);
}

void Simulation::add_sources() {
  for (StreamIndex stream = 0; stream < scenario_.workload.size(); ++stream) {
    for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
      if (scenario_.nodes[node].tier != scenario_.workload[stream].from) continue;
      Schedule schedule{scenario_, stream, node};
      const auto first = schedule.next();
      if (!first) continue;
      events_.push(first->at, EventKind::arrival, static_cast<std::uint32_t>(sources_.size()));
      sources_.push_back({std::move(schedule), *first, node});
      ++sources_left_;
    }
  }
}

void Simulation::run() {
  Duration deadline{};
  for (const Stream& stream : scenario_.workload) {
    deadline = std::max(deadline, stream.deadline > Duration::zero() ? stream.deadline : longest);
  }
  const Instant end = scenario_start + scenario_.end() + deadline;
  while (!events_.empty() && events_.next() <= end && (sources_left_ > 0 || requests_.size() > 0 || changes_left_ > 0)) {
    const SimulatedEvent event = events_.pop();
    now_ = event.at;
    if (++events_done_ % events_a_word == 0 && options_.progress) options_.progress(now_ - scenario_start, events_done_);
    handle(event);
  }
  for (const RequestIndex left : requests_.numbers()) {
    fail(left, paused_since_[source_node(requests_[left])] ? "sender-paused" : "deadline");
  }
}

void Simulation::handle(const SimulatedEvent& event) {
  switch (event.kind) {
    case EventKind::arrival: return arrive(event.index);
    case EventKind::sent: return route(event.index);
    case EventKind::finish: return finish(event.index);
    case EventKind::back: return route(event.index);
    case EventKind::lease: return leases_run_out();
    case EventKind::report: return report();
    case EventKind::change:
      --changes_left_;
      return apply(scenario_.events[event.index]);
    case EventKind::parcel:
    case EventKind::hop:
    case EventKind::window:
    case EventKind::resend: break;
  }
  arrived_.clear();
  network_.handle(event, arrived_);
  for (std::size_t next = 0; next < arrived_.size(); ++next) delivered(arrived_[next]);
}

void Simulation::arrive(std::uint32_t index) {
  Source& source = sources_[index];
  const StreamIndex number = source.schedule.stream();
  const Stream& stream = scenario_.workload[number];
  Request request;
  request.source = index;
  request.times.scheduled = now_;
  request.deadline = now_ + (stream.deadline > Duration::zero() ? stream.deadline : longest);
  const auto sizes = options_.input_sizes.find(number);
  const bool known = sizes != options_.input_sizes.end() && !sizes->second.empty();
  request.size = (known ? sizes->second[source.next.input % sizes->second.size()] : stream.input_size) + options_.message_overhead;
  const double prepare = to_seconds(options_.prepare_time);
  servers_[source.node].prepared += prepare;
  request.times.sent = now_ + from_seconds(prepare / core_speed(scenario_.tier_of(source.node).cpu()));
  request.attempt = ++attempts_;
  tally_.generated(stream.service);
  events_.push(request.times.sent, EventKind::sent, requests_.put(request));
  if (const auto next = source.schedule.next()) {
    source.next = *next;
    events_.push(next->at, EventKind::arrival, index);
  } else {
    --sources_left_;
  }
}

Simulation::Sight& Simulation::sight(NodeIndex node, ServiceIndex service, std::size_t place) {
  const auto& servings = plan_.of_service[service];
  auto& known = sights_[node * scenario_.services.size() + service];
  if (known.empty()) known.resize(std::min(servings.size(), peers_max));
  Sight& sight = known[place];
  const Serving& serving = servings[place];
  if (!sight.lane) sight.lane = network_.lane(node, plan_.servers[serving.server].node);
  if (sight.report != stations_[serving.station].report) {
    sight.since = 0;
    sight.report = stations_[serving.station].report;
  }
  return sight;
}

Bytes Simulation::answer_size(const Request& request) const {
  const ServicePackage& package = scenario_.services[stream_of(request).service].package;
  const Bytes payload = options_.response_size.value_or(package.response_to(request.size - options_.message_overhead));
  return payload + options_.message_overhead;
}

// As node/routing/peer_table.hh has it: what the last heartbeat said, and what was sent and came back since.
RouteCandidate Simulation::candidate(NodeIndex from, ServiceIndex service, std::size_t place) {
  const Serving& serving = plan_.of_service[service][place];
  const Server& server = plan_.servers[serving.server];
  const StationState& station = stations_[serving.station];
  RouteCandidate candidate;
  candidate.workers = server.workers;
  candidate.service_time = station.service_time;
  if (server.node == from) {
    candidate.waiting = static_cast<double>(station.waiting.size()) + station.busy;
    return candidate;
  }
  const Sight& seen = sight(from, service, place);
  candidate.waiting = std::max<double>(seen.in_flight, station.reported + seen.since);
  candidate.round_trip = network_.round_trip(*seen.lane);
  candidate.rate = network_.rate(*seen.lane);
  candidate.alive = is_alive(from, server.node);
  return candidate;
}

bool Simulation::has_tried(const Request& request, std::uint32_t place) {
  return std::find(request.tried.begin(), request.tried.begin() + request.tries, place) != request.tried.begin() + request.tries;
}

void Simulation::route(RequestIndex index) {
  Request& request = requests_[index];
  if (lost_sender_[source_node(request)]) return fail(index, "sender-killed");
  if (paused_since_[source_node(request)]) return held_[source_node(request)].push_back(index);
  if (request.tries == 0) request.times.sent = now_;
  const ServiceIndex service = stream_of(request).service;
  const auto& servings = plan_.of_service[service];
  candidates_.clear();
  places_.clear();
  for (std::uint32_t place = 0; place < servings.size(); ++place) {
    const bool known = place < peers_max || plan_.servers[servings[place].server].node == source_node(request);
    if (!known || has_tried(request, place)) continue;
    candidates_.push_back(candidate(source_node(request), service, place));
    places_.push_back(place);
  }
  const RouteRequest asked{request.size, answer_size(request), request.deadline - now_};
  const auto chosen = request.tries < attempts_max ? choose_route(asked, candidates_) : std::nullopt;
  if (!chosen) return fail(index, request.tries > 0 ? "http-503" : servings.empty() ? "no-node" : "http-504");
  request.serving = places_[chosen->candidate];
  request.tried[static_cast<std::size_t>(request.tries++)] = request.serving;
  request.attempt = ++attempts_;
  request.answered = false;
  if (is_local(request)) {
    request.times.arrived = now_;
    enqueue(index);
  } else {
    note_sent(request);
    request.is_away = true;
    request.message = network_.send(lane_of(request), request.size, true, index, request.deadline, now_);
  }
}

void Simulation::note_sent(const Request& request) {
  Sight& seen = sight(request);
  ++seen.in_flight;
  ++seen.since;
}

void Simulation::note_back(const Request& request) {
  Sight& seen = sight(request);
  --seen.in_flight;
  --seen.since;
}

// A message has come: the request at the node that serves it, or the answer at the one that asked.
void Simulation::delivered(RequestIndex index) {
  Request& request = requests_[index];
  if (network_.was_given_up(index)) {
    note_back(request);
    return fail(index, "deadline");
  }
  if (!request.answered) {
    if (state_.state(serving_node(request)) == NodeState::killed) return refuse(index);
    request.times.arrived = now_;
    return enqueue(index);
  }
  if (paused_since_[source_node(request)]) return held_[source_node(request)].push_back(index);
  note_back(request);
  request.is_away = false;
  complete(index);
}

void Simulation::enqueue(RequestIndex index) {
  const Request& request = requests_[index];
  const Serving& serving = serving_of(request);
  StationState& station = stations_[serving.station];
  if (station.waiting.size() >= queue_max) return refuse(index);
  const double speed = serving.service.mean > 0.0 ? serving.work / serving.service.mean : 1.0;
  station.waiting.push_back(jobs_.put({.request = index,
                                       .attempt = request.attempt,
                                       .station = serving.station,
                                       .work = service_seconds(serving.service, station.rng.normal()) * speed,
                                       .arrived = now_}));
  start_next(serving.station);
}

void Simulation::refuse(RequestIndex index) {
  const Request& request = requests_[index];
  if (is_local(request)) return route(index);
  try_elsewhere(index, network_.delay(network_.back(lane_of(request)), refusal));
}

// What becomes of it where it was tried is nobody's any more.
void Simulation::try_elsewhere(RequestIndex index, Duration after) {
  Request& request = requests_[index];
  note_back(request);
  request.is_away = false;
  request.attempt = ++attempts_;
  events_.push(now_ + after, EventKind::back, index);
}

void Simulation::start_next(std::size_t index) {
  StationState& station = stations_[index];
  const std::size_t server = plan_.stations[index].server;
  while (station.busy < plan_.servers[server].workers && !station.waiting.empty()) {
    const std::uint32_t next = station.waiting.front();
    station.waiting.pop_front();
    Job& job = jobs_[next];
    if (is_wanted(job) && requests_[job.request].deadline <= now_) {  // it is not run at all: nobody waits for it any more
      if (requests_[job.request].is_away) note_back(requests_[job.request]);
      fail(job.request, "deadline");
      jobs_.take(next);
      continue;
    }
    job.queued = now_ - job.arrived;
    ++station.busy;
    servers_[server].cpu.start(next, job.work, now_);
  }
  watch(server);
}

void Simulation::watch(std::size_t server) {
  ServerState& state = servers_[server];
  const auto next = state.cpu.next_end();
  if (next && (!state.scheduled || *next < *state.scheduled)) {
    state.scheduled = next;
    events_.push(*next, EventKind::finish, static_cast<std::uint32_t>(server));
  }
}

void Simulation::finish(std::size_t server) {
  ServerState& state = servers_[server];
  if (state.scheduled != now_) return;
  state.scheduled.reset();
  const auto next = state.cpu.next_end();
  if (!next || *next > now_) return watch(server);  // it was slowed down meanwhile
  const Job job = jobs_.take(state.cpu.end_next(now_));
  StationState& station = stations_[job.station];
  const Duration served = now_ - job.arrived - job.queued;
  station.service_time += from_seconds(smoothing * to_seconds(served - station.service_time));
  --station.busy;
  if (is_wanted(job)) answer(job, served);
  start_next(job.station);
}

void Simulation::answer(const Job& job, Duration served) {
  Request& request = requests_[job.request];
  request.times.queued = job.queued;
  request.times.served = served;
  if (is_local(request)) return complete(job.request);
  request.answered = true;
  request.message =
      network_.send(network_.back(lane_of(request)), answer_size(request), false, job.request, request.deadline, now_);
}

void Simulation::complete(RequestIndex index) {
  if (requests_[index].deadline < now_) return fail(index, "deadline");
  requests_[index].attempt = 0;
  Request request = requests_.take(index);
  request.times.received = now_;
  tally_.completed(stream_of(request).service, request.serving, request.times);
}

void Simulation::fail(RequestIndex index, const char* reason) {
  requests_[index].attempt = 0;  // a job of it that is under way is nobody's
  const Request request = requests_.take(index);
  tally_.failed(stream_of(request).service, reason, now_);
}

void Simulation::report() {
  for (std::size_t index = 0; index < stations_.size(); ++index) {
    StationState& station = stations_[index];
    const NodeIndex node = plan_.servers[plan_.stations[index].server].node;
    if (state_.state(node) != NodeState::running) continue;  // it says nothing
    station.reported = static_cast<double>(station.waiting.size()) + station.busy;
    ++station.report;
  }
  events_.push(now_ + options_.heartbeat, EventKind::report, 0);
}

std::vector<ResourceLoad> Simulation::resources(std::span<const ServiceResult> services) {
  std::vector<ResourceLoad> loads;
  const Duration time = now_ - scenario_start;
  if (time <= Duration::zero()) return loads;
  const double unserved = generated_to_completed(services);
  for (std::size_t server = 0; server < servers_.size(); ++server) {
    ServerState& state = servers_[server];
    const double offered = state.cpu.offered(now_);
    const double done = state.cpu.done(now_);
    const bool profiled = plan_.servers[server].kind == Server::Kind::profiled;
    loads.push_back({.name = plan_.servers[server].name,
                     .kind = profiled ? ResourceKind::accelerator : ResourceKind::cpu,
                     .utilisation = std::min(1.0, (done + state.prepared) / offered),
                     .offered_load = (done * unserved + state.prepared) / offered});
  }
  std::vector<PathLoad> paths;
  for (const MessageNetwork::Link& link : network_.links()) {
    if (!link.is_access) paths.push_back({link.from, link.to, *link.counters});
  }
  std::ranges::sort(paths, {}, [](const PathLoad& path) { return std::pair{path.from, path.to}; });
  for (ResourceLoad& load : link_loads(scenario_, paths, time)) loads.push_back(std::move(load));
  for (const MessageNetwork::Link& link : network_.links()) {
    if (!link.is_access) continue;
    if (auto load = access_load(scenario_, link.from, link.up, *link.counters, time)) loads.push_back(*std::move(load));
  }
  return loads;
}

}  // namespace continuo
