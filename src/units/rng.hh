// A seeded random stream and the few distributions that continuo needs, the same on every platform and compiler.
#pragma once

#include <array>
#include <cstdint>

#include "units/probability.hh"
#include "units/seed.hh"
#include "units/time.hh"

namespace continuo {

// xoshiro256** 1.0 (Blackman and Vigna, ACM TOMS 47(4), 2021), seeded by SplitMix64. Not for secrets. Not thread-safe.
class Rng {
 public:
  explicit Rng(Seed seed);

  std::uint64_t next();
  // Uniform in [0, 1), with 53 random bits.
  double uniform();
  // Uniform in {0, ..., bound - 1}, without bias (Lemire, ACM TOMACS 29(1), 2019); bound > 0.
  std::uint64_t below(std::uint64_t bound);
  bool happens(Probability probability) { return uniform() < probability.value(); }
  // Mean 0, standard deviation 1 (Marsaglia's polar method).
  double normal();
  // Exponential with the given mean.
  Duration exponential(Duration mean);

 private:
  std::array<std::uint64_t, 4> state_;
  double spare_normal_ = 0.0;
  bool has_spare_normal_ = false;
};

}  // namespace continuo
