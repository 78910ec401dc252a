// timerfd_create(2), sched(7).
#include "os/timer.hh"

#include <pthread.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/timerfd.h>

#include <algorithm>

#include "os/error.hh"

namespace continuo {

Timer::Timer() : descriptor_{check("timerfd_create", ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK))} {}

void Timer::set(Duration monotonic) {
  const auto nanoseconds = std::max<std::int64_t>(1, monotonic.count());  // 0 would disarm it
  itimerspec when{};
  when.it_value.tv_sec = nanoseconds / 1'000'000'000;
  when.it_value.tv_nsec = nanoseconds % 1'000'000'000;
  check("timerfd_settime", ::timerfd_settime(descriptor_.get(), TFD_TIMER_ABSTIME, &when, nullptr));
}

void Timer::clear() {
  const itimerspec never{};
  check("timerfd_settime", ::timerfd_settime(descriptor_.get(), 0, &never, nullptr));
}

bool make_this_thread_exact() {
  ::prctl(PR_SET_TIMERSLACK, 1UL);
  sched_param lowest{};
  lowest.sched_priority = ::sched_get_priority_min(SCHED_FIFO);
  return ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &lowest) == 0;
}

int usable_cores() {
  cpu_set_t set;
  check("sched_getaffinity", ::sched_getaffinity(0, sizeof set, &set));
  return CPU_COUNT(&set);
}

}  // namespace continuo
