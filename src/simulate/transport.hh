// How TCP puts a message on its way: in flights as large as its window, each released by the acknowledgement of the one before.
#pragma once

#include <algorithm>
#include <cstdint>

#include "scenario/network_stack.hh"
#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

// IPv4 and TCP with timestamps take 52 bytes of each packet.
constexpr Bytes tcp_headers = Bytes::of(52);
constexpr Bytes tcp_segment(const NetworkStack& stack) { return stack.mtu - tcp_headers; }
// Of payload on the wire.
constexpr Bytes tcp_wire_size(Bytes payload, Bytes segment) {
  const std::int64_t segments = (payload.count() + segment.count() - 1) / segment.count();
  return payload + Bytes::of(segments * tcp_headers.count());
}

// One direction of a connection that is kept open between two nodes.
struct TcpDirection {
  // Linux closes nothing by itself; the nodes do not use a connection again that was idle for so long (os/http_client.hh).
  static constexpr Duration kept = std::chrono::seconds{30};
  // Linux's TCP_RTO_MIN, to which the round trip is added: the least retransmission time-out.
  static constexpr Duration timeout_min = std::chrono::milliseconds{200};

  static constexpr int doublings_max = 9;  // of the time-out, at each that passes in vain: to 2 minutes (Linux's TCP_RTO_MAX)

  static constexpr Bytes window_max = Bytes::gibibytes(1);  // RFC 7323, section 2.3

  Instant last_sent = Instant::min();
  std::uint32_t window = 0;  // bytes; there are millions of these, so in half of what Bytes takes

  bool is_open(Instant now) const { return last_sent != Instant::min() && now - last_sent < kept; }

  // The window of a message that begins now: what the connection had, halved for each time-out that passed in silence (RFC 2861, as Linux
  // does it), but never less than the initial window.
  Bytes begin(const NetworkStack& stack, Duration round_trip, Instant now) {
    const Bytes initial = Bytes::of(stack.initial_window * tcp_segment(stack).count());
    if (!is_open(now)) {
      set(initial);
    } else if (stack.slow_start_after_idle && now - last_sent >= timeout_min + round_trip) {
      const std::int64_t timeouts = (now - last_sent) / (timeout_min + round_trip);
      set(std::max(initial, Bytes::of(std::int64_t{window} >> std::min<std::int64_t>(timeouts, 60))));
    }
    last_sent = now;
    return Bytes::of(window);
  }
  // Slow start: a window that was used up has grown by what was acknowledged of it.
  void grow(Bytes acknowledged) { set(Bytes::of(window) + acknowledged); }
  // One that had a loss: by the share that CUBIC takes (RFC 9438), not below two segments.
  static Bytes reduced(Bytes window, Bytes segment) {
    return std::max(Bytes::of(2 * segment.count()), Bytes::of(window.count() * 7 / 10));
  }
  void set(Bytes size) { window = static_cast<std::uint32_t>(std::min(size, window_max).count()); }
};

}  // namespace continuo
