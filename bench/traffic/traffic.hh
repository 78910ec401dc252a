// The senders and receivers that benchmarks of networks start inside nodes, as `bench_traffic ROLE ...`.
#pragma once

#include <string>
#include <vector>

namespace continuo::bench {

//   udp-send ADDRESS PORT PACKETS SIZE NANOSECONDS   one datagram of SIZE payload bytes every so many nanoseconds
//   udp-receive PORT PACKETS WINDOW_NS               until so many came, or none for a second after the first; prints
//                                                    "packets mean_ns sd_ns p99_ns bytes span_ns distinct window_bytes"
//   tcp-send ADDRESS PORT BUFFER                     until the receiver closes; BUFFER bytes of socket buffer, 0: the default
//   tcp-receive PORT RAMP_MS TIME_MS BUFFER          prints "begun" after RAMP_MS, then "bytes nanoseconds"
// Receivers print "listening" first. Words begin with the role; the result is an exit status.
bool is_traffic_role(const std::string& word);
int run_traffic(const std::vector<std::string>& words);

}  // namespace continuo::bench
