// Services: their packages, their SLOs, and how their instances queue and batch requests.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenario/parse_parts.hh"
#include "scenario/service_package_parse.hh"

namespace continuo {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t services_max = 256;

std::optional<ServiceLevel> read_slo(const YamlNode& node, const std::string& what, Problems& problems) {
  constexpr std::array quantiles{std::pair{"p50", 0.5}, std::pair{"p90", 0.9}, std::pair{"p95", 0.95},
                                 std::pair{"p99", 0.99}, std::pair{"p999", 0.999}};
  const Fields fields{node, "`slo` of " + what, {"p50", "p90", "p95", "p99", "p999"}, problems};
  std::optional<ServiceLevel> level;
  for (const auto& [key, quantile] : quantiles) {
    const YamlNode* value = fields.find(key);
    if (value == nullptr) continue;
    if (level) {
      problems.add(*value, fmt::format("{} has two bounds", fields.what()), "keep the one that matters, for example p95: 250 ms");
      return level;
    }
    const auto bound = read_duration(*value, fmt::format("{} of {}", key, what), {10us, 1h}, problems);
    level = ServiceLevel{quantile, bound.value_or(1h)};
  }
  if (!level && node.is_mapping() && node.keys.empty()) {
    problems.add(node, fmt::format("{} is empty", fields.what()), "write for example slo: {p95: 250 ms}");
  }
  return level;
}

void read_package(const YamlNode& node, const std::string& what, const Files& files, Scenario& scenario,
                  Service& service, Problems& problems) {
  constexpr Bytes manifest_size_max = Bytes::mebibytes(1);
  const auto text = read_text(node, "`package` of " + what, problems);
  if (!text) return;
  const auto folder = (scenario.file.parent_path() / *text).lexically_normal();
  const auto manifest = files.read(folder / "manifest.yaml", manifest_size_max);
  if (!manifest) {
    problems.add(node, fmt::format("there is no service package in {}: cannot read {}", in_quotes(*text),
                                   (folder / "manifest.yaml").string()),
                 "`package` is the folder that holds a manifest.yaml, relative to the folder of the scenario file");
    return;
  }
  auto parsed = parse_manifest(*manifest, folder);
  if (auto* package = std::get_if<ServicePackage>(&parsed)) {
    service.package = std::move(*package);
  } else {
    for (ScenarioError& error : std::get<std::vector<ScenarioError>>(parsed)) problems.add(std::move(error));
  }
}

// How its instances batch requests.
Batching read_batching(const YamlNode& node, const std::string& what, Problems& problems) {
  const Fields fields{node, "`batch` of " + what, {"most", "wait"}, problems};
  Batching batching;
  if (const YamlNode* most = fields.require("most", "batch: {most: 8} (requests that run at once)")) {
    batching.most = static_cast<int>(read_integer(*most, "`most` of `batch` of " + what, {1, batch_limit}, problems).value_or(1));
  }
  if (const YamlNode* wait = fields.find("wait")) {
    batching.wait = read_duration(*wait, "`wait` of `batch` of " + what, {0ns, batch_wait_limit}, problems).value_or(0ns);
  }
  return batching;
}

Service read_service(const YamlNode& node, const Files& files, Scenario& scenario, Problems& problems) {
  Service service;
  const YamlNode* name = nullptr;
  const Fields fields{node, "a service", {"name", "package", "slo", "queue", "batch"}, problems};
  if ((name = fields.find("name")) != nullptr && check_name(*name, "a service", problems)) service.name = name->text;
  const std::string what = service.name.empty() ? "a service" : fmt::format("service {}", in_quotes(service.name));
  if (const YamlNode* package = fields.require("package", "package: ../services/read-text")) {
    read_package(*package, what, files, scenario, service, problems);
  }
  if (service.name.empty()) service.name = service.package.name;
  if (const YamlNode* slo = fields.find("slo")) service.slo = read_slo(*slo, what, problems);
  if (const YamlNode* queue = fields.find("queue")) {
    service.queue = static_cast<int>(read_integer(*queue, "`queue` of " + what, {0, queue_limit}, problems).value_or(service.queue));
  }
  if (const YamlNode* batch = fields.find("batch")) {
    service.batch = read_batching(*batch, what, problems);
    if (service.batch.most > std::max(1, service.queue)) {
      problems.add(*batch, fmt::format("`batch` of {} has {} requests and its `queue` {}: while a batch runs no full one can gather", what,
                                       service.batch.most, service.queue),
                   fmt::format("write queue: {} or more, or a smaller `most`", service.batch.most));
    }
  }
  const bool again = !service.name.empty() &&
                     std::any_of(scenario.services.begin(), scenario.services.end(),
                                 [&](const Service& other) { return other.name == service.name; });
  if (again) {
    problems.add(name != nullptr ? *name : node, fmt::format("two services are called {}", in_quotes(service.name)),
                 "give each its own `name`");
  }
  return service;
}

}  // namespace

std::optional<ServiceIndex> find_service(const YamlNode& node, const Scenario& scenario, Problems& problems) {
  std::vector<std::string> names;
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) {
    if (node.is_scalar() && scenario.services[service].name == node.text) return service;
    if (!scenario.services[service].name.empty()) names.push_back(scenario.services[service].name);
  }
  // What is missing or has no name is told already.
  if (names.size() < scenario.services.size() || names.empty() || problems.full()) return std::nullopt;
  if (!node.is_scalar()) {
    problems.add(node, "the name of a service is needed here", suggest("", names));
  } else {
    problems.add(node, fmt::format("unknown service {}", in_quotes(node.text)), suggest(node.text, names));
  }
  return std::nullopt;
}

void read_services(const YamlNode& node, Scenario& scenario, const Files& files, Problems& problems) {
  const std::string_view example = "{name: read-text, package: ../services/read-text}";
  if (!check_list(node, "`services`", {1, services_max}, example, problems)) return;
  for (const YamlNode& item : node.items) {
    if (problems.full()) return;
    scenario.services.push_back(read_service(item, files, scenario, problems));
  }
}

}  // namespace continuo
