// Messages that cross links without state as a whole, those that have to open a connection first, and those that nobody waits for.
#include <algorithm>

#include "simulate/network.hh"

namespace continuo {

bool MessageNetwork::only_delays(LaneIndex lane) const {
  return at(lane).hops == none && std::ranges::count(figures(lane).has_state, true) == 0;
}

// Its links may have changed meanwhile.
void MessageNetwork::opened(const Opening& opening, Instant now) {
  if (only_delays(opening.lane)) return events_.push({now + figures(opening.lane).delay, EventKind::message, opening.whole});
  const std::uint32_t tag = whole_.take(opening.whole);
  whole_[opening.whole] = nobody;
  const MessageIndex message = messages_.put({.lane = opening.lane, .tag = tag, .to_send = opening.size, .to_arrive = opening.size,
                                              .window = opening.size, .give_up = opening.give_up, .is_request = true});
  if (tag != nobody) became_[tag] = message;
  fly(message, now);
}

void MessageNetwork::forget(std::uint32_t tag, MessageIndex message) {
  if (became_.empty()) return;
  const auto found = became_.find(tag);
  if (found != became_.end() && found->second == message) became_.erase(found);
}

void MessageNetwork::disown_message_of(std::uint32_t message, std::uint32_t tag) {
  const bool was_whole = (message & is_whole) != 0;
  const auto became = was_whole ? became_.find(tag) : became_.end();
  const bool is_still_whole = was_whole && became == became_.end();
  const MessageIndex index = became != became_.end() ? became->second : message;
  std::uint32_t& of = is_still_whole ? whole_[message & ~is_whole] : messages_[index].tag;
  const bool is_under_way = of == tag;
  if (is_under_way) {
    of = nobody;
    forget(tag, index);
  }
  const auto connection = connections_.of(tag);
  connections_.leave_exchange(tag);
  if (connection && !is_under_way) connections_.close(*connection);
}

}  // namespace continuo
