// What this node knows of the others: where they are, what they can do, how far and how busy they are, who is alive.
//
// Pure: `now` is handed in, nothing is sent. Everything learnt from peers is bounded. Peers are known by address until they
// have said their id.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "discovery/lease.hh"
#include "policy/routing.hh"
#include "units/bit_rate.hh"
#include "wire/capability.hh"

namespace continuo {

struct PeerLimits {
  std::size_t addresses = 256;
  int unanswered = 600;  // heartbeats in a row, five minutes by default: then an address is forgotten, if not configured
  int unheard = 10;      // the same for an address that has never answered
  Duration rate_age = std::chrono::seconds{30};  // a rate not measured anew is unknown again: a link may have recovered
};

// A peer as others may see it.
struct PeerView {
  std::string id;
  std::string address;
  bool alive = false;
  Duration round_trip{};
  std::optional<BitRate> rate;
  std::optional<Capability> capability;  // as last fetched
};

// One request forwarded, for what it tells of the link.
struct ForwardSample {
  Bytes moved = Bytes::zero();  // request and response on the wire
  Duration total{};             // sent to answered
  Duration there{};             // of it, waiting and served at the peer
};

class PeerTable {
 public:
  PeerTable(std::string own_id, std::string own_address, LeaseOptions lease = {}, PeerLimits limits = {});

  // An address where a node may be, from multicast, gossip or the command line (`configured`: never forgotten, and takes the
  // place of one that has never answered if there is no other). Says whether it is new. This node's own is ignored.
  bool learn(const std::string& address, bool configured = false);
  // Where heartbeats go.
  std::vector<std::string> addresses() const;
  // Living peers, for gossip.
  std::vector<PeerAddress> gossip() const;

  // A heartbeat to `address` was answered. `fresh_connection`: the time holds a TCP handshake too.
  std::optional<LeaseChange> answered(const std::string& address, const Heartbeat& heartbeat, Duration round_trip,
                                      bool fresh_connection, Duration now);
  // A heartbeat to `address` failed; `dead`: the connection was refused or reset, so nobody is there.
  std::optional<LeaseChange> unanswered(const std::string& address, bool dead, const std::string& why, Duration now);
  // A peer's heartbeat came in: where it is and how busy. Its lease is not renewed: that we can reach it, only an answer shows.
  void received(const Heartbeat& heartbeat, Duration now);
  std::vector<LeaseChange> expire(Duration now) { return leases_.expire(now); }
  // A forward found the peer dead.
  std::optional<LeaseChange> fail(const std::string& id, const std::string& why, Duration now);

  // Living peers whose capability document has changed since it was fetched, and is not being fetched.
  struct Wanted {
    std::string id;
    std::string address;
    std::string digest;
  };
  std::vector<Wanted> take_wanted();
  void fetched(const Wanted& wanted, std::optional<Capability> capability);

  // Peers that say they have the service ready, dead ones too (not alive).
  std::vector<RouteCandidate> candidates(std::string_view service, Duration now) const;
  std::optional<std::string> address_of(const std::string& id) const;
  bool alive(const std::string& id) const { return leases_.alive(id); }

  // A request leaves for the peer, and comes back. Between heartbeats this keeps a burst of its own from herding to one node.
  void forwarded(const std::string& id, const std::string& service);
  void finished(const std::string& id, const std::string& service, const std::optional<ForwardSample>& sample, Duration now);
  // It answered that it does not have the service (any more): not a candidate until its next heartbeat.
  void lacks(const std::string& id, const std::string& service);

  std::vector<PeerView> peers() const;  // by id

 private:
  struct Place {
    std::string id;  // empty: has not answered yet
    bool configured = false;
    int unanswered = 0;
  };
  struct Service {
    double reported = 0.0;  // waiting, by the last heartbeat
    double workers = 1.0;
    double batch = 1.0;
    double since = 0.0;     // sent minus come back since then
    double arrivals = 0.0;  // a second, by that heartbeat
    Duration reported_at{};
    int in_flight = 0;
    Duration service_time{};
    bool offered = false;
  };
  struct Peer {
    std::string address;
    std::string digest;          // by its last heartbeat
    std::string fetched_digest;  // of the capability below
    bool fetching = false;
    std::optional<Capability> capability;
    double round_trip = 0.0;     // seconds, smoothed; 0: not measured
    double rate = 0.0;           // bits a second, smoothed; 0: not measured
    Duration rate_measured{};
    std::map<std::string, Service, std::less<>> services;
  };
  bool make_place();
  void forget_unplaced(const std::string& id);
  static void take_queues(Peer& peer, const Heartbeat& heartbeat, Duration now);

  std::string own_id_;
  std::string own_address_;
  PeerLimits limits_;
  std::size_t peers_limit_;  // as many as have leases
  LeaseTable leases_;
  std::map<std::string, Place> places_;             // by address
  std::map<std::string, Peer, std::less<>> peers_;  // by id
};

}  // namespace continuo
