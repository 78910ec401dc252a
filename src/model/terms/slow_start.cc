#include "model/terms/slow_start.hh"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "network/kept_connections.hh"
#include "network/tcp_segment.hh"
#include "network/tcp_window.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

constexpr double at_once_most = 100;
constexpr double reductions = 30;    // by losses, until a window does not depend on how it began
constexpr double longer_most = 40;   // times as many messages, until that
constexpr double before_most = 10'000;
constexpr double kept = to_seconds(connection_kept);

double segments_of(const SlowStart& path) { return segments_of(path.message, path.stack); }
// Seconds from one segment to the next on the narrowest link.
double spacing_of(const SlowStart& path) {
  return path.rate ? 8 * static_cast<double>(path.stack.mtu.count()) / static_cast<double>(path.rate->bits_per_second()) : 0.0;
}

// Messages in the order of their time, and the connections that they find.
class Row {
 public:
  Row(const SlowStart& path, Seed seed)
      : path_{path}, segment_{static_cast<double>(tcp_segment(path.stack).count())},
        spacing_{spacing_of(path)}, own_{segments_of(path), path.interval, path.periodic, path.exchange},
        rng_{seed} {
    own_.next = to_seconds(TcpWindow::tick) * (seed.value() % 8 + 0.5) / 8;  // rows begin anywhere in a tick
    for (const SlowStart::Other& other : path.others) {
      others_.push_back({segments_of(other.message, path.stack), other.interval, other.periodic, other.exchange});
      others_.back().next = others_.back().interval * (other.periodic ? rng_.uniform() : -std::log1p(-rng_.uniform()));
    }
    const int users = std::min(path.users, users_most);
    for (int user = 0; user < users; ++user) due_.push_back(own_.next + user * (path.exchange + path.pause) / users);
  }

  double next() {
    const auto user = std::ranges::min_element(due_);
    if (user != due_.end()) own_.next = *user;
    for (Messages* other = earliest(); other != nullptr; other = earliest()) {
      other->next = std::max(other->next, own_.next - others_between_most * other->interval);
      if (other->next <= own_.next) pass(*other);
    }
    const double stalled = pass(own_);
    if (user != due_.end()) {
      above_ = most_ = path_.exchange;  // it decides when a user comes again
      *user = ended_ + path_.exchange + (path_.periodic ? path_.pause : path_.pause * -std::log1p(-rng_.uniform()));
    }
    return stalled;
  }

  // Of the last message.
  const Recovery& recovery() const { return recovery_; }
  double exchange_above() const { return above_; }
  double exchange_most() const { return most_; }

 private:
  static constexpr std::size_t connections_most = 512;
  static constexpr int users_most = 64;
  static constexpr double others_between_most = 50;
  struct Messages {
    double segments = 0.0;
    double interval = 0.0;
    bool periodic = true;
    double exchange = 0.0;
    double next = 0.0;
  };
  struct Connection {
    TcpWindow window;
    double ended = 0.0;  // its last exchange, had that taken no time beside its stalls
    double exchange = 0.0;  // beside its stalls
    bool own = true;        // of this row
  };
  struct Found {
    Connection* connection = nullptr;
    double opening = 0.0;
  };

  // Whose next message comes before the next of this row.
  Messages* earliest() {
    Messages* found = nullptr;
    for (Messages& other : others_) {
      if (other.next <= own_.next && (found == nullptr || other.next < found->next)) found = &other;
    }
    return found;
  }

  // A message's opening and stalls.
  double pass(Messages& messages) {
    time_ = messages.next;
    const auto [connection, opening] = free_one();
    recovery_ = {};
    const double stalled = opening + send(connection->window, time_ + opening, messages.segments);
    connection->ended = time_ + stalled;
    connection->exchange = messages.exchange;
    connection->own = &messages == &own_;
    if (path_.loss > 0.0) connection->ended += recovery_seconds(recovery_, path_.loss, path_.round_trip, rng_.uniform());
    ended_ = connection->ended;
    messages.next += messages.periodic ? messages.interval : messages.interval * -std::log1p(-rng_.uniform());
    return stalled;
  }

