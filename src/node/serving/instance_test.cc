// One instance: loading, timing, order, deadlines, a full queue, and leaving.
#include "node/serving/instance.hh"

#include <gtest/gtest.h>

#include <atomic>
#include <barrier>
#include <future>

#include "node/serving/test_support/gate.hh"

namespace continuo {
namespace {

// Every look at it is a millisecond later.
class SteppingClock final : public Clock {
 public:
  Duration now() const override { return std::chrono::milliseconds{++steps_}; }

 private:
  mutable std::atomic<int> steps_ = 0;
};

class InstanceTest : public testing::Test {
 protected:
  void start(Executable executable, std::optional<InferenceRequest> sample = std::nullopt, std::size_t queue_max = 2) {
    start_load([executable, sample] { return Instance::Loaded{executable, sample}; }, queue_max);
  }
  void start_load(Instance::Load load, std::size_t queue_max = 2, int workers = 1) {
    InstanceOptions options{"read", "int8", "text", "", std::chrono::milliseconds{9}, queue_max, workers, {}, {}};
    instance_ = std::make_unique<Instance>(options, clock_, loading_, std::move(load),
                                           [this](const InstanceCapability& capability) { changed(capability); });
  }
  void changed(const InstanceCapability& capability) {
    const std::lock_guard lock{mutex_};
    states_.push_back(capability);
    wake_.notify_all();
  }
  InstanceCapability wait_for(InstanceState state) {
    std::unique_lock lock{mutex_};
    wake_.wait(lock, [&] { return !states_.empty() && states_.back().state == state; });
    return states_.back();
  }
  std::future<JobResult> submit(std::optional<Duration> deadline = std::nullopt) {
    auto promise = std::make_shared<std::promise<JobResult>>();
    auto result = promise->get_future();
    Job job;
    job.deadline = deadline;
    job.done = [promise](JobResult outcome) { promise->set_value(std::move(outcome)); };
    instance_->submit(std::move(job));
    return result;
  }
  static int status(const JobResult& result) {
    const auto* const refusal = std::get_if<Refusal>(&result.outcome);
    return refusal == nullptr ? 200 : refusal->status;
  }
  static Outcome nothing(std::span<const Tensor>, const RequestParameters&) { return std::vector<Tensor>{}; }

