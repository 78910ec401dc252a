// What is known of peers: see peer_table.hh.
#include "node/routing/peer_table.hh"

#include <algorithm>
#include <utility>

namespace continuo {

namespace {

constexpr double smoothing = 1.0 / 8;  // as RFC 6298 section 2 smooths round trips
constexpr double rate_smoothing = 1.0 / 4;
constexpr Bytes least_moved = Bytes::of(10'000);                          // less says nothing of a rate
constexpr Duration least_transfer = std::chrono::microseconds{500};       // nor does what took no time

double smooth(double old, double sample, double weight) { return old == 0.0 ? sample : old + weight * (sample - old); }

}  // namespace

PeerTable::PeerTable(std::string own_id, std::string own_address, LeaseOptions lease, PeerLimits limits)
    : own_id_{std::move(own_id)}, own_address_{std::move(own_address)}, limits_{limits}, peers_limit_{lease.limit}, leases_{lease} {}

bool PeerTable::learn(const std::string& address, bool configured) {
  if (address.empty() || address == own_address_) {
    return false;
  }
  const auto found = places_.find(address);
  if (found != places_.end()) {
    found->second.configured = found->second.configured || configured;
    return false;
  }
  if (places_.size() >= limits_.addresses && !(configured && make_place())) {
    return false;
  }
  places_.emplace(address, Place{{}, configured, 0});
  return true;
}

bool PeerTable::make_place() {
  const auto idle = std::ranges::find_if(
      places_, [](const auto& entry) { return entry.second.id.empty() && !entry.second.configured; });
  if (idle == places_.end()) {
    return false;
  }
  places_.erase(idle);
  return true;
}

std::vector<std::string> PeerTable::addresses() const {
  std::vector<std::string> addresses;
  for (const auto& [address, place] : places_) {
    addresses.push_back(address);
  }
  return addresses;
}

std::vector<PeerAddress> PeerTable::gossip() const {
  std::vector<PeerAddress> known;
  for (const auto& [id, peer] : peers_) {
    if (leases_.alive(id)) {
      known.push_back({id, peer.address});
    }
  }
  return known;
}

std::optional<LeaseChange> PeerTable::answered(const std::string& address, const Heartbeat& heartbeat,
                                               Duration round_trip, bool fresh_connection, Duration now) {
  if (heartbeat.id == own_id_) {
    // This node itself, by an address it did not know to be its own.
    places_.erase(address);
    return std::nullopt;
  }
  const auto place = places_.find(address);
  if (place == places_.end()) {
    return std::nullopt;  // forgotten meanwhile
  }
  const std::string before = std::exchange(place->second.id, heartbeat.id);
  place->second.unanswered = 0;
  if (before != heartbeat.id) {
    forget_unplaced(before);
  }
  const std::optional<LeaseChange> change = leases_.renew(heartbeat.id, now);
  if (!leases_.alive(heartbeat.id)) {
    return std::nullopt;  // more peers than the table holds
  }
  if (!peers_.contains(heartbeat.id) && peers_.size() >= peers_limit_) {
    // There are no more leases than this, and the newcomer has one: some peer's has gone.
    const auto dead = std::ranges::find_if(peers_, [this](const auto& entry) { return !leases_.alive(entry.first); });
    if (dead == peers_.end()) {
      return std::nullopt;
    }
    peers_.erase(dead);
  }
  Peer& peer = peers_[heartbeat.id];
  peer.address = address;  // the one that was just reached
  const double handshake = fresh_connection ? 2.0 : 1.0;
  peer.round_trip = smooth(peer.round_trip, to_seconds(round_trip) / handshake, smoothing);
  take_queues(peer, heartbeat, now);
  for (const PeerAddress& other : heartbeat.peers) {
    if (other.id != own_id_) {
      learn(other.address);
    }
  }
  return change;
}

void PeerTable::forget_unplaced(const std::string& id) {
  if (std::ranges::none_of(places_, [&](const auto& entry) { return entry.second.id == id; })) {
    peers_.erase(id);
  }
}

std::optional<LeaseChange> PeerTable::unanswered(const std::string& address, bool dead, const std::string& why,
                                                 Duration now) {
  const auto place = places_.find(address);
  if (place == places_.end()) {
    return std::nullopt;
  }
  std::optional<LeaseChange> change;
  const std::string id = place->second.id;
  // A peer that moved is judged by where it is now.
  if (dead && peers_.contains(id) && peers_.at(id).address == address) {
    change = leases_.fail(id, why, now);
  }
  const int allowed = id.empty() ? std::min(limits_.unheard, limits_.unanswered) : limits_.unanswered;
  if (++place->second.unanswered >= allowed && !place->second.configured) {
    if (peers_.contains(id) && peers_.at(id).address == address && !leases_.alive(id)) {
      peers_.erase(id);
    }
    places_.erase(place);
  }
  return change;
}

void PeerTable::received(const Heartbeat& heartbeat, Duration now) {
  if (heartbeat.id == own_id_) {
    return;
  }
  learn(heartbeat.address);
  for (const PeerAddress& other : heartbeat.peers) {
    if (other.id != own_id_) {
      learn(other.address);
    }
  }
  const auto peer = peers_.find(heartbeat.id);
  if (peer != peers_.end()) {
    take_queues(peer->second, heartbeat, now);
  }
}

void PeerTable::take_queues(Peer& peer, const Heartbeat& heartbeat, Duration now) {
  peer.digest = heartbeat.digest;
  for (auto& [name, service] : peer.services) {
    service.offered = false;
  }
  for (const QueueLength& queue : heartbeat.queues) {
    Service& service = peer.services[queue.service];
    service.offered = true;
    service.reported = queue.waiting;
    service.since = 0.0;
    service.arrivals = queue.arrivals;
    service.reported_at = now;
    service.service_time = queue.service_time;
    service.workers = queue.workers;
    service.batch = queue.batch;
  }
  // Bounded by what one heartbeat may hold: what is not offered and not in flight is dropped.
  std::erase_if(peer.services, [](const auto& entry) { return !entry.second.offered && entry.second.in_flight == 0; });
}

std::optional<LeaseChange> PeerTable::fail(const std::string& id, const std::string& why, Duration now) {
  return leases_.fail(id, why, now);
}

std::vector<PeerTable::Wanted> PeerTable::take_wanted() {
  std::vector<Wanted> wanted;
  for (auto& [id, peer] : peers_) {
    if (leases_.alive(id) && !peer.fetching && peer.digest != peer.fetched_digest) {
      peer.fetching = true;
      wanted.push_back({id, peer.address, peer.digest});
    }
  }
  return wanted;
}

void PeerTable::fetched(const Wanted& wanted, std::optional<Capability> capability) {
  const auto found = peers_.find(wanted.id);
  if (found == peers_.end()) {
    return;
  }
  found->second.fetching = false;
  if (capability) {
    found->second.fetched_digest = wanted.digest;
    found->second.capability = std::move(capability);
  }
}

std::vector<RouteCandidate> PeerTable::candidates(std::string_view service, Duration now) const {
  std::vector<RouteCandidate> candidates;
  for (const auto& [id, peer] : peers_) {
    const auto found = peer.services.find(service);
    if (found == peer.services.end() || !found->second.offered) {
      continue;
    }
    RouteCandidate candidate;
    candidate.node = id;
    candidate.round_trip = from_seconds(peer.round_trip);
    if (peer.rate >= 1.0 && now - peer.rate_measured <= limits_.rate_age) {
      candidate.rate = BitRate::bits_per_second(static_cast<std::int64_t>(peer.rate));
    }
    candidate.service_time = found->second.service_time;
    // What this node has there is there, whatever a heartbeat from before said.
    candidate.waiting = std::max<double>(found->second.in_flight, found->second.reported + found->second.since);
    candidate.workers = found->second.workers;
    candidate.batch = found->second.batch;
    candidate.alive = leases_.alive(id);
    candidate.arrivals = found->second.arrivals;
    candidate.age = now - found->second.reported_at;
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

std::optional<std::string> PeerTable::address_of(const std::string& id) const {
  const auto found = peers_.find(id);
  return found == peers_.end() ? std::nullopt : std::optional{found->second.address};
}

void PeerTable::forwarded(const std::string& id, const std::string& service) {
  const auto peer = peers_.find(id);
  if (peer != peers_.end()) {
    Service& entry = peer->second.services[service];
    ++entry.in_flight;
    entry.since += 1.0;
  }
}

void PeerTable::finished(const std::string& id, const std::string& service, const std::optional<ForwardSample>& sample,
                         Duration now) {
  const auto peer = peers_.find(id);
  if (peer == peers_.end()) {
    return;
  }
  const auto entry = peer->second.services.find(service);
  if (entry != peer->second.services.end()) {
    entry->second.in_flight = std::max(0, entry->second.in_flight - 1);
    entry->second.since -= 1.0;
  }
  if (!sample || sample->moved < least_moved) {
    return;
  }
  const double transfer = to_seconds(sample->total) - to_seconds(sample->there) - peer->second.round_trip;
  if (transfer >= to_seconds(least_transfer)) {
    const double rate = static_cast<double>(sample->moved.count()) * 8.0 / transfer;
    peer->second.rate = smooth(peer->second.rate, rate, rate_smoothing);
    peer->second.rate_measured = now;
  }
}

void PeerTable::lacks(const std::string& id, const std::string& service) {
  const auto peer = peers_.find(id);
  if (peer == peers_.end()) {
    return;
  }
  const auto entry = peer->second.services.find(service);
  if (entry != peer->second.services.end()) {
    entry->second.offered = false;
  }
}

std::vector<PeerView> PeerTable::peers() const {
  std::vector<PeerView> views;
  for (const auto& [id, peer] : peers_) {
    PeerView view{id, peer.address, leases_.alive(id), from_seconds(peer.round_trip), {}, peer.capability};
    if (peer.rate >= 1.0) {
      view.rate = BitRate::bits_per_second(static_cast<std::int64_t>(peer.rate));
    }
    views.push_back(std::move(view));
  }
  return views;
}

}  // namespace continuo
