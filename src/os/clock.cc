// CLOCK_MONOTONIC.
#include "os/clock.hh"

#include <ctime>

namespace continuo {

Duration MonotonicClock::now() const {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace continuo
