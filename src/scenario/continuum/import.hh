// A configuration of the Continuum framework as a scenario of continuo's own, with a list of what it cannot say.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "scenario/continuum/continuum_config.hh"

namespace continuo {

// The package that stands for Continuum's image classification unless another is named. It uses the CPU for as long as
// MobileNetV2 took in the run that the framework's README shows.
inline constexpr const char* continuum_package = "classification-load";

struct ImportOptions {
  std::filesystem::path services;         // the folder of the service packages, as the scenario is to name it
  std::string package = continuum_package;  // that classifies the images: its folder below `services`
};

// What the scenario does not say, and what is done instead.
struct NotCarriedOver {
  int line = 0;  // of the configuration; 0: no line says it
  std::string what;
  std::string instead;
};

// FILE:LINE: not carried over: WHAT
//   INSTEAD
std::string to_string(std::span<const NotCarriedOver> notes, const std::string& file);

struct ImportedScenario {
  std::string yaml;  // valid by docs/scenario.md wherever the package is; its comments name lines of the configuration
  std::vector<NotCarriedOver> not_carried_over;  // by line
};

ImportedScenario import_continuum(const ContinuumConfig& config, const ImportOptions& options);

}  // namespace continuo
