// The end of a run: from what was seen to its Evaluation, with every delivery check.
#include <unistd.h>

#include <algorithm>
#include <iterator>

#include "emulate/emulation_run.hh"
#include "emulate/traffic.hh"

namespace continuo {

namespace {

// All nodes of a tier have the same: each was checked when it was made.
std::vector<NetworkStackUsed> network_stacks(const Scenario& scenario, const std::vector<EmulatedNode>& nodes) {
  std::vector<NetworkStackUsed> stacks;
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
    if (node > 0 && scenario.nodes[node].tier == scenario.nodes[node - 1].tier) {
      continue;
    }
    const NetworkSettings& settings = nodes.at(node).network();
    stacks.push_back({.tier = scenario.tier_of(node).name,
                      .congestion_control = settings.congestion_control,
                      .initial_window = static_cast<int>(settings.initial_window),
                      .slow_start_after_idle = settings.slow_start_after_idle,
                      .receive_buffer_max = Bytes::of(settings.receive_buffer_max),
                      .send_buffer_max = Bytes::of(settings.send_buffer_max),
                      .mtu = Bytes::of(settings.mtu)});
  }
  return stacks;
}

}  // namespace

void EmulationRun::watch_host() {
  Duration ours = own_cpu_time();
  for (const Duration used : cpu_used()) {
    ours += used;
  }
  host_watch_.add({.at = clock_.now(), .host = host_cpu(), .ours = ours});
}

void EmulationRun::judge(Evaluation& evaluation) const {
  const FabricCounters counters = run_.after.measured_since(run_.before);
  // First what would be the cause of all others.
  const std::string others = busiest_others(processes_before_, running_processes(), ::getpid(), run_.load_time);
  evaluation.delivery = {host_watch_.check(disturbance_.quotas().greatest(), scenario_.tolerances.cpu_share, others)};
  std::ranges::move(check_links(link_classes(scenario_, counters), scenario_.tolerances), std::back_inserter(evaluation.delivery));
  evaluation.delivery.insert(evaluation.delivery.end(), cpu_checks_.begin(), cpu_checks_.end());
  std::vector<CpuUse> uses;
  for (NodeIndex node = 0; node < scenario_.nodes.size() && run_.load_time > Duration::zero(); ++node) {
    uses.push_back({.node = scenario_.nodes[node].name,
                    .quota_cores = mean_cpu(scenario_, run_, node),
                    .used_cores = to_seconds(run_.usage[node].cpu_used) / to_seconds(run_.load_time)});
  }
  if (infrastructure_.is_bounded()) {
    evaluation.delivery.push_back(check_cpu_limit(uses));
  }
  evaluation.delivery.push_back(check_lateness(counters.lateness, scenario_.tolerances.lateness_p99));
  evaluation.delivery.push_back(check_handing_over(run_.after.drops));
  judge_delivery(evaluation);
  if (!infrastructure_.is_bounded() && options_.quotas) {
    evaluation.valid = false;
    evaluation.invalid_because.push_back("CPU quotas and memory limits were not enforced: " + why_unbounded_ +
                                         ". Run it as root, or accept that with --no-quota");
  }
  // What was not sent was no load: the figures are not those of the scenario.
  evaluation.valid = evaluation.valid && load_failures_.empty();
  evaluation.invalid_because.insert(evaluation.invalid_because.end(), load_failures_.begin(), load_failures_.end());
}

EmulationResult EmulationRun::finish() {
  const Duration now = clock_.now();
  run_.load_time = std::max(Duration::zero(), now - run_.load_start);
  run_.after = infrastructure_.fabric().counters();
  watch_host();
  const auto used = cpu_used();
  run_.usage.resize(scenario_.nodes.size());
  for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
    run_.usage[node] = {.cpu_used = cpu_before_.empty() ? Duration::zero() : used[node] - cpu_before_[node],
                        .memory_peak = infrastructure_.cgroup(node).memory_peak()};
  }
  if (!infrastructure_.fabric().is_exact()) {
    notes_.emplace_back("the fabric has no real-time priority here: its wake-ups may be late");
  }
  if (!infrastructure_.is_bounded()) {
    notes_.push_back("CPU quotas and memory limits were not enforced (" + why_unbounded_ +
                     "): the nodes shared the host's cores as they came, and their memory was not measured");
  }
  if (infrastructure_.device() == DeviceKind::packet_socket) {
    notes_.emplace_back("the nodes were attached by packet sockets, since /dev/net/tun may not be opened: fast links carry less");
  }
  for (const auto& [from, to] : infrastructure_.fabric().incomplete_captures()) {
    notes_.push_back("the packet capture of " + scenario_.nodes[from].name + " to " + scenario_.nodes[to].name +
                     " is not complete: not all of it could be written to its file");
  }
  EmulationResult result;
  result.evaluation = account(scenario_, requests_, run_);
  Evaluation& evaluation = result.evaluation;
  if (!infrastructure_.is_bounded()) {
    std::erase_if(evaluation.resources, [](const ResourceLoad& load) { return load.kind == ResourceKind::memory; });
  }
  evaluation.commit = options_.commit;
  evaluation.events = events_;
  evaluation.programs = programs_.results();
  evaluation.traffic = account_traffic(scenario_, run_.before, run_.after);
  evaluation.notes = notes_;
  evaluation.network_stack = network_stacks(scenario_, infrastructure_.nodes());
  evaluation.startup_ms["up"] = to_milliseconds(up_.value_or(now) - started_at_);
  if (first_answer_) {
    evaluation.startup_ms["first answer"] = to_milliseconds(*first_answer_ - started_at_);
  }
  judge(evaluation);
  result.service_times = readiness_.service_times();
  result.batches = readiness_.batches();
  enter(Phase::finished);
  return result;
}

}  // namespace continuo
