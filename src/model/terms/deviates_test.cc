#include "model/terms/deviates.hh"

#include <gtest/gtest.h>

#include <cstddef>

namespace continuo {
namespace {

TEST(Deviates, are_as_even_as_their_sequence_and_as_independent_as_if_drawn) {
  // Of 2000 in a row the mean is drawn towards 0, far more than 1 / sqrt(2000) = 0.022; sums of 16 vary by 16, less the share of the 2048 that they are.
  const auto& all = drawn_deviates();
  double mean = 0.0;
  double squares = 0.0;
  for (std::size_t first = 0; first + 16 <= all.size(); first += 16) {
    double sum = 0.0;
    for (std::size_t place = first; place < first + 16; ++place) sum += all[place].service;
    squares += sum * sum;
    if (first < 2048) mean += sum / 2048;
  }
  EXPECT_NEAR(mean, 0.0, 0.005);
  EXPECT_NEAR(squares / (static_cast<double>(all.size()) / 16), 16.0, 1.5);  // 1024 sums: their scatter is 16 sqrt(2 / 1024) = 0.7
}

}  // namespace
}  // namespace continuo
