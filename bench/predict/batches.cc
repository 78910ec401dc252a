#include "bench/predict/batches.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include <fmt/format.h>

#include "bench/predict/star.hh"
#include "model/model.hh"
#include "policy/batching.hh"
#include "simulate/simulate.hh"
#include "units/rng.hh"

namespace continuo::bench {

namespace {

using namespace std::chrono_literals;

struct Drawn {
  int cores = 1;
  int endpoints = 10;
  double load = 0.5;
  double service_s = 0.02;
  double sd = 0.0;  // of the service time
  double next = 0.1;
  int most = 8;
  double wait_s = 0.0;
  double requests = 60'000;
};

Scenario scenario_of(const Drawn& drawn) {
  const double rate = drawn.load * drawn.cores / (drawn.service_s * fullest_share(drawn.most, drawn.next));
  Stream stream;
  stream.arrivals = Poisson{from_seconds(drawn.endpoints / rate)};
  stream.input_size = Bytes::of(1000);
  stream.duration = from_seconds(drawn.requests / rate);
  stream.deadline = 600s;
  const ServiceTimeStated service_time{from_seconds(drawn.service_s), from_seconds(drawn.sd * drawn.service_s)};
  Scenario scenario = star({.name = "edge", .cores = drawn.cores, .memory = Bytes::gibibytes(8), .runtimes = {}}, drawn.endpoints, {.delay = 5ms},
                           service_time, stream);
  Service& service = scenario.services.at(0);
  service.package.variants.at(0).service_time_next = from_seconds(drawn.next * drawn.service_s);
  service.batch = {.most = drawn.most, .wait = from_seconds(drawn.wait_s)};
  service.queue = 100'000;
  return scenario;
}

// Wait and service, in ms.
double at_the_node(const Evaluation& evaluation) {
  return to_milliseconds(evaluation.services[0].stages.queue.mean() + evaluation.services[0].stages.service.mean());
}

}  // namespace

RandomScenario random_batching_scenario(std::uint64_t number) {
  Rng rng{Seed{number}.derive("batches")};
  const auto by_decades = [&](double low, double high) { return low * std::pow(high / low, rng.uniform()); };
  Drawn drawn;
  drawn.cores = rng.happens(Probability::of(0.5)) ? 1 : 2 + 2 * static_cast<int>(rng.below(2));
  drawn.endpoints = static_cast<int>(std::lround(by_decades(1, 40)));
  drawn.most = 2 << rng.below(5);
  drawn.next = std::array{0.1, 0.5, 1.0}.at(rng.below(3));
  drawn.service_s = by_decades(0.005, 0.1);
  drawn.load = 0.1 + 0.85 * rng.uniform();
  drawn.wait_s = rng.happens(Probability::of(0.5)) ? 0.0 : drawn.service_s * by_decades(0.1, 1.5);
  drawn.sd = rng.happens(Probability::of(0.5)) ? 0.1 : 0.0;
  drawn.requests *= std::clamp(std::pow(0.2 / (1 - drawn.load), 2), 1.0, 6.0);
  RandomScenario result{scenario_of(drawn),
                        fmt::format("{}, {}", drawn.cores == 1 ? "one worker" : "several", drawn.wait_s > 0.0 ? "waiting" : "at once"),
                        fmt::format("{} endpoints, {} cores, load {:.2f}, service {:.1f} ms{}, next {:.1f}, most {}, wait {:.1f} ms", drawn.endpoints,
                                    drawn.cores, drawn.load, drawn.service_s * 1e3, drawn.sd > 0.0 ? " +-10 %" : "", drawn.next, drawn.most,
                                    drawn.wait_s * 1e3)};
  result.scenario.name = "batches-" + std::to_string(number);
  result.scenario.seed = Seed{number};
  return result;
}

void tell_batches() {
  fmt::print(stderr, "  wait and service of 20 ms on one worker: simulated mean, and the model's error in the mean and in p99 of the latency\n");
  for (const double wait_s : {0.0, 0.01}) {
    for (const double next : {0.1, 0.5, 1.0}) {
      for (const int most : {2, 8, 32}) {
        fmt::print(stderr, "  | {:g} ms, {:g}, {} |", wait_s * 1e3, next, most);
        for (const double load : {0.1, 0.3, 0.5, 0.7, 0.9, 0.95}) {
          const double requests = 100'000 * std::clamp(std::pow(0.2 / (1 - load), 2), 1.0, 10.0);
          const Scenario scenario = scenario_of({.load = load, .next = next, .most = most, .wait_s = wait_s, .requests = requests});
          const Evaluation model = evaluate(scenario, ModelOptions{});
          const Evaluation simulated = evaluate(scenario, SimulateOptions{});
          const auto p99 = [](const Evaluation& evaluation) { return to_seconds(evaluation.services[0].latency.percentile(0.99)); };
          fmt::print(stderr, " {:.4g} ms: {:+.1f}, {:+.1f} % |", at_the_node(simulated), 100 * (at_the_node(model) / at_the_node(simulated) - 1),
                     100 * (p99(model) / p99(simulated) - 1));
        }
        fmt::print(stderr, "\n");
      }
    }
  }
}

}  // namespace continuo::bench
