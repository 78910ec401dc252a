// Load, time, then serve the queue.
#include "node/serving/instance.hh"

#include <algorithm>
#include <exception>
#include <utility>

namespace continuo {

namespace {

// The first run allocates and is not counted. Enough runs for a median, but not so many that a slow variant starts
// late.
constexpr std::size_t timed_runs_max = 5;
constexpr Duration timing_max = std::chrono::milliseconds{1500};
static_assert(batch_limit <= timed_batch_max, "a larger batch would be timed, and the event that tells of it refused");
// Weight of the latest run in the estimate: the last ten or so count.
constexpr double latest_weight = 0.1;

Refusal refusal_of(const std::exception& problem) {
  return {500, std::string{"the service failed: "} + problem.what()};
}

Outcome run_guarded(const Executable& executable, std::span<const Tensor> inputs, const RequestParameters& parameters) {
  try {
    return executable(inputs, parameters);
  } catch (const std::exception& problem) {
    return refusal_of(problem);
  }
}

std::vector<Outcome> run_guarded(const BatchExecutable& executable, std::span<const BatchRequest> requests) {
  try {
    std::vector<Outcome> outcomes = executable(requests);
    if (outcomes.size() == requests.size()) {
      return outcomes;
    }
    return std::vector<Outcome>(requests.size(), Refusal{500, "the service failed: a batch has not as many answers as requests"});
  } catch (const std::exception& problem) {
    return std::vector<Outcome>(requests.size(), refusal_of(problem));
  }
}

}  // namespace

Instance::Instance(InstanceOptions options, const Clock& clock, std::mutex& loading, Load load,
                   OnChange on_change)
    : options_{std::move(options)},
      clock_{clock},
      loading_{loading},
      load_{std::move(load)},
      on_change_{std::move(on_change)},
      service_time_{options_.expected},
      thread_{[this] { work(); }} {}

Instance::~Instance() {
  std::deque<Waiting> refused;
  {
    const std::lock_guard lock{mutex_};
    stopping_ = true;
    refused.swap(queue_);
  }
  wake_.notify_all();
  thread_.join();
  for (const Waiting& waiting : refused) {
    waiting.job.done({Refusal{503, options_.service + " is being unloaded on this node"}, {}, {}});
  }
}

void Instance::submit(Job job) {
  std::string problem;
  {
    const std::lock_guard lock{mutex_};
    const Duration now = clock_.now();
    arrivals_.note(now);
    if (state_ != InstanceState::ready || retiring_) {
      problem = options_.service + " is not ready on this node: " + to_string(state_);
    } else if (!may_wait(queue_.size(), static_cast<int>(runs_), options_.workers, options_.queue_max, options_.batch)) {
      problem = options_.service + ": the queue is full, " + std::to_string(options_.queue_max) + " requests wait";
    } else {
      queue_.push_back({std::move(job), now});
    }
  }
  if (problem.empty()) {
    wake_.notify_one();
  } else {
    job.done({Refusal{503, std::move(problem)}, {}, {}});
  }
}

void Instance::retire() {
  {
    const std::lock_guard lock{mutex_};
    retiring_ = true;
  }
  wake_.notify_all();
}

InstanceCapability Instance::capability() const {
  const std::lock_guard lock{mutex_};
  const InstanceState state = state_ == InstanceState::ready && retiring_ ? InstanceState::unloading : state_;
  return {options_.service, options_.variant, options_.task, options_.digest, state, service_time_, failure_, batch_};
}

std::size_t Instance::waiting() const {
  const std::lock_guard lock{mutex_};
  return queue_.size() + running_;
}

double Instance::arrivals_per_second() const {
  const std::lock_guard lock{mutex_};
  return arrivals_.per_second(clock_.now());
}

void Instance::change(InstanceState state, std::string failure) {
  {
    const std::lock_guard lock{mutex_};
    state_ = state;
    failure_ = std::move(failure);
  }
  on_change_(capability());
}

void Instance::work() {
  try {
    const Loaded loaded = load_and_time();
    change(InstanceState::ready);
    serve(loaded);
  } catch (const std::exception& problem) {
    change(InstanceState::failed, problem.what());
    return;
  }
  change(InstanceState::cold);
}

void Instance::serve(const Loaded& loaded) {
  const auto work_on = [&] {
    while (run_next(loaded)) {
    }
  };
  std::vector<std::jthread> others;
  for (int worker = 1; worker < options_.workers; ++worker) {
    others.emplace_back(work_on);
  }
  work_on();
}

Instance::Loaded Instance::load_and_time() {
  const std::lock_guard one_at_a_time{loading_};
  {
    const std::lock_guard lock{mutex_};
    if (stopping_ || retiring_) {
      throw std::runtime_error{"unloaded before it was loaded"};
    }
  }
  Loaded loaded = load_();
  if (loaded.sample) {
    measure(loaded);
  }
  return loaded;
}

void Instance::measure(const Loaded& loaded) {
  const std::vector<Tensor>& inputs = loaded.sample->inputs;
  const RequestParameters& parameters = loaded.sample->parameters;
  const Duration alone = median_of_runs([&] {
    const Outcome outcome = loaded.executable(inputs, parameters);
    if (const auto* const refusal = std::get_if<Refusal>(&outcome)) {
      throw std::runtime_error{"it refused the package's sample: " + refusal->error};
    }
  });
  TimedBatch batch{};
  if (batch_most() > 1 && loaded.batch) {
    // As many as fit the time for it one after the other, for they may take that long.
    const std::int64_t fit = timing_max / std::max(Duration{1}, alone);
    const auto size = static_cast<std::size_t>(std::clamp<std::int64_t>(fit, 2, batch_most()));
    const std::vector<BatchRequest> requests(size, {inputs, &parameters});
    const Duration together = median_of_runs([&] {
      for (const Outcome& outcome : run_guarded(loaded.batch, requests)) {
        if (const auto* const refusal = std::get_if<Refusal>(&outcome)) {
          throw std::runtime_error{"it refused the package's sample in a batch of " + std::to_string(size) + ": " + refusal->error};
        }
      }
    });
    batch = {static_cast<int>(size), together};
  }
  const std::lock_guard lock{mutex_};
  service_time_ = alone;
  batch_ = batch;
}

Duration Instance::median_of_runs(const std::function<void()>& run_once) const {
  std::vector<Duration> times;
  const Duration began = clock_.now();
  // One run more than is counted: the first warms up.
  for (std::size_t run = 0; run <= timed_runs_max; ++run) {
    if (run > 0 && options_.rest) {
      options_.rest();
    }
    const Duration start = clock_.now();
    run_once();
    const Duration end = clock_.now();
    if (run > 0) {
      times.push_back(end - start);
    }
    if (!times.empty() && end - began > timing_max) {
      break;
    }
  }
  std::ranges::sort(times);
  return times[times.size() / 2];
}

// Empty: there will be nothing more to run.
std::vector<Instance::Waiting> Instance::take_next() {
  std::unique_lock lock{mutex_};
  std::size_t take = 0;
  while (take == 0) {
    wake_.wait(lock, [this] { return stopping_ || retiring_ || !queue_.empty(); });
    if (stopping_ || queue_.empty()) {
      return {};
    }
    const Duration waited = options_.batch.most > 1 ? clock_.now() - queue_.front().submitted : Duration::zero();
    const BatchDecision decision = decide_batch(queue_.size(), waited, options_.batch);
    take = retiring_ ? std::min(queue_.size(), static_cast<std::size_t>(batch_most())) : decision.take;
    if (take == 0) {
      wake_.wait_for(lock, decision.look_again);
    }
  }
  std::vector<Waiting> batch;
  const Duration now = options_.batch.most > 1 ? clock_.now() : Duration::zero();
  while (take > 0 && !queue_.empty()) {
    const std::optional<Duration>& deadline = queue_.front().job.deadline;
    take -= deadline && now >= *deadline ? 0 : 1;  // one that is late takes nobody's place
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  running_ += batch.size();
  ++runs_;
  return batch;
}

bool Instance::run_next(const Loaded& loaded) {
  std::vector<Waiting> batch = take_next();
  if (batch.empty()) {
    return false;
  }
  run(loaded, std::move(batch));
  return true;
}

void Instance::run(const Loaded& loaded, std::vector<Waiting> batch) {
  const Duration start = clock_.now();
  const auto late = std::stable_partition(batch.begin(), batch.end(), [start](const Waiting& waiting) {
    return !waiting.job.deadline || start < *waiting.job.deadline;
  });
  std::vector<Waiting> missed{std::make_move_iterator(late), std::make_move_iterator(batch.end())};
  batch.erase(late, batch.end());
  {
    const std::lock_guard lock{mutex_};
    running_ -= missed.size();
    runs_ -= batch.empty() ? 1 : 0;
  }
  for (const Waiting& waiting : missed) {
    waiting.job.done({Refusal{504, "the deadline passed while the request waited in the queue"}, start - waiting.submitted, {}});
  }
  if (batch.empty()) {
    return;
  }
  std::vector<Outcome> outcomes = run_all(loaded, batch);
  const Duration served = clock_.now() - start;
  const bool counts = served > Duration::zero() && std::ranges::any_of(outcomes, [](const Outcome& outcome) {
    return std::holds_alternative<std::vector<Tensor>>(outcome);
  });
  {
    const std::lock_guard lock{mutex_};
    running_ -= batch.size();
    --runs_;
    if (counts) {
      const double latest = static_cast<double>(served.count());
      const double before = static_cast<double>(service_time_.count());
      const double estimate = before == 0.0 ? latest : before + latest_weight * (latest - before);
      service_time_ = Duration{static_cast<std::int64_t>(estimate)};
    }
  }
  for (std::size_t place = 0; place < batch.size(); ++place) {
    batch[place].job.done({std::move(outcomes[place]), start - batch[place].submitted, served, batch.size()});
  }
}

std::vector<Outcome> Instance::run_all(const Loaded& loaded, const std::vector<Waiting>& batch) {
  std::vector<Outcome> outcomes;
  if (batch.size() > 1 && loaded.batch) {
    std::vector<BatchRequest> requests;
    for (const Waiting& waiting : batch) {
      requests.push_back({waiting.job.inputs, &waiting.job.parameters});
    }
    outcomes = run_guarded(loaded.batch, requests);
  } else {
    for (const Waiting& waiting : batch) {
      outcomes.push_back(run_guarded(loaded.executable, waiting.job.inputs, waiting.job.parameters));
    }
  }
  return outcomes;
}

}  // namespace continuo
