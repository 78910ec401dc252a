// One epoll over all devices, one timer for the next departure of all links.
#include "emulate/fabric/fabric_thread.hh"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "os/error.hh"
#include "os/packet_device.hh"
#include "os/thread_clock.hh"

namespace continuo {

namespace {

// Departures within this time of the last wake-up wait and go together: it bounds the wake-ups of a busy fabric to 20000 a
// second, at a lateness that is small beside what is checked.
constexpr Duration wake_interval_min = std::chrono::microseconds{50};
constexpr int packets_at_once_max = 64;  // from one device, before the others have their turn
constexpr std::uint64_t stop_key = ~std::uint64_t{0};
constexpr std::uint64_t timer_key = stop_key - 1;

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
    const auto written = ::writev(thread_.devices_[port].get(), parts.data(), packet.payload.empty() ? 3 : 4);
    return written < 0 ? std::nullopt : std::optional{thread_.now()};
  }

 private:
  FabricThread& thread_;
};

FabricThread::FabricThread(FabricOptions options, std::vector<FileDescriptor> devices, const Clock& clock,
                           LinkLayer link_layer)
    : clock_{clock},
      origin_{clock.now()},
      fabric_{std::move(options)},
      devices_{std::move(devices)},
      link_header_size_{link_layer == LinkLayer::ethernet ? ethernet_header_size : 0},
      stop_{check("eventfd", ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))},
      epoll_{check("epoll_create1", ::epoll_create1(EPOLL_CLOEXEC))} {
  const auto watch = [this](const FileDescriptor& descriptor, std::uint64_t key) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = key;
    check("epoll_ctl", ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor.get(), &event));
  };
  for (std::size_t port = 0; port < devices_.size(); ++port) {
    watch(devices_[port], port);
  }
  watch(stop_, stop_key);
  watch(timer_.descriptor(), timer_key);
  thread_ = std::thread{[this] { run(); }};
  native_ = thread_.native_handle();
}

FabricThread::~FabricThread() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto told = ::write(stop_.get(), &one, sizeof one);
  thread_.join();
}

FabricCounters FabricThread::counters() const {
  const std::lock_guard lock{mutex_};
  FabricCounters counters = fabric_.counters();
  if (link_header_size_ > 0) {
    for (const FileDescriptor& device : devices_) {
      lost_before_ += packets_lost_before_reading(device);
    }
    counters.drops.unread = lost_before_;
  }
  return counters;
}

Duration FabricThread::cpu_time() const { return continuo::cpu_time_of(native_); }

void FabricThread::read_all(std::size_t port) {
  for (int count = 0; count < packets_at_once_max; ++count) {
    VirtioHeader header;
    const auto room = fabric_.room();
    EthernetHeader link;
    const std::array<iovec, 3> parts{iovec{&header, sizeof header}, iovec{link.data(), link_header_size_},
                                     iovec{room.data(), room.size()}};
    const auto size = ::readv(devices_[port].get(), parts.data(), parts.size());
    const std::size_t before = sizeof header + link_header_size_;
    if (size < static_cast<ssize_t>(before)) {
      return;  // nothing more, or the node's end is gone
    }
    if (link_header_size_ > 0) {
      move_offsets(header, -static_cast<int>(link_header_size_));
    }
    fabric_.accept(port, header, static_cast<std::size_t>(size) - before, now());
  }
}

void FabricThread::arm() {
  auto next = fabric_.next_departure();
  if (next) {
    next = std::max(*next, last_wake_ + wake_interval_min);
  }
  if (next == armed_) {
    return;
  }
  if (next) {
    timer_.set(origin_ + (*next - scenario_start));
  } else {
    timer_.clear();
  }
  armed_ = next;
}

void FabricThread::run() {
  exact_ = make_this_thread_exact();
  Devices output{*this};
  std::array<epoll_event, 64> events{};
  for (;;) {
    const int count =
        retry_interrupted([&] { return ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), -1); });
    const std::lock_guard lock{mutex_};
    for (int index = 0; index < count; ++index) {
      const std::uint64_t key = events[static_cast<std::size_t>(index)].data.u64;
      if (key == stop_key) {
        return;
      }
      if (key == timer_key) {
        armed_.reset();
        timer_.clear();
        last_wake_ = now();
      } else {
        read_all(key);
      }
    }
    fabric_.deliver_due(now(), output);
    arm();
  }
}

}  // namespace continuo
