#include "os/affinity.hh"

#include <sched.h>

#include <stdexcept>
#include <string>

#include "os/error.hh"

namespace continuo {

std::vector<int> usable_core_numbers() {
  cpu_set_t set;
  check("sched_getaffinity", ::sched_getaffinity(0, sizeof set, &set));
  std::vector<int> cores;
  for (int core = 0; core < CPU_SETSIZE; ++core) {
    if (CPU_ISSET(core, &set)) {
      cores.push_back(core);
    }
  }
  return cores;
}

void run_on_cores(const std::vector<int>& cores) {
  cpu_set_t set;
  CPU_ZERO(&set);
  for (const int core : cores) {
    if (core < 0 || core >= CPU_SETSIZE) {
      throw std::invalid_argument("there is no core " + std::to_string(core));
    }
    CPU_SET(core, &set);
  }
  check("run on the cores asked for", ::sched_setaffinity(0, sizeof set, &set));
}

}  // namespace continuo
