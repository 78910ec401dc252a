// Delay and rate of one link between two nodes, at the far end's kernel.
#include <cmath>
#include <numeric>

#include "bench/fabric/measure.hh"
#include "bench/nodes/two_nodes.hh"
#include "emulate/addresses.hh"

namespace continuo::bench {

namespace {

using namespace std::chrono_literals;

constexpr int runs = 5;
constexpr std::array rates_mbit{1.0, 7.21, 29.66, 100.0, 1000.0};
constexpr Duration rate_delay = 20ms;
constexpr double payload_share = 1448.0 / 1500.0;  // TCP with time stamps, IPv4, MTU 1500

BitRate rate_of(double megabits) { return BitRate::bits_per_second(std::llround(megabits * 1e6)); }

std::string receiver_address() { return to_string(address_of(1)); }

// Twice what is on the way during a round trip, so that the sender always has something to send, and less than the queue.
int socket_buffer(double megabits) {
  const double on_the_way = megabits * 1e6 / 8.0 * to_seconds(2 * rate_delay);
  return static_cast<int>(std::clamp(on_the_way * 2.0, 256e3, 12e6));
}

// To stderr: what each row is made of.
void tell(const std::string& text) { fmt::print(stderr, "  {}\n", text); }

}  // namespace

bool measure_delay() {
  std::vector<double> mean_errors, p99_errors;
  for (int run = 0; run < runs; ++run) {
    double mean_worst = 0.0, p99_worst = 0.0;
    for (const Duration delay : {Duration{500us}, Duration{5ms}, Duration{20ms}, Duration{45ms}, Duration{100ms}}) {
      TwoNodes pair{{.delay = delay}};
      const UdpResult result = send_udp(pair.node(0), pair.node(1), receiver_address(), 3000, 200, 1ms);
      const double asked = to_milliseconds(delay);
      tell(fmt::format("delay {:5.1f} ms: mean {:+.4f} p99 {:+.4f} ms of {} packets", asked, result.mean_ms - asked,
                       result.p99_ms - asked, result.packets));
      mean_worst = std::max(mean_worst, std::abs(result.mean_ms - asked));
      p99_worst = std::max(p99_worst, std::abs(result.p99_ms - asked));
    }
    mean_errors.push_back(mean_worst);
    p99_errors.push_back(p99_worst);
  }
  const bool mean_ok = print_row({.metric = "delay_error_mean_ms", .unit = "ms", .bar = 0.1}, mean_errors);
  return print_row({.metric = "delay_error_p99_ms", .unit = "ms", .bar = 0.5}, p99_errors) && mean_ok;
}

bool measure_goodput() {
  std::vector<double> errors, cpu;
  for (int run = 0; run < runs; ++run) {
    double worst = 0.0;
    for (const double megabits : rates_mbit) {
      TwoNodes pair{{.delay = rate_delay, .rate = rate_of(megabits)}};
      const TcpResult result = send_tcp(pair.node(0), pair.node(1), receiver_address(), 2s, megabits < 10 ? 6s : 3s,
                                        socket_buffer(megabits), &pair.fabric());
      const double error = result.bits_per_second / (megabits * 1e6 * payload_share) - 1.0;
      tell(fmt::format("TCP {:7.2f} Mbit/s: error {:+.4f}, fabric {:.3f} CPU-s/s", megabits, error, result.fabric_cpu));
      worst = std::max(worst, std::abs(error));
      if (megabits == 100.0) {
        cpu.push_back(result.fabric_cpu);
      }
    }
    errors.push_back(worst);
  }
  const bool rate_ok = print_row({.metric = "goodput_error", .unit = "1", .bar = 0.02}, errors);
  return print_row({.metric = "cpu_at_100mbit", .unit = "CPU-s/s", .bar = 0.15}, cpu) && rate_ok;
}

bool measure_udp_rate() {
  std::vector<double> errors;
  for (int run = 0; run < runs; ++run) {
    double worst = 0.0;
    for (const double megabits : rates_mbit) {
      TwoNodes pair{{.delay = rate_delay, .rate = rate_of(megabits)}};
      const double packets_per_second = megabits * 1e6 / (1500 * 8) * 1.3;
      const Duration gap = from_seconds(1.0 / packets_per_second);
      const auto packets = static_cast<std::int64_t>(packets_per_second * (megabits < 10 ? 6.0 : 2.5));
      const UdpResult result = send_udp(pair.node(0), pair.node(1), receiver_address(), packets, 1472, gap);
      const double error = result.bits_per_second / (megabits * 1e6) - 1.0;
      tell(fmt::format("UDP {:7.2f} Mbit/s: error {:+.5f}, {} of {} packets", megabits, error, result.packets, packets));
      worst = std::max(worst, std::abs(error));
    }
    errors.push_back(worst);
  }
  return print_row({.metric = "udp_rate_error", .unit = "1", .bar = 0.005}, errors);
}

}  // namespace continuo::bench
