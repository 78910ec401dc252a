// The HTTP connections of the nodes, as os/http_client keeps them: one exchange at a time on each.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "network/kept_connections.hh"
#include "network/tcp_window.hh"
#include "simulate/slab.hh"

namespace continuo {

struct Connection {
  std::array<TcpWindow, 2> directions;  // of requests, of answers
  Instant idle_since{};
  std::uint32_t pool = 0;
};

// Of each client and server a pool: what became idle last is taken first. Connections by number.
class Connections {
 public:
  std::uint32_t add_pool() {
    pools_.emplace_back();
    return static_cast<std::uint32_t>(pools_.size() - 1);
  }

  struct Taken {
    std::uint32_t connection = 0;
    bool is_new = false;  // to be opened
  };
  // For the exchange with that tag, which has none.
  Taken take(std::uint32_t pool, std::uint32_t tag, Instant now) {
    std::vector<std::uint32_t>& idle = pools_[pool];
    if (!idle.empty() && now - connections_[idle.back()].idle_since >= connection_kept) {  // the others were idle for longer still
      for (const std::uint32_t stale : idle) connections_.take(stale);
      idle.clear();
    }
    Taken taken{.connection = 0, .is_new = idle.empty()};
    if (taken.is_new) {
      taken.connection = connections_.put({.directions = {}, .idle_since = now, .pool = pool});
    } else {
      taken.connection = idle.back();
      idle.pop_back();
    }
    of_exchange_[tag] = taken.connection;
    return taken;
  }
  std::optional<std::uint32_t> of(std::uint32_t tag) const {
    if (of_exchange_.empty()) return std::nullopt;
    const auto found = of_exchange_.find(tag);
    return found == of_exchange_.end() ? std::nullopt : std::optional{found->second};
  }
  // Its answer is there: the connection may be used again.
  void end_exchange(std::uint32_t tag, Instant now) {
    const auto found = of_exchange_.find(tag);
    if (found == of_exchange_.end()) return;
    Connection& connection = connections_[found->second];
    connection.idle_since = now;
    std::vector<std::uint32_t>& idle = pools_[connection.pool];
    if (idle.size() < idle_connections_max) idle.push_back(found->second);
    else connections_.take(found->second);
    of_exchange_.erase(found);
  }
  // Nobody waits for it any more; its connection is closed once close() is called, for its messages may still be on their way.
  void leave_exchange(std::uint32_t tag) {
    if (!of_exchange_.empty()) of_exchange_.erase(tag);
  }
  void close(std::uint32_t connection) { connections_.take(connection); }
  // That no pool has.
  std::uint32_t add() { return connections_.put({}); }

  TcpWindow& window(std::uint32_t connection, bool of_requests) { return connections_[connection].directions[of_requests ? 0 : 1]; }

 private:
  Slab<Connection> connections_;
  std::vector<std::vector<std::uint32_t>> pools_;                   // idle ones
  std::unordered_map<std::uint32_t, std::uint32_t> of_exchange_;    // connection by tag
};

}  // namespace continuo
