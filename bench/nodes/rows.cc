// Rows: the median over the runs, and the interquartile range over it.
#include "bench/nodes/rows.hh"

namespace continuo::bench {

bool print_row(const Row& row, const std::vector<double>& samples, std::optional<double> ratio) {
  const Spread spread = spread_of(samples);
  return print({.bench = row.bench, .metric = row.metric, .value = spread.median, .unit = row.unit, .better = row.better,
                .bar = row.bar, .peer = row.peer, .ratio = ratio, .runs = static_cast<int>(samples.size()),
                .spread = spread.median == 0.0 ? 0.0 : spread.relative});
}

void print_skipped(const Row& row, const std::string& why) {
  fmt::print(R"({{"bench":"{}","metric":"{}","value":null,"unit":"{}","bar":{},"ok":null,"peer":{},"ratio":null,)"
             R"("runs":0,"spread":null,"skipped":"{}"}})" "\n",
             row.bench, row.metric, row.unit, row.bar, row.peer.empty() ? "null" : '"' + row.peer + '"', why);
  std::fflush(stdout);
}

}  // namespace continuo::bench
