// Traces, loss and jitter: what a hundred thousand packets show of the distribution that was asked for. The draws follow the
// seed, so that the same build gives the same answer.
#include <cmath>

#include "bench/fabric/measure.hh"
#include "bench/nodes/two_nodes.hh"
#include "emulate/addresses.hh"

namespace continuo::bench {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t packets = 100'000;
constexpr double z99 = 2.576;  // half the width of a 99 % interval, in standard errors

void tell(const std::string& text) { fmt::print(stderr, "  {}\n", text); }

// 0 to 4 opportunities a millisecond, in no order, 2 on average: 24 Mbit/s.
CapacityTrace uneven_trace() {
  Opportunities opportunities;
  for (int millisecond = 1; millisecond <= 1000; ++millisecond) {
    for (int count = 0; count < millisecond * 7919 % 5; ++count) {
      opportunities.at.push_back(millisecond * 1ms);
    }
  }
  opportunities.at.push_back(1000ms);
  return CapacityTrace{std::move(opportunities)};
}

struct ExpectedLoss {
  double mean = 0.0;
  double sd = 0.0;  // of the share of n packets that are lost
};

// The variance of a sum over a Markov chain: that of independent losses, and twice the covariances at all lags.
ExpectedLoss expected_loss(const LinkProperties& link) {
  const double good = link.loss.value();
  const auto n = static_cast<double>(packets);
  if (!link.bursts) {
    return {.mean = good, .sd = std::sqrt(good * (1.0 - good) / n)};
  }
  const double into = link.bursts->good_to_bad.value(), out = link.bursts->bad_to_good.value();
  const double bad_share = into / (into + out);
  const double bad = link.bursts->loss_in_bad.value();
  const double mean = good * (1.0 - bad_share) + bad * bad_share;
  const double stays = 1.0 - into - out;  // correlation of the state from one packet to the next
  const double covariances = bad_share * (1.0 - bad_share) * (bad - good) * (bad - good) * stays / (1.0 - stays);
  return {.mean = mean, .sd = std::sqrt((mean * (1.0 - mean) + 2.0 * covariances) / n)};
}

bool loss_is_as_asked(const LinkProperties& link) {
  TwoNodes pair{link};
  const UdpResult result = send_udp(pair.node(0), pair.node(1), to_string(address_of(1)), packets, 100, 100us);
  const ExpectedLoss expected = expected_loss(link);
  const double lost = 1.0 - static_cast<double>(result.distinct) / static_cast<double>(packets);
  tell(fmt::format("loss {:.5f}, asked {:.5f} +- {:.5f}", lost, expected.mean, z99 * expected.sd));
  return std::abs(lost - expected.mean) <= z99 * expected.sd;
}

// `kurtosis` of the shape: 3 for normal, 1.8 for uniform.
bool jitter_is_as_asked(const LinkProperties& link, double kurtosis) {
  TwoNodes pair{link};
  // Few enough for a wake-up each.
  const UdpResult result = send_udp(pair.node(0), pair.node(1), to_string(address_of(1)), packets, 100, 1ms);
  const auto n = static_cast<double>(result.packets);
  const double mean = to_milliseconds(link.delay), sd = to_milliseconds(link.jitter);
  const double mean_width = z99 * sd / std::sqrt(n);
  const double sd_width = z99 * sd * std::sqrt((kurtosis - 1.0) / (4.0 * n));
  tell(fmt::format("delay {:.3f} ms, asked {:.3f} +- {:.3f}; sd {:.3f}, asked {:.3f} +- {:.3f}", result.mean_ms, mean,
                   mean_width, result.sd_ms, sd, sd_width));
  return std::abs(result.mean_ms - mean) <= mean_width && std::abs(result.sd_ms - sd) <= sd_width;
}

}  // namespace

bool measure_trace() {
  std::vector<double> errors;
  const auto trace = std::make_shared<const CapacityTrace>(uneven_trace());
  for (int run = 0; run < 5; ++run) {
    TwoNodes pair{{.delay = 20ms, .trace = trace}};
    constexpr Duration window = 4s;  // whole periods
    const UdpResult result = send_udp(pair.node(0), pair.node(1), to_string(address_of(1)), 17'000, 1472, 350us, window);
    const double capacity = to_seconds(window) * static_cast<double>(trace->mean().bits_per_second()) / 8.0;
    errors.push_back(std::abs(result.window_bytes / capacity - 1.0));
    tell(fmt::format("trace: {:.0f} bytes of {:.0f}", result.window_bytes, capacity));
  }
  return print_row({.metric = "trace_capacity_error", .unit = "1", .bar = 0.005}, errors);
}

bool measure_shapes() {
  LinkProperties independent{.delay = 5ms};
  independent.loss = Probability::of(0.02);
  LinkProperties bursty = independent;
  bursty.loss = Probability::of(0.001);
  bursty.bursts = LossBursts{.good_to_bad = Probability::of(0.01), .bad_to_good = Probability::of(0.2),
                             .loss_in_bad = Probability::of(0.5)};
  const bool loss = loss_is_as_asked(independent) && loss_is_as_asked(bursty);
  const LinkProperties normal{.delay = 100ms, .jitter = 20ms, .reorder = true};
  const LinkProperties uniform{.delay = 100ms, .jitter = 20ms, .shape = DelayShape::uniform, .reorder = true};
  const bool jitter = jitter_is_as_asked(normal, 3.0) && jitter_is_as_asked(uniform, 1.8);
  const bool loss_ok = print_row({.metric = "loss_ok", .unit = "1", .better = Better::higher, .bar = 1.0}, {loss ? 1.0 : 0.0});
  return print_row({.metric = "jitter_ok", .unit = "1", .better = Better::higher, .bar = 1.0}, {jitter ? 1.0 : 0.0}) && loss_ok;
}

}  // namespace continuo::bench
