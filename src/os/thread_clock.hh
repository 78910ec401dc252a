// Time of the calling thread: what it has used of the CPU, and waiting without using any.
#pragma once

#include <pthread.h>

#include "units/time.hh"

namespace continuo {

class ThreadClock {
 public:
  virtual ~ThreadClock() = default;
  virtual Duration cpu_time() const = 0;  // CLOCK_THREAD_CPUTIME_ID
  virtual void wait(Duration duration) = 0;
};

// Made in apps/, passed by reference from there. Any thread may use it.
class SystemThreadClock final : public ThreadClock {
 public:
  Duration cpu_time() const override;
  void wait(Duration duration) override;
};

// By default the kernel may wake a thread 50 us late, to wake others with it. Not this one, nor those that it starts from now on.
void wake_punctually();

// Of a thread of this process that has not been joined.
Duration cpu_time_of(pthread_t thread);

}  // namespace continuo
