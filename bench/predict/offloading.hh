// One scenario that two simulators can describe: endpoints send their requests to one server, over a link with delay and rate each.
#pragma once

#include "scenario/scenario.hh"
#include "simulate/simulate.hh"

namespace continuo::bench {

// Each endpoint five times a second; 20 ms and 10 Mbit/s each way; 10 ms on a core of a server that 10 000 of them
// load to 0.45, and to 0.9 while the first requests, which open connections, and the second ones come together: nobody waits for a core.
Scenario offloading(int endpoints, Duration duration);

// Nothing but the network and the server takes time.
SimulateOptions offloading_options();

// Of one message on the wire.
struct OffloadingSizes {
  Bytes request;
  Bytes answer;
};
OffloadingSizes offloading_sizes();

}  // namespace continuo::bench
