// What a transport adds to a message, and what its connections do. For predictions.
#pragma once

#include "policy/assumptions.hh"
#include "scenario/scenario.hh"

namespace continuo {

struct TransportCosts {
  Bytes request_overhead = Bytes::zero();  // around the payload: headers and what describes tensors
  Bytes answer_overhead = Bytes::zero();
  int opening = 1;              // round trips before the first request of a connection can leave
  bool one_connection = false;  // between a client and a server: messages follow each other on it. Else an exchange has one to itself
};

// http: HTTP/1.1 on kept-open connections, as the nodes speak it. grpc: HTTP/2, one connection, which gRPC's C core uses once both sides
// have told their settings. mqtt: one connection to a broker at the node that serves, made before the load begins. Overheads of grpc and
// mqtt were measured on the wire (docs/model.md, Transports).
TransportCosts transport_costs(Transport transport, const Assumptions& assumptions);

}  // namespace continuo
