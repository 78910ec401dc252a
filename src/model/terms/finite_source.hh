// What the users of a closed loop wait for at one queue: the machine repairman's, since each is either there or away.
#pragma once

#include "model/terms/waiting.hh"

namespace continuo {

struct FiniteSource {
  double users = 1.0;    // a whole number of them, at least 1
  double away = 0.0;     // seconds in the mean from one's being served to its coming again
  double service = 0.0;  // seconds in the mean
  double cs2 = 0.0;      // squared coefficient of variation of that
  int workers = 1;
  double varies = 1.0;     // share of the time away that is exponential; the rest is the same each time
  double away_sd = 0.0;    // seconds: standard deviation of that rest
  double played = 4000;    // requests that are played through where hardly any of it is
};

// Mean and probability of a user's wait, and with `distribution` the waits at even shares of the requests, unless hardly any wait. First come, first served. A user never
// waits for itself: a single one waits for nobody.
//
// Exponential times away. Constant service on one worker: from the chain of the numbers that requests leave behind them, exact.
// Exponential service on c workers: from the numbers that an arriving user finds, which by the arrival theorem (Lavenberg and Reiser 1980)
// are those that the others alone would have; exact, as is mean value analysis. Constant service on c workers: that of exponential service
// times the ratio of constant to exponential service on one worker that is c times as fast (as Seidmann 1987 puts several workers into mean
// value analysis): within 3 % of simulation in the mean time until served. Between the two linear in cs2, as for open queues of one worker.
//
// Where a part of the time away is the same each time, means are the same, and the numbers of those away scatter the less the busier the
// workers are. Where all but a tenth is, users fall into step: they are played through, one event a request.
Waiting finite_source_waiting(const FiniteSource& source, bool distribution);

}  // namespace continuo
