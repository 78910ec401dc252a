// One connection between a client and a server on which all messages follow each other, as those of HTTP/2 and MQTT do.
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

// Of one direction: messages leave in the order in which they came, each behind the last byte of the one before, and what has left and is
// not acknowledged counts against the window of all. (HTTP/2 would let the parts of messages alternate.)
struct SharedSender {
  static constexpr std::uint32_t none = ~std::uint32_t{0};
  std::uint32_t sending = none;      // message that has bytes to send
  std::deque<std::uint32_t> behind;  // messages
  Bytes unacknowledged = Bytes::zero();
  bool is_blocked = false;           // the one that is sending waits for acknowledgements of others
};

struct SharedConnection {
  std::uint32_t connection = 0;  // whose windows it has
  Instant opened{};              // from then on requests can leave
  std::array<SharedSender, 2> directions;  // of requests, of answers
};

}  // namespace continuo
