#include "model/latency.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include <fmt/format.h>

#include "model/terms/propagation.hh"
#include "model/terms/serialisation.hh"

namespace continuo {
namespace {

constexpr std::size_t sizes_most = 32;  // of more inputs, as many in even places of their order
constexpr std::size_t gaps_most = 16;   // lengths of silence, each as likely

using Samples = std::vector<double>;

// The wait of each: none with probability 1 - p, else exponential, its argument being -log(1 - u).
template <class Take>
void each_of_tail(const Waiting& wait, const std::vector<double>& tail, Take take) {
  const double scale = wait.mean / wait.probability;
  const double shift = std::log(wait.probability);
  for (std::size_t point = 0; point < tail.size(); ++point) take(point, std::max(0.0, scale * (tail[point] + shift)));
}

// Adds the wait at a link to each: of those that were seen, if they were.
void add_link_wait(const Waiting& wait, const std::vector<double>& tail, Samples& samples) {
  if (wait.seen.empty()) {
    if (wait.probability > 0.0) each_of_tail(wait, tail, [&](std::size_t point, double waits) { samples[point] += waits; });
    return;
  }
  for (std::size_t point = 0; point < tail.size(); ++point) samples[point] += wait.seen[wait.place(-std::expm1(-tail[point]))];
}

// And what is the same at all points.
void add_propagation(const LinkProperties& link, const std::vector<double>& deviates, double fixed, Samples& samples) {
  if (link.delay_sd() == Duration::zero()) {
    const double delay = propagation_seconds(link, 0.0) + fixed;
    for (std::size_t point = 0; point < deviates.size(); ++point) samples[point] += delay;
  } else if (link.shape == DelayShape::normal) {
    const double delay = to_seconds(link.delay);
    const double jitter = to_seconds(link.jitter);
    for (std::size_t point = 0; point < deviates.size(); ++point) samples[point] += std::max(0.0, delay + jitter * deviates[point]) + fixed;
  } else {
    for (std::size_t point = 0; point < deviates.size(); ++point) samples[point] += propagation_seconds(link, deviates[point]) + fixed;
  }
}

std::array<Samples*, 6> stages_of(StageSamples& at) { return {&at.uplink, &at.queue, &at.service, &at.downlink, &at.latency, &at.weight}; }

std::size_t place_of(double u, std::size_t count) { return count == 1 ? 0 : static_cast<std::size_t>(u * static_cast<double>(count)); }

// Adds one of these to each. At most 2^31 of them.
void add_one_of(const std::vector<double>& values, const std::vector<double>& at, Samples& samples) {
  const auto count = static_cast<double>(values.size());
  for (std::size_t point = 0; point < at.size(); ++point) samples[point] += values[static_cast<std::size_t>(static_cast<std::int32_t>(at[point] * count))];
}

}  // namespace

Latencies::Latencies(const Scenario& scenario, const Flows& flows, const ModelOptions& options, const Effort& effort)
    : scenario_{scenario}, flows_{flows}, options_{options}, points_{effort.points}, memory_{effort.memory}, waits_{scenario, flows, options, effort.replayed, effort.rows, effort.memory} {
  if (memory_ == nullptr) return;
  for (Samples* stage : stages_of(samples_)) *stage = memory_->take_room();
}

Latencies::~Latencies() {
  if (memory_ == nullptr) return;
  for (Samples* stage : stages_of(samples_)) memory_->give_back(std::move(*stage));
}

double Latencies::taken(const Source& source, const Choice& choice) {
  double all = choice.share > 0.0 ? choice.share * (1 - waits_.refused(source, choice)) : 0.0;
  for (const Waits::Detour& detour : waits_.detours(source)) {
    if (detour.choice.station == choice.station && detour.choice.there == choice.there) all += detour.taken;
  }
  return all;
}

std::optional<Latencies::AfterRefusals> Latencies::after_refusals() {
  if (!waits_.refuse()) return std::nullopt;
  AfterRefusals flows{flows_, flows_};
  for (std::size_t number = 0; number < flows_.sources.size(); ++number) {
    const Source& source = flows_.sources[number];
    double all = 0.0;
    double all_taken = 0.0;
    for (std::size_t choice = 0; choice < source.choices.size(); ++choice) {
      const double share = taken(source, source.choices[choice]);
      flows.taken.sources[number].choices[choice].share = share;
      all += source.choices[choice].share;
      all_taken += share;
    }
    if (all_taken <= 0.0) continue;
    for (std::size_t choice = 0; choice < source.choices.size(); ++choice) {
      flows.offered.sources[number].choices[choice].share = flows.taken.sources[number].choices[choice].share * all / all_taken;
    }
  }
  return flows;
}

// Rates, and what is refused of them.
ServiceCarried Latencies::asked(ServiceIndex service) {
  ServiceCarried result;
  double refused = 0.0;  // requests a second
  for (const Source& source : flows_.sources) {
    if (source.service != service) continue;
    for (const Waits::Detour& detour : waits_.detours(source)) refused -= source.rate * source.count * detour.taken;
    for (const Choice& choice : source.choices) {
      if (choice.share <= 0.0) continue;
      const double rate = source.rate * source.count * choice.share;
      const double share = waits_.refused(source, choice);
      result.rate += rate;
      refused += rate * share;
      result.by_deadline = result.by_deadline || (share > 0.0 && flows_.is_limited_by_deadline(choice.station));
    }
  }
  if (result.rate > 0.0) result.refused = std::clamp(refused / result.rate, 0.0, 1.0);
  return result;
}

ServiceCarried Latencies::carried(ServiceIndex service, bool named) {
  ServiceCarried result = asked(service);
  if (result.rate <= 0.0) return result;
  double carried = 0.0;
  for (const Source& source : flows_.sources) {
    if (source.service != service) continue;
    for (const Choice& choice : source.choices) {
      if (choice.share <= 0.0) continue;
      carried += source.rate * source.count * choice.share * waits_.sustained(choice, result.refused, [&](double load, double arriving, const auto& name) {
        result.stable = false;
        if (!named) return;
        const std::string text = fmt::format("{}: queue grows by {:.3g} requests/s", name(), arriving * (1 - 1 / load));
        if (std::ranges::find(result.overloaded, text) == result.overloaded.end()) result.overloaded.push_back(text);
      });
    }
  }
  result.sustained = std::min(carried / result.rate, result.stable ? 1.0 : 1 - result.refused);
  return result;
}

// In ascending order.
std::vector<Bytes> Latencies::sizes_of(StreamIndex stream) const {
  const auto known = options_.input_sizes.find(stream);
  if (known == options_.input_sizes.end() || known->second.empty()) return {scenario_.workload[stream].input_size};
  std::vector<Bytes> sizes = known->second;
  std::ranges::sort(sizes);
  if (sizes.front() == sizes.back()) return {sizes.front()};
  if (sizes.size() <= sizes_most) return sizes;
  std::vector<Bytes> some;
  for (std::size_t place = 0; place < sizes_most; ++place) some.push_back(sizes[(2 * place + 1) * sizes.size() / (2 * sizes_most)]);
  return some;
}

// `detour`: seconds that these requests have spent on refusals before.
void Latencies::sample(const Source& source, const Choice& choice, double share, double detour) {
  const Points& points = points_of(share * static_cast<double>(points_));
  const std::size_t count = points.count;
  StageSamples& at = samples_;
  at.deadline = scenario_.workload[source.stream].deadline;
  at.prepare = to_seconds(options_.prepare_time) / core_speed(scenario_.tiers[flows_.classes[source.nodes].tier].cpu());
  at.uplink.assign(count, detour);
  at.downlink.assign(count, 0.0);
  for (Samples* stage : {&at.queue, &at.service, &at.latency, &at.weight}) stage->resize(count);

  const Waiting& wait = waits_.for_worker(source, choice);
  if (!wait.seen.empty()) {
    for (std::size_t point = 0; point < count; ++point) {
      const std::size_t place = wait.place(points.queue[point]);
      at.queue[point] = wait.seen[place];
      if (!wait.before.empty()) at.uplink[point] += wait.before[place];
      if (!wait.after.empty()) at.downlink[point] += wait.after[place];
    }
  } else if (wait.probability > 0.0) {
    each_of_tail(wait, points.queue_tail, [&](std::size_t point, double waits) { at.queue[point] = waits; });
  } else {
    at.queue.assign(count, 0.0);
  }
  const double weight = share / static_cast<double>(count);
  if (wait.probability > 0.0 || !wait.before.empty() || !wait.served.empty() || !wait.stretch.empty()) {
    for (std::size_t point = 0; point < count; ++point) at.weight[point] = weight * points.queue_weight[point];
  } else {
    at.weight.assign(count, weight);
  }
  // What requests of other services take is in the wait, where several share the cores, and what following them at once takes more.
  const bool shared = waits_.rule() == WaitRule::shared_cpu || waits_.rule() == WaitRule::limited_shared;
  const double slower = shared ? 1.0 : waits_.stations().stretch(choice.station);
  const double mean = (choice.service.mean + (shared ? 0.0 : choice.service.behind * wait.probability)) * slower;
  const double sd = choice.service.sd * slower;
  for (std::size_t point = 0; point < count; ++point) at.service[point] = std::max(0.1 * mean, mean + sd * points.service[point]);
  if (!wait.stretch.empty()) {  // the points' queue coordinate ascends as the shares do
    auto from = points.queue.begin();
    for (std::size_t step = 0; step < wait.stretch.size(); ++step) {
      const bool is_last = step + 1 == wait.stretch.size();
      const auto to = is_last ? points.queue.end() : std::upper_bound(from, points.queue.end(), wait.stretch[step].first);
      for (auto point = from - points.queue.begin(); point < to - points.queue.begin(); ++point) at.service[static_cast<std::size_t>(point)] *= wait.stretch[step].second;
      from = to;
    }
  }
  if (!wait.served.empty()) {
    for (std::size_t point = 0; point < count; ++point) at.service[point] = wait.served[wait.place(points.queue[point])];
  }
  if (!choice.local()) sample_transport(source, choice, points);
  for (std::size_t point = 0; point < count; ++point) {
    at.latency[point] = at.prepare + at.uplink[point] + at.queue[point] + at.service[point] + at.downlink[point];
  }
}

void Latencies::sample_transport(const Source& source, const Choice& choice, const Points& points) {
  StageSamples& at = samples_;
  const ClassLink& there = flows_.links[choice.there];
  const ClassLink& back = flows_.links[choice.back];
  const Waiting wait = waits_.for_link(source, choice, false);
  if (wait.probability > 0.0) {
    add_link_wait(wait, points.link_tail, at.uplink);
    weigh(points.link_weight);
  }
  add_link_wait(waits_.for_link(source, choice, true), points.link_back_tail, at.downlink);
  const OnAllPoints fixed = sample_uplink(source, choice, points);
  add_propagation(*there.properties, points.there, fixed.there + to_seconds(options_.request_handling), at.uplink);
  const double answer = serialisation_seconds(source.response, back.path, back.passing_on);
  add_propagation(*back.properties, points.back, fixed.back + to_seconds(options_.answer_handling) + answer, at.downlink);
}

// By how densely points lie along one more coordinate; all together weigh what they did. In lanes, for the processor adds several at once:
// tables have a multiple of these points.
void Latencies::weigh(const std::vector<double>& weights) {
  constexpr std::size_t lanes = 4;
  static_assert(points_least % lanes == 0);
  std::vector<double>& weight = samples_.weight;
  std::array<double, lanes> all{};
  std::array<double, lanes> before{};
  for (std::size_t point = 0; point < weight.size(); point += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      before[lane] += weight[point + lane];
      weight[point + lane] *= weights[point + lane];
      all[lane] += weight[point + lane];
    }
  }
  const double scale = (before[0] + before[1] + before[2] + before[3]) / (all[0] + all[1] + all[2] + all[3]);
  for (double& of_point : weight) of_point *= scale;
}

