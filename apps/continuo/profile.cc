// `continuo profile`: measures the service times of packages on this host, and keeps them.

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "calibration/profiles_json.hh"
#include "calibration/profiling_run.hh"
#include "commands.hh"
#include "commit.hh"
#include "emulate/emulation.hh"
#include "emulate_run.hh"
#include "exit_status.hh"
#include "kept_profiles.hh"
#include "os/clock.hh"
#include "os/thread_clock.hh"
#include "output_file.hh"
#include "policy/serving_plan.hh"
#include "runtimes_here.hh"
#include "scenario/parse.hh"
#include "scenario/service_package_parse.hh"
#include "scenario_argument.hh"
#include "validators.hh"

namespace continuo {
namespace {

constexpr int attempts_max = 3;
constexpr Bytes manifest_size_max = Bytes::mebibytes(1);

struct ProfileArguments {
  std::vector<std::string> places;
  std::vector<double> quotas;
  std::vector<int> batches;
  int cores = 1;
  std::string output;
  bool quiet = false;
};

// One profile to measure.
struct Asked {
  ServicePackage package;
  Variant variant;
  ProfilingRun run;
};

// The profiles of packages and scenarios, each once; what cannot be profiled is told and left out.
class AskedProfiles {
 public:
  explicit AskedProfiles(const RuntimeTable& runtimes) : runtimes_{runtimes.availability()} {}

  void add(const ServicePackage& package, const Variant& variant, const ProfilingRun& run) {
    if (const std::string why = cannot(package, variant); !why.empty()) {
      const std::string what = fmt::format("left out: {} of {}: {}", variant.name, package.name, why);
      if (std::ranges::find(told_, what) != told_.end()) return;
      fmt::print(stderr, "continuo: {}\n", what);
      told_.push_back(what);
      return;
    }
    const auto same = [&](const Asked& other) {
      return other.package.digest == package.digest && other.variant.name == variant.name && other.run.cores == run.cores &&
             other.run.quota == run.quota && other.run.batch == run.batch;
    };
    if (std::ranges::any_of(asked_, same)) return;
    asked_.push_back({package, variant, run});
    asked_.back().package.folder = std::filesystem::absolute(package.folder).lexically_normal();
  }

  const std::vector<Asked>& all() const { return asked_; }

 private:
  // Empty: it can be profiled.
  std::string cannot(const ServicePackage& package, const Variant& variant) const {
    if (variant.is_profiled()) return "it states its distribution, and there is nothing to measure";
    if (!package.sample) return "the package has no sample to send";
    const auto runtime = std::ranges::find(runtimes_, variant.runtime, &RuntimeAvailability::name);
    if (runtime == runtimes_.end()) return "runtime " + variant.runtime + " is not known";
    return runtime->available ? "" : "runtime " + variant.runtime + " is absent: " + runtime->reason;
  }

