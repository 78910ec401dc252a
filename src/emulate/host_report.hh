// What a host can do for an emulation, judged from what was found there: the words of `continuo doctor`.
#pragma once

#include <string>
#include <vector>

#include "os/host_facts.hh"

namespace continuo {

struct HostFinding {
  // full     all of it
  // partial  something is lost: `cost`
  // missing  a feature is not there: `cost`
  enum class State { full, partial, missing };
  std::string subject = {};  // "control groups"
  State state = State::full;
  std::string found = {};    // "version 1: cpu memory pids io"
  std::string cost = {};     // what does not work; empty iff full
  std::string remedy = {};   // a command, or what to do; empty: there is none
};
const char* to_string(HostFinding::State state);

struct HostReport {
  bool can_emulate = false;
  std::vector<HostFinding> findings;
};

// The programs that emulations and their users may want beside continuo.
const std::vector<std::string>& optional_programs();

HostReport judge_host(const HostFacts& facts);

// For people, and as JSON: {"can_emulate": true, "findings": [{"subject", "state", "found", "cost", "remedy"}]}.
std::string to_text(const HostReport& report);
std::string to_json(const HostReport& report);

}  // namespace continuo