  // Whether an exchange takes no longer than this; what follows holds for all of which that is as true.
  bool exchange_within(const Connection& connection, double time) {
    return connection.own ? exchange_no_longer_than(time) : connection.exchange <= time;
  }
  bool exchange_no_longer_than(double time) {
    if (path_.exchange <= time) {
      most_ = std::min(most_, time);
      return true;
    }
    above_ = std::max(above_, time);
    return false;
  }

  bool became_free_later(const Connection& one, const Connection& other) {
    if (one.own == other.own) return one.ended + one.exchange > other.ended + other.exchange;
    if (one.own) return !exchange_no_longer_than(other.ended + other.exchange - one.ended);
    return exchange_no_longer_than(one.ended + one.exchange - other.ended);
  }

  // The one that has become free last; else a new one, which is open after a round trip.
  Found free_one() {
    if (path_.one_connection && !connections_.empty()) return {&connections_[0], std::max(0.0, connections_[0].ended - time_)};
    std::erase_if(connections_, [&](const Connection& connection) { return exchange_within(connection, time_ - connection.ended - kept); });
    Connection* found = nullptr;
    for (Connection& connection : connections_) {
      if (!exchange_within(connection, time_ - connection.ended)) continue;
      if (found == nullptr || became_free_later(connection, *found)) found = &connection;
    }
    if (found != nullptr) return {found, 0.0};
    if (connections_.size() == connections_most) {
      found = &*std::ranges::min_element(connections_, {}, &Connection::ended);
      above_ = most_ = path_.exchange;
      return {found, found->ended + found->exchange - time_};
    }
    Connection& added = connections_.emplace_back();
    added.window.open(path_.stack, from_seconds(path_.round_trip), at(time_));
    return {&added, path_.opening * path_.round_trip};
  }

  static Instant at(double time) { return scenario_start + from_seconds(time); }

  // Flight by flight: each leaves when the first acknowledgement of the one before is there.
  double send(TcpWindow& connection, double begin, double segments) {
    double left = segments;
    double start = 0.0;  // of the flight, after the message's begin
    double free = 0.0;   // when the link has sent all that it has
    double window = whole_segments(connection.begin(path_.stack, at(begin)));
    for (bool first = true; left > 0; first = false) {
      const double flight = std::min(left, std::max(1.0, window));
      left -= flight;
      const double round_trip = std::max(0.0, path_.round_trip + (path_.jitter > 0.0 ? path_.jitter * rng_.normal() : 0.0));
      free = std::max(free, start) + flight * spacing_;
      const double last = first ? start : start + flight * spacing_;
      if (path_.loss > 0.0) {
        add_flight(recovery_, flight, left > 0, path_.round_trip, spacing_);
        if (rng_.uniform() < -std::expm1(flight * std::log1p(-path_.loss))) connection.reduce();
      }
      window = whole_segments(connection.acknowledged(
          path_.stack,
          {.payload = Bytes::of(static_cast<std::int64_t>(flight * segment_)), .first = from_seconds(round_trip),
           .spacing = from_seconds(spacing_), .is_first = first},
          at(begin + last)));
      if (left > 0) start += round_trip + spacing_;
    }
    return std::max(0.0, free > 0.0 ? free - segments * spacing_ : start);
  }

  double whole_segments(Bytes window) const { return std::floor(static_cast<double>(window.count()) / segment_); }

  const SlowStart& path_;
  double segment_;
  double spacing_;
  Messages own_;
  std::vector<Messages> others_;
  double time_ = 0.0;
  Recovery recovery_;
  double ended_ = 0.0;  // the last message, as a connection's
  double above_ = -1.0;
  double most_ = std::numeric_limits<double>::infinity();
  std::vector<Connection> connections_;
  std::vector<double> due_;  // by user of a closed loop
  Rng rng_;
};