// Of the same message as its slow start.
void Latencies::sample_losses(const ClassLink& way, const std::vector<Recovery>& of, const Points& points, bool answer) {
  const double loss = packet_loss(*way.properties);
  if (loss <= 0.0 || of.empty()) return;
  std::vector<double>& stage = answer ? samples_.downlink : samples_.uplink;
  const std::vector<double>& at = answer ? points.loss_back : points.loss;
  for (std::size_t point = 0; point < points.count; ++point) {
    const Recovery& message = of[place_of(points.gap[point], of.size())];
    stage[point] += recovery_seconds(message, loss, round_trip_, at[point]);
  }
  weigh(answer ? points.loss_back_weight : points.loss_weight);
}

// What depends on the size of the input and on what the connection has done: serialisation and slow start, there and back. Added point by
// point; what is the same at all of them is returned.
Latencies::OnAllPoints Latencies::sample_uplink(const Source& source, const Choice& choice, const Points& points) {
  const ClassLink& there = flows_.links[choice.there];
  const ClassLink& back = flows_.links[choice.back];
  const double elsewhere = waits_.elsewhere(source, choice);
  const auto row_of = [&](const ClassLink& way, Bytes message, bool is_request) -> const FollowedRow& {
    return waits_.row_of(source, choice, {.way = way, .message = message, .is_request = is_request, .elsewhere = elsewhere});
  };
  round_trip_ = there.delay + back.delay;
  OnAllPoints fixed;
  const auto add = [&](const std::vector<double>& stalls, double& same, Samples& stage) {
    if (stalls.size() == 1) same += stalls[0];
    else add_one_of(stalls, points.gap, stage);
  };
  const std::vector<Bytes> sizes = sizes_of(source.stream);
  if (sizes.size() == 1) {
    const Bytes request = sizes[0] + source.transport.request_overhead;
    const FollowedRow& row = row_of(there, request, true);
    sample_losses(there, row.recoveries, points, false);
    if (!waits_.has_link_in_wait(choice) || waits_.played_link(source, choice) == nullptr) add(row.stalls, fixed.there, samples_.uplink);
    fixed.there += serialisation_seconds(request, there.path, there.passing_on);
  } else {
    std::vector<std::vector<double>> uplinks;  // by size, then message by message
    for (const Bytes size : sizes) {
      const Bytes request = size + source.transport.request_overhead;
      const FollowedRow& row = row_of(there, request, true);
      uplinks.push_back(row.stalls);
      if (2 * uplinks.size() == sizes.size() + sizes.size() % 2) sample_losses(there, row.recoveries, points, false);  // as of the middle one
      for (double& uplink : uplinks.back()) uplink += serialisation_seconds(request, there.path, there.passing_on);
    }
    for (std::size_t point = 0; point < points.count; ++point) {
      const std::vector<double>& uplink = uplinks[place_of(points.size[point], uplinks.size())];
      samples_.uplink[point] += uplink[place_of(points.gap[point], uplink.size())];
    }
  }
  const FollowedRow& answers = row_of(back, source.response, false);
  sample_losses(back, answers.recoveries, points, true);
  add(answers.stalls, fixed.back, samples_.downlink);
  return fixed;
}

}  // namespace continuo
