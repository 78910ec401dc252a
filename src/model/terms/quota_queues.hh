// Queues whose workers share a node's cores and its quota: played through, request by request.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "model/terms/played_cpu.hh"
#include "model/terms/replay.hh"

namespace continuo {

// What play_batches() tells of stations without batches, up to the rounding of times, at a fifth of the cost: the CPU is that of the simulator
// (policy/shared_cpu.hh) with nothing but a quota's periods, in seconds instead of whole nanoseconds.
std::vector<PlayedGroup> play_quota_queues(const ReplayedRow& row, std::span<const ReplayedSource> sources, const PlayedCpu& cpu, std::size_t groups);

}  // namespace continuo
