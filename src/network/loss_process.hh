// Which packets a link loses: each on its own, or in bursts.
#pragma once

#include <optional>

#include "scenario/link_properties.hh"
#include "units/rng.hh"

namespace continuo {

// With bursts, the chain of Gilbert and Elliott: a packet is lost with the loss of the state that it meets, then the chain takes
// a step. It begins in its stationary distribution, so that every packet is as likely to be lost as any other.
class LossProcess {
 public:
  LossProcess(const LinkProperties& properties, Seed seed);

  // For the next packet.
  bool loses();
  // Bursts that stay as they are keep their state.
  void change(const LinkProperties& properties);

 private:
  Probability loss_ = Probability::never();
  std::optional<LossBursts> bursts_;
  bool bad_ = false;
  Rng rng_;
};

}  // namespace continuo
