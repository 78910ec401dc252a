// Everything about a packet is known the moment it arrives: the queue is first in, first out.
#include "network/link_schedule.hh"

#include <algorithm>
#include <cassert>

namespace continuo {

LinkQueueOptions link_queue_options(const LinkProperties& properties) {
  LinkQueueOptions options{.delay = properties.delay,
                           .jitter = properties.jitter,
                           .rate = properties.rate,
                           .loss = properties.loss};
  if (properties.rate) {
    options.queue_limit = std::clamp(*properties.rate * std::chrono::seconds{1}, Bytes::mebibytes(1), Bytes::mebibytes(16));
  }
  return options;
}

LinkSchedule::LinkSchedule(const LinkQueueOptions& options, Seed seed)
    : options_{options}, delays_{options.delay, options.jitter, seed.derive("delay")}, losses_{seed.derive("loss")} {}

Bytes LinkSchedule::backlog(Instant now) {
  while (!transmissions_.empty() && transmissions_.front().end <= now) {
    backlog_ -= transmissions_.front().size;
    transmissions_.pop_front();
  }
  return backlog_;
}

LinkSchedule::Verdict LinkSchedule::admit(Bytes size, Instant now) {
  ++counters_.offered_packets;
  counters_.offered += size;
  if (backlog(now) + size > options_.queue_limit || held_ + size > options_.held_limit) {
    ++counters_.overflowed_packets;
    counters_.overflowed += size;
    return {.fate = Fate::overflowed, .passage = {}};
  }
  Passage passage{.accepted = now, .transmission_start = now, .transmission_end = now, .delay = {}, .due = {}};
  if (options_.rate) {
    passage.transmission_start = std::max(now, busy_until_);
    const Duration transmission = size / *options_.rate;
    passage.transmission_end = passage.transmission_start + transmission;
    busy_until_ = passage.transmission_end;
    transmissions_.push_back({passage.transmission_end, size});
    backlog_ += size;
    counters_.transmitting += transmission;
    counters_.queueing += passage.transmission_start - now;
  }
  passage.delay = delays_.sample(passage.transmission_end);
  if (losses_.happens(options_.loss)) {
    ++counters_.lost_packets;
    return {.fate = Fate::lost, .passage = passage};
  }
  passage.due = std::max(passage.transmission_end + passage.delay, last_due_);
  last_due_ = passage.due;
  held_ += size;
  return {.fate = Fate::carried, .passage = passage};
}

void LinkSchedule::delivered(Bytes size) {
  assert(held_ >= size);
  held_ -= size;
  ++counters_.delivered_packets;
  counters_.delivered += size;
}

}  // namespace continuo
