// libFuzzer target: files of capacities and, behind a first byte of 'd', of delays.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target trace_fuzz
//   build/fuzz/bin/trace_fuzz -max_total_time=600 -max_len=4096 -timeout=10 build/fuzz/trace_corpus
//
// Beside memory and undefined behaviour it checks what is promised of what is accepted.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "scenario/capacity_trace.hh"
#include "scenario/delay_table.hh"

namespace continuo {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const DelayTable& table) {
  require(table.quantile(0.0) >= Duration::zero());
  require(table.quantile(0.0) <= table.mean());
  require(table.mean() <= table.quantile(1.0));
  require(table.quantile(0.3) <= table.quantile(0.7));
  require(table.sd() <= table.quantile(1.0));
}

void check(const CapacityTrace& trace) {
  require(trace.period() > Duration::zero());
  require(trace.mean().bits_per_second() >= 1);
  if (const auto* opportunities = std::get_if<Opportunities>(&trace.form())) {
    require(std::ranges::is_sorted(opportunities->at));
    require(opportunities->at.back() == trace.period());
    return;
  }
  const auto& steps = std::get<RateSteps>(trace.form()).steps;
  require(steps.front().from == Duration::zero());
  require(steps.back().from < trace.period());
  for (std::size_t index = 1; index < steps.size(); ++index) require(steps[index - 1].from < steps[index].from);
}

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace continuo;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto judge = [](const auto& parsed) {
    if (const auto* wrong = std::get_if<std::string>(&parsed)) {
      require(!wrong->empty());
    } else {
      check(std::get<0>(parsed));
    }
  };
  if (text.starts_with('d')) {
    judge(parse_delay_table(text.substr(1)));
  } else {
    judge(parse_capacity_trace(text));
  }
  return 0;
}
