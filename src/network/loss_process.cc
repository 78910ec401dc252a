#include "network/loss_process.hh"

namespace continuo {

LossProcess::LossProcess(const LinkProperties& properties, Seed seed) : rng_{seed} { change(properties); }

void LossProcess::change(const LinkProperties& properties) {
  loss_ = properties.loss;
  if (bursts_ == properties.bursts) return;
  bursts_ = properties.bursts;
  const double into = bursts_ ? bursts_->good_to_bad.value() : 0.0;
  bad_ = into > 0.0 && rng_.happens(Probability::of(into / (into + bursts_->bad_to_good.value())));
}

bool LossProcess::loses() {
  if (!bursts_) return loss_ > Probability::never() && rng_.happens(loss_);
  const bool lost = rng_.happens(bad_ ? bursts_->loss_in_bad : loss_);
  if (rng_.happens(bad_ ? bursts_->bad_to_good : bursts_->good_to_bad)) bad_ = !bad_;
  return lost;
}

}  // namespace continuo
