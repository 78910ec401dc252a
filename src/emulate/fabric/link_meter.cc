// Sums only: a meter costs the same after a second and after a day.
#include "emulate/fabric/link_meter.hh"

#include <algorithm>
#include <cmath>

namespace continuo {

void LinkMeasure::merge(const LinkMeasure& other) {
  packets += other.packets;
  delays += other.delays;
  asked_delays += other.asked_delays;
  asked_variances += other.asked_variances;
  squared_differences += other.squared_differences;
  squared_window_packets += other.squared_window_packets;
  busy_periods += other.busy_periods;
  busy_bytes += other.busy_bytes;
  busy_time += other.busy_time;
  busy_asked += other.busy_asked;
}

LinkMeasure LinkMeasure::since(const LinkMeasure& earlier) const {
  LinkMeasure later = *this;
  later.packets -= earlier.packets;
  later.delays -= earlier.delays;
  later.asked_delays -= earlier.asked_delays;
  later.asked_variances -= earlier.asked_variances;
  later.squared_differences -= earlier.squared_differences;
  later.squared_window_packets -= earlier.squared_window_packets;
  later.busy_periods -= earlier.busy_periods;
  later.busy_bytes -= earlier.busy_bytes;
  later.busy_time -= earlier.busy_time;
  later.busy_asked -= earlier.busy_asked;
  return later;
}

double LinkMeasure::independent_delays() const {
  const auto all = static_cast<double>(packets);
  return squared_window_packets > 0.0 ? all * all / squared_window_packets : 0.0;
}

Duration LinkMeasure::delay_sd() const {
  if (packets == 0) {
    return Duration::zero();
  }
  const auto all = static_cast<double>(packets);
  const double off = to_milliseconds(delays - asked_delays) / all;
  return from_milliseconds(std::sqrt(std::max(0.0, squared_differences / all - off * off)));
}

void LinkMeter::close(const BusyPeriod& period, LinkMeasure& into) {
  const Duration time = period.latest - period.began;
  if (period.packets >= busy_packets_min && time >= busy_period_min) {
    ++into.busy_periods;
    into.busy_bytes += period.bytes;
    into.busy_time += time;
    into.busy_asked += period.transmission_end - period.transmission_began;
  }
}

void LinkMeter::change(Duration delay_correlation_time) {
  closed_.squared_window_packets += static_cast<double>(window_packets_) * static_cast<double>(window_packets_);
  window_packets_ = 0;
  window_ = 2 * delay_correlation_time;
}

void LinkMeter::add_delay(const Passage& passage, Duration delay) {
  ++closed_.packets;
  closed_.delays += delay;
  closed_.asked_delays += passage.asked_mean;
  const double sd = to_milliseconds(passage.asked_sd);
  const double difference = to_milliseconds(delay - passage.asked_mean);
  closed_.asked_variances += sd * sd;
  closed_.squared_differences += difference * difference;

  const std::int64_t window = (passage.transmission_end - scenario_start) / window_;
  if (window != window_index_) {
    closed_.squared_window_packets += static_cast<double>(window_packets_) * static_cast<double>(window_packets_);
    window_index_ = window;
    window_packets_ = 0;
  }
  ++window_packets_;
}

void LinkMeter::delivered(Bytes size, const Passage& passage, Instant written) {
  if (!passage.behind_change) {
    add_delay(passage, written - passage.transmission_end);
  }
  const Instant sent = written - passage.delay;
  if (period_ && passage.transmission_start == period_->transmission_end &&
      passage.transmission_end > passage.transmission_start) {
    period_->latest = sent;
    period_->transmission_end = passage.transmission_end;
    ++period_->packets;
    period_->bytes += size;
    return;
  }
  if (period_) {
    close(*period_, closed_);
  }
  period_ = {.began = sent,
             .latest = sent,
             .transmission_began = passage.transmission_end,
             .transmission_end = passage.transmission_end};
}

LinkMeasure LinkMeter::measure() const {
  LinkMeasure measure = closed_;
  measure.squared_window_packets += static_cast<double>(window_packets_) * static_cast<double>(window_packets_);
  if (period_) {
    close(*period_, measure);
  }
  return measure;
}

}  // namespace continuo
