// One wait for all devices and for the next departure of all links.
#include "emulate/fabric/fabric_thread.hh"

#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "os/error.hh"
#include "os/packet_device.hh"
#include "os/thread_clock.hh"
#include "os/timer.hh"

namespace continuo {

namespace {

constexpr int packets_at_once_max = 64;  // from one device, before the others have their turn
constexpr std::uint64_t nudge_key = ~std::uint64_t{0};
constexpr Duration not_asleep = std::chrono::microseconds{5};  // as long as asking takes

// Where a header of the link layer comes before the packet, or goes.
void move_offsets(VirtioHeader& header, int by) {
  if ((header.flags & VirtioHeader::needs_checksum) != 0) {
    header.checksum_start = static_cast<std::uint16_t>(header.checksum_start + by);
  }
  if (header.segmentation != VirtioHeader::no_segmentation) {
    header.header_length = static_cast<std::uint16_t>(header.header_length + by);
  }
}

}  // namespace

class FabricThread::Devices final : public FabricOutput {
 public:
  explicit Devices(FabricThread& thread) : thread_{thread} {}
  std::optional<Instant> write(Port port, const OutgoingPacket& packet) override {
    VirtioHeader header = packet.header;
    const auto part = [](std::span<const std::uint8_t> bytes) {
      return iovec{const_cast<std::uint8_t*>(bytes.data()), bytes.size()};  // writev does not write there
    };
    EthernetHeader link = packet_device_header(packet.head[0] >> 4);
    const std::size_t link_size = thread_.link_header_size_;
    if (link_size > 0) {
      move_offsets(header, static_cast<int>(link_size));
    }
    const std::array<iovec, 4> parts{iovec{&header, sizeof header}, iovec{link.data(), link_size}, part(packet.head),
                                     part(packet.payload)};
    ++thread_.moved_;
    const auto written = ::writev(thread_.devices_[port].get(), parts.data(), packet.payload.empty() ? 3 : 4);
    return written < 0 ? std::nullopt : std::optional{thread_.now()};
  }

  void captured(Port from, Port to, const OutgoingPacket& packet, Instant at) override {
    thread_.captures_.at({from, to}).add(at, packet);
  }

 private:
  FabricThread& thread_;
};

FabricThread::FabricThread(const FabricOptions& options, std::vector<FileDescriptor> devices, const Clock& clock,
                           LinkLayer link_layer, std::function<std::uint64_t()> dropped_on_sending)
    : clock_{clock},
      origin_{clock.now()},
      fabric_{options},
      devices_{std::move(devices)},
      link_header_size_{link_layer == LinkLayer::ethernet ? ethernet_header_size : 0},
      dropped_on_sending_{std::move(dropped_on_sending)},
      nudge_{check("eventfd", ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))} {
  for (const PathCapture& capture : options.captures) {
    captures_.try_emplace({capture.from, capture.to}, capture.file);
  }
  for (std::size_t port = 0; port < devices_.size(); ++port) {
    poll_.watch(devices_[port], port);
  }
  poll_.watch(nudge_, nudge_key);
  nudge_poll_.watch(nudge_, nudge_key);
  thread_ = std::thread{[this] { run(); }};
  native_ = thread_.native_handle();
}

FabricThread::~FabricThread() {
  ending_ = true;
  nudge();
  thread_.join();
}

void FabricThread::nudge() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto told = ::write(nudge_.get(), &one, sizeof one);
}

FabricCounters FabricThread::counters() const {
  const std::uint64_t dropped = dropped_on_sending_ ? dropped_on_sending_() : 0;
  const std::lock_guard lock{mutex_};
  FabricCounters counters = fabric_.counters();
  counters.drops.unread = dropped;
  if (link_header_size_ > 0) {
    for (const FileDescriptor& device : devices_) {
      lost_before_ += packets_lost_before_reading(device);
    }
    counters.drops.unread += lost_before_;
  }
  return counters;
}

