// Waits for any of many descriptors, or for a moment, whichever is first.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "os/file_descriptor.hh"
#include "units/time.hh"

namespace continuo {

class EventPoll {
 public:
  EventPoll();
  // The descriptor outlives this; its key is told when it is readable.
  void watch(const FileDescriptor& descriptor, std::uint64_t key);
  void unwatch(const FileDescriptor& descriptor);

  // The keys of what is readable; empty: the time has passed, or a signal was handled. Nothing as the time: waits for as long as it takes. The time is
  // kept to the nanosecond as far as the kernel's timers are, by a thread that is exact (os/timer.hh).
  const std::vector<std::uint64_t>& wait(std::optional<Duration> time);

 private:
  FileDescriptor epoll_;
  std::vector<std::uint64_t> keys_;
};

}  // namespace continuo
