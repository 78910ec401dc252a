// Messages that share a connection.
#include <algorithm>

#include "simulate/network.hh"

namespace continuo {

std::uint32_t MessageNetwork::shared_connection(LaneIndex client, const Sent& sent, Instant now) {
  const std::uint64_t key = std::uint64_t{client} * channels_most + sent.channel;
  const auto [found, is_new] = shared_index_.try_emplace(key, static_cast<std::uint32_t>(shared_.size()));
  if (!is_new) return found->second;
  const std::uint32_t connection = connections_.add();
  connections_.window(connection, true).open(stack(client), round_trip(client), now);
  connections_.window(connection, false).open(stack(back(client)), round_trip(client), now);
  shared_.push_back({.connection = connection, .opened = now + round_trip(client) * sent.opening, .directions = {}});
  return found->second;
}

std::uint32_t MessageNetwork::send_shared(LaneIndex index, const Sent& sent, Instant give_up, Instant now) {
  const std::uint32_t number = shared_connection(sent.is_request ? index : back(index), sent, now);
  const SharedConnection& shared = shared_[number];
  const MessageIndex message = messages_.put({.lane = index, .tag = sent.tag, .to_send = sent.size, .to_arrive = sent.size,
                                              .window = sent.size, .give_up = give_up, .shared = number, .connection = shared.connection,
                                              .is_request = sent.is_request});
  messages_[message].under_way = 1;
  events_.push({std::max(now, shared.opened) + sent.handling, EventKind::window, message});
  return message;
}

SharedSender& MessageNetwork::sender_of(const Message& message) { return shared_[message.shared].directions[message.is_request ? 0 : 1]; }

// Behind what is being sent, if anything is.
void MessageNetwork::queue_up(MessageIndex index, Instant now) {
  SharedSender& sender = sender_of(messages_[index]);
  sender.behind.push_back(index);
  if (sender.sending == none) fly_shared(sender, now);
}

// What of its window others have left; nothing: it has to wait for their acknowledgements.
std::optional<Bytes> MessageNetwork::room(const Message& message) {
  SharedSender& sender = sender_of(message);
  const Bytes left = message.window - std::min(message.window, sender.unacknowledged);
  sender.is_blocked = left < segment(message.lane) && sender.unacknowledged > Bytes::zero();
  return sender.is_blocked ? std::nullopt : std::optional{left};
}

void MessageNetwork::note_flight(const Message& message) {
  SharedSender& sender = sender_of(message);
  sender.unacknowledged += message.flight;
  if (message.to_send == Bytes::zero()) sender.sending = none;
}

// What goes on, and behind its last byte the next ones, as far as the window has room.
void MessageNetwork::fly_shared(SharedSender& sender, Instant now) {
  while (sender.sending != none || !sender.behind.empty()) {
    if (sender.sending == none) {
      sender.sending = sender.behind.front();
      sender.behind.pop_front();
    }
    const MessageIndex index = sender.sending;
    fly(index, now);
    if (sender.sending == index) return;  // its next flight waits for acknowledgements
  }
}

void MessageNetwork::take_back(SharedSender& sender, Bytes acknowledged) {
  sender.unacknowledged -= std::min(sender.unacknowledged, acknowledged);
}

void MessageNetwork::note(const Acknowledgement& whole, Instant now) {
  SharedSender& sender = shared_[whole.shared].directions[whole.of_requests ? 0 : 1];
  take_back(sender, whole.payload);
  if (sender.is_blocked) fly_shared(sender, now);
}

void MessageNetwork::leave_shared(const Message& message, MessageIndex index, Instant now) {
  SharedSender& sender = sender_of(message);
  take_back(sender, message.flight);
  const bool was_sending = sender.sending == index;
  if (was_sending) sender.sending = none;
  if (was_sending || sender.is_blocked) fly_shared(sender, now);
}

}  // namespace continuo
