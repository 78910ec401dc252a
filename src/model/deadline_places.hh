// Requests that are not sent, since their node predicts that no answer comes in time: as if the queue were so short.
#pragma once

#include "model/flows.hh"
#include "model/options.hh"

namespace continuo {

// A node sends no request that it predicts to miss its deadline (choose_route() in policy/routing.hh): with n requests at a node of c workers, round trip, messages and service
// take b and each of those ahead s / c, so n - c + 1 <= (deadline - b) c / s. Shortens the places of each station to that, of the most patient of its streams, where one node alone can send there, itself or
// another: it knows the queue. Not where a stream has no deadline, has users who wait, or would be late even when idle. Exact for a node's own requests; one that sends to another counts
// them until their answers are back, which waits_admission.cc takes off. News of nodes to which many send are old: there what comes late fails.
void limit_by_deadlines(const Scenario& scenario, const ModelOptions& options, Flows& flows);

}  // namespace continuo
