// libFuzzer target: files of capacities, and packets that are sent by them.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target transmitter_fuzz
//   build/fuzz/bin/transmitter_fuzz -max_total_time=600 -max_len=4096 -timeout=10 build/fuzz/corpus-transmitter
//
// What is accepted sends every packet, one after the other, in bounded time, and of rates no sooner and no later than the
// capacity between its beginning and its end says.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "network/transmitter.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;
__extension__ using Wide = __int128;

constexpr std::array sizes{1500_B, 1_B, 40_B, 65535_B, 1500_B, 9000_B};

void require(bool condition) {
  if (!condition) std::abort();
}

// That the trace carries until a time, in bits times nanoseconds.
Wide carried(const RateSteps& trace, Duration until) {
  Wide a_round = 0;
  Wide of_the_last = 0;
  const Duration place = until % trace.period;
  for (std::size_t index = 0; index < trace.steps.size(); ++index) {
    const Duration from = trace.steps[index].from;
    const Duration to = index + 1 < trace.steps.size() ? trace.steps[index + 1].from : trace.period;
    const Wide rate = trace.steps[index].rate ? trace.steps[index].rate->bits_per_second() : 0;
    a_round += rate * (to - from).count();
    of_the_last += rate * (std::clamp(place, from, to) - from).count();
  }
  return until / trace.period * a_round + of_the_last;
}

void send_all(const CapacityTrace& trace) {
  const LinkProperties link{.trace = std::make_shared<const CapacityTrace>(trace)};
  Transmitter transmitter{link, scenario_start};
  const auto* rates = std::get_if<RateSteps>(&trace.form());
  Instant accepted = scenario_start;
  Instant before = scenario_start;
  for (const Bytes size : sizes) {
    const Instant start = transmitter.next_start(accepted);
    require(start >= before && start >= accepted);
    const Instant end = transmitter.send(size, start).end;
    require(end >= start && transmitter.free_at() == end);
    if (rates != nullptr) {
      const Wide needed = Wide{size.count()} * 8 * 1'000'000'000;
      const Wide begun = carried(*rates, start - scenario_start);
      require(carried(*rates, end - scenario_start) - begun >= needed);
      require(carried(*rates, end - 1ns - scenario_start) - begun < needed);
    }
    before = end;
    accepted += trace.period() / 3 + 1ns;
  }
}

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace continuo;
  const auto parsed = parse_capacity_trace({reinterpret_cast<const char*>(data), size});
  if (const auto* trace = std::get_if<CapacityTrace>(&parsed)) send_all(*trace);
  return 0;
}
