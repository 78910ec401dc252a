// Endpoints around one node that serves them all: the smallest scenario that predictions can be timed and compared with.
#pragma once

#include "scenario/scenario.hh"

namespace continuo::bench {

// On one whole core.
struct ServiceTimeStated {
  Duration mean{};
  Duration sd{};
};

// Tier 0 is `centre`, of one node; tier 1 the endpoints. `link` joins any two; `stream` is sent by every endpoint to the one service,
// which has one variant that takes `service_time`.
Scenario star(const Tier& centre, int endpoints, const LinkProperties& link, const ServiceTimeStated& service_time, Stream stream);

}  // namespace continuo::bench
