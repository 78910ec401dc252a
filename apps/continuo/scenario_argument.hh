// A scenario given on the command line.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "scenario/continuum/import.hh"
#include "scenario/scenario.hh"

namespace continuo {

// Whether what a scenario cannot say of a configuration is told on stderr: the processes of a run read the file again.
enum class Notes { told, untold };

// A file whose name ends in .cfg is a configuration of the Continuum framework, and is read as the scenario that `import`
// makes of it. Nothing: the file has mistakes, and all of them are on stderr.
// `changes` are PATH=VALUE each, as a Scenario tells those that were made to its file; not of a .cfg.
std::optional<Scenario> scenario_or_complaint(const std::string& file, Notes notes = Notes::told,
                                              const std::vector<std::string>& changes = {});

// That scenario as YAML, with the service packages below `services`. Nothing: as above.
std::optional<ImportedScenario> import_or_complaint(const std::string& file, const ImportOptions& options);

// The folder of the service packages that come with continuo: `services` or share/continuo/services in the nearest folder
// above the program.
std::filesystem::path services_folder();

// What only shows when the nodes start, found out before: package files that are not what their manifest says, services that
// no node can run, inputs that cannot be sent or whose expectation is malformed. True: nothing; false: all of it is on stderr.
bool can_be_provisioned(const Scenario& scenario);

}  // namespace continuo
