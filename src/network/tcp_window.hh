// The congestion window of one direction of a TCP connection, as Linux keeps it with cubic, from flight to flight and message to message.
//
// Followed: the initial window (RFC 6928), slow start and that only a window that was used grows (RFC 7661, tcp_is_cwnd_limited), HyStart by
// acknowledgement train and by delay (Ha and Rhee 2011, tcp_cubic.c), congestion avoidance (RFC 9438), restart after an idle time-out
// (RFC 2861, tcp_cwnd_restart). A window of which less is used is not taken back while acknowledgements come: each of them begins the time-out
// anew that tcp_cwnd_application_limited waits for. Watched on Linux 6.1 and 6.18 with `ss -ti`: tests hold those figures. Not followed:
// buffers smaller than the window.
#pragma once

#include "scenario/network_stack.hh"
#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

// What left the sender at once, or as the acknowledgements of what was before it came.
struct TcpFlight {
  Bytes payload = Bytes::zero();
  Duration first{};    // from its first segment to that one's acknowledgement
  Duration spacing{};  // of its segments on the narrowest link
  bool is_first = true;  // of its message
};

class TcpWindow {
 public:
  // The least retransmission time-out is this and the smoothed round trip (TCP_RTO_MIN).
  static constexpr Duration timeout_min = std::chrono::milliseconds{200};
  // Linux counts time-outs and silences in ticks: 250 a second, as Debian and most others configure it (CONFIG_HZ). A time-out is rounded up,
  // and a silence has to be longer by a tick at least.
  static constexpr Duration tick = std::chrono::milliseconds{4};

  // A new connection whose handshake took this round trip.
  void open(const NetworkStack& stack, Duration round_trip, Instant now);

  // What a message that begins now may send at once.
  Bytes begin(const NetworkStack& stack, Instant now);
  // What the next flight may have after this one was acknowledged. `last_sent`: when its last segment left.
  Bytes acknowledged(const NetworkStack& stack, const TcpFlight& flight, Instant last_sent);
  // Something was lost: once for all that was lost of one window (RFC 9438).
  void reduce();

  Duration timeout() const { return tick * ticks_of_timeout(); }
  Instant last_sent() const { return last_sent_; }

 private:
  std::int64_t ticks_of_timeout() const { return (timeout_min + from_seconds(smoothed_) + tick - Duration{1}) / tick; }
  bool is_in_slow_start() const { return threshold_ <= 0.0F || window_ < threshold_; }
  bool is_limited_by(double flight);
  void grow(double flight, bool flight_is_burst, double first, double spacing);
  void smooth(double acknowledgements, double first, double step);

  Instant last_sent_ = Instant::min();
  // Segments and seconds, small because there are as many as connections.
  float window_ = 0.0F;
  float threshold_ = 0.0F;  // of slow start; 0: none yet
  float largest_ = 0.0F;    // flight of this message
  float origin_ = 0.0F;     // the window when congestion avoidance began; 0: it has not
  float avoiding_ = 0.0F;   // time that it has lasted, idle times left out
  float smoothed_ = 0.0F;   // round trip
  float least_ = 0.0F;      // round trip
};

}  // namespace continuo
