// Requests that come at random to a worker which runs all that wait at once (policy/batching.hh).
#pragma once

#include <algorithm>
#include <cmath>

#include "model/terms/waiting.hh"

namespace continuo {

// Poisson arrivals at one worker. A batch of b takes (alone + behind) (1 + (b - 1) next), less `behind` where it finds the worker idle.
struct BatchQueue {
  double rate = 0.0;    // requests a second
  double alone = 0.0;   // seconds of one request
  double behind = 0.0;  // more, of one that follows another at once
  double sd = 0.0;      // of one request
  double next = 1.0;    // what each further request adds, in times of one alone
  int most = 1;
  double wait = 0.0;    // seconds

  double seconds(double requests) const { return (alone + behind) * (1.0 + (requests - 1.0) * next); }
  // Of one that is `less` shorter, and so many standard deviations off.
  double seconds(double requests, double deviate, double less = 0.0) const {
    const double mean = seconds(requests) - less;
    return std::max(0.1 * mean, mean + deviate * sd * std::sqrt(1 + (requests - 1) * next * next));
  }
  // What comes, of what it can carry: below 1, there is a stable latency.
  double load() const { return rate * seconds(most) / most; }
};

struct Batches {
  Waiting waiting;      // with the time that each request is in service, as seen by requests drawn from the stationary distribution
  double size = 1.0;    // requests of a batch, in the mean
};

// From the Markov chain of the numbers that batches find when they start: exact for constant times, and for wait = 0 or wait <= the time of a
// full batch, but for what idle workers with behind > 0 save after waiting. Arrivals of `drawn` requests are drawn in batches that the chain
// weighs; where nothing is waited for, they are scaled to the chain's own mean. A load below 1. Nothing: it would take too many states.
bool can_chain_batches(const BatchQueue& queue);
Batches chain_batches(const BatchQueue& queue, double drawn);

// The mean latency, wait and service, where batches have no limit: a batch of b takes tau0 + alpha b. The lesser of two upper bounds, which
// exceed it by 0 to 8 % (Inoue, "Queueing analysis of GPU-based inference servers with dynamic batching: a closed-form characterization",
// Performance Evaluation 147, 2021). rate * alpha < 1.
double inoue_latency(double rate, double tau0, double alpha);

// In closed form, for those who weigh many nodes: Inoue's latency, and of full batches what Kingman's bound has for as many arrivals at once.
struct BatchEstimate {
  double present = 0.0;  // requests that wait or run, in the mean
  double run = 0.0;      // seconds of a batch
};
BatchEstimate estimate_batches(const BatchQueue& queue);

}  // namespace continuo
