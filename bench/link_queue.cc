// Packets through one LinkQueue with rate, delay and jitter, against a bare event heap that only orders them by time.
#include "network/link_queue.hh"

#include <queue>

#include "bench/figure.hh"

namespace {

using namespace continuo;

constexpr int packets = 200'000;
constexpr int runs = 15;
constexpr Duration gap = std::chrono::microseconds{12};  // 1500 bytes at 1 Gbit/s
constexpr Bytes size = Bytes::of(1500);

// As the fabric drives it: whatever is due leaves before the next packet comes.
std::size_t through_link() {
  LinkQueue<int> link{{.delay = std::chrono::milliseconds{8},
                       .jitter = std::chrono::milliseconds{2},
                       .rate = BitRate::megabits_per_second(2000)},
                      Seed{1}};
  std::size_t departed = 0;
  Instant now{};
  for (int packet = 0; packet < packets; ++packet, now += gap) {
    while (link.depart(now)) ++departed;
    link.accept(packet, size, now);
  }
  return departed;
}

std::size_t through_heap() {
  struct Event {
    Instant due;
    int packet;
    bool operator>(const Event& other) const { return due > other.due; }
  };
  std::priority_queue<Event, std::vector<Event>, std::greater<>> heap;
  std::size_t departed = 0;
  Instant now{};
  for (int packet = 0; packet < packets; ++packet, now += gap) {
    while (!heap.empty() && heap.top().due <= now) {
      heap.pop();
      ++departed;
    }
    heap.push({now + std::chrono::milliseconds{8}, packet});
  }
  return departed;
}

}  // namespace

int main() {
  volatile std::size_t sink = 0;  // so that the work is done
  const auto pair = bench::compare(runs, [&] { sink = through_link(); }, [&] { sink = through_heap(); });
  // The bar: a core carries ten links of 1 Gbit/s in full packets, which come every 12 us.
  const bool ok = bench::print({.bench = "link_queue", .metric = "time a packet", .value = pair.own.median * 1e9 / packets,
                                .unit = "ns", .bar = 1200.0, .peer = "std::priority_queue", .ratio = pair.ratio,
                                .runs = runs, .spread = pair.own.relative});
  return ok ? 0 : 1;
}
