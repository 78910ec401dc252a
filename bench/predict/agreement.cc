#include "bench/predict/agreement.hh"

#include <cmath>

#include "bench/figure.hh"
#include "bench/predict/star.hh"
#include "model/answer.hh"
#include "model/model.hh"
#include "simulate/simulate.hh"
#include "units/rng.hh"

namespace continuo::bench {

namespace {

using namespace std::chrono_literals;

constexpr double requests_each = 40'000;

struct Drawn {
  Scenario scenario;
  std::string text;
};

double between(Rng& rng, double low, double high) { return low + (high - low) * rng.uniform(); }
double by_decades(Rng& rng, double low, double high) { return low * std::pow(high / low, rng.uniform()); }

// One edge node of 1 to 16 cores serves 1 to 40 endpoints: load 0.1 to 0.95, periodic or Poisson, with or without jitter, rates and
// access links.
Drawn draw(std::uint64_t number) {
  Rng rng{Seed{number}.derive("agreement")};
  const int cores = static_cast<int>(std::lround(by_decades(rng, 1, 16)));
  const int endpoints = static_cast<int>(std::lround(by_decades(rng, 1, 40)));
  const double load = between(rng, 0.1, 0.95);
  const double service_s = by_decades(rng, 0.005, 0.1);
  const bool poisson = rng.happens(Probability::of(0.5));
  LinkProperties link{.delay = from_seconds(by_decades(rng, 0.001, 0.05))};
  const bool jitter = rng.happens(Probability::of(0.5));
  if (jitter) link.jitter = from_seconds(to_seconds(link.delay) * between(rng, 0.02, 0.3));
  const double rate = load * cores / service_s;  // requests a second of all
  const double size = by_decades(rng, 500, 60'000);
  const double needed = rate / endpoints * (size + 500) * 8 * 1.04;  // bits a second of one endpoint
  const bool limited = rng.happens(Probability::of(0.5));
  if (limited) link.rate = BitRate::bits_per_second(static_cast<std::int64_t>(std::max(2e5, needed * between(rng, 1.5, 20))));
  const bool access = rng.happens(Probability::of(0.25));
  std::optional<BitRate> down;
  if (access) down = BitRate::bits_per_second(static_cast<std::int64_t>(needed * endpoints * between(rng, 1.3, 5)));
  const bool varies = rng.happens(Probability::of(0.5));

  Stream stream;
  const Duration interval = from_seconds(endpoints / rate);
  if (poisson) stream.arrivals = Poisson{interval};
  else stream.arrivals = Periodic{interval};
  stream.input_size = Bytes::of(static_cast<std::int64_t>(size));
  stream.duration = std::max<Duration>(from_seconds(requests_each / rate), 20 * interval);
  stream.deadline = 600s;
  const ServiceTimeStated service_time{from_seconds(service_s), from_seconds(varies ? 0.1 * service_s : 0.0)};
  Drawn drawn{star({.name = "edge", .cores = cores, .memory = Bytes::gibibytes(8), .runtimes = {}}, endpoints, link, service_time, stream),
              fmt::format("{} endpoints {}, {} cores, load {:.2f}, service {:.1f} ms{}, delay {:.1f} ms{}{}{}", endpoints,
                          poisson ? "poisson" : "periodic", cores, load, service_s * 1e3, varies ? " +-10 %" : "",
                          to_milliseconds(link.delay), jitter ? " with jitter" : "", limited ? ", rate" : "",
                          access ? ", access link" : "")};
  drawn.scenario.name = "random-" + std::to_string(number);
  drawn.scenario.seed = Seed{number};
  if (access) {
    drawn.scenario.access.resize(drawn.scenario.nodes.size());
    drawn.scenario.access[0].down = down;
  }
  return drawn;
}

double share_below(std::vector<double> values, double share) {
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

double relative(double predicted, double reference) { return std::abs(predicted - reference) / reference; }

}  // namespace

bool measure_agreement(int scenarios) {
  std::vector<double> means;
  std::vector<double> tails;
  std::vector<double> quick_means;  // answer() beside evaluate()
  std::vector<double> quick_tails;
  std::vector<std::pair<double, std::string>> worst;
  for (int number = 1; number <= scenarios; ++number) {
    const Drawn drawn = draw(static_cast<std::uint64_t>(number));
    const Histogram model = evaluate(drawn.scenario, ModelOptions{}).services.at(0).latency;
    const Histogram simulated = evaluate(drawn.scenario, SimulateOptions{}).services.at(0).latency;
    const double mean = relative(to_seconds(model.mean()), to_seconds(simulated.mean()));
    if (const auto quick = answer(drawn.scenario, ModelOptions{}).services.at(0).latency; quick && !model.empty()) {
      quick_means.push_back(relative(quick->mean, to_seconds(model.mean())));
      quick_tails.push_back(relative(quick->p99, to_seconds(model.percentile(0.99))));
    }
    means.push_back(mean);
    tails.push_back(relative(to_seconds(model.percentile(0.99)), to_seconds(simulated.percentile(0.99))));
    worst.emplace_back(mean, fmt::format("mean {:.1f} ms, simulated {:.1f}; p99 {:.1f}, {:.1f}: {}", to_milliseconds(model.mean()),
                                         to_milliseconds(simulated.mean()), to_milliseconds(model.percentile(0.99)),
                                         to_milliseconds(simulated.percentile(0.99)), drawn.text));
  }
  std::ranges::sort(worst, std::greater<>{});
  for (std::size_t place = 0; place < std::min<std::size_t>(12, worst.size()); ++place) {
    fmt::print(stderr, "  {:5.1f} %  {}\n", 100 * worst[place].first, worst[place].second);
  }
  const double p95 = share_below(means, 0.95);
  const Spread mean = spread_of(means);
  const Spread tail = spread_of(tails);
  fmt::print(stderr, "  answer() is off evaluate() by {:.2f} % in the mean (95th percentile {:.2f} %), by {:.2f} % in p99 ({:.2f} %)\n",
             100 * share_below(quick_means, 0.5), 100 * share_below(quick_means, 0.95), 100 * share_below(quick_tails, 0.5),
             100 * share_below(quick_tails, 0.95));
  const auto say = [&](const char* metric, double value, double bar, double spread) {
    return print({"predict", metric, value, "1", Better::lower, bar, "simulate", {}, scenarios, spread});
  };
  bool ok = say("model_vs_simulate_mean_median", mean.median, 0.01, mean.relative);
  ok = say("model_vs_simulate_mean_p95", p95, 0.05, 0.0) && ok;
  return say("model_vs_simulate_p99_median", tail.median, 0.03, tail.relative) && ok;
}

}  // namespace continuo::bench
