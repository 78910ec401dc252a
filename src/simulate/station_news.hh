// What other nodes know of a station: how it was when they last heard of it, as node/routing/heartbeats.hh has them hear.
//
//   each node beats once an interval, at a phase of its own; a heartbeat tells how its sender is, and the answer how its receiver is
//
// So a node hears of another twice an interval: when it beats itself, and when the other does. No two need to know the same. Phases are
// eight: the news are kept once for each of them, not once for each node that hears them, of which there may be a million.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "units/seed.hh"
#include "units/time.hh"

namespace continuo {

class StationNews {
 public:
  static constexpr std::uint32_t phases = 8;

  // Of a node, whatever it serves: nodes start when they like.
  static std::uint32_t phase_of(Seed seed, std::uint64_t node) {
    return static_cast<std::uint32_t>(Seed::mix(seed.value() + Seed::mix(node + 1)) % phases);
  }
  // Phases that have begun by then, and `phases` more: what is known at first counts as heard an interval ago.
  static std::uint32_t beat_at(Instant now, Duration interval) {
    return phases + static_cast<std::uint32_t>((now - scenario_start) / length(interval));
  }
  static Duration length(Duration interval) { return std::max(Duration{1}, interval / static_cast<std::int64_t>(phases)); }

  // Heard from its node at `heard`, the number of a beat: the last of either node's phase. What it says needs no number.
  struct Item {
    std::uint32_t heard = 0;
    double waiting = 0.0;     // for or held by a worker
    Duration service_time{};  // measured there
    double arrivals = 0.0;    // a second, by policy/arrival_rate.hh
  };

  StationNews(std::uint32_t phase, Duration service_time) : phase_{phase} { say_now(phases, {.service_time = service_time}); }

  // It has been like this since the last call: said at all beats until this one. To be called before it changes, and before it is heard.
  void say(std::uint32_t beat, const Item& news) {
    if (beat - said_ >= phases) return say_now(beat, news);
    while (said_ != beat) {
      ++said_;
      put(said_ % phases, news);
    }
  }
  // To everybody at once: as a node does that starts, or that finds its timers run out.
  void say_now(std::uint32_t beat, const Item& news) {
    for (std::uint32_t phase = 0; phase < phases; ++phase) put(phase, news);
    said_ = beat;
  }
  bool is_said(std::uint32_t beat) const { return said_ == beat; }

  // When a node of that phase last heard of it.
  std::uint32_t heard(std::uint32_t listener) const { return said_ - std::min((said_ - listener) % phases, (said_ - phase_) % phases); }
  Item item(std::uint32_t heard) const {
    const std::uint32_t phase = heard % phases;
    return {heard, static_cast<double>(waiting_[phase]), service_times_[phase] * microsecond, static_cast<double>(arrivals_[phase])};
  }
  // Since news of that number were told.
  static Duration age(std::uint32_t heard, Instant now, Duration interval) {
    return now - scenario_start - length(interval) * (static_cast<std::int64_t>(heard) - phases);
  }

 private:
  static constexpr Duration microsecond = std::chrono::microseconds{1};

  void put(std::uint32_t phase, const Item& news) {
    waiting_[phase] = static_cast<std::uint16_t>(std::min(news.waiting, 65535.0));
    service_times_[phase] = static_cast<std::uint32_t>(std::min<std::int64_t>(news.service_time / microsecond, ~std::uint32_t{0}));
    arrivals_[phase] = static_cast<float>(news.arrivals);
  }

  std::uint32_t phase_;
  std::uint32_t said_ = phases;
  std::array<std::uint16_t, phases> waiting_{};
  std::array<std::uint32_t, phases> service_times_{};  // microseconds
  std::array<float, phases> arrivals_{};               // a second
};

}  // namespace continuo
