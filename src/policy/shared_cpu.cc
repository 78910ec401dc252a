#include "policy/shared_cpu.hh"

#include <algorithm>
#include <cmath>
#include <functional>

namespace continuo {
namespace {

constexpr Duration period_length{static_cast<std::int64_t>(quota_period * 1e9 + 0.5)};
constexpr double nothing = 1e-9;  // seconds: what rounding a time to nanoseconds makes

}  // namespace

void SharedCpu::start(std::uint32_t job, double work, Instant now) {
  advance(now);
  if (jobs_.empty()) begin_period(now);
  jobs_.push_back({each_ + work, ++order_, job});
  std::ranges::push_heap(jobs_, std::greater<>{});
}

std::optional<Instant> SharedCpu::next_end() const {
  if (!runs()) return std::nullopt;
  const double busy = running();
  const double of_one = busy / static_cast<double>(jobs_.size());
  double left = std::max(0.0, jobs_.front().end - each_) / of_one;  // seconds at full speed
  if (!has_quota()) return updated_ + from_seconds(left);
  Instant at = updated_;
  Period period = period_;
  while (true) {
    if (busy <= capacity_ && period.left >= busy * to_seconds(period.end - at)) return at + from_seconds(left);
    const double runs_for = std::min(to_seconds(period.end - at), period.left / busy);
    if (left <= runs_for + nothing) return at + from_seconds(left);
    left -= runs_for;
    period.left -= runs_for * busy;
    at = period.end;
    period = after(period, busy);
    const double each_period = capacity_ * quota_period / busy;
    if (period.left > capacity_ * quota_period + nothing || each_period >= quota_period) continue;
    // From here on every period is spent whole.
    const double whole = std::max(0.0, std::ceil((left - nothing) / each_period) - 1);
    return at + static_cast<std::int64_t>(whole) * period_length + from_seconds(left - whole * each_period);
  }
}

std::uint32_t SharedCpu::end_next(Instant now) {
  advance(now);
  std::ranges::pop_heap(jobs_, std::greater<>{});
  const std::uint32_t job = jobs_.back().job;
  jobs_.pop_back();
  return job;
}

void SharedCpu::stop(bool stopped, Instant now) {
  advance(now);
  stopped_ = stopped;
  if (!jobs_.empty()) begin_period(now);
}

void SharedCpu::change(double capacity, Instant now) {
  advance(now);
  capacity_ = capacity;
  period_.left = std::min(period_.left, capacity_ * quota_period);
  if (!jobs_.empty()) begin_period(now);
}

std::vector<std::uint32_t> SharedCpu::drop_all(Instant now) {
  advance(now);
  std::vector<std::uint32_t> dropped;
  for (const Job& job : jobs_) dropped.push_back(job.job);
  jobs_.clear();
  return dropped;
}

double SharedCpu::done(Instant now) {
  advance(now);
  return done_;
}

double SharedCpu::offered(Instant now) {
  advance(now);
  return offered_;
}

bool SharedCpu::has_quota() const { return capacity_ < cores_ - 1e-9; }

double SharedCpu::running() const { return std::min(cores_, static_cast<double>(jobs_.size())); }

void SharedCpu::refill() { period_.left = capacity_ * quota_period; }

// The fractional parts of multiples of the golden ratio: the most even of sequences (Weyl; Knuth, TAOCP 3, 6.4, theorem S).
void SharedCpu::begin_period(Instant now) {
  if (!has_quota() || now < period_.end) return;
  period_.end = now + from_seconds((1 - phase_) * quota_period);
  refill();
  constexpr double golden = 0.6180339887498949;
  phase_ += phase_ + golden >= 1.0 ? golden - 1.0 : golden;
}

SharedCpu::Period SharedCpu::after(const Period& period, double busy) const {
  // One thread that runs below one core holds all there is; of more than one core each holds half a slice in the mean, which is as long
  // as the period.
  const double held = capacity_ < 1.0 ? period.left : std::min(period.left, busy * quota_period / 2);
  return {period.end + period_length, held + capacity_ * quota_period};
}

void SharedCpu::advance(Instant now) {
  offered_ += to_seconds(now - updated_) * capacity_;
  if (jobs_.empty()) each_ = 0.0;  // nobody is there to whom it matters: keeps the clock precise
  else if (runs()) spend(now);
  updated_ = now;
}

void SharedCpu::spend(Instant now) {
  const double busy = running();
  const double jobs = static_cast<double>(jobs_.size());
  const auto run = [&](double seconds) {
    each_ += seconds * busy / jobs;
    done_ += seconds * busy;
  };
  if (!has_quota()) return run(to_seconds(now - updated_));
  Instant at = updated_;
  while (at < now) {
    const Instant until = std::min(now, period_.end);
    const double runs_for = std::min(to_seconds(until - at), period_.left / busy);
    run(runs_for);
    period_.left -= runs_for * busy;
    at = until;
    if (at >= period_.end) period_ = after(period_, busy);
  }
}

}  // namespace continuo