  SteppingClock clock_;
  std::mutex loading_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<InstanceCapability> states_;
  test::Gate gate_;
  std::unique_ptr<Instance> instance_;
};

TEST_F(InstanceTest, becomes_ready_and_runs_what_it_is_given) {
  start(nothing);
  const InstanceCapability ready = wait_for(InstanceState::ready);
  EXPECT_EQ(ready.service, "read");
  EXPECT_EQ(ready.variant, "int8");
  EXPECT_EQ(ready.service_time, std::chrono::milliseconds{9}) << "as expected until it is measured";
  const JobResult result = submit().get();
  EXPECT_EQ(status(result), 200);
  EXPECT_EQ(result.queued, std::chrono::milliseconds{1}) << "one look at the clock after the other";
  EXPECT_EQ(result.served, std::chrono::milliseconds{1});
}

TEST_F(InstanceTest, is_timed_with_the_sample_and_then_follows_what_it_sees) {
  std::atomic<int> runs = 0;
  start(
      [&](std::span<const Tensor> inputs, const RequestParameters&) {
        EXPECT_EQ(inputs.size(), runs < 6 ? 1u : 0u);
        // Five timed runs of 2 ms after one that is not counted; later ones of 12 ms.
        for (int look = 0, looks = ++runs == 1 ? 100 : runs > 6 ? 11 : 1; look < looks; ++look) {
          clock_.now();
        }
        return Outcome{std::vector<Tensor>{}};
      },
      InferenceRequest{"", {}, {Tensor{}}, {}, false});
  EXPECT_EQ(wait_for(InstanceState::ready).service_time, std::chrono::milliseconds{2});
  EXPECT_EQ(runs, 6);
  EXPECT_EQ(submit().get().served, std::chrono::milliseconds{12});
  // 2 ms + 0.1 * (12 ms - 2 ms)
  EXPECT_EQ(instance_->capability().service_time, std::chrono::milliseconds{3});
}

TEST_F(InstanceTest, rests_between_the_runs_that_are_timed) {
  std::atomic<int> rests = 0;
  InstanceOptions options{"read", "int8", "text", "", std::chrono::milliseconds{9}, 2, 1, [&rests] { ++rests; }, {}};
  const InferenceRequest sample{"", {}, {Tensor{}}, {}, false};
  instance_ = std::make_unique<Instance>(options, clock_, loading_, [sample] { return Instance::Loaded{nothing, sample}; },
                                         [this](const InstanceCapability& capability) { changed(capability); });
  wait_for(InstanceState::ready);
  EXPECT_EQ(rests, 5) << "before each of the five; the first run, which warms up, is not counted";
}

TEST_F(InstanceTest, runs_as_many_requests_at_once_as_it_has_workers) {
  // Each of the two waits for the other: one worker would never end.
  std::barrier both{2};
  start_load(
      [&both] {
        const auto meet = [&both](auto, const auto&) {
          both.arrive_and_wait();
          return Outcome{std::vector<Tensor>{}};
        };
        return Instance::Loaded{meet, std::nullopt};
      },
      2, 2);
  wait_for(InstanceState::ready);
  auto first = submit();
  auto second = submit();
  EXPECT_EQ(status(first.get()), 200);
  EXPECT_EQ(status(second.get()), 200);
}

class BatchingInstance : public InstanceTest {
 protected:
  // The batches' sizes are kept. One whose request's id is 1 is refused, the others are answered.
  void start_batching(Batching batching, int workers = 1) {
    InstanceOptions options{"read", "int8", "text", "", std::chrono::milliseconds{9}, 64, workers, {}, batching};
    const auto several = [this](std::span<const BatchRequest> requests) {
      gate_.pass();
      const std::lock_guard lock{mutex_};
      sizes_.push_back(requests.size());
      std::vector<Outcome> outcomes(requests.size());
      for (std::size_t place = 0; place < requests.size(); ++place) {
        if (!requests[place].parameters->empty()) outcomes[place] = Refusal{400, "it does not fit"};
      }
      return outcomes;
    };
    const auto one = [this](std::span<const Tensor>, const RequestParameters&) {
      gate_.pass();
      const std::lock_guard lock{mutex_};
      sizes_.push_back(1);
      return Outcome{std::vector<Tensor>{}};
    };
    instance_ = std::make_unique<Instance>(options, clock_, loading_, [=] { return Instance::Loaded{one, std::nullopt, several}; },
                                           [this](const InstanceCapability& capability) { changed(capability); });
    wait_for(InstanceState::ready);
  }
  std::vector<std::size_t> sizes() {
    const std::lock_guard lock{mutex_};
    return sizes_;
  }
  std::vector<std::size_t> sizes_;
};

TEST_F(BatchingInstance, runs_all_that_wait_at_once_but_no_more_than_the_most) {
  start_batching({.most = 3});
  std::vector<std::future<JobResult>> results;
  results.push_back(submit());
  gate_.wait_for_arrival();  // it runs alone; five come meanwhile
  for (int more = 0; more < 5; ++more) results.push_back(submit());
  gate_.open();
  for (auto& result : results) EXPECT_EQ(status(result.get()), 200);
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{1, 3, 2}));
}

TEST_F(BatchingInstance, waits_until_it_is_full) {
  start_batching({.most = 3, .wait = std::chrono::hours{1}});
  gate_.open();
  std::vector<std::future<JobResult>> results;
  for (int request = 0; request < 3; ++request) results.push_back(submit());
  for (auto& result : results) EXPECT_EQ(status(result.get()), 200);
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{3}));
}

