// A timer that a poll or epoll can wait for, on CLOCK_MONOTONIC.
#pragma once

#include "os/file_descriptor.hh"
#include "units/time.hh"

namespace continuo {

class Timer {
 public:
  Timer();
  // Readable from that moment on (at once if it has passed), until set again.
  void set(Duration monotonic);
  void clear();
  const FileDescriptor& descriptor() const { return descriptor_; }

 private:
  FileDescriptor descriptor_;
};

// For a thread whose wake-ups must be exact: the lowest real-time priority if the system allows it (false: it does not), and
// no slack on timers.
bool make_this_thread_exact();

// CPU cores that this process may use.
int usable_cores();

}  // namespace continuo
