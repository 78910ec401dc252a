#include "simulate/simulation.hh"

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "policy/batching.hh"

namespace continuo {

namespace {

constexpr std::size_t peers_max = 256;       // that a node knows (node/routing/peer_table.hh)
constexpr double smoothing = 1.0 / 8;        // of the service times that a node measures
constexpr std::uint32_t place_mask = 0xffffff;  // of a node in a service's list: there are not more than 16 million
constexpr std::uint64_t events_a_word = 1 << 20;
constexpr Duration longest = std::chrono::seconds{60};  // for a stream without a deadline

// In bytes; an input has at most 64 MiB (scenario/parse_workload.cc).
std::uint32_t message_size(Bytes payload, Bytes overhead) {
  const std::int64_t size = (payload + overhead).count();
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(size, 0, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace

Simulation::Simulation(const Scenario& scenario, const SimulateOptions& options)
    : scenario_{scenario},
      options_{options},
      plan_{make_serving_plan(scenario, options.placement ? *options.placement : planned_on_able(scenario), options)},
      state_{scenario},
      network_{scenario, state_, events_},
      tally_{scenario, plan_},
      phases_{scenario.seed.derive("heartbeats")},
      routing_{scenario.seed.derive("routing")},
      next_beat_{scenario_start + StationNews::length(options.heartbeat)},
      lost_sender_(scenario.nodes.size(), false),
      prepared_{scenario},
      for_users_{scenario},
      links_in_place_{are_in_place(scenario)},
      carried_((scenario.links.size() + scenario.pair_links.size()) * scenario.services.size(), 0) {
  add_stations();
  add_streams();
  for (std::uint32_t event = 0; event < scenario.events.size(); ++event) {
    events_.push({scenario_start + scenario.events[event].at, EventKind::change, event});
    ++changes_left_;
  }
}

void Simulation::add_stations() {
  for (const Station& which : plan_.stations) {
    const Seed seed = scenario_.seed.derive("service/" + scenario_.services[which.service].name + "/" +
                                            server_name(scenario_, plan_.servers[which.server]));
    const StationNews news{phase_of(plan_.servers[which.server].node), Duration::zero()};
    stations_.push_back({.server = server_state(which.server), .waiting = {}, .news = news, .rng = Rng{seed}});
  }
  for (const auto& list : plan_.of_service) {
    for (const Serving& serving : list) {
      stations_[serving.station].service_time = from_seconds(serving.service.mean);
      stations_[serving.station].news.say_now(beat_, {.service_time = stations_[serving.station].service_time});
      stations_[serving.station].next = serving.service.next;
    }
  }
}

void Simulation::add_streams() {
  std::map<std::pair<TierIndex, ServiceIndex>, std::pair<std::size_t, std::size_t>> nodes;  // first of their sights, and of their rates
  std::uint32_t sources = 0;
  for (StreamIndex number = 0; number < scenario_.workload.size(); ++number) {
    const Stream& which = scenario_.workload[number];
    const std::size_t places = std::min(plan_.of_service[which.service].size(), peers_max);
    StreamState& stream = streams_.emplace_back(StreamState{.sources = {scenario_, number}});
    stream.first_source = sources;
    stream.service = which.service;
    stream.deadline = which.deadline > Duration::zero() ? which.deadline : longest;
    stream.prepare = from_seconds(to_seconds(options_.prepare_time) / core_speed(scenario_.tiers[which.from].cpu()));
    const auto sizes = options_.input_sizes.find(number);
    if (sizes != options_.input_sizes.end() && !sizes->second.empty()) stream.sizes = &sizes->second;
    stream.transport = transport_costs(which.transport, options_);
    stream.channel = stream.transport.one_connection ? static_cast<std::uint8_t>(which.transport) : std::uint8_t{0};
    stream.size = message_size(which.input_size, stream.transport.request_overhead);
    stream.places = places;
    const auto [found, added] = nodes.try_emplace({which.from, which.service}, sights_.size(), asked_.size());
    std::tie(stream.sights, stream.asked) = found->second;
    if (added) sights_.resize(sights_.size() + places * stream.sources.nodes());
    if (added && places > 1) asked_.resize(asked_.size() + stream.sources.nodes());
    for (std::uint32_t source = 0; source < stream.sources.size(); ++source) {
      if (const auto first = stream.sources.first(source)) {
        events_.push({*first, EventKind::arrival, sources + source});
        ++sources_left_;
      }
    }
    sources += static_cast<std::uint32_t>(stream.sources.size());
  }
}

std::uint32_t Simulation::server_state(std::size_t server) {
  const auto [found, added] = server_states_.try_emplace(server, static_cast<std::uint32_t>(servers_.size()));
  if (!added) return found->second;
  const Server& which = plan_.servers[server];
  const int cores = which.kind == Server::Kind::profiled ? 1 : scenario_.tier_of(which.node).cores;
  servers_.push_back({.server = server, .cpu = SharedCpu{which.capacity, cores}, .scheduled = std::nullopt});
  return found->second;
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
    if (now_ >= next_beat_) {
      beat_ = StationNews::beat_at(now_, options_.heartbeat);
      next_beat_ += StationNews::length(options_.heartbeat) * (1 + (now_ - next_beat_) / StationNews::length(options_.heartbeat));
    }
    if (++events_done_ % events_a_word == 0 && options_.progress) options_.progress(now_ - scenario_start, events_done_);
    look_ahead();
    handle(event);
  }
  for (const RequestIndex left : requests_.numbers()) {
    fail(left, is_paused(source_node(requests_[left])) ? "sender-paused" : "deadline");
  }
}

void Simulation::handle(const SimulatedEvent& event) {
  switch (event.kind) {
    case EventKind::arrival: return arrive(event.index);
    case EventKind::sent: return route(event.index);
    case EventKind::finish: return finish(event.index);
    case EventKind::gathered: return gathered(event.index);
    case EventKind::back: return route(event.index);
    case EventKind::lease: return leases_run_out();
    case EventKind::change:
      --changes_left_;
      return apply(scenario_.events[event.index]);
    case EventKind::message:
    case EventKind::opened:
    case EventKind::parcel:
    case EventKind::hop:
    case EventKind::window:
    case EventKind::resend:
    case EventKind::acknowledgement: break;
  }
  arrived_.clear();
  network_.handle(event, arrived_);
  for (std::size_t next = 0; next < arrived_.size(); ++next) delivered(arrived_[next]);
}

void Simulation::arrive(std::uint32_t index) {
  StreamState& stream = streams_[stream_number(index)];
  const std::size_t source = index - stream.first_source;
  if (stream.sources.is_closed() && lost_sender_[stream.sources.node(source)]) {
    --sources_left_;
    return;
  }
  Request request;
  request.source = index;
  request.times.scheduled = now_;
  request.size = stream.size;
  if (stream.sizes != nullptr) {
    request.size = message_size((*stream.sizes)[stream.sources.input(source, now_) % stream.sizes->size()], stream.transport.request_overhead);
  }
  prepared_.add(stream.sources.node(source), stream.sources.is_closed());
  request.times.sent = now_ + stream.prepare;
  request.attempt = ++attempts_;
  ++stream.generated;
  tally_.generated(stream.service);
  events_.push({request.times.sent, EventKind::sent, requests_.put(request)});
  if (!stream.sources.is_closed()) await(index, stream.sources.after(source, now_));
}

void Simulation::await(std::uint32_t source, std::optional<Instant> next) {
  if (next) events_.push({*next, EventKind::arrival, source});
  else --sources_left_;
}

Bytes Simulation::answer_size(const Request& request) const {
  const StreamState& stream = stream_of(request);
  const ServicePackage& package = scenario_.services[stream.service].package;
  const Bytes asked = Bytes::of(request.size) - stream.transport.request_overhead;
  const Bytes payload = options_.response_size ? *options_.response_size : package.response_to(asked);
  return payload + stream.transport.answer_overhead;
}

bool Simulation::has_tried(RequestIndex index, std::uint32_t place) const {
  const Request& request = requests_[index];
  if (request.tries <= 1) return request.tries == 1 && request.serving == place;
  return std::ranges::count(tried_.at(index), place) > 0;
}

// Requests a second that the source's node sends, this one too, each as often as it is tried. Nothing where there is nothing to choose.
double Simulation::note_asked(std::uint32_t source) {
  const StreamState& stream = stream_of(source);
  if (stream.places < 2) return 0.0;
  ArrivalRate& asked = asked_[stream.asked + stream.sources.rank(source - stream.first_source)];
  asked.note(now_ - scenario_start);
  return asked.per_second(now_ - scenario_start);
}

// Uniform in [0, 1), of the attempts so far: 53 bits of a word.
double Simulation::draw_of(std::uint64_t attempt) const { return static_cast<double>(Seed::mix(routing_.value() + Seed::mix(attempt + 1)) >> 11) * 0x1p-53; }

void Simulation::route(RequestIndex index) {
  Request& request = requests_[index];
  const NodeIndex source = source_node(request);
  if (lost_sender_[source]) return fail(index, "sender-killed");
  if (is_paused(source)) return held_[source].push_back(index);
  if (request.tries == 0) request.times.sent = now_;
  const auto& servings = plan_.of_service[stream_of(request).service];
  candidates_.clear();
  places_.clear();
  for (std::uint32_t place = 0; place < servings.size(); ++place) {
    const bool known = place < peers_max || plan_.servers[servings[place].server].node == source;
    if (!known || has_tried(index, place)) continue;
    candidates_.push_back(candidate(request.source, place));
    places_.push_back(place);
  }
  const RouteRequest asked{Bytes::of(request.size), answer_size(request), deadline_of(request) - now_, note_asked(request.source)};
  const auto chosen = request.tries < attempts_max ? choose_route(asked, candidates_, draw_of(attempts_)) : std::nullopt;
  if (!chosen) return fail(index, request.tries > 0 ? "http-503" : servings.empty() ? "no-node" : "http-504");
  if (request.tries == 1) tried_[index] = {request.serving};
  if (request.tries > 0) tried_[index].push_back(places_[chosen->candidate]);
  request.serving = places_[chosen->candidate] & place_mask;
  ++request.tries;
  request.attempt = ++attempts_;
  request.answered = false;
  if (is_local(request)) {
    request.times.arrived = now_;
    enqueue(index);
  } else {
    request.lane = note_sent(request).lane;
    request.is_away = true;
    note_carried(request, Bytes::of(request.size), false);
    request.message = network_.send(
        request.lane,
        {.size = Bytes::of(request.size), .is_request = true, .tag = index, .handling = options_.request_handling,
         .channel = stream_of(request).channel, .opening = stream_of(request).transport.opening},
        deadline_of(request), now_);
  }
}

// Where it goes was a candidate just now, so its sight is up to date.
const Simulation::Sight& Simulation::note_sent(const Request& request) {
  Sight& seen = sights_[sight_number(request.source, request.serving)];
  ++seen.in_flight;
  ++seen.since;
  return seen;
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
  if (is_paused(source_node(request))) return held_[source_node(request)].push_back(index);
  note_back(request);
  request.is_away = false;
  complete(index);
}

void Simulation::enqueue(RequestIndex index) {
  const Request& request = requests_[index];
  const Serving& serving = serving_of(request);
  StationState& station = stations_[serving.station];
  const Service& service = scenario_.services[stream_of(request).service];
  const int workers = plan_.servers[serving.server].workers;
  say(station);
  station.arrivals.note(now_ - scenario_start);
  if (!may_wait(station.waiting.size(), station.busy, workers, static_cast<std::size_t>(service.queue), service.batch)) return refuse(index);
  station.waiting.push_back(jobs_.put({.request = index,
                                       .attempt = request.attempt,
                                       .station = static_cast<std::uint32_t>(serving.station),
                                       .for_user = stream_of(request).sources.is_closed(),
                                       .work = varied(serving.service.work, serving.service.work_sd, station.rng.normal()),
                                       .arrived = now_}));
  start_next(static_cast<std::uint32_t>(serving.station));
}

void Simulation::refuse(RequestIndex index) {
  const Request& request = requests_[index];
  if (is_local(request)) return route(index);
  try_elsewhere(index, network_.delay(MessageNetwork::back(request.lane), refusal));
}

// What becomes of it where it was tried is nobody's any more.
void Simulation::try_elsewhere(RequestIndex index, Duration after) {
  Request& request = requests_[index];
  note_back(request);
  request.is_away = false;
  request.attempt = ++attempts_;
  events_.push({now_ + after, EventKind::back, index});
}

void Simulation::start_next(std::uint32_t index) {
  if (batching_of(index).most > 1) return start_batches(index);
  StationState& station = stations_[index];
  const int workers = plan_.servers[plan_.stations[index].server].workers;
  while (station.busy < workers && !station.waiting.empty()) {
    const std::uint32_t next = station.waiting.front();
    station.waiting.pop_front();
    Job& job = jobs_[next];
    if (drop_if_late(next)) continue;
    job.queued = now_ - job.arrived;
    ++station.busy;
    servers_[station.server].cpu.start(next, job.work, now_);
  }
  watch(station.server);
}

void Simulation::watch(std::uint32_t server) {
  ServerState& state = servers_[server];
  const auto next = state.cpu.next_end();
  if (next && (!state.scheduled || *next < *state.scheduled)) {
    state.scheduled = next;
    events_.push({*next, EventKind::finish, server});
    __builtin_prefetch(&requests_[jobs_[state.cpu.first_to_end()].request], 1);  // finish() will need it
  }
}

void Simulation::finish(std::uint32_t server) {
  ServerState& state = servers_[server];
  if (state.scheduled != now_) return;
  state.scheduled.reset();
  const auto next = state.cpu.next_end();
  if (!next || *next > now_) return watch(server);  // it was slowed down meanwhile
  const Job job = jobs_.take(state.cpu.end_next(now_));
  StationState& station = stations_[job.station];
  const Duration served = now_ - job.arrived - job.queued;
  say(station);
  station.service_time += from_seconds(smoothing * to_seconds(served - station.service_time));
  --station.busy;
  station.worked += job.work;
  if (job.for_user) station.worked_for_users += job.work;
  if (is_wanted(job)) answer(job, served);
  if (job.behind != alone) end_rest_of_batch(job.behind, served);
  start_next(job.station);
}

void Simulation::answer(const Job& job, Duration served) {
  Request& request = requests_[job.request];
  request.times.queued = job.queued;
  request.times.served = served;
  if (is_local(request)) return complete(job.request);
  request.answered = true;
  const Bytes size = answer_size(request);
  note_carried(request, size, true);
  request.message = network_.send(
      MessageNetwork::back(request.lane),
      {.size = size, .is_request = false, .tag = job.request, .handling = options_.answer_handling,
       .channel = stream_of(request).channel},
      deadline_of(request), now_);
}

void Simulation::complete(RequestIndex index) {
  if (deadline_of(requests_[index]) < now_) return fail(index, "deadline");
  const Request request = end(index);
  tally_.completed(stream_of(request).service, request.serving, request.times, now_);
  go_on(request.source, false);
}

void Simulation::fail(RequestIndex index, const char* reason) {
  const Request request = end(index);
  tally_.failed(stream_of(request).service, reason, now_);
  go_on(request.source, true);
}

Simulation::Request Simulation::end(RequestIndex index) {
  if (requests_[index].tries > 1) tried_.erase(index);
  requests_[index].attempt = 0;  // a job of it that is under way is nobody's
  return requests_.take(index);
}

}  // namespace continuo
