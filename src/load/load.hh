// The load generator: one node's share of a scenario's workload, sent to one address, one record a request.
//
// Open loop: every request is sent at its scheduled time, whether or not earlier ones have been answered, so a slow system
// does not lower its own load, and latency counts from the scheduled time (no coordinated omission). Every arrival of the
// node's schedules (workload/schedule.hh) gives exactly one record, completed or failed; nothing is sent twice.
//
// Closed loop: each user (workload/user.hh) sends when it has thought, waits for the answer or the failure, and thinks again; latency
// counts from the moment at which it wanted to send. The last requests are those that are wanted before the stream ends.
//
// A real machine and an emulated endpoint use it alike: it knows an address, a clock and where records go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "os/clock.hh"
#include "scenario/scenario.hh"
#include "wire/event.hh"

namespace continuo {

struct LoadOptions {
  NodeIndex node = 0;      // who sends
  std::string target;      // HOST:PORT of the node that the requests go to; it forwards what another would do better
  Duration start_at{};     // when the load begins, on the clock that is handed in (CLOCK_MONOTONIC)
  // A request that would be one more than this many unanswered ones is not sent and fails with "backlog". Not those of closed loops,
  // which have no more than users.
  std::size_t outstanding_max = 200;
};

// Reads all inputs of the node's streams and the expectations beside them (INPUT.expect.json), sends, and returns when the
// last request has its record. `sink` gets each record once, when the request is over, in that order, on the calling thread;
// what it throws ends the load and reaches the caller.
//
// Throws std::runtime_error before anything is sent if an input cannot be read, does not fit the service's contract, or has a
// malformed expectation. Returns the number of records; 0 if the node's tier sends nothing.
std::uint64_t run_load(const Scenario& scenario, const LoadOptions& options, const Clock& clock,
                       const std::function<void(const LoadRecord&)>& sink);

}  // namespace continuo
