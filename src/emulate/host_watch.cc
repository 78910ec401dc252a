#include "emulate/host_watch.hh"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace continuo {

namespace {

constexpr Duration window = std::chrono::seconds{5};
constexpr std::size_t named_max = 3;
constexpr double named_cores_min = 0.02;

// CPU that nobody else had between two samples, in cores.
double left_between(const HostSample& first, const HostSample& last) {
  const double seconds = to_seconds(last.at - first.at);
  const double others = to_seconds((last.host.busy - first.host.busy) - (last.ours - first.ours)) / seconds;
  const double stolen = to_seconds(last.host.stolen - first.host.stolen) / seconds;
  return std::max(0.0, last.host.cores - std::max(0.0, others) - stolen);
}

bool in_family(const ProcessTable& processes, pid_t pid, pid_t own) {
  // Bounded: two looks at different moments could hold a ring.
  for (std::size_t generation = 0; generation < processes.size() && pid > 0; ++generation) {
    if (pid == own) return true;
    const auto found = processes.find(pid);
    if (found == processes.end()) return false;
    pid = found->second.parent;
  }
  return false;
}

}  // namespace

DeliveryCheck HostWatch::check(double quota_cores, double tolerance, const std::string& others) const {
  DeliveryCheck check{.what = "CPU that this host had for the nodes", .unit = "cores", .requested = quota_cores, .note = ""};
  check.tolerance = tolerance * quota_cores;
  if (samples_.size() < 2 || samples_.back().host.cores == 0) {
    check.delivered = std::numeric_limits<double>::quiet_NaN();
    check.ok = true;
    check.note = "this host does not tell: not judged";
    return check;
  }
  double least = std::numeric_limits<double>::infinity();
  std::size_t first = 0;
  for (std::size_t last = 1; last < samples_.size(); ++last) {
    while (samples_[last].at - samples_[first + 1].at >= window) ++first;
    const bool whole = last + 1 == samples_.size() && first == 0;  // a load shorter than the window
    if (samples_[last].at - samples_[first].at >= window || whole) {
      least = std::min(least, left_between(samples_[first], samples_[last]));
    }
  }
  check.delivered = least;
  check.ok = check.delivered >= check.requested - check.tolerance;
  check.note = "in the worst 5 s of the load";
  if (!check.ok) {
    check.note += others.empty() ? "; this host was busy with something else" : "; busy with something else: " + others;
  }
  return check;
}

std::string busiest_others(const ProcessTable& before, const ProcessTable& after, pid_t own, Duration between) {
  std::vector<std::pair<double, std::string>> busy;
  for (const auto& [pid, process] : after) {
    if (in_family(after, pid, own)) continue;
    const auto earlier = before.find(pid);
    const Duration used = process.used - (earlier == before.end() ? Duration::zero() : earlier->second.used);
    const double cores = to_seconds(used) / to_seconds(between);
    if (cores >= named_cores_min) busy.emplace_back(cores, fmt::format("{} (pid {}) {:.2f}", process.name, pid, cores));
  }
  std::ranges::sort(busy, std::greater<>{});
  std::string names;
  for (std::size_t index = 0; index < std::min(busy.size(), named_max); ++index) {
    names += (names.empty() ? "" : ", ") + busy[index].second;
  }
  return names;
}

}  // namespace continuo
