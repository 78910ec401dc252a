// What the requests of one source that sends at fixed intervals wait for on a worker of its own: each other, where service times vary past the interval.
#pragma once

#include "model/terms/waiting.hh"

namespace continuo {

struct LoneSource {
  double interval = 0.0;  // seconds
  double service = 0.0;   // seconds in the mean, where one follows another at once; less than the interval
  double sd = 0.0;        // of that
  double jitter = 0.0;    // standard deviation of the delay with which requests come
  double sooner = 0.0;    // seconds by which one that finds the worker free takes less
};

// Whether a service may outlast an interval: three standard deviations reach past it.
bool may_meet_itself(const LoneSource& source);

// D/G/1. By Lindley's recursion a wait is the largest sum S_n of n services less n intervals; with normal services these are a Gaussian random
// walk, and E W = sum over n of E max(S_n, 0) / n, P(W = 0) = exp(-sum of P(S_n > 0) / n) (Spitzer 1956). Exact where service times are normal
// and requests come on time. What varies with each request and does not add up, jitter and the first of a row being sooner, is put into each
// S_n: to first order. Slow drifts by the series in the drift (Janssen and van Leeuwaarden 2007).
Waiting lone_source_waiting(const LoneSource& source);

}  // namespace continuo
