#include "scenario/link_properties.hh"

namespace continuo {

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
  return properties;
}

}  // namespace continuo
