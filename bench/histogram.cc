// A million latencies into a Histogram and five percentiles out of it, against keeping them all and sorting.
#include "result/histogram.hh"

#include <array>
#include <cmath>

#include "bench/figure.hh"
#include "units/rng.hh"

namespace {

using namespace continuo;

constexpr std::size_t samples = 1'000'000;
constexpr int runs = 15;
constexpr std::array quantiles{0.5, 0.9, 0.95, 0.99, 0.999};

// Log-normal, median 40 ms: the shape that latencies over a network have.
std::vector<Duration> draw_latencies() {
  Rng rng{Seed{1}.derive("latencies")};
  std::vector<Duration> latencies;
  for (std::size_t i = 0; i < samples; ++i) {
    latencies.emplace_back(static_cast<std::int64_t>(40e6 * std::exp(0.5 * rng.normal())));
  }
  return latencies;
}

std::array<Duration, quantiles.size()> by_histogram(const std::vector<Duration>& latencies) {
  Histogram histogram;
  for (const Duration latency : latencies) histogram.add(latency);
  std::array<Duration, quantiles.size()> values;
  std::ranges::transform(quantiles, values.begin(), [&](double quantile) { return histogram.percentile(quantile); });
  return values;
}

std::array<Duration, quantiles.size()> by_sorting(const std::vector<Duration>& latencies) {
  std::vector<Duration> kept;
  for (const Duration latency : latencies) kept.push_back(latency);
  std::ranges::sort(kept);
  std::array<Duration, quantiles.size()> values;
  std::ranges::transform(quantiles, values.begin(), [&](double quantile) {
    return kept[static_cast<std::size_t>(std::ceil(quantile * static_cast<double>(kept.size()))) - 1];
  });
  return values;
}

double error_max(const std::vector<Duration>& latencies) {
  const auto approximate = by_histogram(latencies);
  const auto exact = by_sorting(latencies);
  double error = 0.0;
  for (std::size_t i = 0; i < quantiles.size(); ++i) {
    const auto difference = static_cast<double>((approximate[i] - exact[i]).count());
    error = std::max(error, std::abs(difference) / static_cast<double>(exact[i].count()));
  }
  return error;
}

}  // namespace

int main() {
  const auto latencies = draw_latencies();
  volatile std::int64_t sink = 0;  // so that the work is done
  const auto pair = bench::compare(
      runs, [&] { sink = by_histogram(latencies)[0].count(); }, [&] { sink = by_sorting(latencies)[0].count(); });
  const std::string peer = "std::vector, sorted";
  bool ok = bench::print({.bench = "histogram", .metric = "time a sample", .value = pair.own.median * 1e9 / samples,
                          .unit = "ns", .bar = {}, .peer = peer, .ratio = pair.ratio, .runs = runs,
                          .spread = pair.own.relative});
  ok &= bench::print({.bench = "histogram", .metric = "time against sorting", .value = pair.ratio, .unit = "1", .bar = 1.0,
                      .peer = peer, .ratio = pair.ratio, .runs = runs, .spread = pair.own.relative});
  ok &= bench::print({.bench = "histogram", .metric = "largest relative error of five percentiles",
                      .value = error_max(latencies), .unit = "1", .bar = 0.0005, .peer = peer, .ratio = {}, .runs = 1,
                      .spread = 0.0});
  return ok ? 0 : 1;
}
