// What happens in a simulation, and when.
#pragma once

#include <cstdint>

#include "units/time.hh"

namespace continuo {

enum class EventKind : std::uint32_t {
  arrival,   // of a source's next request
  sent,      // a request is ready for the network
  message,   // a whole one has crossed links that have no state
  opened,    // a connection, for such a message
  parcel,    // has crossed a link that has no state
  hop,       // a link has something to hand over
  window,    // an acknowledgement lets a message go on
  resend,    // a lost parcel is sent again
  acknowledgement,  // of a message on a connection that others share
  finish,    // a server's next job ends
  back,      // a refusal has reached the node that routed the request
  lease,     // of a node that has fallen silent: it has run out
  change,    // an event of the scenario
  gathered,  // a free worker of a station has waited long enough for more requests to run at once
};

struct SimulatedEvent {
  Instant at{};
  EventKind kind = EventKind::arrival;
  std::uint32_t index = 0;  // what it is about
};

}  // namespace continuo
