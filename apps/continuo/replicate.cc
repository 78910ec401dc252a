#include "replicate.hh"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <functional>
#include <thread>
#include <vector>

#include "result/replications.hh"
#include "sweep/ordered_work.hh"

namespace continuo {

namespace {

constexpr std::size_t count_max = 10'000;
constexpr std::size_t automatic_min = 5;   // a standard deviation of fewer says little
constexpr std::size_t automatic_max = 200;

}  // namespace

std::optional<std::size_t> replications_of(const std::string& text) {
  std::size_t count = 0;
  const auto [read, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const bool whole = error == std::errc{} && read == text.data() + text.size();
  return whole && count >= 1 && count <= count_max ? std::optional{count} : std::nullopt;
}

std::string must_be_replications(const std::string& text) {
  if (text == "auto" || replications_of(text)) return "";
  return fmt::format("write auto, or how many: 1 to {}, not {}", count_max, text);
}

Evaluation replicate(const Scenario& scenario, const SimulateOptions& options, const ReplicationsAsked& asked) {
  SimulateOptions silent = options;
  silent.progress = {};  // several at once would speak in confusion
  const std::function<Evaluation(std::size_t)> work = [&](std::size_t replication) {
    Scenario seeded = scenario;
    seeded.seed = replication_seed(scenario.seed, replication);
    return evaluate(seeded, silent);
  };
  std::vector<Evaluation> done;
  std::optional<double> reached;
  std::atomic<bool> enough{false};
  const auto deliver = [&](std::size_t, Evaluation evaluation) {
    if (enough) return;  // begun on another thread before it was known
    done.push_back(std::move(evaluation));
    reached = relative_half_width(done);
    if (!asked.quiet) {
      fmt::print(stderr, "  simulate: replication {}, {}\n", done.size(),
                 reached ? fmt::format("the mean to ±{:.2g} %", 100 * *reached) : "no precision yet");
    }
    if (!asked.count && done.size() >= automatic_min && reached && *reached <= asked.precision) enough = true;
  };
  work_in_order<Evaluation>(asked.count.value_or(automatic_max), std::max(1U, std::thread::hardware_concurrency()), work, deliver, enough);
  Evaluation all = merge_replications(done);
  if (!asked.count && !enough) {
    all.notes.push_back(fmt::format("simulate: {} replications do not tell the mean to ±{:g} %", done.size(), 100 * asked.precision));
  }
  return all;
}

}  // namespace continuo