std::vector<std::pair<Port, Port>> FabricThread::incomplete_captures() const {
  std::vector<std::pair<Port, Port>> paths;
  const std::lock_guard lock{mutex_};
  for (const auto& [path, capture] : captures_) {
    if (!capture.is_complete()) {
      paths.push_back(path);
    }
  }
  return paths;
}

Duration FabricThread::cpu_time() const { return cpu_time_of(native_); }

void FabricThread::change(const std::function<void(Fabric& fabric, Instant now)>& change) {
  {
    const std::lock_guard lock{mutex_};
    change(fabric_, now());
  }
  nudge();  // the next departure may be another now
}

void FabricThread::read_all(std::size_t port, Duration waited) {
  for (int count = 0; count < packets_at_once_max; ++count) {
    VirtioHeader header;
    const auto room = fabric_.room();
    EthernetHeader link;
    const std::array<iovec, 3> parts{iovec{&header, sizeof header}, iovec{link.data(), link_header_size_},
                                     iovec{room.data(), room.size()}};
    const auto size = ::readv(devices_[port].get(), parts.data(), parts.size());
    const std::size_t before = sizeof header + link_header_size_;
    if (size < static_cast<ssize_t>(before)) {
      if (size < 0 && errno == EBADFD) {
        poll_.unwatch(devices_[port]);  // the node's end is gone, and would be told of for ever
      }
      return;
    }
    if (link_header_size_ > 0) {
      move_offsets(header, -static_cast<int>(link_header_size_));
    }
    ++moved_;
    fabric_.accept(port, header, static_cast<std::size_t>(size) - before, now() - waited);
  }
}

// Until shortly before the next departure: sleeping wakes late, and by how much is known. A wake-up that is put off anyway need
// not be that exact.
void FabricThread::plan_wait() {
  const auto due = fabric_.next_departure();
  target_ = due ? std::optional{pace_.wake_at(*due)} : std::nullopt;
  sleep_end_ = target_;
  if (target_ && target_ == due) {
    *sleep_end_ -= lead_.lead();
  }
}

// The devices with packets. After too many wake-ups it first sleeps until the next may be, whatever comes meanwhile.
const std::vector<std::uint64_t>& FabricThread::wait() {
  Instant from = now();
  if (pace_.earliest() > from) {
    nudge_poll_.wait(pace_.earliest() - from);
    slept_ = now() - from;
    waited_ = slept_ / 2;  // it came at any time of it
    if (const auto& keys = poll_.wait(Duration::zero()); !keys.empty()) {
      return keys;
    }
    from = now();
  }
  const auto& keys = poll_.wait(sleep_end_ ? std::optional{*sleep_end_ - from} : std::nullopt);
  slept_ = now() - from;
  waited_ = std::min(lead_.lead(), slept_);  // as long as waking takes
  return keys;
}

void FabricThread::wait_out() {
  if (slept_ > not_asleep) {
    lead_.woke(now() - *sleep_end_);
  }
  while (now() < *target_) {  // at most WakeLead::lead_max
  }
}

void FabricThread::run() {
  exact_ = make_this_thread_exact();
  Devices output{*this};
  while (!ending_) {
    const auto& keys = wait();
    const std::lock_guard lock{mutex_};
    for (const std::uint64_t key : keys) {
      if (key == nudge_key) {
        std::uint64_t ignored = 0;
        [[maybe_unused]] const auto read = ::read(nudge_.get(), &ignored, sizeof ignored);
      } else {
        read_all(key, waited_);
      }
    }
    const bool at_target = keys.empty() && target_ && now() >= *sleep_end_;  // and not a signal
    if (at_target) {
      wait_out();
    }
    const Instant woken = at_target ? *target_ : now();
    fabric_.deliver_due(now(), output);
    if (at_target || slept_ > not_asleep) {
      pace_.woke(woken, moved_);
    }
    moved_ = 0;
    plan_wait();
  }
}

}  // namespace continuo
