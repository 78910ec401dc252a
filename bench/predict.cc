// How fast and how small the predictions are: evaluations of the model a second, events of the simulator, bytes an endpoint.
#include <malloc.h>

#include <fstream>
#include <queue>
#include <string>

#include "bench/figure.hh"
#include "bench/predict/against_simgrid.hh"
#include "bench/predict/agreement.hh"
#include "bench/predict/batches.hh"
#include "bench/predict/star.hh"
#include "model/answer.hh"
#include "model/model.hh"
#include "simulate/heap_queue.hh"
#include "simulate/ladder_queue.hh"
#include "simulate/simulation.hh"
#include "units/rng.hh"

namespace {

using namespace continuo;
using namespace std::chrono_literals;

// Endpoints that send to one large cloud node, each five times a second for ten seconds.
Scenario large_star(int endpoints) {
  Tier cloud{.name = "cloud", .role = Role::cloud, .cores = 1024};
  cloud.memory = Bytes::gibibytes(64);
  Stream stream;
  stream.arrivals = Periodic{200ms};
  stream.input_size = 2000_B;
  stream.duration = 10s;
  stream.deadline = 5s;
  return bench::star(cloud, endpoints, {.delay = 20ms}, {.mean = 100us}, stream);
}

// Of this process: what it has now, or the most since the last call of forget_peak() (proc(5)).
double memory_bytes(const std::string& line) {
  std::ifstream status{"/proc/self/status"};
  for (std::string word; status >> word;) {
    double kibibytes = 0.0;
    if (word == line + ":" && status >> kibibytes) return kibibytes * 1024.0;
  }
  return 0.0;
}

void forget_peak() {
  if (!(std::ofstream{"/proc/self/clear_refs"} << "5" << std::flush)) {
    fmt::print(stderr, "  /proc/self/clear_refs cannot be written: bytes of an endpoint include what its scenario took to make\n");
  }
}

// The whole of a run at its largest, the making of its sources included; the scenario is not.
bool measure_simulator(int endpoints) {
  constexpr double events_bar = 3e6;
  constexpr double bytes_bar = 200;
  const Scenario scenario = large_star(endpoints);
  malloc_trim(0);  // what other parts have left would be used again, and not count
  const double before = memory_bytes("VmRSS");
  forget_peak();
  std::uint64_t events = 0;
  double bytes = 0.0;
  const double time = bench::seconds([&] {
    const SimulateOptions options;
    Simulation simulation{scenario, options};
    simulation.run();
    events = simulation.events();
    bytes = memory_bytes("VmHWM") - before;
  });
  const double rate = static_cast<double>(events) / time;
  fmt::print(stderr, "  {} endpoints at 5 Hz for 10 s: {} events in {:.1f} s\n", endpoints, events, time);
  const bool fast = bench::print({"predict", "sim_events_per_s", rate, "1/s", bench::Better::higher, events_bar, "", {}, 1, 0.0});
  const bool small = bench::print({"predict", "sim_bytes_per_endpoint", bytes / endpoints, "B", bench::Better::lower, bytes_bar,
                                   "", {}, 1, 0.0});
  return fast && small;
}

// The heap of the standard library, with numbers to keep the order in which events were made.
class StandardQueue {
 public:
  void push(const SimulatedEvent& event) { queue_.push({event, ++order_}); }
  SimulatedEvent pop() {
    const SimulatedEvent event = queue_.top().event;
    queue_.pop();
    return event;
  }

