// What one directed link really delivered, from the stamps of its packets: delay, and rate while it was busy. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "network/link_counters.hh"
#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

// Sums over the packets of one or more links. Delays leave out packets that a change of the link has held.
struct LinkMeasure {
  std::uint64_t packets = 0;  // whose delays are in the sums
  Duration delays{};  // sum of (written at the far end - computed end of transmission)
  // What was asked of each of these packets at its time: sums of the mean delay and of its variance (ms^2), and of the squared
  // differences between the delays and the means asked for (ms^2).
  Duration asked_delays{};
  double asked_variances = 0.0;
  double squared_differences = 0.0;
  // Sum over windows of twice the delay's correlation time of (packets in it)^2: packets^2 / this is the number of delays
  // that are as good as independent.
  double squared_window_packets = 0.0;

  // Over busy periods: the packets behind the first one of each, and the time that they took.
  std::uint64_t busy_periods = 0;
  Bytes busy_bytes = Bytes::zero();
  Duration busy_time{};
  Duration busy_asked{};  // what transmission of these bytes should have taken

  void merge(const LinkMeasure& other);
  // What came since an earlier measure of the same link.
  LinkMeasure since(const LinkMeasure& earlier) const;
  double independent_delays() const;
  // Standard deviation of the delays about the mean asked for, less what the mean is off by; 0 without packets.
  Duration delay_sd() const;
};

// A busy period counts if it is long enough to tell a rate from the granularity of wake-ups.
inline constexpr Duration busy_period_min = std::chrono::milliseconds{20};
inline constexpr std::uint64_t busy_packets_min = 10;

class LinkMeter {
 public:
  explicit LinkMeter(Duration delay_correlation_time) : window_{2 * delay_correlation_time} {}
  // From now on the delays of the link are alike for so long.
  void change(Duration delay_correlation_time);

  // In the order of departure. The rate is measured at `written - drawn delay`: the moment at which the far end would have the
  // packet without propagation, so that a drifting delay does not stretch or squeeze the period.
  void delivered(Bytes size, const Passage& passage, Instant written);
  // Including the window and the busy period that are still open.
  LinkMeasure measure() const;

 private:
  void add_delay(const Passage& passage, Duration delay);

  struct BusyPeriod {
    Instant began{};  // arrival of its first packet, without propagation
    Instant latest{};
    Instant transmission_began{};  // computed: the end of the first packet's transmission
    Instant transmission_end{};
    std::uint64_t packets = 1;
    Bytes bytes = Bytes::zero();  // without the first packet
  };
  static void close(const BusyPeriod& period, LinkMeasure& into);

  Duration window_;
  LinkMeasure closed_;
  std::int64_t window_index_ = 0;
  std::uint64_t window_packets_ = 0;
  std::optional<BusyPeriod> period_;
};

}  // namespace continuo