  std::vector<RuntimeAvailability> runtimes_;
  std::vector<Asked> asked_;
  std::vector<std::string> told_;
};

void add_package(const ProfileArguments& arguments, const ServicePackage& package, AskedProfiles& asked) {
  const std::vector<double> quotas = arguments.quotas.empty() ? std::vector{1.0} : arguments.quotas;
  for (const Variant& variant : package.variants) {
    for (const double quota : quotas) {
      asked.add(package, variant, {arguments.cores, quota, 1});
      for (const int batch : arguments.batches) asked.add(package, variant, {arguments.cores, quota, batch});
    }
  }
}

// Without --quota: what the scenario serves, at the quotas of the tiers that serve it. A node with more cores than this host is
// profiled with those of the host: a request runs on one of them.
void add_served(const Scenario& scenario, int host_cores, AskedProfiles& asked) {
  for (const Assignment& assignment : planned_placement(scenario).assignments) {
    const auto service = std::ranges::find(scenario.services, assignment.service, &Service::name);
    const auto node = std::ranges::find(scenario.nodes, assignment.node, &Node::name);
    if (service == scenario.services.end() || node == scenario.nodes.end()) continue;
    const auto variant = std::ranges::find(service->package.variants, assignment.variant, &Variant::name);
    const Tier& tier = scenario.tiers.at(node->tier);
    if (variant == service->package.variants.end()) continue;
    asked.add(service->package, *variant, {std::min(tier.cores, host_cores), tier.quota, 1});
    if (service->batch.most > 1) asked.add(service->package, *variant, {std::min(tier.cores, host_cores), tier.quota, service->batch.most});
  }
}

// False: there are mistakes, and stderr has them.
bool add_place(const ProfileArguments& arguments, const std::string& place, int host_cores, AskedProfiles& asked) {
  if (std::filesystem::is_directory(place)) {
    const auto manifest = DiskFiles{}.read(std::filesystem::path{place} / "manifest.yaml", manifest_size_max);
    if (!manifest) {
      fmt::print(stderr, "{}: is no service package: cannot read its manifest.yaml\n  give the folder of a package, or a scenario file\n", place);
      return false;
    }
    const auto package = parse_manifest(*manifest, place);
    if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&package)) {
      std::fputs(to_string(*errors).c_str(), stderr);
      return false;
    }
    add_package(arguments, std::get<ServicePackage>(package), asked);
    return true;
  }
  const auto scenario = scenario_or_complaint(place);
  if (!scenario) return false;
  if (arguments.quotas.empty()) {
    add_served(*scenario, host_cores, asked);
  } else {
    for (const Service& service : scenario->services) add_package(arguments, service.package, asked);
  }
  return true;
}

// A folder of its own, gone with what is in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "continuo-profile-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a folder like " + name);
    path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// The processes of an emulation read their scenario from its file. Nothing: it has mistakes, and stderr has them.
std::optional<Scenario> written_scenario(const Asked& asked, const std::filesystem::path& folder) {
  const auto sample = asked.package.folder / asked.package.sample->path;
  const std::string input = "sample" + sample.extension().string();
  std::filesystem::copy_file(sample, folder / input, std::filesystem::copy_options::overwrite_existing);
  const auto file = folder / "profile.yaml";
  write_file(file.string(), profiling_scenario(asked.package, asked.variant, asked.run, input));
  auto scenario = scenario_or_complaint(file.string());
  if (scenario && !can_be_provisioned(*scenario)) return std::nullopt;
  return scenario;
}

struct Measured {
  std::optional<ServiceProfile> profile;
  ExitStatus status = exit_ok;
};

Measured measure(const Asked& asked, const std::filesystem::path& folder) {
  const MonotonicClock clock;
  const auto scenario = written_scenario(asked, folder);
  if (!scenario) return {std::nullopt, exit_bad_input};
  for (int attempt = 1; attempt <= attempts_max; ++attempt) {
    std::optional<EmulateRun> run;
    try {
      run = emulate_with_progress(*scenario, {.clock = &clock, .started = clock.now(), .logs = {}, .quiet = true});
    } catch (const EmulationRefused& refusal) {
      fmt::print(stderr, "continuo: {}\n", refusal.what());
      return {std::nullopt, exit_bad_input};
    }
    if (!run) return {std::nullopt, exit_interrupted};
    auto profile = profile_of(run->evaluation, asked.package, asked.variant, asked.run);
    if (auto* measured = std::get_if<ServiceProfile>(&profile)) return {std::move(*measured), exit_ok};
    fmt::print(stderr, "    attempt {} of {}: {}\n", attempt, attempts_max, std::get<std::string>(profile));
  }
  return {std::nullopt, exit_invalid_run};
}

// What the file holds already, if it is of this host. Nothing: it has mistakes or is of another, and stderr says so.
std::optional<ServiceProfiles> kept_so_far(const std::string& file) {
  if (!std::filesystem::exists(file)) return ServiceProfiles{.host = this_host(), .commit = {}, .made = {}, .profiles = {}};
  auto profiles = profiles_or_complaint(file);
  if (profiles && profiles->host != this_host()) {
    fmt::print(stderr, "{}: was measured on another host ({}) than this one ({})\n  write to another file\n", file, to_string(profiles->host),
               to_string(this_host()));
    return std::nullopt;
  }
  return profiles;
}

