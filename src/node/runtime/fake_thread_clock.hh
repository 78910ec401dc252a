// A thread clock for tests: each look at it takes one millisecond of CPU time, and waiting takes none.
#pragma once

#include <vector>

#include "os/thread_clock.hh"

namespace continuo::test {

class FakeThreadClock final : public ThreadClock {
 public:
  Duration cpu_time() const override { return used_ += std::chrono::milliseconds{1}; }
  void wait(Duration duration) override { waits.push_back(duration); }

  std::vector<Duration> waits;

 private:
  mutable Duration used_{};
};

}  // namespace continuo::test
