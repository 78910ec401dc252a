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
  std::function<LinkQueueOptions(Port from, Port to)> link;
  Seed seed{1};
};

// Packets that went nowhere, by cause.
struct FabricDrops {
  std::uint64_t malformed = 0;      // no whole IP packet, or one that its device's header contradicts
  std::uint64_t unroutable = 0;     // no node has the destination address
  std::uint64_t refused = 0;        // the receiving device did not take it
  std::uint64_t unread = 0;      // packet sockets only: sent faster than the fabric read
  std::uint64_t group_reports = 0;  // IGMP and MLD: multicast reaches the whole site, whoever has joined
};

struct PathCounters {
  Port from = 0;
  Port to = 0;
  LinkCounters link;
  LinkMeasure measure;
};

// A copy of all counters at one moment.
struct FabricCounters {
  std::vector<PathCounters> paths;  // those that saw a packet
  FabricDrops drops;
  Histogram lateness;  // of each packet: written - due
};

class FabricOutput {
 public:
  virtual ~FabricOutput() = default;
  // Hands one packet to the node at `port`; when it was done, or nothing if the node did not take it.
  virtual std::optional<Instant> write(Port port, const OutgoingPacket& packet) = 0;
};

// Whether a link tells packets apart, so that a super-packet has to be taken apart before it.
bool acts_on_each_packet(const LinkQueueOptions& options);

// `now` never decreases over all calls. Not thread-safe. Allocates nothing once as many packets have been on the way as ever
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
  // Of memory for packets, ever.
  std::uint64_t allocations() const { return pool_.allocations(); }

 private:
  struct Path {
    Path(const LinkQueueOptions& options, Seed seed)
        : queue{options, seed}, meter{DelayProcess::correlation_time_of(options.jitter)} {}
    LinkQueue<Packet> queue;
    LinkMeter meter;
  };
  using Due = std::pair<Instant, std::size_t>;  // of the first packet of a path
  // Of what is handed over in one write.
  struct Part {
    Bytes size = Bytes::zero();
    Passage passage;
  };

  Path& path(std::size_t index);
  std::optional<Port> port_of(const std::variant<Ipv4, Ipv6>& address) const;
  void send(Port from, Port to, const Packet& packet, Instant now);
  void deliver(std::size_t index, Instant now, FabricOutput& output);
  void write(std::size_t index, const Packet& packet, FabricOutput& output);

  FabricOptions options_;
  std::unordered_map<std::uint32_t, Port> by_address_;
  std::map<Ipv6, Port> by_address6_;
  PacketPool pool_;                           // outlives the packets
  std::vector<std::unique_ptr<Path>> paths_;  // from * ports + to; made when first used
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<Part> parts_;
  FabricDrops drops_;
  Histogram lateness_;
};

}  // namespace continuo
