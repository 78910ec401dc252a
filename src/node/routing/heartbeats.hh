// Heartbeats: each interval, one to every known address; the answers keep leases, tell of load, and introduce further peers.
//
// Owns the PeerTable. Everything runs on the thread of the io_context; sending is handed in, so tests need no network.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "node/routing/http_sender.hh"
#include "node/routing/peer_table.hh"
#include "os/clock.hh"
#include "wire/capability.hh"


namespace continuo {

// What this node says of itself at this moment.
struct SelfReport {
  std::string digest;               // SHA-256 of its capability document
  std::vector<QueueLength> queues;  // of its ready instances, and no others: they are what peers route to
};

struct HeartbeatOptions {
  std::string id;
  std::string address;  // that others reach this node by
  LeaseOptions lease;
  PeerLimits peers;
};

class Heartbeats {
 public:
  using OnChange = std::function<void(const LeaseChange&)>;

  // `sender`, `clock` and what `report` refers to outlive it.
  Heartbeats(HeartbeatOptions options, const Clock& clock, HttpSender sender, std::function<SelfReport()> report);

  // Beats each interval from now on, the first at once. The io_context outlives this object.
  void start(boost::asio::io_context& context);
  // One interval's work: expire leases, beat, fetch documents that have changed. start() calls it.
  void tick();

  // An address to try, beaten at once if it is new. `configured`: given by the user, never forgotten.
  void meet(const std::string& address, bool configured = false);
  // The answer to POST /continuo/v1/heartbeat: 200 with this node's heartbeat, or 400 with what is wrong with the peer's.
  HttpResponse exchange(std::span<const std::byte> body);

  // Called with every peer found, lost or returned. More than one may listen; none may destroy this object.
  void listen(OnChange listener) { listeners_.push_back(std::move(listener)); }
  // A forward found the peer dead: the same as a heartbeat that did.
  void fail(const std::string& id, const std::string& why);

  PeerTable& table() { return table_; }
  const PeerTable& table() const { return table_; }

 private:
  void wait();
  void beat(const std::string& address);
  void answered(const std::string& address, Duration sent, const HttpResult& result);
  void fetch_changed();
  Heartbeat own_heartbeat() const;
  void tell(const std::optional<LeaseChange>& change);

  HeartbeatOptions options_;
  const Clock& clock_;
  HttpSender sender_;
  std::function<SelfReport()> report_;
  PeerTable table_;
  std::vector<OnChange> listeners_;
  std::set<std::string> beating_;    // addresses whose answer is awaited
  std::unique_ptr<boost::asio::steady_timer> timer_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // handlers in flight hold it weakly
};

}  // namespace continuo
