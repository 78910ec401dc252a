// How far the model is from the simulator, over random scenarios that are stable.
#pragma once

namespace continuo::bench {

// Prints model_vs_simulate_mean_median, ..._mean_p95 and ..._p99_median; whether all meet their bars. Names the worst scenarios on
// stderr. Deterministic.
bool measure_agreement(int scenarios);

// The same of services that run batches, on stderr.
void tell_agreement_of_batches(int scenarios);

}  // namespace continuo::bench
