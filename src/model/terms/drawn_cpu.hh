// What requests of several services take that share a CPU, where all come at random: drawn, played through with the CPU that the simulator
// has, and weighed.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/terms/played_cpu.hh"

namespace continuo {

// Sources as play_cpu() has them, all Poisson; so many requests are drawn, the same every time. How full the node happens to be in such a row is
// the greatest part of what is random in its figures, and how full it ought to be is known: each request counts as much more as the work
// that it would find on one core as fast as all is more likely than it was there (post-stratification by terms/work_found.hh). The load must be below 1.
std::vector<PlayedGroup> draw_cpu(std::span<const ReplayedSource> sources, const PlayedCpu& cpu, std::size_t groups, double requests);

}  // namespace continuo
