#include "model/terms/slow_start.hh"

#include <algorithm>
#include <cmath>

namespace continuo {
namespace {

constexpr double segment = 1448;
constexpr double initial_window = 10 * segment;
constexpr double timeout_min = 0.2;  // Linux TCP_RTO_MIN, added to the round trip
constexpr int rounds_max = 64;

}  // namespace

double slow_start_seconds(const SlowStart& path) {
  const double size = static_cast<double>(path.message.count());
  const double timeouts = std::floor(path.idle / (timeout_min + path.round_trip));
  double window = std::max(initial_window, size / std::exp2(std::min(timeouts, 60.0)));
  double sent = window;
  double stalled = 0.0;
  for (int round = 0; sent < size && round < rounds_max; ++round) {
    const double sending = path.rate ? window * 8 / static_cast<double>(path.rate->bits_per_second()) : 0.0;
    if (sending >= path.round_trip) break;  // acknowledgements arrive before the window is used up
    stalled += path.round_trip - sending;
    window *= 2;
    sent += window;
  }
  return stalled;
}

}  // namespace continuo
