// What the load used of nodes and links, for energy/energy_of.hh. Pure.
#pragma once

#include "emulate/accounting.hh"
#include "energy/usage.hh"

namespace continuo {

// The CPU that each node's processes used, by the control groups, and the bytes that the fabric carried, all of them counted: what the
// nodes say to each other beside the requests is in it. Both are shared out among the services: a node's CPU by the time in service there
// and the requests sent from there; a link's bytes by the sizes of the messages of the requests completed over it.
Usage usage_of(const Scenario& scenario, const RequestLedger& requests, const RunObservations& run);

}  // namespace continuo
