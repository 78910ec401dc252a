#include "policy/transport.hh"

namespace continuo {

TransportCosts transport_costs(Transport transport, const Assumptions& assumptions) {
  switch (transport) {
    case Transport::http: break;
    case Transport::grpc:
      return {.request_overhead = Bytes::of(110), .answer_overhead = Bytes::of(110), .opening = 2, .one_connection = true};
    case Transport::mqtt:
      return {.request_overhead = Bytes::of(60), .answer_overhead = Bytes::of(60), .opening = 0, .one_connection = true};
  }
  return {.request_overhead = assumptions.message_overhead, .answer_overhead = assumptions.message_overhead};
}

}  // namespace continuo
