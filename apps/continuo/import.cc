// `continuo import`: a configuration of the Continuum framework as a scenario of one's own.

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <system_error>

#include "commands.hh"
#include "exit_status.hh"
#include "scenario_argument.hh"

namespace continuo {
namespace {

namespace fs = std::filesystem;

struct ImportArguments {
  std::string configuration;
  std::string output;
  std::string services;
  std::string package = continuum_package;
  bool force = false;
};

// Whatever is where the scenario is to be written stays, unless it is told otherwise; the configuration always does.
bool may_be_written(const ImportArguments& arguments) {
  std::error_code none;
  if (!fs::exists(arguments.output, none)) return true;
  if (fs::equivalent(arguments.output, arguments.configuration, none)) {
    fmt::print(stderr, "continuo: {} is the configuration itself\n  name another file\n", arguments.output);
    return false;
  }
  if (arguments.force) return true;
  fmt::print(stderr, "continuo: {} exists\n  name another file, or add --force to write over it\n", arguments.output);
  return false;
}

int import_configuration(const ImportArguments& arguments) {
  const bool to_file = !arguments.output.empty() && arguments.output != "-";
  fs::path services = arguments.services.empty() ? services_folder() : fs::path{arguments.services};
  if (!fs::exists(services / arguments.package / "manifest.yaml")) {
    fmt::print(stderr, "continuo: {} holds no service package {}\n  name the folder of the packages by --services\n",
               services.string(), arguments.package);
    return exit_bad_input;
  }
  if (to_file && !may_be_written(arguments)) return exit_bad_input;
  // A scenario's paths are relative to its folder; one that goes to stdout has none yet.
  services = fs::weakly_canonical(fs::absolute(services));
  if (to_file) services = services.lexically_proximate(fs::weakly_canonical(fs::absolute(arguments.output)).parent_path());
  const auto imported = import_or_complaint(arguments.configuration, {.services = services, .package = arguments.package});
  if (!imported) return exit_bad_input;
  if (!to_file) {
    std::fputs(imported->yaml.c_str(), stdout);
    return std::fflush(stdout) == 0 ? exit_ok : exit_failed;
  }
  std::ofstream file{arguments.output, std::ios::binary};
  file << imported->yaml;
  file.close();
  if (!file) throw std::runtime_error("cannot write " + arguments.output + ": does its folder exist, and may you write there?");
  fmt::print("{}: {} points of {} are not carried over; its first lines tell them\n", arguments.output,
             imported->not_carried_over.size(), arguments.configuration);
  return exit_ok;
}

}  // namespace

void add_import(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("import", "Make a scenario of a configuration of the Continuum framework");
  auto arguments = std::make_shared<ImportArguments>();
  command->add_option("configuration", arguments->configuration, "Continuum's file (INI; docs/continuum-cfg.md)")->required();
  command->add_option("-o,--output", arguments->output, "Write the scenario to this file; without it, or with -: to stdout");
  command->add_flag("--force", arguments->force, "Write over the file");
  command->add_option(
      "--services", arguments->services,
      "The folder of the service packages; without it: services, or share/continuo/services, in the nearest folder "
      "above the program");
  command->add_option("--package", arguments->package, "The package in that folder that classifies the images")
      ->capture_default_str();
  command->footer(
      "Examples:\n"
      "  continuo import example.cfg\n"
      "  continuo import example.cfg -o example.yaml\n"
      "  continuo run example.cfg --at model           the same scenario, without writing it\n"
      "Exit status: 0 done, 1 failed, 2 the configuration has mistakes");
  command->callback([arguments, &chosen] { chosen = [arguments] { return import_configuration(*arguments); }; });
}

}  // namespace continuo
