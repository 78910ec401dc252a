#include "calibration/profiling_run.hh"

#include <algorithm>

#include <fmt/format.h>

#include "policy/service_time.hh"

namespace continuo {
namespace {

constexpr Duration interval_min = std::chrono::milliseconds{150};
constexpr Bytes node_memory = Bytes::mebibytes(512);  // of the programs, beside the variant

// In YAML's single quotes nothing is special but the quote.
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char character : text) result += character == '\'' ? "''" : std::string{character};
  return result + "'";
}

Duration interval_of(const Variant& variant, const ProfilingRun& run) {
  const double speed = core_speed(run.cores * run.quota);
  return std::max(interval_min, from_seconds(std::max(4, 2 * run.batch) * to_seconds(variant.service_time) / speed));
}

}  // namespace

std::string profiling_scenario(const ServicePackage& package, const Variant& variant, const ProfilingRun& run, const std::string& input) {
  const double interval_ms = to_seconds(interval_of(variant, run)) * 1e3;
  const std::int64_t memory = node_memory.count() + 2 * variant.memory.count();
  const std::string batch = run.batch > 1 ? fmt::format(", queue: {0}, batch: {{most: {0}, wait: 10 s}}", run.batch) : "";
  return fmt::format(
      "name: profile\n"
      "tiers:\n"
      "  node: {{role: edge, cores: {}, quota: {:.9g}, memory: {} B, runtimes: [{}]}}\n"
      "services:\n"
      "  - {{name: service, package: {}{}}}\n"
      "workload:\n"
      "  - {{from: node, service: service, every: {:.3f} ms, input: {}, duration: {:.3f} ms, deadline: 1 h}}\n"
      "placement: node\n",
      run.cores, run.quota, memory, quoted(variant.runtime), quoted(package.folder.string()), batch, interval_ms / run.batch, quoted(input),
      profiling_requests * interval_ms);
}

std::variant<ServiceProfile, std::string> profile_of(const Evaluation& evaluation, const ServicePackage& package, const Variant& variant,
                                                     const ProfilingRun& run) {
  if (!evaluation.valid) {
    return "the run is invalid: " + (evaluation.invalid_because.empty() ? std::string{"it says no reason"} : evaluation.invalid_because.front());
  }
  if (evaluation.services.size() != 1 || evaluation.services.front().stages.service.empty()) return "no request was answered";
  const ServiceResult& service = evaluation.services.front();
  const auto other = std::ranges::find_if(service.by_node, [&](const ServedShare& share) { return share.variant != variant.name; });
  if (other != service.by_node.end()) return "variant " + other->variant + " is served instead, which has the same runtime";
  if (run.batch > 1 && service.completed < service.generated) {
    return fmt::format("{} of {} requests failed: what runs is no batch of {}", service.generated - service.completed, service.generated, run.batch);
  }
  const Histogram& times = service.stages.service;
  if (times.mean() <= Duration::zero() || times.percentile(0.5) <= Duration::zero()) return "the measured times are zero";
  return ServiceProfile{.package = package.name,
                        .digest = package.digest,
                        .variant = variant.name,
                        .runtime = variant.runtime,
                        .cores = run.cores,
                        .quota = run.quota,
                        .batch = run.batch,
                        .mean = times.mean(),
                        .sd = times.sd(),
                        .p50 = times.percentile(0.5),
                        .p95 = times.percentile(0.95),
                        .samples = times.count()};
}

}  // namespace continuo
