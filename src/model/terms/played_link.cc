#include "model/terms/played_link.hh"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <span>

#include "model/terms/serialisation.hh"
#include "network/delay_process.hh"
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
constexpr double whole_most = 4;       // times what is drawn: streams that have no more are played to the last of them
constexpr double cold = 2;            // intervals of the rarest of these streams, in which connections open; they do not count
constexpr std::size_t parts = 4;       // of a row's time, whose means say how exactly that of all is known
constexpr double exact = 0.001;        // standard error of the mean, of what an exchange takes, up to which it is played again
constexpr std::uint64_t rounds_most = 32;
constexpr std::uint64_t rounds_least = 4;  // where an exchange that chance makes long may leave the next ones a cold connection: rare, and costly

struct Event {
  enum class Kind : std::uint8_t { arrival, flight, acknowledgement, answer, free };
  double at = 0.0;
  Kind kind = Kind::arrival;
  std::uint32_t index = 0;  // of a stream, a message or a connection

  bool operator>(const Event& other) const { return at > other.at; }
};

// The delays of a way drift, as the simulator's do: an exchange that is late is followed by others that are.
class Delays {
 public:
  Delays(const LinkProperties& way, Seed seed) : process_{way, seed}, mean_{mean_in_order(way)} {}
  // Seconds beyond the mean.
  double beyond(double time) {
    last_ = std::max(last_, time);
    return to_seconds(process_.sample(scenario_start + from_seconds(last_))) - mean_;
  }
  double mean() const { return mean_; }

 private:
  // Packets that overtake others have no delay, which is no part of the process.
  static double mean_in_order(LinkProperties way) {
    way.overtake = Probability::never();
    return to_seconds(way.mean_delay());
  }

  DelayProcess process_;
  double mean_;
  double last_ = 0.0;
};

using Taken = std::vector<std::vector<double>>;  // by stream
using Left = std::vector<std::vector<LinkDeparture>>;  // by stream

// How long is played, and from when on messages count.
struct Span {
  double until = 0.0;
  double counts_from = 0.0;
};

bool fits_first_window(Bytes message, const NetworkStack& stack) { return message.count() <= stack.initial_window * tcp_segment(stack).count(); }

