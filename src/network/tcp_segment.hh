// What TCP makes of a message on the wire.
#pragma once

#include <cstdint>

#include "scenario/network_stack.hh"
#include "units/bytes.hh"

namespace continuo {

// IPv4 and TCP with timestamps take 52 bytes of each packet.
constexpr Bytes tcp_headers = Bytes::of(52);
constexpr Bytes tcp_segment(const NetworkStack& stack) { return stack.mtu - tcp_headers; }
// Of payload on the wire.
constexpr Bytes tcp_wire_size(Bytes payload, Bytes segment) {
  const std::int64_t segments = (payload.count() + segment.count() - 1) / segment.count();
  return payload + Bytes::of(segments * tcp_headers.count());
}

}  // namespace continuo
