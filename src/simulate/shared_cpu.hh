// A server whose jobs share its cores: each has at most one, and all together no more than the quota allows.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "units/time.hh"

namespace continuo {

// Egalitarian processor sharing, which is what the kernel's fair scheduler comes to over times much longer than its slices; that a
// quota is used up and then waited for, period by period, is left out. Every job gets the same, so the order in which they end is
// that of the work they came with, on a clock that counts the work each has got. Pure: `now` never goes back.
class SharedCpu {
 public:
  explicit SharedCpu(double capacity) : capacity_{capacity} {}

  // `work` in core-seconds.
  void start(std::uint32_t job, double work, Instant now) {
    advance(now);
    jobs_.push_back({each_ + work, ++order_, job});
    std::ranges::push_heap(jobs_, std::greater<>{});
  }
  // When the job that is nearest to its end is there, if nothing changes; nothing: there is none.
  std::optional<Instant> next_end() const {
    if (jobs_.empty() || rate() <= 0.0) return std::nullopt;
    return updated_ + from_seconds(std::max(0.0, jobs_.front().end - each_) / rate());
  }
  // Ends that job; at the time that next_end() gave.
  std::uint32_t end_next(Instant now) {
    advance(now);
    std::ranges::pop_heap(jobs_, std::greater<>{});
    const std::uint32_t job = jobs_.back().job;
    jobs_.pop_back();
    return job;
  }
  // Stopped, its jobs stand still, and what it offers is lost.
  void stop(bool stopped, Instant now) {
    advance(now);
    stopped_ = stopped;
  }
  // From `now` on.
  void change(double capacity, Instant now) {
    advance(now);
    capacity_ = capacity;
  }
  // All jobs are gone.
  std::vector<std::uint32_t> drop_all(Instant now) {
    advance(now);
    std::vector<std::uint32_t> dropped;
    for (const Job& job : jobs_) dropped.push_back(job.job);
    jobs_.clear();
    return dropped;
  }

  std::size_t jobs() const { return jobs_.size(); }
  double capacity() const { return capacity_; }
  // Core-seconds until `now`: done, and on offer.
  double done(Instant now) {
    advance(now);
    return done_;
  }
  double offered(Instant now) {
    advance(now);
    return offered_;
  }

 private:
  struct Job {
    double end = 0.0;  // on the clock each_
    std::uint64_t order = 0;
    std::uint32_t job = 0;

    bool operator>(const Job& other) const { return std::pair{end, order} > std::pair{other.end, other.order}; }
  };

  // Of one job, in core-seconds a second.
  double rate() const { return stopped_ ? 0.0 : std::min(1.0, capacity_ / static_cast<double>(jobs_.size())); }
  void advance(Instant now) {
    const double passed = to_seconds(now - updated_);
    updated_ = now;
    offered_ += passed * capacity_;
    if (jobs_.empty()) {
      each_ = 0.0;  // nobody is there to whom it matters: keeps the clock precise
      return;
    }
    const double got = rate() * passed;
    each_ += got;
    done_ += got * static_cast<double>(jobs_.size());
  }

  double capacity_;
  bool stopped_ = false;
  std::vector<Job> jobs_;  // a heap: the first to end in front
  double each_ = 0.0;      // core-seconds that a job has got that was there all the time
  std::uint64_t order_ = 0;
  Instant updated_ = scenario_start;
  double done_ = 0.0;
  double offered_ = 0.0;
};

}  // namespace continuo