int profile(const ProfileArguments& arguments) {
  check_writable(arguments.output);
  auto kept = kept_so_far(arguments.output);
  if (!kept) return exit_bad_input;
  SystemThreadClock thread_clock;
  const RuntimeTable runtimes{runtimes_beside_program(), thread_clock};
  AskedProfiles asked{runtimes};
  bool right = true;
  for (const std::string& place : arguments.places) right = add_place(arguments, place, kept->host.cores, asked) && right;
  if (!right) return exit_bad_input;
  if (asked.all().empty()) {
    fmt::print(stderr, "continuo: nothing to profile\n");
    return exit_bad_input;
  }

  stop_emulations_when_asked();  // before there is something to remove
  const TemporaryFolder folder;
  ExitStatus status = exit_ok;
  for (std::size_t index = 0; index < asked.all().size(); ++index) {
    const Asked& one = asked.all()[index];
    const std::string what = fmt::format("{} of {} on {} x {:.4g} cores", one.variant.name, one.package.name, one.run.cores, one.run.quota) +
                             (one.run.batch > 1 ? fmt::format(", {} at once", one.run.batch) : "");
    if (!arguments.quiet) fmt::print(stderr, "[{}/{}] {}\n", index + 1, asked.all().size(), what);
    const Measured measured = measure(one, folder.path());
    if (measured.status == exit_interrupted) return exit_interrupted;
    if (!measured.profile) {
      fmt::print(stderr, "continuo: left out: {}\n", what);
      status = measured.status;
      continue;
    }
    if (!arguments.quiet) {
      fmt::print(stderr, "    mean {:.4g} ms, sd {:.3g} ms, p50 {:.4g} ms, p95 {:.4g} ms of {} requests\n", to_seconds(measured.profile->mean) * 1e3,
                 to_seconds(measured.profile->sd) * 1e3, to_seconds(measured.profile->p50) * 1e3, to_seconds(measured.profile->p95) * 1e3,
                 measured.profile->samples);
    }
    keep(*kept, *measured.profile);
    kept->commit = built_commit;
    kept->made = utc_date_and_time();
    // At once: what Ctrl-C leaves is kept.
    write_file(arguments.output, serialise(*kept));
  }
  return status;
}

}  // namespace

void add_profile(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("profile", "Measure service times on this host, and keep them for predictions");
  auto arguments = std::make_shared<ProfileArguments>();
  command->add_option("places", arguments->places, "Folders of service packages, and scenario files whose packages are meant")->required();
  command
      ->add_option("--quota", arguments->quotas,
                   "Shares of each core to measure at, with commas between; without it: those of the tiers that serve in a scenario, and a "
                   "whole core for a package")
      ->delimiter(',')
      ->check(must_be_quota);
  command->add_option("--batch", arguments->batches, "Requests at once to measure too, with commas between; without it: what the scenario's services run")
      ->delimiter(',')
      ->check(CLI::Range(1, 1024));
  command->add_option("--cores", arguments->cores, "Cores of the node, with --quota or for a package; without it: 1")->check(CLI::Range(1, 1024));
  command->add_option("-o,--output", arguments->output, "File of profiles; one that exists is extended, and what is measured again is replaced")
      ->required();
  command->add_flag("--quiet", arguments->quiet, "No progress on stderr");
  command->footer(
      "Examples:\n"
      "  continuo profile services/burn services/face-detect --quota 0.25,0.5,1 -o profiles.json\n"
      "  continuo profile examples/factory.yaml -o profiles.json     what it serves, at the quotas of its tiers\n"
      "  continuo run examples/factory.yaml --at model --profiles profiles.json\n"
      "Exit status: 0 done, 1 failed, 2 bad input, 3 a run stayed invalid and its profile is left out, 130 interrupted (the file\n"
      "holds what was measured)");
  command->callback([arguments, &chosen] { chosen = [arguments] { return profile(*arguments); }; });
}

}  // namespace continuo
