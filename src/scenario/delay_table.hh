// Measured delays, as the distribution to draw a link's delay from.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "units/time.hh"

namespace continuo {

class DelayTable {
 public:
  // At least one, none negative; in any order.
  explicit DelayTable(std::vector<Duration> delays);

  Duration mean() const { return mean_; }
  Duration sd() const { return sd_; }
  // Between the sorted delays by straight lines; quantile in [0, 1].
  Duration quantile(double quantile) const;

 private:
  std::vector<Duration> sorted_;
  Duration mean_;
  Duration sd_;
};

// A file's text: one delay in milliseconds a line, at most a million; empty lines and lines from # on are skipped. The string
// says what is wrong, with its line.
std::variant<DelayTable, std::string> parse_delay_table(std::string_view text);

}  // namespace continuo
