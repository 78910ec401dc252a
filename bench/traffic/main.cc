// bench_traffic: one end of a stream of packets. See traffic.hh.
#include <cstdio>
#include <exception>

#include "bench/traffic/traffic.hh"

int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  if (words.empty() || !continuo::bench::is_traffic_role(words[0])) {
    std::fputs("usage: bench_traffic udp-send|udp-receive|tcp-send|tcp-receive ...\n", stderr);
    return 2;
  }
  try {
    return continuo::bench::run_traffic(words);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_traffic: %s\n", error.what());
    return 2;
  }
}
