#include "bench/predict/offloading.hh"

#include "bench/predict/star.hh"
#include "network/tcp_segment.hh"

namespace continuo::bench {

namespace {

using namespace std::chrono_literals;

constexpr Bytes request = 2500_B;
constexpr Bytes answer = 600_B;

}  // namespace

Scenario offloading(int endpoints, Duration duration) {
  Tier server{.name = "server", .role = Role::edge, .cores = 1100};
  server.memory = Bytes::gibibytes(64);
  Stream stream;
  stream.arrivals = Periodic{200ms};
  stream.input_size = request;
  stream.duration = duration;
  stream.deadline = 5s;
  return star(server, endpoints, {.delay = 20ms, .rate = 10_Mbps}, {.mean = 10ms}, stream);
}

SimulateOptions offloading_options() {
  SimulateOptions options;
  options.prepare_time = 0ns;
  options.request_handling = 0ns;
  options.answer_handling = 0ns;
  options.message_overhead = Bytes::zero();
  options.response_size = answer;
  return options;
}

OffloadingSizes offloading_sizes() {
  const Bytes segment = tcp_segment(NetworkStack{});
  return {tcp_wire_size(request, segment), tcp_wire_size(answer, segment)};
}

}  // namespace continuo::bench