// Of messages that fit the first window: what opening connections takes, at the first one and after every 30 s of silence.
std::vector<double> openings(const SlowStart& path, std::size_t count) {
  const double silent = path.users > 0 ? path.pause : path.interval - path.exchange;
  const double share = path.opening == 0 || path.one_connection ? 0.0 : path.periodic ? (silent >= kept ? 1.0 : 0.0) : std::exp(-kept / path.interval);
  const double first = path.opening > 0 && path.messages <= path.followed.messages ? 1.0 : 0.0;
  const auto opened = static_cast<std::size_t>(std::lround(std::max(first, share * static_cast<double>(count))));
  if (opened == 0) return {0.0};
  std::vector<double> stalls(count, 0.0);
  std::fill_n(stalls.begin(), std::min(opened, count), path.opening * path.round_trip);
  return stalls;
}

}  // namespace

double segments_of(Bytes message, const NetworkStack& stack) {
  return std::ceil(static_cast<double>(message.count()) / static_cast<double>(tcp_segment(stack).count()));
}

bool fits_first_window(const SlowStart& path) {
  const auto fits = [&](Bytes message) { return message.count() <= path.stack.initial_window * tcp_segment(path.stack).count(); };
  return fits(path.message) && std::ranges::all_of(path.others, fits, &SlowStart::Other::message);
}

RowLength row_length(const SlowStart& path) {
  const bool all = path.messages <= path.followed.messages;
  const auto counted = static_cast<std::size_t>(std::clamp<double>(path.messages, 1.0, path.followed.messages));
  // With many messages under way at once it takes as many times more of them until their connections have settled.
  const double at_once = std::clamp(path.interval > 0.0 ? path.exchange / path.interval : 0.0, 0.0, at_once_most);
  // And where packets are lost, until a window that grew without losses has been reduced some times: or as in the middle of the stream.
  const double lost = -std::expm1(segments_of(path) * std::log1p(-std::min(path.loss, 0.5)));  // share of the messages that lose some
  const double base = path.followed.before;
  const double longest = std::min(longer_most * base, path.messages / 2);
  const double reduced = lost * longest < 1.0 ? base : std::max(base, std::min(reductions / lost, longest));
  return {all ? 0 : static_cast<int>(std::min(reduced * (1.0 + at_once), std::max(before_most, base * (1.0 + at_once)))), counted};
}

FollowedRow follow_row(const SlowStart& path) {
  const auto [before, counted] = row_length(path);
  if (fits_first_window(path)) {
    const bool all = path.messages <= path.followed.messages;
    FollowedRow followed{.stalls = openings(path, all ? counted : static_cast<std::size_t>(path.followed.messages))};
    if (path.loss > 0.0) {
      Recovery recovery;
      add_flight(recovery, segments_of(path), false, path.round_trip, spacing_of(path));
      followed.recoveries.assign(followed.stalls.size(), recovery);
    }
    return followed;
  }
  FollowedRow followed;
  // Streams that take the same connections meet at phases of their own: twice as many rows are drawn.
  const int drawn = path.others.empty() ? path.followed.rows : 2 * path.followed.rows;
  const int rows = path.jitter > 0.0 || path.loss > 0.0 || !path.periodic || !path.others.empty() ? drawn : 1;
  followed.stalls.reserve(counted * static_cast<std::size_t>(rows));
  for (int number = 1; number <= rows; ++number) {
    Row row{path, Seed{static_cast<std::uint64_t>(number)}};
    for (int message = 0; message < before; ++message) row.next();
    for (std::size_t message = 0; message < counted; ++message) {
      followed.stalls.push_back(row.next());
      if (path.loss > 0.0) followed.recoveries.push_back(row.recovery());
    }
    followed.exchange_above = std::max(followed.exchange_above, row.exchange_above());
    followed.exchange_most = std::min(followed.exchange_most, row.exchange_most());
  }
  return followed;
}

std::vector<double> slow_start_stalls(const SlowStart& path) { return follow_row(path).stalls; }

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double slow_start_seconds(const SlowStart& path) { return mean_of(slow_start_stalls(path)); }

}  // namespace continuo
