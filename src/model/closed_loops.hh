// How fast the users of closed loops come round, and what they and others wait for where they meet.
#pragma once

#include "model/flows.hh"

namespace continuo {

// The flows of a scenario, routed: make_flows(), and the shares of equilibrium.hh. With closed loops their rates, too, and what is waited for
// at every station and link that they use (Choice::closed).
//
// By mean value analysis: a user's round is its thinking, and on each way the times of all terms but waiting, and the mean waits. A
// wait is that of finite_source.hh, for which the rest of the round is time away (decomposition by stations; exact where one
// station makes users wait). Rates, waits and shares are found by turns until rounds change by less than one in ten thousand. Open
// streams take their part of a station first; what is left of it serves the users, and makes each of their requests longer.
// Nodes whose CPU several services share are played through instead (loops_on_cpu.hh). A mean latency is N / X - Z.
// Lengths of queues are bounded by the users: no resource gets a load of one by closed loops alone.
Flows routed_flows(const Scenario& scenario, const ModelOptions& options);

}  // namespace continuo
