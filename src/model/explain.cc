#include "model/explain.hh"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "energy/energy_of.hh"
#include "model/closed_loops.hh"
#include "model/energy_usage.hh"
#include "model/left_out.hh"
#include "model/part.hh"
#include "model/flows.hh"
#include "model/waits.hh"
#include "policy/node_classes.hh"
#include "policy/node_memory.hh"
#include "scenario/link_class.hh"

namespace continuo {
namespace {

// What is asked of a scenario and its flows, once.
struct Used {
  bool remote = false;
  bool rate = false;
  bool shared = false;       // links or access links that more than one source uses
  bool windows = false;      // messages larger than the first window
  bool played = false;       // links that are played through
  bool losses = false;
  bool losses_few = true;    // as few as the terms for them are meant for
  bool bursts = false;       // or packets that overtake
  bool profiled = false;
  bool below_one_core = false;
  bool several_nodes = false;  // to choose among
  bool closed = false;         // there are users
  bool mixed = false;          // and others who meet them
  bool slowed = false;         // where users meet, requests of other services use the CPU, and are not played
  bool batches = false;        // a service runs several requests at once
  bool periodic = false;       // there are such sources
  bool crowded = false;        // by one service, where several share the cores
  std::vector<WaitRule> waits;
  std::set<Transport> transports;
  bool refused = false;
  bool kept_back = false;
  bool sent_on = false;        // after a refusal
  bool loads = false;          // something, somewhere
  std::string no_memory;       // a variant loaded that states none
  std::string short_queue;     // a link that cannot hold what is sent at once
};

// With another service that is asked for, too.
bool shares_cpu(const Flows& flows, const StationLoads& loads, const Choice& choice) {
  if (flows.servers[choice.server].kind != Server::Kind::cpu) return false;
  for (std::size_t station = 0; station < flows.stations.size(); ++station) {
    if (station != choice.station && flows.stations[station].server == choice.server && loads.work(station) > 0.0) return true;
  }
  return false;
}

void look_at(const Scenario& scenario, const Flows& flows, const Source& source, const Choice& choice, Waits& waits, Used& used) {
  const ServerClass& server = flows.servers[choice.server];
  used.profiled = used.profiled || server.kind == Server::Kind::profiled;
  used.below_one_core = used.below_one_core || (server.kind == Server::Kind::cpu && server.capacity < 1.0);
  waits.for_worker(source, choice);
  if (std::ranges::find(used.waits, waits.rule()) == used.waits.end()) used.waits.push_back(waits.rule());
  used.crowded = used.crowded || (waits.rule() == WaitRule::shared_cpu && waits.crowds_out(choice));
  used.slowed = used.slowed || (waits.rule() == WaitRule::mean_value && shares_cpu(flows, waits.stations(), choice));
  used.refused = used.refused || waits.refused(source, choice) > 0.0;
  used.kept_back = used.kept_back || (used.refused && flows.is_limited_by_deadline(choice.station));
  used.sent_on = used.sent_on || !waits.detours(source).empty();
  if (choice.local()) return;
  used.remote = true;
  used.transports.insert(scenario.workload[source.stream].transport);
  for (const std::size_t index : {choice.there, choice.back}) {
    const ClassLink& link = flows.links[index];
    used.rate = used.rate || link.path.has_value();
    const double loss = packet_loss(*link.properties);
    used.losses = used.losses || loss > 0.0;
    used.bursts = used.bursts || link.properties->bursts || link.properties->overtake > Probability::never();
    const bool is_request = index == choice.there;
    const SlowStart row = waits.sent_by(source, choice, {.way = link, .message = is_request ? source.request : source.response,
                                                         .is_request = is_request, .elsewhere = waits.elsewhere(source, choice)});
    used.windows = used.windows || !fits_first_window(row);
    used.losses_few = used.losses_few && holds_for(loss, segments_of(row.message, row.stack));
  }
  used.shared = used.shared || !scenario.access.empty();
  used.played = used.played || waits.played_link(source, choice) != nullptr;
}

Used look_at(const Scenario& scenario, const ModelOptions& options) {
  const Flows flows = routed_flows(scenario, options);
  Waits waits{scenario, flows, options, 100, {.before = 1, .messages = 1, .rows = 1}};
  Used used;
  used.batches = flows.batches;
  used.short_queue = short_link_queue(scenario, flows);
  const ClassPlacement placed = class_placement(scenario, options);
  for (const ClassServing& serving : placed.serving) {
    const Service& service = scenario.services[serving.service];
    const Variant& variant = service.package.variants[serving.variant];
    used.loads = true;
    if (variant.memory <= Bytes::zero()) used.no_memory = fmt::format("variant {} of {} states no memory: nothing is told of nodes that have it", variant.name, service.name);
  }
  for (const Source& source : flows.sources) {
    used.periodic = used.periodic || source.periodic;
    used.several_nodes = used.several_nodes || source.choices.size() > 1;
    used.closed = used.closed || source.closed;
    for (const Choice& choice : source.choices) used.mixed = used.mixed || (!source.closed && choice.closed_waits != no_waits);
    for (const Choice& choice : source.choices) {
      if (choice.share > 0.0) look_at(scenario, flows, source, choice, waits, used);
    }
  }
  return used;
}

Explanation of_wait(WaitRule rule) {
  const char* term = "wait for a worker";
  switch (rule) {
    case WaitRule::none:
      return {term, "0", "at most as many periodic sources as workers: none meets another's request", "periods longer than a service", true, ""};
    case WaitRule::lone:
      return {term, "sum over n of E max(S_n, 0) / n, S_n = n services less n intervals", "Lindley 1952, Spitzer 1956: D/G/1 (model/terms/lone_source.hh)", "a periodic source on a worker of its own: exact for normal times that come without jitter; the tail is taken as exponential", true, ""};
    case WaitRule::limited:
      return {term, "chain of the requests there: births R, deaths of M/M/c below c, of M/G/1 c times as fast from there on", "Tijms, van Hoorn and Federgruen 1981; Little's law (model/terms/finite_queue.hh)", "Poisson arrivals: exact for one worker; c workers: up to 13 % too long by simulation", true, ""};
    case WaitRule::limited_shared:
      return {term, "as of a queue of its own, at the speed that the others leave in the mean", "model/terms/finite_queue.hh", "others that take little of the CPU", false,
              "services share the cores, and queues are short: what one refuses depends on what the others run at that moment"};
    case WaitRule::shared_cpu:
      return {term, "requests of all services in M/G/c with processor sharing, at most c of each running; waits as work is conserved", "Kelly 1979 (insensitivity, product form); Welch 1964 for quotas below one core; model/terms/cpu_shares.hh", "Poisson arrivals: within 1 % of simulation in the median and 12 % in 95 of 100 cases, 8 % with a quota; p95 and p99 of a light service beside a heavy one on a quota up to half too low; an upper bound for periodic ones", true, ""};
    case WaitRule::pollaczek_khinchine:
      return {term, "rho s (1 + c^2) / (2 (1 - rho))", "Pollaczek and Khinchine, M/G/1", "Poisson arrivals, one worker: exact, percentiles too (model/terms/work_found.hh); at points of a sweep the tail is taken as exponential, within 20 % in p99 for c^2 <= 1", true, ""};
    case WaitRule::whitt:
      return {term, "phi (1 + c^2) / 2 C s / (c (1 - rho)), C by Erlang", "Whitt 1993, GI/G/m", "Poisson arrivals, c workers: within 2 % of simulation for c^2 = 0, 12 % for c^2 = 4", true, ""};
    case WaitRule::replay:
      return {term, "the phases that the seed draws, played through", "first come, first served (model/terms/replay.hh)", "periodic sources that send all they have here: exact for fixed times", true, ""};
    case WaitRule::replay_mixed:
      return {term, "the phases that the seed draws of periodic sources, and Poisson gaps, played through", "first come, first served (model/terms/replay.hh)", "periodic sources that send all they have here, beside Poisson ones: some 40,000 requests, whose mean wait is known to some percent at high load", true, ""};
    case WaitRule::replay_cpu:
      return {term, "the phases that the seed draws, and Poisson gaps, played through, for all services of the node", "first come, first served, cores shared evenly, quotas by the period (model/terms/played_cpu.hh)", "periodic sources that send all they have here, alone or beside Poisson ones: as in the simulator", true, ""};
    case WaitRule::drawn_cpu:
      return {"wait for a worker, and service", "arrivals drawn at random, played through, for all services of the node, and weighed by the work that they find", "first come, first served, cores shared evenly, quotas by the period (model/terms/drawn_cpu.hh); work found: Pollaczek and Khinchine (model/terms/work_found.hh)", "Poisson arrivals, loads below 0.98: as in the simulator, but for the scatter of 200,000 requests; points of a sweep take a formula instead (model/terms/cpu_shares.hh)", true, ""};
    case WaitRule::tandem:
      return {"waits for links and for a worker, and service", "arrivals drawn at random, played through: the node's own link, the server, the link back", "first come, first served; Friedman 1965 for constant times (model/terms/tandem.hh)", "Poisson sources whose own links are loaded by a tenth or more, and by nobody else, loads up to 0.95: as in the simulator, but for the scatter of 100,000 requests or more; points of a sweep take a formula instead (model/terms/spaced.hh)", true, ""};
    case WaitRule::spaced:
      return {term, "as of Poisson arrivals, times what is left behind links that let messages out one by one: sup of -(1 - rho) x / rho - own(t) + sqrt(2 x (I(t) + c^2))", "robust queueing, Whitt and You 2018; Friedman 1965 for one sender (model/terms/spaced.hh)",
              "Poisson sources whose own links are loaded by a twentieth or more; answers at the link back likewise. Loads of 0.2 to 0.85, messages of one size, no jitter: link and worker together within 0.4 % of simulation in the median, 3.3 % in 95 of 100, 11 % at worst", true, ""};
    case WaitRule::n_d_d_1:
      return {term, "integral of P(V > x) of N*D/D/1 with N - 1 sources", "exact for random phases (model/terms/waiting.hh)", "N <= 64 equal periodic sources, one worker", true, ""};
    case WaitRule::mean_value:
      return {term, "the machine repairman's with the users that may come: c^2 between those of constant and of exponential service", "Reiser and Lavenberg 1980; Seidmann 1987 for c workers (model/terms/finite_source.hh)", "exact for one worker and exponential thinking, within 3 % for c; users who think for a fixed time are played through", true, ""};
    case WaitRule::loops_cpu:
      return {"wait for a worker, and service", "users of all services of the node, each there or away, and Poisson gaps, played through", "first come, first served, cores shared evenly, quotas by the period (model/terms/played_loops.hh)", "users of several services on one node: mean and percentiles within 5 % of simulation; 20,000 requests", true, ""};
    case WaitRule::batch_chain:
      return {"wait for a worker, and service, in batches", "the chain of the numbers that batches find: min(n, most) at once take tau(b) = s + (b - 1) s_next, Poisson(rate tau(b)) come meanwhile", "embedded Markov chain, bulk service (model/terms/batches.hh)", "Poisson arrivals, one worker, wait <= tau(most): exact for constant times", true, ""};
    case WaitRule::batch_replay:
      return {"wait for a worker, and service, in batches", "the phases that the seed draws, played through, in batches", "first come, first served, cores shared evenly (model/terms/played_cpu.hh)", "periodic sources that send all they have here: as in the simulator", true, ""};
    case WaitRule::batch_drawn:
      return {"wait for a worker, and service, in batches", "arrivals drawn at random, played through, in batches", "first come, first served, cores shared evenly (model/terms/played_cpu.hh)", "Poisson arrivals, any number of workers and services: within the scatter of 200,000 requests, some 2 % at a load of 0.9; too high where sources are periodic", true, ""};
    case WaitRule::bound:
      return {term, "as of Poisson arrivals, times (c_a^2 + c^2) / (1 + c^2), c_a^2 = f + (1 - f) sqrt(pi) z exp(z^2) erfc(z)", "Brownian bridge (Roberts, Mocci and Virtamo 1996)", "heavy traffic, and many sources", false,
              "periodic sources share a station with others in a way that no exact formula here has: they split their requests, or differ"};
  }
  return {};
}

Explanation of_transport(Transport transport) {
  switch (transport) {
    case Transport::http: break;
    case Transport::grpc:
      return {"transport grpc", "two round trips before the first request; 110 B around a payload; messages follow each other on one connection",
              "RFC 9113; measured with gRPC 1.51 (policy/transport.hh)",
              "the means of a row of messages within 1 % of what was measured at 5 Hz; after a second of silence up to 30 % too high, for gRPC's pings keep the window open",
              true, ""};
    case Transport::mqtt:
      return {"transport mqtt", "connected before the load; 60 B around a payload; messages follow each other on one connection to a broker at the node that serves",
              "MQTT 3.1.1, quality of service 0; measured with mosquitto 2.0 (policy/transport.hh)", "a broker elsewhere is one more way, which is left out", true, ""};
  }
  return {"opening", "a round trip, for the first request of a source to a node", "RFC 9293", "kept-open HTTP connections", true, ""};
}

Explanation of_capacity(const Used& used) {
  return {"capacity in batches", "rate tau(most) / most, tau(b) = s + (b - 1) s_next", "a batch at its fullest (policy/batching.hh)",
          "what more requests could be carried; what is done now is rate tau(b) / b for the mean b", !used.closed,
          used.closed ? "users of closed loops are taken to be served one by one, as fast as full batches serve them" : ""};
}

Explanation of_memory(const Used& used) {
  return {"memory", fmt::format("({} MiB + what the variants on a node state) / its memory", node_program_memory.count() >> 20),
          "packages, as placement subtracts it; the program: measured (policy/node_memory.hh)",
          "an upper bound, as packages state it: 0.2 to 1.5 MiB above what emulations measured for built-in and profiled variants, 2.5 to 7 times that for networks; no load, and no part of feasible, bottleneck and head-room", used.no_memory.empty(), used.no_memory};
}

// Which of the figures are the scenario's, and which are usual.
std::string power_sources(const Scenario& scenario) {
  std::string usual;
  for (const Tier& tier : scenario.tiers) {
    if (!tier.power) usual += (usual.empty() ? "" : ", ") + tier.name;
  }
  return usual.empty() ? "the scenario's powers" : "usual powers by role for " + usual + " (SPECpower_ssj2008 as CloudSim has it; Raspberry Pi 4)";
}

std::string bit_energy_sources(const Scenario& scenario, const Usage& usage) {
  std::string usual;
  for (std::size_t link = 0; link < usage.link_classes(); ++link) {
    if (usage.carried(link) <= 0.0 || !bit_energy_of(scenario, link).is_usual) continue;
    usual += (usual.empty() ? "" : ", ") + link_class_label(scenario, link);
  }
  return usual.empty() ? "the scenario's energies per bit" : "usual energies per bit for " + usual + " (PureEdgeSim)";
}

void add_energy(const Scenario& scenario, const ModelOptions& options, std::vector<Explanation>& list) {
  const Flows flows = routed_flows(scenario, options);
  const Usage usage = usage_of(scenario, flows, demands_of(scenario, flows, options), options, NodesListed::no);
  const bool holds = scenario.events.empty();
  const std::string because = holds ? "" : "the scenario has events, which are left out";
  list.push_back({"energy of nodes", "P_idle t + (P_busy - P_idle) b / C, b core-seconds in use", power_sources(scenario),
                  "linear power: within 9 % of SPECpower for a small server, 21 % too low at a tenth of a large one's load", holds, because});
  bool carries = false;
  for (std::size_t link = 0; link < usage.link_classes(); ++link) carries = carries || usage.carried(link) > 0.0;
  if (carries) {
    list.push_back({"energy of links", "8 e d (1 + 52/1448)", bit_energy_sources(scenario, usage),
                    "what is sent again, acknowledgements and what nodes tell each other are left out", holds, because});
  }
  list.push_back({"energy of a request", "what its service used over its completed requests; and (idle + beside) over all completed requests", "docs/model.md",
                  "idle nodes are shared out evenly, whoever uses them", true, ""});
  if (std::ranges::any_of(scenario.tiers, [](const Tier& tier) { return tier.price.has_value(); })) {
    list.push_back({"cost", "sum of price N t / 3600 s, over completed requests", "the scenario's prices", "nodes are paid for by the hour, used or not", true, ""});
  }
}

std::vector<Explanation> explain_together(const Scenario& scenario, const ModelOptions& options) {
  const Used used = look_at(scenario, options);
  std::vector<Explanation> list{
      {"feasible, bottleneck", "T_proc R E < C_w Q_w; T_pre R < C_e Q_e; 8 d R < B", "SPEC-RG reference architecture, CCGrid 2023", "mean rates: what changes over time, memory traffic and throttling are left out", scenario.events.empty(),
       scenario.events.empty() ? "" : "the scenario has events, which are left out"}};
  if (used.several_nodes) {
    list.push_back({"who serves", "Wardrop's equilibrium of policy/routing.hh's predictions on mean loads", "Wardrop 1952; method of successive averages", "a bound neither way: nodes that see the queue of the moment do better; nodes that hear of it up to 0.5 s late draw among those that are alike", true, ""});
  }
  list.push_back({"prepare", "T_pre / min(1, C_e Q_e)", fmt::format("measured: {:g} us on a whole core", 1000 * to_milliseconds(options.prepare_time)), "a core of some GHz", true, ""});
  if (used.remote) {
    list.push_back({"handing over", fmt::format("{:g} ms there, {:g} ms back", to_milliseconds(options.request_handling), to_milliseconds(options.answer_handling)), "measured in light emulations", "quotas of 0.2 and more; messages up to some 100 kB", true, ""});
    list.push_back({"propagation", "the link's delay and its distribution, each way independent", "the scenario", "exact for messages of one packet", true, ""});
    for (const Transport transport : used.transports) list.push_back(of_transport(transport));
  }
  if (used.rate) {
    list.push_back({"serialisation", "8 d (1 + 52/1448) / B", "IPv4 and TCP with timestamps at an MTU of 1500", "the slowest link of the way", true, ""});
    list.push_back({"wait for a link", "Pollaczek and Khinchine over what other sources send", "M/G/1 of whole messages", "packets interleave: messages that meet wait less, and end later", !used.shared,
                    used.shared ? "sources share an access link" : ""});
  }
  if (!used.short_queue.empty()) {
    list.push_back({"link queue", "left out: nothing is dropped", "", "queues that hold what is sent at once", false, used.short_queue + ": what it drops is sent again, and windows shrink"});
  }
  if (used.played) {
    list.push_back({"flights on a node's own link", "messages of all its streams played through, flight by flight: each waits for what was sent before it", "windows as below; first come, first served (model/terms/played_link.hh)",
                    "open streams over HTTP, inputs of one size, no losses; takes the place of the wait for that link and of slow start", true, ""});
  }
  if (used.windows) {
    list.push_back({"slow start", "sum over flights of (RTT - flight / B), windows as Linux keeps them", "RFC 6928, 5681, 2861, 9438; HyStart; watched on Linux 6.1", "cubic; reduced by losses (RFC 9438)", true, ""});
  }
  if (used.losses) {
    list.push_back({"loss", "one of the last three segments, 1 - (1 - p)^3: (2^k - 1) (200 ms + RTT) after k time-outs; of those before: a round trip", "RFC 5681, 6298 (model/terms/recovery.hh)",
                    fmt::format("packets lost each by itself, at most {:g} % of them and {:g} of a message in the mean", 100 * packet_loss_most, losses_most),
                    used.losses_few && !used.bursts,
                    used.bursts ? "losses come in bursts, or packets overtake: both are left out but for the mean loss"
                                : used.losses_few ? "" : "several losses of one message add up: latency is higher"});
  } else if (used.bursts) {
    list.push_back({"order", "left out", "", "packets in order", false, "packets overtake: what comes out of order may be sent again"});
  }
  for (const WaitRule rule : used.waits) {
    list.push_back(of_wait(rule));
    if (rule == WaitRule::shared_cpu && used.crowded) {
      list.back().holds = false;
      list.back().because = "a service needs more than an equal part of a node that is more than four fifths full, and queues whenever another runs: waits are off by up to a fifth, percentiles by a third";
    }
    const bool random = rule == WaitRule::batch_chain || rule == WaitRule::batch_drawn;
    if (!random || !used.periodic) continue;
    list.back().holds = false;
    list.back().because = "periodic sources split their requests, or meet others: they are taken to send at random";
  }
  if (used.batches) list.push_back(of_capacity(used));
  if (used.refused) {
    list.push_back({"refused", "1 - E[busy workers] / (R s): whoever finds `queue` requests waiting; Erlang's loss formula for queue: 0", "Tijms, van Hoorn and Federgruen 1981; Erlang 1917 (model/terms/finite_queue.hh)",
                    "Poisson arrivals: exact for one worker and for queue: 0, else within half a percent point of simulation; periodic sources: played through, or first order", true, ""});
  }
  if (used.kept_back) {
    list.push_back({"kept back", "as of a queue with (deadline - b) c / s places, b what an idle node takes", "a node sends nothing that it predicts to be late (policy/routing.hh, model/deadline_places.hh)",
                    "one node alone sends there: within half a percent point for its own requests, within 1 for those to another, where what is on its way takes places, too", true, ""});
  }
  if (used.sent_on) {
    list.push_back({"tried elsewhere", "what one node refuses comes to the next best one as Poisson arrivals, later by the way there and back", "fixed point of the loads (model/waits_admission.cc)",
                    "first order: such requests come in bursts, and nodes that see each other's queues fill them together", false, "requests that one node refuses are tried at another"});
  }
  if (used.closed) {
    list.push_back({"rate of users", "N / (Z + R), R being the mean latency", "Little's law; mean value analysis by stations (model/closed_loops.hh)", "one queue that makes users wait: within 4 %; several that are nearly full: within 15 %", !used.mixed && !used.slowed,
                    used.slowed ? "services that share cores run in batches, or meet streams that fill the node: users' waits are those of a queue of each service alone"
                    : used.mixed ? "users meet open streams, which take their part first: waits may be off by a half, percentiles by more" : ""});
  }
  list.push_back({"service", "normal(s, sd), at least s / 10; longer by what other services run meanwhile", "package, profile, or measured by a node", "one core a request", true, ""});
  if (used.below_one_core) {
    list.push_back({"quota", "w + max(0, k (1 - q) P - phi) for w of CPU time, k = ceil(w / (q P)) - 1; w / q behind another request", "Linux's CPU bandwidth control, P = 5 ms (policy/quota_periods.hh)", "measured at quotas of 0.2 to 0.8: within 2 ms; phi is anywhere in a period", true, ""});
  }
  if (used.profiled) list.push_back({"profiled device", "one request at a time, no CPU", "the profile", "as good as the profile", true, ""});
  if (used.loads) list.push_back(of_memory(used));
  list.push_back({"percentiles", "the sum of the terms at the points of a rank-1 lattice", "Cools, Kuo and Nuyens 2006", "terms independent", true, ""});
  add_energy(scenario, options, list);
  return list;
}

// Behind the same rows as they stand in; the first row is of the intervals.
void add_unlisted(std::vector<Explanation> more, std::vector<Explanation>& list) {
  auto behind = std::next(list.begin());
  for (Explanation& one : more) {
    const auto same = std::ranges::find_if(list, [&](const Explanation& other) { return other.term == one.term && other.formula == one.formula; });
    if (same == list.end()) {
      behind = list.insert(behind, std::move(one));
    } else {
      behind = same;
      if (same->holds && !one.holds) *same = std::move(one);
    }
    ++behind;
  }
}

}  // namespace

std::vector<Explanation> explain(const Scenario& scenario, const ModelOptions& options) {
  if (send_together(scenario)) return explain_together(scenario, options);
  const Intervals intervals = intervals_of(scenario);
  const ModelOptions placed = with_placement(scenario, options);
  std::vector<Explanation> list{{"intervals", "each in which the same streams send, by itself: latencies weighted by requests, loads by time; feasible, bottleneck: of the one that asks for most",
                                 "model/part.hh", "what waits at the end of one is not carried into the next", intervals.joined == 0,
                                 intervals.joined == 0 ? "" : fmt::format("starts and ends that are up to {:.3g} s apart are taken as one", to_seconds(intervals.apart_most))}};
  for (const Interval& interval : intervals.all) {
    const PartScenario part = part_of(scenario, placed, interval);
    add_unlisted(explain_together(part.scenario, part.options), list);
  }
  return list;
}

}  // namespace continuo
