// Work on several threads whose results come in order.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace continuo {

// work(0), work(1), ... work(count - 1) on so many threads; deliver(index, result) on the calling one, in order, each as soon as
// it and all before it are done. `stop` may be set at any time, by a signal handler too: work that was begun is ended and
// delivered, no more is begun. What work throws is thrown here, after what came before it was delivered.
template <class Result>
void work_in_order(std::size_t count, std::size_t threads, const std::function<Result(std::size_t)>& work,
                   const std::function<void(std::size_t, Result)>& deliver, const std::atomic<bool>& stop) {
  std::mutex mutex;
  std::condition_variable changed;
  std::map<std::size_t, Result> done;
  std::map<std::size_t, std::exception_ptr> thrown;
  std::atomic<std::size_t> next{0};
  std::atomic<bool> failed{false};
  std::size_t working = std::clamp<std::size_t>(threads, 1, std::max<std::size_t>(count, 1));
  const auto run = [&] {
    while (!stop.load() && !failed.load()) {
      const std::size_t index = next.fetch_add(1);
      if (index >= count) break;
      try {
        Result result = work(index);
        const std::lock_guard lock{mutex};
        done.emplace(index, std::move(result));
      } catch (...) {
        failed.store(true);
        const std::lock_guard lock{mutex};
        thrown.emplace(index, std::current_exception());
      }
      changed.notify_one();
    }
    const std::lock_guard lock{mutex};
    --working;
    changed.notify_one();
  };
  std::vector<std::jthread> workers;
  for (std::size_t thread = working; thread > 0; --thread) workers.emplace_back(run);
  try {
    for (std::size_t index = 0; index < count; ++index) {
      std::unique_lock lock{mutex};
      changed.wait(lock, [&] { return done.contains(index) || thrown.contains(index) || working == 0; });
      if (thrown.contains(index)) std::rethrow_exception(thrown.at(index));
      if (!done.contains(index)) return;  // stopped
      Result result = std::move(done.extract(index).mapped());
      lock.unlock();
      deliver(index, std::move(result));
    }
  } catch (...) {
    failed.store(true);
    throw;
  }
}

}  // namespace continuo
