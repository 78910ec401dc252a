// The fabric: the user-space network that joins emulated nodes. Takes IP packets in, hands them over when their link says so.
// It reads no clock and does no I/O; fabric_thread.hh drives it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <span>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "emulate/fabric/link_meter.hh"
#include "emulate/fabric/packet.hh"
#include "emulate/fabric/packet_capture.hh"
#include "emulate/fabric/waiting_times.hh"
#include "network/link_queue.hh"
#include "os/netlink.hh"
#include "result/histogram.hh"
#include "units/seed.hh"

namespace continuo {

using Port = std::size_t;  // where one node is attached; the NodeIndex

struct FabricOptions {
  struct Attachment {
    Ipv4 address;
    Ipv6 address6 = {};  // all zero: none
    std::size_t site = 0;  // multicast and broadcast reach the same site only
  };
  std::vector<Attachment> ports;
  int prefix_length = 16;
  std::function<LinkProperties(Port from, Port to)> link;
  // Which paths are alike, for the distributions of their delays; without it all are.
  std::function<std::size_t(Port from, Port to)> link_class = [](Port, Port) { return std::size_t{0}; };
  std::vector<AccessLink> access = {};  // by port; empty: none has one
  Seed seed{1};
  std::vector<PathCapture> captures = {};
};

// Packets that went nowhere, by cause.
struct FabricDrops {
  std::uint64_t malformed = 0;      // no whole IP packet, or one that its device's header contradicts
  std::uint64_t unroutable = 0;     // no node has the destination address
  std::uint64_t refused = 0;        // the receiving device did not take it
  std::uint64_t unread = 0;         // sent faster than the fabric read: dropped by the sender's device
  std::uint64_t corrupted = 0;      // neither did it take these, which a link has corrupted
  std::uint64_t held = 0;           // more was on the way on one link than the fabric's memory for it holds
  std::uint64_t group_reports = 0;  // IGMP and MLD: multicast reaches the whole site, whoever has joined
};

struct PathCounters {
  Port from = 0;
  Port to = 0;
  LinkCounters link;
  LinkMeasure measure;
  std::size_t link_class = 0;
  WaitingTimes waiting = {};  // of the packets delivered
};

struct AccessCounters {
  Port port = 0;
  bool up = false;  // from the node; else to it
  LinkCounters link;
  LinkMeasure measure;
  WaitingTimes waiting = {};  // of the packets delivered

  bool is_same_as(const AccessCounters& other) const { return port == other.port && up == other.up; }
};

// A copy of all counters at one moment.
struct FabricCounters {
  std::vector<PathCounters> paths;     // those that saw a packet
  std::vector<AccessCounters> access;  // the same
  FabricDrops drops;
  Histogram lateness;  // of each packet: written - due
  std::vector<Histogram> delays;  // by link class: written - end of transmission

  // Delays, rates and lateness of what came since an earlier copy; packets and drops stay those since the beginning.
  FabricCounters measured_since(const FabricCounters& earlier) const;
};

class FabricOutput {
 public:
  virtual ~FabricOutput() = default;
  // Hands one packet to the node at `port`; when it was done, or nothing if the node did not take it.
  virtual std::optional<Instant> write(Port port, const OutgoingPacket& packet) = 0;
  // A packet of a path to be captured has been handed over: each of those that one write() held.
  virtual void captured(Port from, Port to, const OutgoingPacket& packet, Instant at);
};

// `now` of accept() may be a little before that of the call before: the links take it for that. Not thread-safe. Allocates nothing once as many packets have been on the way as ever
// will be.
class Fabric {
 public:
  explicit Fabric(FabricOptions options);

  // Where a packet is read to, before accept(): room for the largest.
  std::span<std::uint8_t> room() { return pool_.room(); }
  // The first `size` bytes of room().
  void accept(Port from, const VirtioHeader& header, std::size_t size, Instant now);
  // The same from anywhere.
  void accept(Port from, std::span<const std::uint8_t> packet, Instant now, const VirtioHeader& header = {});
  // When deliver_due() has something to do next; nothing: nothing is on the way.
  std::optional<Instant> next_departure() const;
  void deliver_due(Instant now, FabricOutput& output);

  FabricCounters counters() const;
  // From `now` on; of a path. See LinkQueue::change() and connect().
  void change(Port from, Port to, const LinkProperties& link, Instant now);
  // The same of an access link that the port has had from the beginning.
  void change_access(Port port, bool is_up, const LinkProperties& link, Instant now);
  void connect(Port from, Port to, bool connected, Instant now);
  // All traces begin anew, those of links that saw no packet yet included.
  void start_traces(Instant now);

  // Of memory for packets, ever.
  std::uint64_t allocations() const { return pool_.allocations(); }

 private:
  // A packet between two ports. It passes the access link of its sender, the path of the pair, the access link of its receiver.
  struct Carried {
    Packet packet;
    Port from = 0;
    Port to = 0;
    Passage on_path{};  // once it has passed it
    bool corrupted = false;
  };
  struct Hop {
    Hop(const LinkProperties& link, Seed seed, Instant trace_start)
        : queue{link, seed, {.trace_start = trace_start}}, meter{DelayProcess::correlation_time_of(link)} {}
    LinkQueue<Carried> queue;
    LinkMeter meter;
    WaitingTimes waiting;
    std::size_t link_class = 0;        // of a path
    bool is_captured = false;          // the same
    std::optional<Instant> scheduled;  // the entry in due_ that counts
  };
  using HopIndex = std::size_t;  // a path: from * ports + to; then a link up for each port, then a link down
  using Due = std::pair<Instant, HopIndex>;
  // Of what is handed over in one write.
  struct Part {
    Bytes size = Bytes::zero();
    Passage on_path;
    Passage last;  // of the last hop
  };
  static constexpr Port everyone = ~Port{0};  // a Carried::to: all others of the site

  HopIndex path(Port from, Port to) const { return from * options_.ports.size() + to; }
  HopIndex up(Port from) const { return options_.ports.size() * options_.ports.size() + from; }
  HopIndex down(Port to) const { return up(to) + options_.ports.size(); }
  bool is_path(HopIndex hop) const { return hop < up(0); }
  bool has_up(Port from) const { return !options_.access.empty() && options_.access[from].up_link(); }
  bool has_down(Port to) const { return !options_.access.empty() && options_.access[to].down_link(); }

  Hop& hop(HopIndex index);
  void schedule(HopIndex index);
  void change(HopIndex index, const LinkProperties& link, Instant now);
  void enter(HopIndex index, Carried carried, Instant now);
  void enter_path(const Carried& carried, Instant now);
  // Puts what has arrived at the end of a hop into the next one, or hands it over.
  void pass_on(HopIndex index, Instant at);
  void deliver(HopIndex index, Instant now, FabricOutput& output);
  void write(Carried& carried, FabricOutput& output);
  Packet corrupted(const Packet& packet, std::uint64_t bit);
  std::optional<Port> port_of(const std::variant<Ipv4, Ipv6>& address) const;
  static void capture(const Carried& carried, Instant at, FabricOutput& output);

  FabricOptions options_;
  std::unordered_map<std::uint32_t, Port> by_address_;
  std::map<Ipv6, Port> by_address6_;
  PacketPool pool_;                         // outlives the packets
  std::vector<std::unique_ptr<Hop>> hops_;  // by HopIndex; made when first used
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<Part> parts_;
  Instant trace_start_ = scenario_start;
  FabricDrops drops_;
  Histogram lateness_;
  std::vector<Histogram> delays_;
};

}  // namespace continuo