TEST_F(BatchingInstance, waits_no_longer_than_it_may) {
  start_batching({.most = 3, .wait = std::chrono::milliseconds{3}});
  gate_.open();
  EXPECT_EQ(status(submit().get()), 200) << "every look at the clock is a millisecond later";
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{1}));
}

TEST_F(BatchingInstance, runs_what_waits_for_more_when_it_retires) {
  start_batching({.most = 3, .wait = std::chrono::hours{1}});
  gate_.open();
  auto result = submit();
  instance_->retire();
  EXPECT_EQ(status(result.get()), 200);
  wait_for(InstanceState::cold);
}

TEST_F(BatchingInstance, is_timed_with_a_full_batch_too) {
  InstanceOptions options{"read", "int8", "text", "", std::chrono::milliseconds{9}, 64, 1, {}, {.most = 3}};
  const auto taking = [this](int looks) {
    for (int look = 0; look < looks; ++look) clock_.now();
  };
  const auto one = [taking](std::span<const Tensor>, const RequestParameters&) {
    taking(1);  // 2 ms
    return Outcome{std::vector<Tensor>{}};
  };
  const auto several = [taking](std::span<const BatchRequest> requests) {
    taking(7);  // 8 ms for three
    return std::vector<Outcome>(requests.size());
  };
  const InferenceRequest sample{"", {}, {Tensor{}}, {}, false};
  instance_ = std::make_unique<Instance>(options, clock_, loading_, [=] { return Instance::Loaded{one, sample, several}; },
                                         [this](const InstanceCapability& capability) { changed(capability); });
  const InstanceCapability ready = wait_for(InstanceState::ready);
  EXPECT_EQ(ready.service_time, std::chrono::milliseconds{2});
  EXPECT_EQ(ready.batch, (TimedBatch{3, std::chrono::milliseconds{8}}));
}

TEST_F(BatchingInstance, one_that_fails_does_not_fail_the_others) {
  start_batching({.most = 2, .wait = std::chrono::hours{1}});
  gate_.open();
  std::promise<JobResult> promise;
  Job bad;
  bad.parameters["id"] = std::int64_t{1};
  bad.done = [&promise](JobResult outcome) { promise.set_value(std::move(outcome)); };
  instance_->submit(std::move(bad));
  auto good = submit();
  EXPECT_EQ(status(promise.get_future().get()), 400);
  EXPECT_EQ(status(good.get()), 200);
}

TEST_F(BatchingInstance, leaves_out_what_came_too_late) {
  start_batching({.most = 2, .wait = std::chrono::hours{1}});
  gate_.open();
  auto late = submit(clock_.now());
  auto good = submit();
  EXPECT_EQ(status(late.get()), 504);
  EXPECT_EQ(status(good.get()), 200);
  EXPECT_EQ(sizes(), (std::vector<std::size_t>{1}));
}

TEST_F(InstanceTest, says_why_it_failed) {
  start_load([]() -> Instance::Loaded { throw std::runtime_error{"no such operator"}; });
  EXPECT_EQ(wait_for(InstanceState::failed).failure, "no such operator");
  EXPECT_EQ(status(submit().get()), 503);
}

TEST_F(InstanceTest, fails_if_it_refuses_its_own_sample) {
  start([](auto, const auto&) { return Outcome{Refusal{400, "not an image"}}; }, InferenceRequest{});
  EXPECT_NE(wait_for(InstanceState::failed).failure.find("not an image"), std::string::npos);
}

TEST_F(InstanceTest, is_not_ready_while_it_loads) {
  start_load([this] {
    gate_.pass();
    return Instance::Loaded{nothing, std::nullopt};
  });
  gate_.wait_for_arrival();
  EXPECT_EQ(instance_->capability().state, InstanceState::loading);
  EXPECT_EQ(status(submit().get()), 503);
  gate_.open();
  wait_for(InstanceState::ready);
}

