// CLOCK_THREAD_CPUTIME_ID and an absolute sleep, which a signal cannot shorten.
#include "os/thread_clock.hh"

#include <sys/prctl.h>

#include <cerrno>
#include <ctime>

namespace continuo {

namespace {

Duration read(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

Duration SystemThreadClock::cpu_time() const { return read(CLOCK_THREAD_CPUTIME_ID); }

void SystemThreadClock::wait(Duration duration) {
  const Duration end = read(CLOCK_MONOTONIC) + duration;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(end);
  const timespec until{seconds.count(), (end - seconds).count()};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) == EINTR) {
  }
}

void wake_punctually() { ::prctl(PR_SET_TIMERSLACK, 1UL); }

Duration cpu_time_of(pthread_t thread) {
  clockid_t clock{};
  return ::pthread_getcpuclockid(thread, &clock) == 0 ? read(clock) : Duration::zero();
}

}  // namespace continuo
