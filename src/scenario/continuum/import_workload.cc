// What runs: Continuum's applications as a service with its load, or as programs.
#include <fmt/format.h>

#include "scenario/continuum/import_parts.hh"

namespace continuo {

namespace {

using Application = ContinuumApplication;
using namespace std::chrono_literals;

// What a program may take beyond what it was told to.
constexpr Duration grace = 60s;
// Continuum's mem_usage says no time.
constexpr Duration idle_time = 60s;

long long whole_seconds(Duration duration) {
  return static_cast<long long>(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

}  // namespace

void Import::write_image_classification() {
  const std::string worker = worker_tier().name;
  body_ += fmt::format("services:\n  - {{name: image-classification, package: {}}}{}\n",
                       yaml_quoted((options_.services / options_.package).generic_string()), origin({"application"}));
  body_ += fmt::format("workload:\n  - {{from: endpoint, service: image-classification, every: {}, duration: {} s}}{}\n",
                       exact_milliseconds(from_seconds(1.0 / config_.frequency)), whole_seconds(config_.duration),
                       origin({"frequency", "duration"}));
  body_ += fmt::format("placement: {}{}\n", worker, origin({"resource_manager"}));
}

void Import::write_programs(const std::string& name, const std::string& command, Duration lasts,
                            const std::vector<std::string>& keys) {
  std::string all = command;
  if (config_.applications_per_worker > 1) {
    all = fmt::format("for each in $(seq {}); do {} & done; wait", config_.applications_per_worker, command);
  }
  body_ += fmt::format("workload:\n  - {{exec: {}, on: {}, name: {}, deadline: {} s}}{}\n", yaml_quoted(all), worker_tier().name,
                       name, whole_seconds(lasts + grace), origin(keys));
}

void Import::write_workload() {
  if (config_.is_bare() || !config_.application) {
    std::vector<std::string> names;
    for (const ImportedTier& tier : tiers_) names.push_back(tier.name);
    body_ += fmt::format("workload:  # the nodes and their network, and nothing that runs there\n"
                         "  - {{exec: \"true\", on: [{}], name: nothing}}{}\n",
                         fmt::join(names, ", "), origin({"infra_only", "resource_manager_only"}));
    return;
  }
  const std::vector<std::string> shared{"application", "applications_per_worker"};
  const auto with = [&](const std::string& key) {
    auto keys = shared;
    keys.push_back(key);
    return keys;
  };
  switch (*config_.application) {
    case Application::image_classification: write_image_classification(); break;
    case Application::empty:
      write_programs("empty", fmt::format("sleep {}", whole_seconds(config_.sleep_time)), config_.sleep_time, with("sleep_time"));
      break;
    case Application::empty_kata: {
      const Duration lasts = config_.sleep_time > Duration::zero() ? config_.sleep_time : idle_time;
      write_programs("empty-kata", fmt::format("sleep {}", whole_seconds(lasts)), lasts, with("sleep_time"));
      break;
    }
    case Application::stress:
      // timeout ends what it runs with 124, which is what was wanted.
      write_programs(
          "stress",
          fmt::format("{{ timeout {} sh -c 'while :; do :; done' || [ $? = 124 ]; }}", whole_seconds(config_.stress_app_timeout)),
          config_.stress_app_timeout, with("stress_app_timeout"));
      break;
    case Application::mem_usage:
      write_programs("mem-usage", fmt::format("sleep {}", whole_seconds(idle_time)), idle_time, shared);
      break;
  }
}

void Import::write_operating() {
  if (!config_.observability || config_.infra_only) return;
  body_ += fmt::format("operating:\n  - {{run: prometheus, on: {}-1}}{}\n", tiers_.front().name, origin({"observability"}));
}

}  // namespace continuo
