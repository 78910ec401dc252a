// The network: presets and what the file says instead of them.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/continuum/import_parts.hh"
#include "scenario/link_presets.hh"

namespace continuo {

// A scenario's jitter is a standard deviation of at most half the delay, since a delay cannot be negative; netem cuts at 0.
std::string Import::jitter_of(const ContinuumPathName& name, const ContinuumPath& path) {
  const auto preset = preset_link(config_.wireless_network_preset, name.from, name.to);
  const Duration delay = path.latency_avg.value_or(preset ? preset->delay : Duration::zero());
  const Duration jitter = path.latency_var.value_or(preset ? preset->jitter : Duration::zero());
  if (jitter * 2 <= delay) return path.latency_var ? ", jitter: " + exact_milliseconds(jitter) : "";
  const std::string key = fmt::format("{}_latency_{}", name.prefix, path.latency_var ? "var" : "avg");
  note(key,
       fmt::format("a deviation of {} about a latency of {} between {} and {}", exact_milliseconds(jitter),
                   exact_milliseconds(delay), to_string(name.from), to_string(name.to)),
       fmt::format("half of the latency: {}; beyond it delays would be negative", exact_milliseconds(delay / 2)));
  return ", jitter: " + exact_milliseconds(delay / 2);
}

void Import::write_link(const ImportedTier& one, const ImportedTier& other) {
  for (const ContinuumPathName& name : continuum_paths) {
    if (name.from != one.role || name.to != other.role) continue;
    const ContinuumPath& path = config_.paths.at({name.from, name.to});
    const std::string prefix{name.prefix};
    std::string text = fmt::format("between: [{}, {}], preset: {}", one.name, other.name, config_.wireless_network_preset);
    if (path.latency_avg) text += ", delay: " + exact_milliseconds(*path.latency_avg);
    text += jitter_of(name, path);
    if (path.throughput) text += ", rate: " + exact_megabits(*path.throughput);
    body_ += fmt::format(
        "  - {{{}}}{}\n", text,
        origin({"wireless_network_preset", prefix + "_latency_avg", prefix + "_latency_var", prefix + "_throughput"}));
  }
}

void Import::write_links() {
  if (!config_.network_emulation) return;
  const std::size_t before = body_.size();
  body_ += fmt::format("links:{}\n", origin({"network_emulation"}));
  const std::size_t head = body_.size();
  for (std::size_t one = 0; one < tiers_.size(); ++one) {
    for (std::size_t other = one; other < tiers_.size(); ++other) {
      if (one == other && tiers_[one].nodes == 1) continue;
      write_link(tiers_[one], tiers_[other]);
    }
  }
  if (body_.size() == head) body_.resize(before);  // endpoints alone: Continuum emulates nothing between them
}

}  // namespace continuo
