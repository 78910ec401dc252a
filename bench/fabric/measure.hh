// The rows of `scripts/bench fabric`: each function measures some of them, prints them and returns whether all met their bars.
#pragma once

#include "bench/nodes/rows.hh"

namespace continuo::bench {

bool measure_delay();      // delay_error_mean_ms, delay_error_p99_ms
bool measure_goodput();    // goodput_error, cpu_at_100mbit
bool measure_udp_rate();   // udp_rate_error
bool measure_unlimited();  // unlimited_vs_veth
bool measure_up();         // up_51_nodes_s, down_51_nodes_s, up_vs_mininet
bool measure_many();       // up_300_nodes_s, fabric_mb_per_node
bool measure_trace();      // trace_capacity_error
bool measure_shapes();     // loss_ok, jitter_ok

}  // namespace continuo::bench
