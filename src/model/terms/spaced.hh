// Waits of messages that links of their senders have let out one after the other, at a queue behind these.
#pragma once

#include <span>

#include "model/terms/waiting.hh"

namespace continuo {

// Load of a sender's link below which what it lets out is as good as independent.
inline constexpr double spacing_load_least = 0.1;

// So many senders alike, each with a link of its own: Poisson before it.
struct SpacedSenders {
  double count = 1.0;
  double rate = 0.0;     // messages a second that one of them sends by its link
  double spacing = 0.0;  // seconds that the link takes for each; rate * spacing < 1. 0: no such link
  double share = 1.0;    // of these messages that come to the queue
  double jitter = 0.0;   // seconds: standard deviation of the time from the link to the queue
};

// How long messages wait at a queue of `workers` where these come, in times of what as many Poisson arrivals would wait: 0 to 1. `load` is of all, and
// below its workers.
//
// Robust queueing (Whitt and You, Operations Research 66(1), 2018): of a server of service time s at load rho,
//   W = s sup_x { -(1 - rho) x / rho - own(t) + sqrt(2 x (I(t) + c_s^2)) },  t = x s / rho,
// which is Pollaczek and Khinchine's where I = 1, the index of dispersion of Poisson counts over a time t. Behind a link that takes D for each, at a load r, counts over up to D
// are 0 or 1: I = 1 - rate t. Over longer times I = w + (1 - w) f (1 - f) D / t, f what t / D is beyond a whole number, w = w*(tau), tau = (1 - r)^2 rate t / r, as of departures in
// heavy traffic (Whitt and You, Naval Research Logistics 65, 2018), with w*(tau) = 1 - (1 - c*(tau)) / (2 tau) and c* the correlation of a reflected Brownian motion, and w no less than 1 - r. own(t): messages of its own sender that one
// meets fewer than were to be expected, (1 - d(t I)/dt) / 2 of a stationary stream, and within D it meets none. A lone sender before a lone worker waits for
// both as long as at the slower one, where times are constant (Friedman 1965). Several workers: as one that is so many times as fast. Against 480 nodes behind links of loads from
// 0.2 to 0.85 (1 to 24 senders; 1 and 4 workers, loads from 0.3 to 0.85; c_s of 0, 0.3 and 1), 800,000 messages played each: the time from the sender to the end of service is
// off by 0.4 % in the median, 3.3 % in 95 of 100, 11 % in the worst (three Poisson waits: 1.7, 12, 59 %).
double spaced_waiting(const QueueLoad& load, int workers, std::span<const SpacedSenders> from);

}  // namespace continuo
