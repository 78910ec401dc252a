// epoll(7). Its time-out is in nanoseconds since Linux 5.11; before that, poll(2) waits for it.
#include "os/event_poll.hh"

#include <poll.h>
#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "os/error.hh"

namespace continuo {

namespace {

constexpr int events_at_once = 64;

int wait_for(int epoll, std::array<epoll_event, events_at_once>& events, const timespec* time) {
  static std::atomic<bool> lacks_nanoseconds = false;
  if (!lacks_nanoseconds) {
    const int count = ::epoll_pwait2(epoll, events.data(), events_at_once, time, nullptr);
    if (count >= 0 || errno != ENOSYS) {
      return count;
    }
    lacks_nanoseconds = true;
  }
  pollfd readable{epoll, POLLIN, 0};
  if (const int ready = ::ppoll(&readable, 1, time, nullptr); ready <= 0) {
    return ready;
  }
  return ::epoll_wait(epoll, events.data(), events_at_once, 0);
}

}  // namespace

EventPoll::EventPoll() : epoll_{check("epoll_create1", ::epoll_create1(EPOLL_CLOEXEC))} { keys_.reserve(events_at_once); }

void EventPoll::watch(const FileDescriptor& descriptor, std::uint64_t key) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = key;
  check("epoll_ctl", ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor.get(), &event));
}

void EventPoll::unwatch(const FileDescriptor& descriptor) {
  check("epoll_ctl", ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, descriptor.get(), nullptr));
}

const std::vector<std::uint64_t>& EventPoll::wait(std::optional<Duration> time) {
  std::array<epoll_event, events_at_once> events;
  timespec timeout{};
  if (time) {
    const auto nanoseconds = std::max<std::int64_t>(0, time->count());
    timeout = {.tv_sec = nanoseconds / 1'000'000'000, .tv_nsec = nanoseconds % 1'000'000'000};
  }
  const int count = wait_for(epoll_.get(), events, time ? &timeout : nullptr);
  if (count < 0 && errno != EINTR) {
    throw_system_error("epoll_pwait2");
  }
  keys_.clear();
  for (int index = 0; index < count; ++index) {
    keys_.push_back(events[static_cast<std::size_t>(index)].data.u64);
  }
  return keys_;
}

}  // namespace continuo
