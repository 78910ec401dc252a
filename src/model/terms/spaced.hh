// Waits of messages that links of their senders have let out one after the other, at a queue behind these.
#pragma once

#include <span>

#include "model/terms/waiting.hh"

namespace continuo {

// Load of a sender's link from which on what it lets out is not independent, and below which it is as good as that; between them by degrees.
inline constexpr double spacing_load_full = 0.1;
inline constexpr double spacing_load_least = 0.05;

// So many senders alike, each with a link of its own: Poisson before it.
struct SpacedSenders {
  double count = 1.0;
  double rate = 0.0;     // messages a second that one of them sends by its link
  double spacing = 0.0;  // seconds that the link takes for each; rate * spacing < 1. 0: no such link
  double share = 1.0;    // of these messages that come to the queue
  double jitter = 0.0;   // seconds: standard deviation of the spacing, and of the time from the link to the queue
};

// How long messages wait at a queue of `workers` where these come, in times of what as many Poisson arrivals would wait: 0 to 1. `load` is of all, and
// below its workers; what it has beyond these senders' messages is taken as Poisson. Robust queueing by the index of dispersion of counts (Whitt and You 2018), a lone sender before a lone worker
// by Friedman 1965; formulas, range and what they are off by: docs/model.md, "Behind links of their own".
double spaced_waiting(const QueueLoad& load, int workers, std::span<const SpacedSenders> from);

// Such a wait with that much of its mean left. Fewer wait, too: by its fourth root, as when played through (0.94 of them at 0.64, 0.76 at 0.48, 0.5 at 0.25, none at 0).
Waiting behind_links(const Waiting& of_poisson, double left);

}  // namespace continuo
