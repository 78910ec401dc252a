#include "network/tcp_window.hh"

#include <algorithm>
#include <array>
#include <cmath>

#include "network/tcp_segment.hh"

namespace continuo {
namespace {

constexpr double acknowledged_together = 2;     // segments: delayed acknowledgements (RFC 5681)
constexpr double hystart_window_min = 16;       // segments; hystart_low_window
constexpr double hystart_samples = 8;           // acknowledgements, here each of one segment; HYSTART_MIN_SAMPLES
constexpr double hystart_delay_min = 0.004;     // HYSTART_DELAY_MIN
constexpr double hystart_delay_max = 0.016;     // HYSTART_DELAY_MAX
constexpr double hystart_train_gap = 0.002;     // hystart_ack_delta_us
constexpr double cubic_scale = 0.4;             // C of RFC 9438, segments a cubic second
constexpr double friendly_step = 0.53;          // segments a round trip: 3 (1 - 0.7) / (1 + 0.7)
constexpr double cubic_beta = 0.7;
constexpr double window_min = 2;                // segments
constexpr double smoothing = 0.125;             // RFC 6298

// What is left of a smoothed value after so many samples.
double kept_after(std::size_t samples) {
  static const std::array<double, 65> table = [] {
    std::array<double, 65> powers{1.0};
    for (std::size_t count = 1; count < powers.size(); ++count) powers[count] = powers[count - 1] * (1 - smoothing);
    return powers;
  }();
  return samples < table.size() ? table[samples] : 0.0;
}

double segment_of(const NetworkStack& stack) { return static_cast<double>(tcp_segment(stack).count()); }
Bytes bytes_of(double segments, const NetworkStack& stack) {
  return Bytes::of(static_cast<std::int64_t>(std::floor(segments) * segment_of(stack)));
}

// That began, both counted from the same moment.
std::int64_t ticks_between(Instant from, Instant to) {
  return (to - scenario_start) / TcpWindow::tick - (from - scenario_start) / TcpWindow::tick;
}

}  // namespace

void TcpWindow::open(const NetworkStack& stack, Duration round_trip, Instant now) {
  *this = TcpWindow{};
  window_ = static_cast<float>(stack.initial_window);
  smoothed_ = least_ = static_cast<float>(to_seconds(round_trip));
  last_sent_ = now;
}

Bytes TcpWindow::begin(const NetworkStack& stack, Instant now) {
  const std::int64_t silent = ticks_between(last_sent_, now);
  if (stack.slow_start_after_idle && silent > ticks_of_timeout()) {
    const double timeouts = static_cast<double>((silent - 1) / ticks_of_timeout());
    if (threshold_ > 0) threshold_ = std::max(threshold_, 0.75F * window_);
    const auto initial = std::min(window_, static_cast<float>(stack.initial_window));
    window_ = std::max(initial, std::floor(std::ldexp(window_, -static_cast<int>(std::min(timeouts, 32.0)))));
  }
  largest_ = 0.0F;
  last_sent_ = now;
  return bytes_of(window_, stack);
}

Bytes TcpWindow::acknowledged(const NetworkStack& stack, const TcpFlight& flight, Instant last_sent) {
  const double segments = std::ceil(static_cast<double>(flight.payload.count()) / segment_of(stack));
  const double first = to_seconds(flight.first);
  const double spacing = to_seconds(flight.spacing);
  least_ = std::min(least_, static_cast<float>(first));
  const double acknowledgements = std::max(1.0, std::ceil(segments / acknowledged_together));
  // What leaves at once waits behind itself; what leaves as acknowledgements come, two segments for one, half as long.
  smooth(acknowledgements, first, spacing * (flight.is_first ? acknowledged_together : acknowledged_together / 2));
  if (is_limited_by(segments)) grow(segments, flight.is_first, first, spacing);
  last_sent_ = last_sent;
  return bytes_of(window_, stack);
}

// The smoothed round trip after samples that rise from `first` by `step` each, in closed form.
void TcpWindow::smooth(double acknowledgements, double first, double step) {
  const double kept = kept_after(static_cast<std::size_t>(acknowledgements));
  const double lag = (1 - smoothing) / smoothing;
  const double smoothed = kept * smoothed_ + (1 - kept) * first + step * (acknowledgements - lag * (1 - kept));
  smoothed_ = std::max(least_, static_cast<float>(smoothed));
}

// tcp_is_cwnd_limited: in slow start a window counts as used if more than half of it is.
bool TcpWindow::is_limited_by(double flight) {
  largest_ = std::max(largest_, static_cast<float>(flight));
  return is_in_slow_start() ? window_ <= 2 * largest_ : flight >= window_ - 1;
}

// By a flight that it was in the way of.
void TcpWindow::grow(double flight, bool flight_is_burst, double first, double spacing) {
  const double window = window_;
  if (is_in_slow_start()) {
    if (threshold_ <= 0.0F && window + flight >= hystart_window_min) {
      const double least = least_;
      const double late = least + std::clamp(least / 8, hystart_delay_min, hystart_delay_max);
      // Of a burst the first acknowledgement is the earliest of the first eight; of segments that follow acknowledgements, jitter makes one of
      // them early, and Linux takes the least.
      if (window >= hystart_window_min && flight_is_burst && first > late) {
        threshold_ = static_cast<float>(window + std::min(flight, hystart_samples));
      } else if (spacing * acknowledged_together <= hystart_train_gap && flight * spacing > least / 2) {
        threshold_ = static_cast<float>(std::max(hystart_window_min, window + least / 2 / spacing));
      }
    }
    const double grown = window + flight;
    window_ = static_cast<float>(threshold_ > 0.0F ? std::min<double>(grown, threshold_) : grown);
    return;
  }
  if (origin_ <= 0.0F) origin_ = window_;
  avoiding_ += static_cast<float>(first);
  const double target = origin_ + cubic_scale * avoiding_ * avoiding_ * avoiding_;
  window_ = static_cast<float>(std::clamp(target, window + friendly_step, 1.5 * window));
}

void TcpWindow::reduce() {
  window_ = std::max(static_cast<float>(window_min), static_cast<float>(cubic_beta) * window_);
  threshold_ = window_;
  origin_ = 0.0F;
  avoiding_ = 0.0F;
}

}  // namespace continuo
