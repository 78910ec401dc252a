// A queue of limited length: what share of the requests it refuses, and what the others wait for.
#pragma once

#include "model/terms/waiting.hh"

namespace continuo {

// Poisson arrivals, first come, first served.
struct FiniteQueue {
  double rate = 0.0;     // requests a second, the refused ones included
  double service = 0.0;  // seconds in the mean while all workers are busy
  double cs2 = 0.0;      // squared coefficient of variation of that
  int workers = 1;
  int places = 0;        // requests that may wait
  double alone = 1.0;    // times as fast a request runs alone
};

struct Admission {
  double refused = 0.0;  // share of the requests
  Waiting wait;          // of the others
  double ahead = 0.0;    // requests that wait, and one more while all workers are busy: in the mean over time
};

// By the chain of the number of requests there (Tijms, van Hoorn and Federgruen 1981, "Approximations for the steady-state probabilities in the
// M/G/c queue", for M/G/c/c+N as in Tijms, A First Course in Stochastic Models, section 9.8): while fewer than c are there, birth and death of
// M/M/c; from then on what comes until the next of them ends, the c being taken as one worker c times as fast once a first one has ended. The
// last state follows from the work that is done, rate (1 - refused) service = E[busy workers]. Exact for one worker (the embedded chain of
// M/G/1/K), without places to wait in (Erlang's loss formula, insensitive) and for exponential service (M/M/c/K). Service times are normal and
// never below a tenth of their mean, as everywhere here. Any load.
//
// With `distribution` the waits at even shares of the admitted requests: behind k others of c workers whose phases are even.
Admission finite_queue(const FiniteQueue& queue, bool distribution);

// Whether so short a queue is felt; otherwise less than one request in two thousand is refused (of an endless queue P(V > x) = exp(-2 (1 - rho) x / (1 + c^2)),
// in service times of all workers together, by Kingman's heavy traffic, which is above the truth; and refused = (1 - rho) P / (1 - rho P), Tijms).
bool may_refuse(const QueueLoad& load, int workers, int places);

}  // namespace continuo
