#include "model/terms/played_link.hh"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <optional>

#include "model/terms/serialisation.hh"
#include "network/kept_connections.hh"
#include "network/tcp_segment.hh"
#include "network/tcp_window.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

constexpr double rarest_least = 50;    // messages of a stream that are played through
constexpr double times_drawn_most = 8;  // of all, for that
constexpr double acknowledged_together = 2;  // segments: delayed acknowledgements (RFC 5681)
constexpr double all_most = 64;        // messages of a stream, all of which count
constexpr double warm_up = 0.15;       // of the time; what comes in it does not count else

struct Event {
  enum class Kind : std::uint8_t { arrival, flight, acknowledgement, free };
  double at = 0.0;
  Kind kind = Kind::arrival;
  std::uint32_t index = 0;  // of a stream, a message or a connection

  bool operator>(const Event& other) const { return at > other.at; }
};

class Row {
 public:
  Row(const PlayedLink& link, std::size_t number, double until, std::vector<std::vector<double>>& taken)
      : link_{link}, until_{until}, taken_{taken}, rng_{Seed{number + 1}}, segment_{static_cast<double>(tcp_segment(link.stack).count())},
        spacing_{link.rate ? 8 * static_cast<double>(link.stack.mtu.count()) / static_cast<double>(link.rate->bits_per_second()) : 0.0} {
    begun_.resize(link.streams.size());
    for (std::uint32_t stream = 0; stream < link.streams.size(); ++stream) {
      const LinkStream& one = link.streams[stream];
      const bool known = one.periodic && number < one.first.size();
      push(known ? one.first[number] : one.interval * (one.periodic ? rng_.uniform() : -std::log1p(-rng_.uniform())), Event::Kind::arrival, stream);
      idle_.resize(std::max(idle_.size(), one.pool + 1));
      windows_.resize(idle_.size(), false);
      if (one.message.count() > link.stack.initial_window * tcp_segment(link.stack).count() || one.messages <= all_most) windows_[one.pool] = true;
    }
  }

  void play() {
    while (!events_.empty()) {
      std::ranges::pop_heap(events_, std::greater<>{});
      const Event event = events_.back();
      events_.pop_back();
      switch (event.kind) {
        case Event::Kind::arrival: arrive(event.index, event.at); break;
        case Event::Kind::flight: fly(event.index, event.at); break;
        case Event::Kind::acknowledgement: acknowledge(messages_[event.index], event.at); fly(event.index, event.at); break;
        case Event::Kind::free: free(event.index, event.at); break;
      }
    }
  }

 private:
  struct Message {
    std::uint32_t stream = 0;
    std::uint32_t connection = 0;
    double begun = 0.0;
    double segments_left = 0.0;
    double seconds_left = 0.0;  // on the link
    double flight = 0.0;        // segments of the last one
    double flew_at = 0.0;
    bool flew_before = false;
  };
  struct Connection {
    TcpWindow window;
    std::size_t pool = 0;
    double idle_since = 0.0;
  };

  static Instant at(double time) { return scenario_start + from_seconds(time); }

  static constexpr auto none = ~std::uint32_t{0};  // a message that leaves at once

  void push(double at, Event::Kind kind, std::uint32_t index) {
    events_.push_back({at, kind, index});
    std::ranges::push_heap(events_, std::greater<>{});
  }

  void arrive(std::uint32_t stream, double now) {
    const LinkStream& one = link_.streams[stream];
    const double next = now + (one.periodic ? one.interval : one.interval * -std::log1p(-rng_.uniform()));
    const bool is_last = one.messages <= all_most && static_cast<double>(++begun_[stream]) >= one.messages;
    if (next < until_ && !is_last) push(next, Event::Kind::arrival, stream);
    const auto [connection, opens] = windows_[one.pool] ? take_connection(one, now) : std::pair{none, false};
    const auto index = static_cast<std::uint32_t>(messages_.size());
    messages_.push_back({.stream = stream, .connection = connection, .begun = now,
                         .segments_left = std::max(1.0, std::ceil(static_cast<double>(one.message.count()) / segment_)),
                         .seconds_left = serialisation_seconds(one.message, link_.rate)});
    push(now + (opens ? one.round_trip : 0.0), Event::Kind::flight, index);
  }