class Row {
 public:
  Row(const PlayedLink& link, std::size_t number, Seed seed, Span span, Taken& taken, Left* left = nullptr)
      : link_{link}, span_{span}, taken_{taken}, left_{left}, rng_{seed}, segment_{static_cast<double>(tcp_segment(link.stack).count())},
        spacing_{link.rate ? 8 * static_cast<double>(link.stack.mtu.count()) / static_cast<double>(link.rate->bits_per_second()) : 0.0} {
    begun_.resize(link.streams.size());
    for (std::uint32_t stream = 0; stream < link.streams.size(); ++stream) {
      const LinkStream& one = link.streams[stream];
      const bool known = one.periodic && number < one.first.size();
      push(known ? one.first[number] : one.interval * (one.periodic ? rng_.uniform() : -std::log1p(-rng_.uniform())), Event::Kind::arrival, stream);
      if (pools_.size() <= one.pool) pools_.resize(one.pool + 1);
      Pool& pool = pools_[one.pool];
      if (!fits_first_window(one.message, link.stack) || one.messages <= all_most) pool.windows = true;
      if (one.there != nullptr && !pool.there) pool.there.emplace(*one.there, Seed{rng_.next()});
      if (one.back != nullptr && !pool.back) pool.back.emplace(*one.back, Seed{rng_.next()});
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
        case Event::Kind::answer: answer(event.index, event.at); break;
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
  struct Pool {
    std::vector<std::uint32_t> idle{};
    bool windows = false;  // some of its messages do not fit the first window, or openings count
    std::optional<Delays> there{};
    std::optional<Delays> back{};
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
    if (next < span_.until && !is_last) push(next, Event::Kind::arrival, stream);
    const auto [connection, opens] = pools_[one.pool].windows ? take_connection(one, now) : std::pair{none, false};
    const auto index = static_cast<std::uint32_t>(messages_.size());
    messages_.push_back({.stream = stream, .connection = connection, .begun = now,
                         .segments_left = std::max(1.0, std::ceil(static_cast<double>(one.message.count()) / segment_)),
                         .seconds_left = serialisation_seconds(one.message, link_.rate)});
    push(now + (opens ? one.round_trip : 0.0), Event::Kind::flight, index);
  }

  // The one that has become free last; else a new one.
  std::pair<std::uint32_t, bool> take_connection(const LinkStream& of, double now) {
    std::vector<std::uint32_t>& idle = pools_[of.pool].idle;
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
    std::vector<std::uint32_t>& idle = pools_[connections_[connection].pool].idle;
    connections_[connection].idle_since = now;
    if (idle.size() < idle_connections_max) idle.push_back(connection);
  }

  void answer(std::uint32_t connection, double now) {
    Delays& back = *pools_[connections_[connection].pool].back;
    push(now + std::max(0.0, back.mean() + back.beyond(now)), Event::Kind::free, connection);
  }

  // Of a flight that took so much longer there than in the mean. Acknowledgements have delays of their own, as the simulator's.
  double round_trip(const LinkStream& of, double longer) {
    const double back = of.back != nullptr && of.back->jitter > Duration::zero() ? to_seconds(of.back->jitter) * rng_.normal() : 0.0;
    return std::max(0.0, of.round_trip + longer + back);
  }

  double longer_there(const LinkStream& of, double sent) { return of.there != nullptr ? pools_[of.pool].there->beyond(sent) : 0.0; }

  // From a message's last bit on the link, in the mean, until its answer is there.
  double rest(const LinkStream& of) {
    const double alone = of.busy_sd > 0.0 ? std::max(0.0, of.busy + of.busy_sd * rng_.normal()) : of.busy;
    if (of.waiting <= 0.0 || rng_.uniform() >= of.waiting) return alone;
    return alone + of.waits / of.waiting * -std::log1p(-rng_.uniform());
  }

  // The connection of a message that has left the link, which took so much longer than in the mean.
  void go_on(const LinkStream& stream, std::uint32_t connection, double longer) {
    const double ends = link_free_ + longer + rest(stream);
    if (stream.back == nullptr) return push(std::max(link_free_, ends), Event::Kind::free, connection);
    push(std::max(link_free_, ends - pools_[stream.pool].back->mean()), Event::Kind::answer, connection);
  }

  void fly(std::uint32_t index, double now) {
    Message& message = messages_[index];
    const LinkStream& stream = link_.streams[message.stream];
    const bool is_first = message.flight == 0.0;
    const bool whole = message.connection == none;
    if (is_first && !whole) window_ = connections_[message.connection].window.begin(link_.stack, at(now));
    const double window = std::max(1.0, std::floor(static_cast<double>(window_.count()) / segment_));
    const double flight = whole ? message.segments_left : std::min(message.segments_left, window);
    // Of headers as usual, which a smaller MTU has more of: for the last segments little may be left.
    const double seconds = flight == message.segments_left ? std::max(0.0, message.seconds_left) : flight * spacing_;
    const double start = std::max(now, link_free_);
    link_free_ = start + seconds;
    message.segments_left -= flight;
    message.seconds_left -= seconds;
    message.flew_before = !is_first;
    message.flight = flight;
    message.flew_at = now;
    if (message.segments_left > 0.0) {
      const double first = start + std::min(flight, acknowledged_together) * spacing_;
      return push(first + round_trip(stream, longer_there(stream, first)), Event::Kind::acknowledgement, index);
    }
    const double taken = std::max(0.0, link_free_ - message.begun - serialisation_seconds(stream.message, link_.rate));
    if (left_ != nullptr) (*left_)[message.stream].push_back({link_free_, taken});
    if (message.begun >= span_.counts_from || stream.messages <= all_most) taken_[message.stream].push_back(taken);
    if (whole) return;
    const double longer = longer_there(stream, link_free_);
    acknowledge(message, start + round_trip(stream, longer));
    go_on(stream, message.connection, longer);
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
  Span span_;
  Taken& taken_;
  Left* left_;
  Rng rng_;
  double segment_;
  double spacing_;  // seconds from one segment to the next
  double link_free_ = 0.0;
  Bytes window_ = Bytes::zero();  // of the message that flies next
  std::vector<Event> events_;     // a heap: the first in front
  std::vector<Message> messages_;
  std::vector<Connection> connections_;
  std::vector<Pool> pools_;
  std::vector<int> begun_;                        // messages, by stream
};

// Where all that the streams have is not much more than what is drawn, that is played: what is rare may come late in a run, and stay.
Span span_of(const PlayedLink& link, double drawn) {
  double rate = 0.0;
  double rarest = 0.0;  // interval
  double first = 0.0;
  double lasts = 0.0;
  for (const LinkStream& stream : link.streams) {
    rate += 1.0 / stream.interval;
    rarest = std::max(rarest, stream.interval);
    lasts = std::max(lasts, stream.messages * stream.interval);
    for (const double of_row : stream.first) first = std::max(first, of_row);
  }
  const double of_row = drawn / rate / static_cast<double>(link.rows);
  if (lasts <= whole_most * of_row) return {.until = first + lasts, .counts_from = std::min(cold * rarest, warm_up * (first + lasts))};
  const double wanted = std::max(of_row, rarest_least * rarest / static_cast<double>(link.rows));
  const double until = first + std::min(wanted, times_drawn_most * of_row) / (1 - warm_up);
  return {.until = until, .counts_from = warm_up * until};
}

bool is_by_chance(const LinkStream& stream) {
  return !stream.periodic || stream.there != nullptr || stream.back != nullptr || stream.busy_sd > 0.0 || stream.waiting > 0.0;
}

bool may_find_cold(const PlayedLink& link) {
  return std::ranges::any_of(link.streams, [&](const LinkStream& stream) {
    return (stream.there != nullptr || stream.back != nullptr) && !fits_first_window(stream.message, link.stack);
  });
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// The square of the standard error of what one row of a stream took, by the means of its parts; nothing of a row with few messages.
double error_square(std::span<const double> taken) {
  if (taken.size() < 2 * parts) return 0.0;
  const double mean = mean_of(taken);
  double squares = 0.0;
  for (std::size_t part = 0; part < parts; ++part) {
    const std::size_t begin = part * taken.size() / parts;
    const double off = mean_of(taken.subspan(begin, (part + 1) * taken.size() / parts - begin)) - mean;
    squares += off * off;
  }
  return squares / static_cast<double>(parts * (parts - 1));
}

}  // namespace

std::vector<std::vector<double>> play_link(const PlayedLink& link, double drawn) {
  const Span span = span_of(link, drawn);
  Taken taken(link.streams.size());
  std::vector<double> errors(link.streams.size());  // squares, of the sum of the rows' means
  const bool by_chance = std::ranges::any_of(link.streams, is_by_chance);  // one makes the others wait
  const auto is_exact = [&](double played) {
    for (std::size_t stream = 0; stream < link.streams.size(); ++stream) {
      if (taken[stream].empty() || !by_chance) continue;
      const double exchange = link.streams[stream].busy + serialisation_seconds(link.streams[stream].message, link.rate) + mean_of(taken[stream]);
      if (std::sqrt(errors[stream]) / played > exact * exchange) return false;
    }
    return true;
  };
  const std::uint64_t least = may_find_cold(link) ? rounds_least : 1;
  for (std::uint64_t round = 1; round <= rounds_most; ++round) {
    for (std::size_t number = 0; number < link.rows; ++number) {
      std::vector<std::size_t> before;
      for (const std::vector<double>& of_stream : taken) before.push_back(of_stream.size());
      Row{link, number, Seed{(round - 1) * link.rows + number + 1}, span, taken}.play();
      for (std::size_t stream = 0; stream < taken.size(); ++stream) errors[stream] += error_square(std::span{taken[stream]}.subspan(before[stream]));
    }
    if (round >= least && is_exact(static_cast<double>(round * link.rows))) break;
  }
  return taken;
}

std::vector<std::vector<LinkDeparture>> link_departures(const PlayedLink& link, double until, Seed seed) {
  PlayedLink endless = link;
  for (LinkStream& stream : endless.streams) stream.messages = std::numeric_limits<double>::infinity();
  Taken taken(link.streams.size());
  Left left(link.streams.size());
  Row{endless, 0, seed, {.until = until, .counts_from = until}, taken, &left}.play();
  for (auto& of_stream : left) std::ranges::sort(of_stream, {}, &LinkDeparture::at);
  return left;
}

}  // namespace continuo
