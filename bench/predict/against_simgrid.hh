// Our simulator beside SimGrid.
#pragma once

namespace continuo::bench {

// Prints sim_vs_simgrid_speed and sim_vs_simgrid_mean_error; whether both meet their bars. Where bench_simgrid was not built, says so,
// and prints nothing.
bool measure_against_simgrid();

}  // namespace continuo::bench