  // The one that has become free last; else a new one.
  std::pair<std::uint32_t, bool> take_connection(const LinkStream& of, double now) {
    std::vector<std::uint32_t>& idle = idle_[of.pool];
    if (!idle.empty() && now - connections_[idle.back()].idle_since >= to_seconds(connection_kept)) idle.clear();
    if (!idle.empty()) {
      const std::uint32_t taken = idle.back();
      idle.pop_back();
      return {taken, false};
    }
    Connection& added = connections_.emplace_back();
    added.pool = of.pool;
    added.window.open(link_.stack, from_seconds(of.round_trip), at(now));
    return {static_cast<std::uint32_t>(connections_.size() - 1), true};
  }

  void free(std::uint32_t connection, double now) {
    std::vector<std::uint32_t>& idle = idle_[connections_[connection].pool];
    connections_[connection].idle_since = now;
    if (idle.size() < idle_connections_max) idle.push_back(connection);
  }

  double round_trip(const LinkStream& of) { return of.jitter > 0.0 ? std::max(0.0, of.round_trip + of.jitter * rng_.normal()) : of.round_trip; }

  // The rest of an exchange.
  double rest(const LinkStream& of) {
    const double alone = of.busy_sd > 0.0 ? std::max(0.0, of.busy + of.busy_sd * rng_.normal()) : of.busy;
    if (of.waiting <= 0.0 || rng_.uniform() >= of.waiting) return alone;
    return alone + of.waits / of.waiting * -std::log1p(-rng_.uniform());
  }

  void fly(std::uint32_t index, double now) {
    Message& message = messages_[index];
    const LinkStream& stream = link_.streams[message.stream];
    const bool is_first = message.flight == 0.0;
    const bool whole = message.connection == none;
    if (is_first && !whole) window_ = connections_[message.connection].window.begin(link_.stack, at(now));
    const double window = std::max(1.0, std::floor(static_cast<double>(window_.count()) / segment_));
    const double flight = whole ? message.segments_left : std::min(message.segments_left, window);
    const double seconds = flight == message.segments_left ? message.seconds_left : flight * spacing_;
    const double start = std::max(now, link_free_);
    link_free_ = start + seconds;
    message.segments_left -= flight;
    message.seconds_left -= seconds;
    message.flew_before = !is_first;
    message.flight = flight;
    message.flew_at = now;
    if (message.segments_left > 0.0) {
      return push(start + std::min(flight, acknowledged_together) * spacing_ + round_trip(stream), Event::Kind::acknowledgement, index);
    }
    if (!whole) acknowledge(message, start + round_trip(stream));
    if (message.begun >= warm_up * until_ || stream.messages <= all_most) {
      taken_[message.stream].push_back(std::max(0.0, link_free_ - message.begun - serialisation_seconds(stream.message, link_.rate)));
    }
    if (!whole) push(link_free_ + rest(stream), Event::Kind::free, message.connection);
  }

  // The first of the last flight.
  void acknowledge(const Message& message, double now) {
    const double last_left = message.flew_at + (message.flew_before ? message.flight * spacing_ : 0.0);
    window_ = connections_[message.connection].window.acknowledged(
        link_.stack,
        {.payload = Bytes::of(static_cast<std::int64_t>(message.flight * segment_)), .first = from_seconds(now - message.flew_at),
         .spacing = from_seconds(spacing_), .is_first = !message.flew_before},
        at(last_left));
  }

  const PlayedLink& link_;
  double until_;
  std::vector<std::vector<double>>& taken_;
  Rng rng_;
  double segment_;
  double spacing_;  // seconds from one segment to the next
  double link_free_ = 0.0;
  Bytes window_ = Bytes::zero();  // of the message that flies next
  std::vector<Event> events_;     // a heap: the first in front
  std::vector<Message> messages_;
  std::vector<Connection> connections_;
  std::vector<std::vector<std::uint32_t>> idle_;  // by pool
  std::vector<bool> windows_;                     // by pool: some of its messages do not fit the first window, or openings count
  std::vector<int> begun_;                        // messages, by stream
};

}  // namespace

std::vector<std::vector<double>> play_link(const PlayedLink& link, double drawn) {
  double rate = 0.0;
  double rarest = 0.0;  // interval
  double first = 0.0;
  for (const LinkStream& stream : link.streams) {
    rate += 1.0 / stream.interval;
    rarest = std::max(rarest, stream.interval);
    for (const double of_row : stream.first) first = std::max(first, of_row);
  }
  const auto rows = static_cast<double>(link.rows);
  const double wanted = std::max(drawn / rate, rarest_least * rarest) / rows;
  const double until = first + std::min(wanted, times_drawn_most * drawn / rate / rows) / (1 - warm_up);
  std::vector<std::vector<double>> taken(link.streams.size());
  for (std::size_t number = 0; number < link.rows; ++number) Row{link, number, until, taken}.play();
  return taken;
}

}  // namespace continuo
