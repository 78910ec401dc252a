// The fabric: the user-space network that joins emulated nodes. Takes IP packets in, hands them over when their link says so.
// It reads no clock and does no I/O; fabric_thread.hh drives it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "emulate/fabric/link_meter.hh"
#include "network/link_queue.hh"
#include "os/netlink.hh"
#include "result/histogram.hh"
#include "units/seed.hh"

namespace continuo {

using Port = std::size_t;  // where one node is attached; the NodeIndex

struct FabricOptions {
  struct Attachment {
    Ipv4 address;
    std::size_t site = 0;  // multicast and broadcast reach the same site only
  };
  std::vector<Attachment> ports;
  int prefix_length = 16;
  std::function<LinkQueueOptions(Port from, Port to)> link;
  Seed seed{1};
};

// Packets that went nowhere, by cause.
struct FabricDrops {
  std::uint64_t malformed = 0;   // no whole IPv4 packet
  std::uint64_t unroutable = 0;  // no node has the destination address
  std::uint64_t refused = 0;     // the receiving device did not take it
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
  virtual std::optional<Instant> write(Port port, std::span<const std::uint8_t> packet) = 0;
};

// `now` never decreases over all calls. Not thread-safe.
class Fabric {
 public:
  explicit Fabric(FabricOptions options);

  void accept(Port from, std::span<const std::uint8_t> packet, Instant now);
  // When deliver_due() has something to do next; nothing: nothing is on the way.
  std::optional<Instant> next_departure() const;
  void deliver_due(Instant now, FabricOutput& output);

  FabricCounters counters() const;

 private:
  using Buffer = std::vector<std::uint8_t>;
  struct Path {
    Path(const LinkQueueOptions& options, Seed seed)
        : queue{options, seed}, meter{DelayProcess::correlation_time_of(options.jitter)} {}
    LinkQueue<Buffer> queue;
    LinkMeter meter;
  };
  using Due = std::pair<Instant, std::size_t>;  // of the first packet of a path

  Path& path(std::size_t index);
  void send(Port from, Port to, std::span<const std::uint8_t> packet, Instant now);
  Buffer copy_of(std::span<const std::uint8_t> packet);

  FabricOptions options_;
  std::unordered_map<std::uint32_t, Port> by_address_;
  std::vector<std::unique_ptr<Path>> paths_;  // from * ports + to; made when first used
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
  std::vector<Buffer> spare_;  // buffers to use again
  FabricDrops drops_;
  Histogram lateness_;
};

}  // namespace continuo
