// Whether a package's files are what its manifest says: found out before anything starts, not by a node in mid-run.
#pragma once

#include <string>
#include <vector>

#include "scenario/scenario.hh"

namespace continuo {

// One sentence for each file of a service's package that is absent, of another size or of another digest, by path. Reads every
// file. A file that several variants share is told once.
std::vector<std::string> package_file_problems(const Scenario& scenario);

}  // namespace continuo
