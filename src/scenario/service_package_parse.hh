// From the manifest.yaml of a service package to a ServicePackage. docs/service-package.md describes the format.
#pragma once

#include <filesystem>
#include <string_view>
#include <variant>
#include <vector>

#include "scenario/scenario_error.hh"
#include "scenario/service_package.hh"

namespace continuo {

// Never throws on bad input; all errors at once, by line. The files of the package are not looked at: `folder` only goes
// into the result and, with manifest.yaml, into the errors.
std::variant<ServicePackage, std::vector<ScenarioError>> parse_manifest(std::string_view text,
                                                                        const std::filesystem::path& folder);

}  // namespace continuo
