// A server whose jobs share its cores: each has at most one, and all together no more than the quota allows.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "policy/quota_periods.hh"
#include "units/time.hh"

namespace continuo {

// Egalitarian processor sharing, which is what the kernel's fair scheduler comes to over times much longer than its slices. A quota is
// spent at full speed and then waited for, period by period (policy/quota_periods.hh): what is left of it when a period ends is kept
// only as far as it has been given to running threads, slice by slice, and none of it outlasts a time without jobs. Where in a period the first job after
// such a time comes is not known; each is taken to come elsewhere, evenly spread. Every job gets the same, so the order in which they end
// is that of the work they came with, on a clock that counts the work each has got. Pure: `now` never goes back.
class SharedCpu {
 public:
  // Core-seconds a second, and cores.
  SharedCpu(double capacity, int cores) : capacity_{capacity}, cores_{static_cast<double>(cores)} { refill(); }

  // `work` in core-seconds.
  void start(std::uint32_t job, double work, Instant now);
  // When the job that is nearest to its end is there, if nothing changes; nothing: there is none.
  std::optional<Instant> next_end() const;
  // That job; there is one.
  std::uint32_t first_to_end() const { return jobs_.front().job; }
  // Ends it; at the time that next_end() gave.
  std::uint32_t end_next(Instant now);
  // Stopped, its jobs stand still, and what it offers is lost.
  void stop(bool stopped, Instant now);
  // From `now` on.
  void change(double capacity, Instant now);
  // All jobs are gone.
  std::vector<std::uint32_t> drop_all(Instant now);

  std::size_t jobs() const { return jobs_.size(); }
  double capacity() const { return capacity_; }
  // Core-seconds until `now`: done, and on offer.
  double done(Instant now);
  double offered(Instant now);

 private:
  struct Job {
    double end = 0.0;  // on the clock each_
    std::uint64_t order = 0;
    std::uint32_t job = 0;

    bool operator>(const Job& other) const { return std::pair{end, order} > std::pair{other.end, other.order}; }
  };
  // A moment of a quota's periods.
  struct Period {
    Instant end = scenario_start;
    double left = 0.0;  // core-seconds to spend until then
  };

  bool runs() const { return !stopped_ && !jobs_.empty() && capacity_ > 0.0; }
  bool has_quota() const;
  double running() const;  // cores, while there is quota
  void refill();
  void begin_period(Instant now);
  // The same period's end and the next one's beginning, `busy` cores being in use.
  Period after(const Period& period, double busy) const;
  void advance(Instant now);
  void spend(Instant now);

  double capacity_;
  double cores_;
  bool stopped_ = false;
  std::vector<Job> jobs_;  // a heap: the first to end in front
  double each_ = 0.0;      // core-seconds that a job has got that was there all the time
  std::uint64_t order_ = 0;
  Instant updated_ = scenario_start;
  Period period_;
  double phase_ = 0.5;  // of the last period that a job began in, of its length: gone when it came
  double done_ = 0.0;
  double offered_ = 0.0;
};

}  // namespace continuo