 private:
  struct Held {
    SimulatedEvent event;
    std::uint64_t order = 0;
    bool operator<(const Held& other) const {
      return event.at != other.event.at ? event.at > other.event.at : order > other.order;
    }
  };
  std::priority_queue<Held> queue_;
  std::uint64_t order_ = 0;
};

// A million pending; one comes out, another goes in: the hold model (Vaucher and Duval, CACM 18(4), 1975).
template <typename Queue>
void hold(int pending, int holds) {
  Rng rng{Seed{1}};
  Queue queue;
  for (int event = 0; event < pending; ++event) queue.push({scenario_start + rng.exponential(1s), EventKind::arrival, 0});
  for (int hold = 0; hold < holds; ++hold) {
    const SimulatedEvent event = queue.pop();
    queue.push({event.at + rng.exponential(1s), EventKind::arrival, 0});
  }
}

bool measure_queues() {
  constexpr int pending = 1'000'000;
  constexpr int holds = 5'000'000;
  constexpr int runs = 5;
  const auto standard = [] { hold<StandardQueue>(pending, holds); };
  const auto say = [&](const char* metric, const bench::Pair& pair) {
    return bench::print({"predict", metric, pair.own.median * 1e9 / holds, "ns", bench::Better::lower, {}, "std::priority_queue",
                         pair.ratio, runs, pair.own.relative});
  };
  const bool heap = say("heap_queue_time", bench::compare(runs, [] { hold<HeapQueue>(pending, holds); }, standard));
  return say("ladder_queue_time", bench::compare(runs, [] { hold<LadderQueue>(pending, holds); }, standard)) && heap;
}

// 48 endpoints that send 168 requests a second to an edge node of four cores and a cloud node behind it; and how fast the model is at
// points of a sweep over the edge node's quota and the interval: from idle to overloaded, and with requests for both.
Scenario edge_and_cloud(const Arrivals& arrivals) {
  Tier edge{.name = "edge", .cores = 4};
  Stream stream;
  stream.arrivals = arrivals;
  stream.input_size = 20'000_B;
  stream.duration = 60s;
  stream.deadline = 5s;
  Scenario scenario = bench::star(edge, 48, {.delay = 5ms, .jitter = 1ms, .rate = 50_Mbps}, {.mean = 20ms, .sd = 2ms}, stream);
  scenario.tiers.push_back({.name = "cloud", .role = Role::cloud, .cores = 16});
  scenario.nodes.push_back({"cloud-1", 2});
  scenario.sites[0].nodes.push_back(49);
  const LinkProperties far{.delay = 25ms, .jitter = 2ms, .rate = 100_Mbps};
  for (const auto& [from, to] : {std::pair{0, 2}, {1, 2}, {2, 0}, {2, 1}, {2, 2}}) {
    scenario.links.push_back({static_cast<TierIndex>(from), static_cast<TierIndex>(to), far, ""});
  }
  scenario.services[0].slo = ServiceLevel{0.95, 150ms};
  scenario.placement = PlaceAutomatically{};
  return scenario;
}

bool measure_points(const char* metric, const Arrivals& arrivals) {
  constexpr double bar = 100'000;
  constexpr int side = 60;
  Scenario scenario = edge_and_cloud(arrivals);
  std::vector<double> rates;
  double both = 0.0;
  for (int run = 0; run < 5; ++run) {
    both = 0.0;
    const double time = bench::seconds([&] {
      RowMemory memory;  // of one sweep, as `continuo sweep` has it
      for (int point = 0; point < side * side; ++point) {
        scenario.tiers[0].quota = 0.3 + 0.7 * (point % side) / side;
        const Duration interval = 200ms + point / side * 10ms;
        if (std::holds_alternative<Periodic>(arrivals)) scenario.workload[0].arrivals = Periodic{interval};
        else scenario.workload[0].arrivals = Poisson{interval};
        const Answer answer = continuo::answer(scenario, ModelOptions{}, memory);
        if (answer.bottleneck_load > 0.3 && answer.feasible) ++both;
      }
    });
    rates.push_back(side * side / time);
  }
  const bench::Spread spread = bench::spread_of(rates);
  fmt::print(stderr, "  {}: {} points of an edge node, a cloud node and 48 endpoints, {:.0f} feasible with a load above 0.3\n", metric, side * side, both);
  return bench::print({"predict", metric, spread.median, "1/s", bench::Better::higher, bar, "", {}, 5, spread.relative});
}

}  // namespace

// bench_predict [PART]...   all parts, or those named: queues, model, periodic, agreement, batches, simgrid, simulator
int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  const auto wanted = [&](const char* part) { return words.empty() || std::ranges::count(words, part) > 0; };
  bool ok = !wanted("queues") || measure_queues();
  ok = (!wanted("model") || measure_points("model_per_s", Poisson{})) && ok;
  ok = (!wanted("periodic") || measure_points("model_periodic_per_s", Periodic{})) && ok;
  ok = (!wanted("agreement") || bench::measure_agreement(500)) && ok;
  if (wanted("batches")) {
    bench::tell_batches();
    bench::tell_agreement_of_batches(200);
  }
  ok = (!wanted("simgrid") || bench::measure_against_simgrid()) && ok;
  ok = (!wanted("simulator") || measure_simulator(1'000'000)) && ok;
  return ok ? 0 : 1;
}
