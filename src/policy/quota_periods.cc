#include "policy/quota_periods.hh"

#include <algorithm>
#include <array>
#include <cmath>

namespace continuo {
namespace {

// Of max(0, most - phi), phi uniform over a period.
AloneTime stalled(double most) {
  constexpr double period = quota_period;
  if (most >= period) return {most - period / 2, period / std::sqrt(12.0)};
  const double mean = most * most / (2 * period);
  return {mean, std::sqrt(std::max(0.0, most * most * most / (3 * period) - mean * mean))};
}

}  // namespace

AloneTime alone_on_quota(double work, double cpu) {
  if (cpu >= 1.0 || work <= 0.0) return {work, 0.0};
  constexpr double rounding = 1e-9;  // of a whole number of refills
  const double refills = std::max(0.0, std::ceil(work / (cpu * quota_period) - rounding) - 1);
  const AloneTime stall = stalled(refills * (1 - cpu) * quota_period);
  return {work + stall.mean, stall.sd};
}

AloneTime alone_on_quota(double work, double sd, double cpu) {
  if (sd <= 0.0 || cpu >= 1.0) {
    const AloneTime time = alone_on_quota(work, cpu);
    return {time.mean, std::hypot(time.sd, sd)};
  }
  // Middles of eighths of the normal distribution.
  constexpr std::array deviates{-1.534, -0.887, -0.489, -0.157, 0.157, 0.489, 0.887, 1.534};
  double mean = 0.0;
  double phase = 0.0;
  for (const double deviate : deviates) {
    const AloneTime time = alone_on_quota(std::max(0.1 * work, work + deviate * sd), cpu);
    mean += time.mean / deviates.size();
    phase += time.sd * time.sd / deviates.size();
  }
  const double stretched = mean >= quota_period ? sd / cpu : sd;
  return {mean, std::sqrt(phase + stretched * stretched)};
}

Work work_of_alone(double alone, double sd, double cpu) {
  if (cpu >= 1.0) return {alone, sd};
  sd = std::max(sd, 0.1 * cpu * quota_period);
  double least = cpu * alone;  // w / q is the longest that it takes, w the shortest
  double most = alone;
  for (int step = 0; step < 40; ++step) {
    const double middle = (least + most) / 2;
    (alone_on_quota(middle, sd, cpu).mean < alone ? least : most) = middle;
  }
  return {(least + most) / 2, sd};
}

}  // namespace continuo
