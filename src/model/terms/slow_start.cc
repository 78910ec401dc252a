#include "model/terms/slow_start.hh"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "network/kept_connections.hh"
#include "network/tcp_segment.hh"
#include "network/tcp_window.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

constexpr double at_once_most = 100;
constexpr double kept = to_seconds(connection_kept);

// Messages in the order of their time, and the connections that they find.
class Row {
 public:
  Row(const SlowStart& path, Seed seed)
      : path_{path}, segment_{static_cast<double>(tcp_segment(path.stack).count())},
        spacing_{path.rate ? 8 * static_cast<double>(path.stack.mtu.count()) / static_cast<double>(path.rate->bits_per_second()) : 0.0},
        segments_{std::ceil(static_cast<double>(path.message.count()) / segment_)}, rng_{seed} {
    const int users = std::min(path.users, users_most);
    for (int user = 0; user < users; ++user) due_.push_back(user * (path.exchange + path.pause) / users);
  }

  double next() {
    const auto user = std::ranges::min_element(due_);
    if (user != due_.end()) time_ = *user;
    Connection& connection = free_one();
    const double opening = connection.busy_until > time_ ? connection.busy_until - time_ : 0.0;
    const double stalled = opening + send(connection.window, time_ + opening);
    connection.busy_until = time_ + stalled + path_.exchange;
    const double gap = user != due_.end() ? path_.pause : path_.interval;
    const double drawn = path_.periodic ? gap : gap * -std::log1p(-rng_.uniform());
    if (user != due_.end()) *user = connection.busy_until + drawn;
    else time_ += drawn;
    return stalled;
  }

 private:
  static constexpr std::size_t connections_most = 512;
  static constexpr int users_most = 64;
  struct Connection {
    TcpWindow window;
    double busy_until = 0.0;
  };

  // The one that has become free last; else a new one, which is open after a round trip.
  Connection& free_one() {
    std::erase_if(connections_, [&](const Connection& connection) { return time_ - connection.busy_until >= kept; });
    Connection* found = nullptr;
    for (Connection& connection : connections_) {
      if (connection.busy_until > time_) continue;
      if (found == nullptr || connection.busy_until > found->busy_until) found = &connection;
    }
    if (found != nullptr) return *found;
    if (connections_.size() == connections_most) return *std::ranges::min_element(connections_, {}, &Connection::busy_until);
    Connection& added = connections_.emplace_back();
    added.window.open(path_.stack, from_seconds(path_.round_trip), at(time_));
    added.busy_until = path_.is_request ? time_ + path_.round_trip : time_;
    return added;
  }

  static Instant at(double time) { return scenario_start + from_seconds(time); }

  // Flight by flight: each leaves when the first acknowledgement of the one before is there.
  double send(TcpWindow& connection, double begin) {
    double left = segments_;
    double start = 0.0;  // of the flight, after the message's begin
    double free = 0.0;   // when the link has sent all that it has
    double window = segments_of(connection.begin(path_.stack, at(begin)));
    for (bool first = true; left > 0; first = false) {
      const double flight = std::min(left, std::max(1.0, window));
      left -= flight;
      const double round_trip = std::max(0.0, path_.round_trip + (path_.jitter > 0.0 ? path_.jitter * rng_.normal() : 0.0));
      free = std::max(free, start) + flight * spacing_;
      const double last = first ? start : start + flight * spacing_;
      window = segments_of(connection.acknowledged(
          path_.stack,
          {.payload = Bytes::of(static_cast<std::int64_t>(flight * segment_)), .first = from_seconds(round_trip),
           .spacing = from_seconds(spacing_), .is_first = first},
          at(begin + last)));
      if (left > 0) start += round_trip + spacing_;
    }
    return std::max(0.0, free > 0.0 ? free - segments_ * spacing_ : start);
  }

  double segments_of(Bytes window) const { return std::floor(static_cast<double>(window.count()) / segment_); }

  const SlowStart& path_;
  double segment_;
  double spacing_;
  double segments_;
  double time_ = 0.0;
  std::vector<Connection> connections_;
  std::vector<double> due_;  // by user of a closed loop
  Rng rng_;
};

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// Of messages that fit the first window: what opening connections takes, at the first one and after every 30 s of silence.
std::vector<double> openings(const SlowStart& path, std::size_t count) {
  const double silent = path.users > 0 ? path.pause : path.interval - path.exchange;
  const double share = !path.is_request ? 0.0 : path.periodic ? (silent >= kept ? 1.0 : 0.0) : std::exp(-kept / path.interval);
  const double first = path.is_request && path.messages <= path.followed.messages ? 1.0 : 0.0;
  const auto opened = static_cast<std::size_t>(std::lround(std::max(first, share * static_cast<double>(count))));
  if (opened == 0) return {0.0};
  std::vector<double> stalls(count, 0.0);
  std::fill_n(stalls.begin(), std::min(opened, count), path.round_trip);
  return stalls;
}

}  // namespace

bool fits_first_window(const SlowStart& path) {
  return path.message.count() <= path.stack.initial_window * tcp_segment(path.stack).count();
}

std::vector<double> slow_start_stalls(const SlowStart& path) {
  const bool all = path.messages <= path.followed.messages;
  const auto count = static_cast<std::size_t>(std::clamp<double>(path.messages, 1.0, path.followed.messages));
  if (fits_first_window(path)) {
    return openings(path, all ? count : static_cast<std::size_t>(path.followed.messages));
  }
  std::vector<double> stalls;
  // With many messages under way at once it takes as many times more of them until their connections have settled.
  const double at_once = std::clamp(path.interval > 0.0 ? path.exchange / path.interval : 0.0, 0.0, at_once_most);
  const int before = all ? 0 : static_cast<int>(path.followed.before * (1.0 + at_once));
  const int rows = path.jitter > 0.0 || !path.periodic ? path.followed.rows : 1;
  for (int number = 1; number <= rows; ++number) {
    Row row{path, Seed{static_cast<std::uint64_t>(number)}};
    for (int message = 0; message < before; ++message) row.next();
    for (std::size_t message = 0; message < count; ++message) stalls.push_back(row.next());
  }
  return stalls;
}

double slow_start_seconds(const SlowStart& path) { return mean_of(slow_start_stalls(path)); }

}  // namespace continuo
