// What a benchmark says: figures, one JSON object a line, measured against a peer in interleaved pairs.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <concepts>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace continuo::bench {

enum class Better { lower, higher };

struct Figure {
  std::string bench;
  std::string metric;
  double value;
  std::string unit;
  Better better = Better::lower;
  std::optional<double> bar;    // the value must not be worse than this
  std::string peer;             // what it was compared with; empty: nothing
  std::optional<double> ratio;  // of the value to the peer's
  int runs;
  double spread;  // interquartile range of the runs over their median
};

// Writes the figure to stdout; returns whether it meets its bar. Fields: bench, metric, value, unit, bar, ok, peer, ratio, runs,
// spread; null where there is none.
inline bool print(const Figure& figure) {
  bool ok = true;
  if (figure.bar) ok = figure.better == Better::lower ? figure.value <= *figure.bar : figure.value >= *figure.bar;
  const auto number = [](const std::optional<double>& value) { return value ? fmt::format("{:.6g}", *value) : "null"; };
  // Names and units are ours: they hold nothing that JSON would escape.
  fmt::print(R"({{"bench":"{}","metric":"{}","value":{},"unit":"{}","bar":{},"ok":{},"peer":{},"ratio":{},"runs":{},)"
             R"("spread":{}}})" "\n",
             figure.bench, figure.metric, number(figure.value), figure.unit, number(figure.bar), ok,
             figure.peer.empty() ? "null" : '"' + figure.peer + '"', number(figure.ratio), figure.runs,
             number(figure.spread));
  std::fflush(stdout);
  return ok;
}

struct Spread {
  double median;
  double relative;  // interquartile range over the median
};
// At least one sample.
inline Spread spread_of(std::vector<double> samples) {
  std::ranges::sort(samples);
  const auto at = [&](double share) {
    return samples[static_cast<std::size_t>(share * static_cast<double>(samples.size() - 1))];
  };
  return {at(0.5), (at(0.75) - at(0.25)) / at(0.5)};
}

struct Pair {
  Spread own;
  Spread peer;
  double ratio;  // the median over the pairs of own / peer: what disturbs both alike cancels out
};

// Seconds that a call takes.
template <std::invocable Work>
double seconds(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Runs both in turn, `runs` times after one warm-up each; whichever is first changes from pair to pair.
template <std::invocable Own, std::invocable Peer>
Pair compare(int runs, Own&& own, Peer&& peer) {
  std::vector<double> own_seconds, peer_seconds, ratios;
  for (int run = -1; run < runs; ++run) {
    double own_time = 0.0, peer_time = 0.0;
    if (run % 2 == 0) {
      own_time = seconds(own);
      peer_time = seconds(peer);
    } else {
      peer_time = seconds(peer);
      own_time = seconds(own);
    }
    if (run < 0) continue;
    own_seconds.push_back(own_time);
    peer_seconds.push_back(peer_time);
    ratios.push_back(own_time / peer_time);
  }
  return {spread_of(own_seconds), spread_of(peer_seconds), spread_of(ratios).median};
}

}  // namespace continuo::bench
