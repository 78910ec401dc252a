// The cores of this host that a process may run on.
#pragma once

#include <vector>

namespace continuo {

std::vector<int> usable_core_numbers();
// For the calling thread and all that it starts from now on. Throws std::system_error.
void run_on_cores(const std::vector<int>& cores);

}  // namespace continuo
