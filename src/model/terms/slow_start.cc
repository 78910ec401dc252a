#include "model/terms/slow_start.hh"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "network/tcp_window.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

constexpr double messages_followed = 64;
constexpr int messages_before = 40;      // of a long row: until the window has settled
constexpr double headers = 52;

class Row {
 public:
  Row(const SlowStart& path, double exchange)
      : path_{path}, exchange_{exchange}, segment_{static_cast<double>(path.stack.mtu.count()) - headers},
        spacing_{path.rate ? 8 * static_cast<double>(path.stack.mtu.count()) / static_cast<double>(path.rate->bits_per_second()) : 0.0},
        segments_{std::ceil(static_cast<double>(path.message.count()) / segment_)} {
    window_.open(path.stack, from_seconds(path.round_trip), now());
  }

  double next() {
    const double stalled = send();
    double gap = 0.0;
    do gap += path_.periodic ? path_.interval : path_.interval * -std::log1p(-rng_.uniform());
    while (gap < exchange_ && gap < quiet_max);
    time_ += gap;
    return stalled;
  }

 private:
  static constexpr double quiet_max = 1e6;  // seconds
  Instant now() const { return scenario_start + from_seconds(time_); }

  // Flight by flight: each leaves when the first acknowledgement of the one before is there.
  double send() {
    double left = segments_;
    double start = 0.0;  // of the flight, after the message's begin
    double free = 0.0;   // when the link has sent all that it has
    double window = segments_of(window_.begin(path_.stack, now()));
    for (bool first = true; left > 0; first = false) {
      const double flight = std::min(left, std::max(1.0, window));
      left -= flight;
      const double round_trip = std::max(0.0, path_.round_trip + (path_.jitter > 0.0 ? path_.jitter * rng_.normal() : 0.0));
      free = std::max(free, start) + flight * spacing_;
      const double last = first ? start : start + flight * spacing_;
      window = segments_of(window_.acknowledged(
          path_.stack,
          {.payload = Bytes::of(static_cast<std::int64_t>(flight * segment_)), .first = from_seconds(round_trip),
           .spacing = from_seconds(spacing_), .is_first = first},
          now() + from_seconds(last)));
      if (left > 0) start += round_trip + spacing_;
    }
    return std::max(0.0, free > 0.0 ? free - segments_ * spacing_ : start);
  }

  double segments_of(Bytes window) const { return std::floor(static_cast<double>(window.count()) / segment_); }

  const SlowStart& path_;
  double exchange_;
  double segment_;
  double spacing_;
  double segments_;
  double time_ = 0.0;
  TcpWindow window_;
  Rng rng_{Seed{1}};
};

std::vector<double> stalls_of(const SlowStart& path, double exchange) {
  const bool all = path.messages <= messages_followed;
  const double handshake = all && path.is_request ? path.round_trip : 0.0;
  const auto count = static_cast<std::size_t>(std::clamp(path.messages, 1.0, messages_followed));
  std::vector<double> stalls;
  if (fits_first_window(path)) {
    if (handshake <= 0.0) return {0.0};
    stalls.assign(count, 0.0);
  } else {
    Row row{path, exchange};
    for (int message = 0; message < (all ? 0 : messages_before); ++message) row.next();
    for (std::size_t message = 0; message < count; ++message) stalls.push_back(row.next());
  }
  stalls.front() += handshake;
  return stalls;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

bool fits_first_window(const SlowStart& path) {
  return static_cast<double>(path.message.count()) <= path.stack.initial_window * (static_cast<double>(path.stack.mtu.count()) - headers);
}

std::vector<double> slow_start_stalls(const SlowStart& path) {
  std::vector<double> stalls = stalls_of(path, path.exchange);
  if (stalls.size() == 1 || path.interval <= path.exchange) return stalls;
  // With the stalls the exchange may be longer than an interval: then the next message takes another connection.
  const double longer = path.exchange + mean_of(stalls);
  return longer > path.interval ? stalls_of(path, longer) : stalls;
}

double slow_start_seconds(const SlowStart& path) { return mean_of(slow_start_stalls(path)); }

}  // namespace continuo
