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
    if (state_ != InstanceState::ready || retiring_) {
      problem = options_.service + " is not ready on this node: " + to_string(state_);
    } else if (queue_.size() + running_ >= options_.queue_max + static_cast<std::size_t>(options_.workers)) {
      problem = options_.service + ": the queue is full, " + std::to_string(options_.queue_max) + " requests wait";
    } else {
      queue_.push_back({std::move(job), clock_.now()});
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
  return {options_.service, options_.variant, options_.task, options_.digest, state, service_time_, failure_};
}

std::size_t Instance::waiting() const {
  const std::lock_guard lock{mutex_};
  return queue_.size() + running_;
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
    const Executable executable = load_and_time();
    change(InstanceState::ready);
    serve(executable);
  } catch (const std::exception& problem) {
    change(InstanceState::failed, problem.what());
    return;
  }
  change(InstanceState::cold);
}

void Instance::serve(const Executable& executable) {
  const auto work_on = [&] {
    while (run_next(executable)) {
    }
  };
  std::vector<std::jthread> others;
  for (int worker = 1; worker < options_.workers; ++worker) {
    others.emplace_back(work_on);
  }
  work_on();
}

Executable Instance::load_and_time() {
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
  return std::move(loaded.executable);
}

void Instance::measure(const Loaded& loaded) {
  std::vector<Duration> times;
  const Duration began = clock_.now();
  // One run more than is counted: the first warms up.
  for (std::size_t run = 0; run <= timed_runs_max; ++run) {
    if (run > 0 && options_.rest) {
      options_.rest();
    }
    const Duration start = clock_.now();
    const Outcome outcome = loaded.executable(loaded.sample->inputs, loaded.sample->parameters);
    const Duration end = clock_.now();
    if (const auto* const refusal = std::get_if<Refusal>(&outcome)) {
      throw std::runtime_error{"it refused the package's sample: " + refusal->error};
    }
    if (run > 0) {
      times.push_back(end - start);
    }
    if (!times.empty() && end - began > timing_max) {
      break;
    }
  }
  std::ranges::sort(times);
  const std::lock_guard lock{mutex_};
  service_time_ = times[times.size() / 2];
}

bool Instance::run_next(const Executable& executable) {
  Waiting next;
  {
    std::unique_lock lock{mutex_};
    wake_.wait(lock, [this] { return stopping_ || retiring_ || !queue_.empty(); });
    if (stopping_ || queue_.empty()) {
      return false;
    }
    next = std::move(queue_.front());
    queue_.pop_front();
    ++running_;
  }
  JobResult result = run(executable, next);
  const bool counts = result.served > Duration::zero() && std::holds_alternative<std::vector<Tensor>>(result.outcome);
  {
    const std::lock_guard lock{mutex_};
    --running_;
    if (counts) {
      const double latest = static_cast<double>(result.served.count());
      const double before = static_cast<double>(service_time_.count());
      const double estimate = before == 0.0 ? latest : before + latest_weight * (latest - before);
      service_time_ = Duration{static_cast<std::int64_t>(estimate)};
    }
  }
  next.job.done(std::move(result));
  return true;
}

JobResult Instance::run(const Executable& executable, const Waiting& waiting) {
  const Duration start = clock_.now();
  const Duration queued = start - waiting.submitted;
  if (waiting.job.deadline && start >= *waiting.job.deadline) {
    return {Refusal{504, "the deadline passed while the request waited in the queue"}, queued, {}};
  }
  Outcome outcome = run_guarded(executable, waiting.job.inputs, waiting.job.parameters);
  return {std::move(outcome), queued, clock_.now() - start};
}

}  // namespace continuo
