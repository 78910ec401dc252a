#include "network/crossing.hh"

#include <algorithm>
#include <cmath>

namespace continuo {

namespace {

// Of all delays together, the share p that is 0 included: with mean m and variance v of the others, (1 - p) (v + m^2) less the
// square of the mean (1 - p) m.
Duration sd_of_all(const LinkProperties& properties) {
  const double others = 1.0 - properties.overtake.value();
  if (others >= 1.0) return properties.delay_sd();
  if (others <= 0.0) return Duration::zero();
  const double sd = to_seconds(properties.delay_sd());
  const double mean = to_seconds(properties.mean_delay()) / others;
  return from_seconds(std::sqrt(std::max(0.0, others * (sd * sd + mean * mean) - others * mean * others * mean)));
}

}  // namespace

CrossingProcess::CrossingProcess(const LinkProperties& properties, Seed seed)
    : delays_{properties, seed.derive("delay")},
      losses_{properties, seed.derive("loss")},
      overtaking_{seed.derive("overtake")},
      duplication_{seed.derive("duplicate")},
      corruption_{seed.derive("corrupt")} {
  change(properties);
}

void CrossingProcess::change(const LinkProperties& properties) {
  delays_.change(properties);
  losses_.change(properties);
  overtake_ = properties.overtake;
  duplicate_ = properties.duplicate;
  corrupt_ = properties.corrupt;
  reorder_ = properties.reorder;
  asked_mean_ = properties.mean_delay();
  asked_sd_ = sd_of_all(properties);
  change_due_ = last_due_;
}

Crossing CrossingProcess::next(Bytes size, Instant accepted, const Transmission& transmission) {
  // What cannot happen draws nothing: the streams are apart, so no other is shifted by it.
  const auto happens = [](Rng& rng, Probability share) { return share > Probability::never() && rng.happens(share); };
  Crossing crossing;
  Passage& passage = crossing.passage;
  passage = {.accepted = accepted,
             .transmission_start = transmission.start,
             .transmission_end = transmission.end,
             .delay = delays_.sample(transmission.end),
             .asked_mean = asked_mean_,
             .asked_sd = asked_sd_};
  crossing.lost = losses_.loses();
  if (crossing.lost) return crossing;
  const bool overtakes = happens(overtaking_, overtake_);
  if (overtakes) passage.delay = Duration::zero();
  crossing.in_order = !reorder_ && !overtakes;
  passage.due = passage.transmission_end + passage.delay;
  if (crossing.in_order) {
    passage.behind_change = passage.due < change_due_;
    passage.due = std::max(passage.due, last_due_);
    last_due_ = passage.due;
  }
  crossing.twice = happens(duplication_, duplicate_);
  if (size > Bytes::zero() && happens(corruption_, corrupt_)) {
    crossing.flipped_bit = corruption_.below(static_cast<std::uint64_t>(size.count()) * 8);
  }
  return crossing;
}

}  // namespace continuo
