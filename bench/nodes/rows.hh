// A figure that several runs were needed for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "bench/figure.hh"

namespace continuo::bench {

struct Row {
  std::string metric;
  std::string unit;
  Better better = Better::lower;
  double bar = 0.0;
  std::string peer = "";
  std::string bench = "fabric";
};
// The median of the samples against the bar, and their interquartile range over it.
bool print_row(const Row& row, const std::vector<double>& samples, std::optional<double> ratio = {});
// A row that cannot be measured here.
void print_skipped(const Row& row, const std::string& why);

}  // namespace continuo::bench
