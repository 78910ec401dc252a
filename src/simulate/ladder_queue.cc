#include "simulate/ladder_queue.hh"

#include <algorithm>
#include <bit>
#include <utility>

namespace continuo {

namespace {

constexpr std::size_t bucket_aim = 24;  // events, at most: half as many to as many are sorted in no time, and fill their chunks well enough
constexpr std::size_t bottom_max = 64;  // more are split, unless all are at one time

std::uint64_t between(Instant earlier, Instant later) {
  return static_cast<std::uint64_t>(later.time_since_epoch().count()) - static_cast<std::uint64_t>(earlier.time_since_epoch().count());
}

bool is_earlier(const SimulatedEvent& one, const SimulatedEvent& other) { return one.at < other.at; }

}  // namespace

std::size_t LadderQueue::Rung::bucket_of(Instant at) const {
  return std::min<std::uint64_t>(between(start, at) >> width_bits, buckets.size() - 1);
}

void LadderQueue::push(const SimulatedEvent& event) {
  ++size_;
  if (!has_top_start_ || event.at > top_start_) {
    top_earliest_ = top_.count == 0 ? event.at : std::min(top_earliest_, event.at);
    top_latest_ = top_.count == 0 ? event.at : std::max(top_latest_, event.at);
    return chains_.add(top_, event);
  }
  for (std::size_t place = 0; place < depth_; ++place) {
    Rung& rung = rungs_[place];
    if (!rung.covers(event.at)) continue;
    ++rung.events;
    return chains_.add(rung.buckets[rung.bucket_of(event.at)], event);
  }
  push_bottom(event);
}

void LadderQueue::push_bottom(const SimulatedEvent& event) {
  const auto first = bottom_.begin() + static_cast<std::ptrdiff_t>(first_);
  bottom_.insert(std::upper_bound(first, bottom_.end(), event, is_earlier), event);
  if (known() <= bottom_max + ahead_most || bottom_[first_].at == bottom_.back().at) return;
  EventChain chain;
  const Instant earliest = bottom_[first_].at;
  const Instant latest = bottom_.back().at;
  for (std::size_t place = first_; place < bottom_.size(); ++place) chains_.add(chain, bottom_[place]);
  bottom_.clear();
  first_ = 0;
  split(chain, earliest, latest);
}

// Not all events are in the bottom.
void LadderQueue::refill() {
  bottom_.erase(bottom_.begin(), bottom_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
  while (bottom_.size() < std::min(ahead_most, size_)) {
    if (depth_ == 0) {
      EventChain all = std::exchange(top_, {});
      has_top_start_ = true;
      top_start_ = top_latest_;
      if (all.count > bottom_max && top_earliest_ < top_latest_) split(all, top_earliest_, top_latest_);
      else sort_into_bottom(all);
      continue;
    }
    Rung& rung = rungs_[depth_ - 1];
    if (rung.events == 0) {
      --depth_;
      continue;
    }
    while (rung.buckets[rung.current].count == 0) ++rung.current;
    EventChain bucket = std::exchange(rung.buckets[rung.current++], {});
    rung.events -= bucket.count;
    if (rung.current < rung.buckets.size()) chains_.fetch(rung.buckets[rung.current]);
    take(bucket);
  }
}

void LadderQueue::take(EventChain& chain) {
  if (chain.count <= bottom_max) return sort_into_bottom(chain);
  Instant earliest = Instant::max();
  Instant latest = Instant::min();
  chains_.for_each(chain, [&](const SimulatedEvent& event) {
    earliest = std::min(earliest, event.at);
    latest = std::max(latest, event.at);
  });
  if (earliest == latest) sort_into_bottom(chain);
  else split(chain, earliest, latest);
}

// None of them is earlier than those that are in the bottom.
void LadderQueue::sort_into_bottom(EventChain& chain) {
  const std::size_t before = bottom_.size();
  chains_.empty(chain, [&](const SimulatedEvent& event) { bottom_.push_back(event); });
  if (bottom_.size() - before > bottom_max) {
    std::stable_sort(bottom_.begin() + static_cast<std::ptrdiff_t>(before), bottom_.end(), is_earlier);
    return;
  }
  for (std::size_t place = before + 1; place < bottom_.size(); ++place) {
    const SimulatedEvent event = bottom_[place];
    std::size_t free = place;
    for (; free > before && event.at < bottom_[free - 1].at; --free) bottom_[free] = bottom_[free - 1];
    bottom_[free] = event;
  }
}

// A rung below all others: at least two buckets, each narrower than what it is made of.
void LadderQueue::split(EventChain& chain, Instant earliest, Instant latest) {
  if (depth_ == rungs_.size()) rungs_.emplace_back();
  Rung& rung = rungs_[depth_++];
  const std::uint64_t span = between(earliest, latest);
  const std::uint64_t aim = std::max<std::uint64_t>(1, chain.count / bucket_aim);
  rung.start = earliest;
  rung.width_bits = std::max(0, static_cast<int>(std::bit_width(span / aim)) - 1);
  rung.current = 0;
  rung.events = chain.count;
  rung.buckets.assign((span >> rung.width_bits) + 1, {});
  chains_.empty(chain, [&](const SimulatedEvent& event) { chains_.add(rung.buckets[rung.bucket_of(event.at)], event); });
}

}  // namespace continuo
