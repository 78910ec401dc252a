// What the fabric delivers against what was asked of it, over real namespaces: delay, rate, cost, start and end. Needs root.
#include <unistd.h>

#include <array>
#include <exception>

#include "bench/fabric/measure.hh"

namespace {

using namespace continuo;

struct Part {
  const char* name;
  bool (*measure)();
};
constexpr std::array parts{Part{"delay", bench::measure_delay},         Part{"goodput", bench::measure_goodput},
                           Part{"udp", bench::measure_udp_rate},        Part{"unlimited", bench::measure_unlimited},
                           Part{"up", bench::measure_up},               Part{"many", bench::measure_many},
                           Part{"trace", bench::measure_trace},         Part{"shapes", bench::measure_shapes}};

}  // namespace

// bench_fabric [PART]...   all parts, or those named
int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  try {
    if (::geteuid() != 0) {
      fmt::print(stderr, "bench_fabric: makes namespaces, and needs root for that\n");
      return 2;
    }
    bool ok = true;
    for (const Part& part : parts) {
      if (words.empty() || std::ranges::count(words, part.name) > 0) {
        ok = part.measure() && ok;
      }
    }
    return ok ? 0 : 1;
  } catch (const std::exception& error) {
    fmt::print(stderr, "bench_fabric: {}\n", error.what());
    return 2;
  }
}
