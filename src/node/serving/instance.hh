// One variant loaded on this node: a thread that loads it and times it, and then workers that run requests from one bounded queue, each
// worker one after the other, or as many at once as policy/batching.hh says.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "node/serving/executable.hh"
#include "os/clock.hh"
#include "policy/arrival_rate.hh"
#include "policy/batching.hh"
#include "scenario/queueing.hh"
#include "wire/capability.hh"

namespace continuo {

struct JobResult {
  Outcome outcome;
  Duration queued{};  // from submit to the start of its run
  Duration served{};  // of the run, with all that ran at once; 0: it has not been run
  std::size_t batch = 1;  // requests of that run
};

struct Job {
  std::vector<Tensor> inputs;
  RequestParameters parameters;
  std::optional<Duration> deadline;  // CLOCK_MONOTONIC: not run at all after it
  // Called once: on a worker's thread after a run, or at once by submit() for a job that is not taken.
  std::function<void(JobResult)> done;
};

struct InstanceOptions {
  std::string service;
  std::string variant;
  std::string task;
  std::string digest;          // of the package
  Duration expected{};         // service time until it has been measured
  std::size_t queue_max = 64;  // jobs waiting, beside those that workers hold or are free to take; more are refused with 503
  int workers = 1;             // requests in service at once; at least 1
  // Called between two timed runs; empty: they follow each other. A run after a rest is what a request meets that comes alone: its caches are
  // cold, and the quota's period has something left.
  std::function<void()> rest = {};
  Batching batch = {};  // how many requests a worker runs at once, and how long it waits for them
};

class Instance {
 public:
  // Both are called on the first worker's thread. `load` may throw: the instance has then failed.
  struct Loaded {
    Executable executable;
    std::optional<InferenceRequest> sample;  // what it is timed with; nothing: it is not timed
    BatchExecutable batch = {};              // empty: requests of a batch are run one after the other
  };
  using Load = std::function<Loaded()>;
  using OnChange = std::function<void(const InstanceCapability&)>;

  // Starts loading. `loading` is held while it loads and is timed: instances that share it do so one after the other.
  // Clock and mutex outlive it.
  Instance(InstanceOptions options, const Clock& clock, std::mutex& loading, Load load, OnChange on_change);
  // Refuses what waits and waits for the runs in hand.
  ~Instance();
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  // Any thread. Refused with 503 when it is not ready or its queue is full.
  void submit(Job job);
  // Takes no more, runs what waits, unloads, and changes to cold. Does not wait for that.
  void retire();

  // Any thread.
  InstanceCapability capability() const;
  std::size_t waiting() const;  // waiting for or held by a worker
  double arrivals_per_second() const;  // of requests, taken or refused
  int workers() const { return options_.workers; }
  std::size_t queue_max() const { return options_.queue_max; }
  const Batching& batch() const { return options_.batch; }
  int batch_most() const { return std::max(1, options_.batch.most); }

 private:
  struct Waiting {
    Job job;
    Duration submitted{};
  };

  void work();
  void serve(const Loaded& loaded);
  Loaded load_and_time();
  void measure(const Loaded& loaded);
  Duration median_of_runs(const std::function<void()>& run_once) const;
  bool run_next(const Loaded& loaded);
  std::vector<Waiting> take_next();
  void run(const Loaded& loaded, std::vector<Waiting> batch);
  static std::vector<Outcome> run_all(const Loaded& loaded, const std::vector<Waiting>& batch);
  void change(InstanceState state, std::string failure = "");

  const InstanceOptions options_;
  const Clock& clock_;
  std::mutex& loading_;
  const Load load_;
  const OnChange on_change_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> queue_;
  InstanceState state_ = InstanceState::loading;
  std::string failure_;
  Duration service_time_{};
  TimedBatch batch_{};
  ArrivalRate arrivals_;
  std::size_t running_ = 0;  // requests
  std::size_t runs_ = 0;     // workers that hold some
  bool retiring_ = false;
  bool stopping_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace continuo
