// Drives a Fabric from the TUN devices of its nodes, in a thread of its own.
#pragma once

#include <pthread.h>

#include <atomic>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "emulate/fabric/fabric.hh"
#include "emulate/fabric/wake_pace.hh"
#include "os/clock.hh"
#include "os/cpus_awake.hh"
#include "os/event_poll.hh"
#include "os/file_descriptor.hh"

namespace continuo {

// What stands before each packet of a device, behind the virtio header.
enum class LinkLayer { none, ethernet };

// Owns the devices: ports[i] is attached to devices[i]. Starts at construction, ends at destruction; what is on the way then
// is dropped. `dropped_on_sending`: packets that the devices have dropped before they could be read. Instants of the fabric count from `origin` on the clock. Throws if a capture file cannot be made.
class FabricThread {
 public:
  FabricThread(const FabricOptions& options, std::vector<FileDescriptor> devices, const Clock& clock,
               LinkLayer link_layer = LinkLayer::none, std::function<std::uint64_t()> dropped_on_sending = nullptr);
  ~FabricThread();
  FabricThread(const FabricThread&) = delete;
  FabricThread& operator=(const FabricThread&) = delete;

  // From any thread.
  FabricCounters counters() const;
  // Whether its wake-ups have real-time priority; known once the thread has begun: ask when packets have passed.
  bool is_exact() const { return exact_; }
  // The captured paths whose files lack something, since it could not be written.
  std::vector<std::pair<Port, Port>> incomplete_captures() const;
  // What the thread has used of the CPU.
  Duration cpu_time() const;
  // Between two packets; returns when it is done. The fabric must not be kept.
  void change(const std::function<void(Fabric& fabric, Instant now)>& change);

 private:
  class Devices;

  void run();
  void read_all(std::size_t port, Duration waited);
  void plan_wait();
  const std::vector<std::uint64_t>& wait();
  void wait_out();
  void nudge() const;
  Instant now() const { return scenario_start + (clock_.now() - origin_); }

  const Clock& clock_;
  FileDescriptor cpus_awake_ = hold_cpus_awake();
  Duration origin_;
  mutable std::mutex mutex_;  // held by the thread while it moves packets, never while it waits
  Fabric fabric_;
  std::vector<FileDescriptor> devices_;
  std::size_t link_header_size_ = 0;
  std::function<std::uint64_t()> dropped_on_sending_;
  mutable std::uint64_t lost_before_ = 0;  // by devices that do not hold their senders back
  std::map<std::pair<Port, Port>, PacketCapture> captures_;
  FileDescriptor nudge_;  // an eventfd: something other than packets needs a look
  EventPoll poll_;
  EventPoll nudge_poll_;  // for nudges alone
  WakePace pace_;
  WakeLead lead_;
  // Of the wait under way.
  std::optional<Instant> target_;     // until then at most
  std::optional<Instant> sleep_end_;  // until then asleep, the rest awake; nothing: no end is known
  Duration slept_{};                  // as long as that was
  int moved_ = 0;                     // packets read and written since it ended
  Duration waited_{};                 // what was found behind it has waited that long, in the mean
  std::atomic<bool> ending_ = false;
  std::atomic<bool> exact_ = false;
  pthread_t native_{};
  std::thread thread_;  // last: everything above is there when it starts
};

}  // namespace continuo
