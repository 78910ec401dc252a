// A link's capacity over time, as it was measured: what a rate is when it changes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "units/bit_rate.hh"
#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

// The trace format of mahimahi (Netravali et al., USENIX ATC 2015): each entry is an opportunity to send 1500 bytes. Several
// small packets share one, a large packet waits for as many as it needs, what an opportunity does not use is gone.
struct Opportunities {
  static constexpr Bytes size = Bytes::of(1500);
  std::vector<Duration> at;  // ascending, at least one; the last is above 0 and is the period: the trace then starts again
};

// Rates that hold from one moment to the next.
struct RateSteps {
  struct Step {
    Duration from{};
    std::optional<BitRate> rate;  // nothing: the link carries nothing
  };
  std::vector<Step> steps;  // ascending, the first at 0; at least one has a rate
  Duration period{};        // above the last step's start: the trace then starts again
};

class CapacityTrace {
 public:
  explicit CapacityTrace(Opportunities opportunities);
  explicit CapacityTrace(RateSteps steps);

  const std::variant<Opportunities, RateSteps>& form() const { return form_; }
  Duration period() const { return period_; }
  BitRate mean() const { return mean_; }

 private:
  std::variant<Opportunities, RateSteps> form_;
  Duration period_;
  BitRate mean_;
};

// A file's text, at most 128 MiB and ten million lines. Lines of one whole number are mahimahi's (milliseconds); lines of two numbers are
// "seconds Mbit/s", each rate holding until the next line's time and the last for as long as the mean of the others (a single
// line: 1 s). Empty lines and lines from # on are skipped. The string says what is wrong, with its line.
std::variant<CapacityTrace, std::string> parse_capacity_trace(std::string_view text);

}  // namespace continuo
