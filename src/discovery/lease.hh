// Leases: who is alive. Multicast DNS keeps a dead node for minutes (RFC 6762 section 10: 120 s, 75 min), heartbeats do not.
//
// Pure: `now` is handed in. The table is bounded; nothing in it depends on what a peer claims but its id.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "units/time.hh"

namespace continuo {

struct LeaseOptions {
  Duration interval = std::chrono::milliseconds{500};  // between heartbeats
  int missed = 3;                                      // so many in a row end the lease
  std::size_t limit = 1024;                            // holders; a new one beyond takes the place of the longest dead
  Duration length() const { return interval * missed; }
};

struct LeaseChange {
  // (unknown) -> found; alive -> lost; lost -> returned
  enum class Kind { found, lost, returned };
  Kind kind = Kind::found;
  std::string id;
  std::string why;  // of lost: "no heartbeat for 1500 ms", or what fail() was told
};

class LeaseTable {
 public:
  explicit LeaseTable(LeaseOptions options = {}) : options_{options} {}

  // A heartbeat came, or was answered. Nothing: the holder was alive, or the table is full of living ones.
  std::optional<LeaseChange> renew(std::string_view id, Duration now);
  // The holder's machine refused or reset a connection: it is lost at once. Nothing: it was not alive.
  std::optional<LeaseChange> fail(std::string_view id, std::string why, Duration now);
  // Those whose lease has run out by now, in the order of their ids. Call it at least once an interval.
  std::vector<LeaseChange> expire(Duration now);

  bool alive(std::string_view id) const;
  std::size_t size() const { return holders_.size(); }

 private:
  struct Holder {
    Duration since{};  // of the last heartbeat, or of the loss
    bool alive = true;
  };
  bool make_room();

  LeaseOptions options_;
  std::map<std::string, Holder, std::less<>> holders_;
};

}  // namespace continuo
