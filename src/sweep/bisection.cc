#include "sweep/bisection.hh"

#include <algorithm>
#include <cmath>

namespace continuo {
namespace {

// With no more digits than the precision needs: the answer is for people.
double middle(const Interval& interval, double one, double other, double precision) {
  const bool geometric = interval.spacing == Spacing::geometric;
  const double value = geometric ? std::sqrt(one * other) : (one + other) / 2;
  if (interval.whole) return std::floor(value);
  if (!(precision > 0.0) || value == 0.0) return value;
  const double digits = std::ceil(-std::log10(precision)) + 1;
  const double power = std::pow(10.0, digits - std::floor(std::log10(std::abs(value))));
  const double rounded = std::round(value * power) / power;
  return rounded > std::min(one, other) && rounded < std::max(one, other) ? rounded : value;
}

}  // namespace

Limit find_limit(const Interval& interval, const BisectionOptions& options, const std::function<Verdict(double)>& judge) {
  const bool upwards = options.sought == Sought::largest;
  double good = upwards ? interval.least : interval.greatest;
  double bad = upwards ? interval.greatest : interval.least;
  Limit limit;
  const auto ask = [&](double value) {
    ++limit.evaluations;
    return judge(value);
  };
  const Verdict at_good = ask(good);
  if (!at_good.holds) {
    limit.fails = good;
    limit.reason = at_good.reason;
    return limit;
  }
  const Verdict at_bad = ask(bad);
  if (at_bad.holds) {
    limit.holds = bad;
    return limit;
  }
  limit.reason = at_bad.reason;
  while (limit.evaluations < options.evaluations_max) {
    const double width = std::abs(bad - good);
    if (interval.whole ? width <= 1.0 : width <= options.precision * std::max(std::abs(good), std::abs(bad))) break;
    const double value = middle(interval, good, bad, options.precision);
    const Verdict verdict = ask(value);
    (verdict.holds ? good : bad) = value;
    if (!verdict.holds) limit.reason = verdict.reason;
  }
  limit.holds = good;
  limit.fails = bad;
  return limit;
}

}  // namespace continuo
