// One queue whose workers have a node's cores to themselves, and its quota: played through, request by request.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/terms/played_cpu.hh"
#include "model/terms/replay.hh"

namespace continuo {

// What play_batches() tells of one station without batches and with no more workers than cores, up to the rounding of times, at a fifth of the
// cost. Each job of the simulator's CPU (policy/shared_cpu.hh) has a core then, and runs at full speed until the period's quota is spent: the
// order in which they end is that of start and work on a clock that stands still while all are stopped.
std::vector<PlayedGroup> play_quota_queue(const ReplayedRow& row, std::span<const ReplayedSource> sources, const PlayedCpu& cpu, std::size_t groups);

}  // namespace continuo
