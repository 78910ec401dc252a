// CLOCK_MONOTONIC, and CLOCK_REALTIME for people.
#include "os/clock.hh"

#include <ctime>

namespace continuo {

Duration MonotonicClock::now() const {
  timespec time{};
  ::clock_gettime(CLOCK_MONOTONIC, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

std::string utc_date_and_time() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  std::tm parts{};
  ::gmtime_r(&time.tv_sec, &parts);
  char text[32] = "";
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, length};
}

}  // namespace continuo
