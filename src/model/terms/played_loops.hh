// What users of closed loops take at a node whose CPU several services share: played through, with the CPU that the simulator has.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/terms/played_cpu.hh"

namespace continuo {

// Users alike, who are either there or away; or an open stream, which sends at random.
struct LoopStream {
  double users = 0.0;   // a whole number of them; 0: open
  double rate = 0.0;    // of an open one, requests a second
  double fixed = 0.0;   // seconds away that are the same each time
  double varied = 0.0;  // and that are exponential, in the mean
  double sd = 0.0;      // of the fixed ones: what delays vary by
  ServiceTime service;  // in core-seconds
  std::size_t station = 0;

  double away() const { return fixed + varied; }
};

// By stream, what some `requests` in all took, or eight rounds of each user if these are more; ascending by their sum. First come, first
// served, a queue a station; numbers are drawn, the same every time. Open streams alone must leave some of the CPU.
std::vector<PlayedGroup> play_loops(std::span<const LoopStream> streams, const PlayedCpu& cpu, double requests);

}  // namespace continuo