TEST_F(InstanceTest, refuses_more_than_its_queue_holds_and_keeps_the_order) {
  start([&](std::span<const Tensor>, const RequestParameters&) {
    gate_.pass();
    return Outcome{std::vector<Tensor>{}};
  });
  wait_for(InstanceState::ready);
  auto running = submit();
  gate_.wait_for_arrival();
  auto first = submit();
  auto second = submit();
  EXPECT_EQ(instance_->waiting(), 3u);
  EXPECT_EQ(status(submit().get()), 503) << "one runs, two wait, and no more may";
  gate_.open();
  EXPECT_EQ(status(running.get()), 200);
  EXPECT_LT(first.get().queued, second.get().queued);
}

TEST_F(InstanceTest, takes_a_request_without_a_queue_when_a_worker_is_free) {
  start_load(
      [this] {
        const auto wait = [this](auto, const auto&) {
          gate_.pass();
          return Outcome{std::vector<Tensor>{}};
        };
        return Instance::Loaded{wait, std::nullopt};
      },
      0, 2);
  wait_for(InstanceState::ready);
  auto first = submit();
  auto second = submit();
  EXPECT_EQ(status(submit().get()), 503) << "both workers have one, or are about to take it, and none may wait";
  gate_.open();
  EXPECT_EQ(status(first.get()), 200);
  EXPECT_EQ(status(second.get()), 200);
  EXPECT_EQ(status(submit().get()), 200);
}

TEST_F(InstanceTest, does_not_run_what_is_too_late) {
  std::atomic<int> runs = 0;
  start([&](std::span<const Tensor>, const RequestParameters&) {
    ++runs;
    gate_.pass();
    return Outcome{std::vector<Tensor>{}};
  });
  wait_for(InstanceState::ready);
  auto running = submit();
  gate_.wait_for_arrival();
  auto late = submit(clock_.now());
  gate_.open();
  const JobResult result = late.get();
  EXPECT_EQ(status(result), 504);
  EXPECT_GT(result.queued, Duration::zero());
  EXPECT_EQ(result.served, Duration::zero());
  running.get();
  EXPECT_EQ(runs, 1);
}

TEST_F(InstanceTest, turns_what_is_thrown_into_a_refusal_and_goes_on) {
  std::atomic<int> runs = 0;
  start([&](std::span<const Tensor>, const RequestParameters&) -> Outcome {
    if (++runs == 1) {
      throw std::runtime_error{"out of range"};
    }
    return std::vector<Tensor>{};
  });
  wait_for(InstanceState::ready);
  const JobResult failed = submit().get();
  EXPECT_EQ(status(failed), 500);
  EXPECT_NE(std::get<Refusal>(failed.outcome).error.find("out of range"), std::string::npos);
  EXPECT_EQ(status(submit().get()), 200);
}

TEST_F(InstanceTest, finishes_what_waits_when_it_retires) {
  start([&](std::span<const Tensor>, const RequestParameters&) {
    gate_.pass();
    return Outcome{std::vector<Tensor>{}};
  });
  wait_for(InstanceState::ready);
  auto running = submit();
  gate_.wait_for_arrival();
  auto waiting = submit();
  instance_->retire();
  EXPECT_EQ(instance_->capability().state, InstanceState::unloading);
  EXPECT_EQ(status(submit().get()), 503);
  gate_.open();
  EXPECT_EQ(status(running.get()), 200);
  EXPECT_EQ(status(waiting.get()), 200);
  wait_for(InstanceState::cold);
}

TEST_F(InstanceTest, refuses_what_waits_when_it_is_destroyed) {
  start([&](std::span<const Tensor>, const RequestParameters&) {
    gate_.pass();
    return Outcome{std::vector<Tensor>{}};
  });
  wait_for(InstanceState::ready);
  auto running = submit();
  gate_.wait_for_arrival();
  auto waiting = submit();
  std::thread opener{[&] { gate_.open(); }};
  instance_.reset();
  opener.join();
  EXPECT_EQ(status(running.get()), 200);
  const int refused = status(waiting.get());
  EXPECT_TRUE(refused == 503 || refused == 200) << refused;
}

}  // namespace
}  // namespace continuo
