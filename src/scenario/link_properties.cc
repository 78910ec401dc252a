#include "scenario/link_properties.hh"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "scenario/quantity.hh"

namespace continuo {

Duration LinkProperties::mean_delay() const {
  const Duration all = shape == DelayShape::table && table ? delay + table->mean() : delay;
  return overtake == Probability::never() ? all : from_seconds(to_seconds(all) * (1.0 - overtake.value()));
}

Duration LinkProperties::delay_at(double deviate) const {
  const double sd = to_seconds(jitter);
  const double above = std::erfc(deviate / std::numbers::sqrt2) / 2.0;  // 1 - Phi, exact in the far tail too
  switch (shape) {
    case DelayShape::normal: return delay + from_seconds(sd * deviate);
    case DelayShape::uniform: return delay + from_seconds(sd * std::numbers::sqrt3 * (1.0 - 2.0 * above));
    case DelayShape::pareto: {
      // Shape 3 and scale s: mean 3/2 s, variance 3/4 s^2. Shifted to the mean asked for. Beyond 8 deviations nothing is drawn.
      const double scale = 2.0 * sd / std::numbers::sqrt3;
      return delay + from_seconds(scale * (std::cbrt(1.0 / std::max(above, 1e-15)) - 1.5));
    }
    case DelayShape::table: return table ? delay + table->quantile(1.0 - above) : delay;
  }
  return delay;
}

Duration LinkProperties::delay_sd() const { return shape == DelayShape::table && table ? table->sd() : jitter; }

std::optional<Contradiction> contradiction_in(const LinkProperties& properties) {
  const bool of_table = properties.shape == DelayShape::table && properties.table;
  // How many times the standard deviation the shape reaches below its mean; a Gaussian is cut at two.
  double below = of_table ? 0.0 : 2.0;
  if (properties.shape == DelayShape::uniform) below = std::sqrt(3.0);
  if (properties.shape == DelayShape::pareto) below = 1.0 / std::sqrt(3.0);
  // A nanosecond for what rounding does to the limit itself.
  if (!of_table && from_seconds(to_seconds(properties.jitter) * below) > properties.delay + Duration{1}) {
    const std::string limit = properties.shape == DelayShape::normal ? "half of" : fmt::format("{:.3g} times", 1.0 / below);
    return Contradiction{"jitter",
                         fmt::format("jitter {} is more than {} the delay {}", format_duration(properties.jitter), limit,
                                     format_duration(properties.delay)),
                         "jitter is the standard deviation of the delay, and a delay cannot be negative: lower one or raise the other"};
  }
  if (properties.reorder && properties.delay_sd() == Duration::zero()) {
    return Contradiction{"reorder", "packets cannot change their order where every delay is the same",
                         "add jitter: 2 ms, or overtake: 1 %, or take away reorder"};
  }
  if (properties.overtake > Probability::never() && properties.mean_delay() == Duration::zero() &&
      properties.overtake < Probability::always()) {
    return Contradiction{"overtake", "packets that skip the delay cannot overtake where there is none", "add delay: 10 ms, or take away overtake"};
  }
  return std::nullopt;
}

bool LinkProperties::acts_on_each_packet() const {
  const auto happens = [](Probability share) { return share > Probability::never(); };
  return rate || trace || delay_sd() > Duration::zero() || bursts || happens(loss) || happens(overtake) || happens(duplicate) ||
         happens(corrupt);
}

Probability LinkProperties::mean_loss() const {
  if (!bursts || bursts->good_to_bad == Probability::never()) return loss;
  // The chain's stationary share of packets in the bad state.
  const double in_bad = bursts->good_to_bad.value() / (bursts->good_to_bad.value() + bursts->bad_to_good.value());
  return Probability::of(loss.value() * (1.0 - in_bad) + bursts->loss_in_bad.value() * in_bad);
}

std::optional<BitRate> LinkProperties::mean_rate() const { return trace ? std::optional{trace->mean()} : rate; }

LinkProperties LinkPatch::applied_to(LinkProperties properties) const {
  if (delay) properties.delay = *delay;
  if (jitter) properties.jitter = *jitter;
  if (shape) properties.shape = *shape;
  if (table) {
    properties.table = table;
    properties.shape = DelayShape::table;
  } else if (properties.table && (jitter || shape)) {
    properties.table = nullptr;
    properties.shape = shape.value_or(DelayShape::normal);
  }
  if (reorder) properties.reorder = *reorder;
  if (overtake) properties.overtake = *overtake;
  if (rate || unlimited || trace) {
    properties.rate = rate;
    properties.trace = trace;
  }
  if (loss || bursts) {
    properties.loss = loss.value_or(Probability::never());
    properties.bursts = bursts;
  }
  if (duplicate) properties.duplicate = *duplicate;
  if (corrupt) properties.corrupt = *corrupt;
  if (queue) properties.queue = *queue;
  if (energy) properties.energy = energy;
  return properties;
}

}  // namespace continuo
