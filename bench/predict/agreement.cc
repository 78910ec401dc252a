#include "bench/predict/agreement.hh"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "bench/figure.hh"
#include "bench/predict/batches.hh"
#include "bench/predict/random_scenario.hh"
#include "model/answer.hh"
#include "model/model.hh"
#include "simulate/simulate.hh"

namespace continuo::bench {

namespace {

double share_below(std::vector<double> values, double share) {
  if (values.empty()) return 0.0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1))];
}

double failed_share(const ServiceResult& service) {
  return 1 - static_cast<double>(service.completed) / static_cast<double>(std::max<std::uint64_t>(1, service.generated));
}

double relative(double predicted, double reference) { return std::abs(predicted - reference) / reference; }

// Which stages the mean is off in, in % of the simulated latency: "uplink +0.1 queue -4.2 service 0.0 downlink 0.0".
std::string stages_off(const ServiceResult& predicted, const ServiceResult& simulated) {
  std::string text;
  const double latency = to_seconds(simulated.latency.mean());
  const auto add = [&](const char* name, Histogram Stages::*stage) {
    const double off = to_seconds((predicted.stages.*stage).mean()) - to_seconds((simulated.stages.*stage).mean());
    text += fmt::format("{}{} {:+.1f}", text.empty() ? "" : " ", name, 100 * off / latency);
  };
  add("uplink", &Stages::uplink);
  add("queue", &Stages::queue);
  add("service", &Stages::service);
  add("downlink", &Stages::downlink);
  return text;
}

// Relative errors, one a service of a scenario.
struct Errors {
  std::vector<double> means;
  std::vector<double> tails;         // p99
  std::vector<double> quick_means;   // answer() beside evaluate()
  std::vector<double> quick_tails;
  std::vector<double> refusals;  // share of the requests, absolute

  void tell(const std::string& group) const {
    fmt::print(stderr, "  {:20s} {:4d} services: mean off by {:.2f} % in the median, {:.1f} % at the 95th percentile; p99 by {:.2f} %, {:.1f} %\n", group,
               means.size(), 100 * share_below(means, 0.5), 100 * share_below(means, 0.95), 100 * share_below(tails, 0.5),
               100 * share_below(tails, 0.95));
    if (share_below(refusals, 1.0) <= 0.0) return;
    fmt::print(stderr, "  {:8s} share that fails off by {:.2f} percent points in the median, {:.2f} at the 95th percentile\n", group,
               100 * share_below(refusals, 0.5), 100 * share_below(refusals, 0.95));
  }
};

class Comparison {
 public:
  void add(const RandomScenario& drawn) {
    const Evaluation model = evaluate(drawn.scenario, ModelOptions{});
    const Evaluation simulated = evaluate(drawn.scenario, SimulateOptions{});
    const Answer quick = answer(drawn.scenario, ModelOptions{});
    for (std::size_t service = 0; service < model.services.size(); ++service) {
      const Histogram& predicted = model.services[service].latency;
      const Histogram& reference = simulated.services[service].latency;
      if (reference.empty()) continue;
      for (Errors* errors : {&all_, &groups_[drawn.group]}) {
        add(predicted, reference, quick.services[service], *errors);
        errors->refusals.push_back(std::abs(failed_share(model.services[service]) - failed_share(simulated.services[service])));
      }
      worst_.emplace_back(all_.means.back(),
                          fmt::format("mean {:.1f} ms, simulated {:.1f} ({}); p99 {:.1f}, {:.1f}: {} {} service {}, {}", to_milliseconds(predicted.mean()),
                                      to_milliseconds(reference.mean()), stages_off(model.services[service], simulated.services[service]),
                                      to_milliseconds(predicted.percentile(0.99)), to_milliseconds(reference.percentile(0.99)),
                                      drawn.scenario.name, drawn.group, service + 1, drawn.text));
      if (drawn.group == "limited") {
        worst_.back().second += fmt::format("; fails {:.2f} %, simulated {:.2f} %", 100 * failed_share(model.services[service]),
                                            100 * failed_share(simulated.services[service]));
      }
    }
  }

  const Errors& all() const { return all_; }

  void tell(std::size_t worst) {
    std::ranges::sort(worst_, std::greater<>{});
    for (std::size_t place = 0; place < std::min(worst, worst_.size()); ++place) {
      fmt::print(stderr, "  {:5.1f} %  {}\n", 100 * worst_[place].first, worst_[place].second);
    }
    for (const auto& [group, errors] : groups_) errors.tell(group);
  }

 private:
  static void add(const Histogram& model, const Histogram& simulated, const ServiceAnswer& quick, Errors& errors) {
    errors.means.push_back(relative(to_seconds(model.mean()), to_seconds(simulated.mean())));
    errors.tails.push_back(relative(to_seconds(model.percentile(0.99)), to_seconds(simulated.percentile(0.99))));
    if (!quick.latency || model.empty()) return;
    errors.quick_means.push_back(relative(quick.latency->mean, to_seconds(model.mean())));
    errors.quick_tails.push_back(relative(quick.latency->p99, to_seconds(model.percentile(0.99))));
  }

  Errors all_;
  std::map<std::string, Errors> groups_;
  std::vector<std::pair<double, std::string>> worst_;
};

}  // namespace

void tell_agreement_of_batches(int scenarios) {
  Comparison batches;
  for (int number = 1; number <= scenarios; ++number) batches.add(random_batching_scenario(static_cast<std::uint64_t>(number)));
  batches.tell(6);
}

bool measure_agreement(int scenarios) {
  Comparison stable;
  for (int number = 1; number <= scenarios; ++number) stable.add(random_scenario(static_cast<std::uint64_t>(number)));
  stable.tell(40);
  const Errors& all = stable.all();
  fmt::print(stderr, "  answer() is off evaluate() by {:.2f} % in the mean (95th percentile {:.2f} %), by {:.2f} % in p99 ({:.2f} %)\n",
             100 * share_below(all.quick_means, 0.5), 100 * share_below(all.quick_means, 0.95), 100 * share_below(all.quick_tails, 0.5),
             100 * share_below(all.quick_tails, 0.95));
  Comparison lossy;
  for (int number = 1; number <= scenarios / 5; ++number) lossy.add(random_lossy_scenario(static_cast<std::uint64_t>(number)));
  lossy.tell(3);
  Comparison limited;
  for (int number = 1; number <= scenarios / 5; ++number) limited.add(random_limited_scenario(static_cast<std::uint64_t>(number)));
  limited.tell(5);
  const auto say = [&](const char* metric, double value, double bar, double spread) {
    return print({"predict", metric, value, "1", Better::lower, bar, "simulate", {}, scenarios, spread});
  };
  bool ok = say("model_vs_simulate_mean_median", share_below(all.means, 0.5), 0.01, spread_of(all.means).relative);
  ok = say("model_vs_simulate_mean_p95", share_below(all.means, 0.95), 0.05, 0.0) && ok;
  return say("model_vs_simulate_p99_median", share_below(all.tails, 0.5), 0.03, spread_of(all.tails).relative) && ok;
}

}  // namespace continuo::bench
