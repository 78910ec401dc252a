// How fast and how small the predictions are: evaluations of the model a second, events of the simulator, bytes an endpoint.
#include <fstream>
#include <queue>
#include <string>

#include "bench/figure.hh"
#include "bench/predict/agreement.hh"
#include "bench/predict/star.hh"
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

double resident_bytes() {
  std::ifstream statm{"/proc/self/statm"};
  std::size_t all = 0;
  std::size_t resident = 0;
  statm >> all >> resident;
  return static_cast<double>(resident) * 4096.0;
}

// The whole of a run, the making of its sources included; the scenario is not.
bool measure_simulator(int endpoints) {
  constexpr double events_bar = 3e6;
  constexpr double bytes_bar = 200;
  const Scenario scenario = large_star(endpoints);
  const double before = resident_bytes();
  std::uint64_t events = 0;
  double bytes = 0.0;
  const double time = bench::seconds([&] {
    const SimulateOptions options;
    Simulation simulation{scenario, options};
    simulation.run();
    events = simulation.events();
    bytes = resident_bytes() - before;
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

bool measure_model() {
  constexpr double bar = 100'000;
  constexpr int evaluations = 20;
  const Scenario scenario = large_star(49);
  std::vector<double> rates;
  for (int run = 0; run < 5; ++run) {
    const double time = bench::seconds([&] {
      for (int evaluation = 0; evaluation < evaluations; ++evaluation) evaluate(scenario, ModelOptions{});
    });
    rates.push_back(evaluations / time);
  }
  const bench::Spread spread = bench::spread_of(rates);
  return bench::print({"predict", "model_per_s", spread.median, "1/s", bench::Better::higher, bar, "", {}, 5, spread.relative});
}

}  // namespace

// bench_predict [PART]...   all parts, or those named: queues, model, agreement, simulator
int main(int argc, char** argv) {
  const std::vector<std::string> words{argv + 1, argv + argc};
  const auto wanted = [&](const char* part) { return words.empty() || std::ranges::count(words, part) > 0; };
  bool ok = !wanted("queues") || measure_queues();
  ok = (!wanted("model") || measure_model()) && ok;
  ok = (!wanted("agreement") || bench::measure_agreement(500)) && ok;
  ok = (!wanted("simulator") || measure_simulator(1'000'000)) && ok;
  return ok ? 0 : 1;
}
