#include "load/load.hh"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <stdexcept>
#include <vector>

#include "load/load_exchange.hh"
#include "load/prepared_input.hh"
#include "scenario/files.hh"
#include "workload/schedule.hh"

namespace continuo {

namespace {

// One stream of this node: what comes next, and all that it may send, in memory.
struct Source {
  Schedule schedule;
  std::optional<Arrival> next;
  std::vector<PreparedInput> inputs;
};

class Generator {
 public:
  Generator(const Scenario& scenario, const LoadOptions& options, const Clock& clock,
            const std::function<void(const LoadRecord&)>& sink)
      : scenario_{scenario}, options_{options}, clock_{clock}, sink_{sink} {
    const DiskFiles files;
    for (Schedule& schedule : schedules_of(scenario, options.node)) {
      const Stream& stream = scenario.workload.at(schedule.stream());
      std::vector<PreparedInput> inputs;
      for (const auto& path : stream.inputs) inputs.push_back(prepare_input(scenario.services.at(stream.service), path, files));
      if (inputs.empty()) throw std::runtime_error{fmt::format("stream {} has no inputs", stream.name)};
      const auto first = schedule.next();
      sources_.push_back({std::move(schedule), first, std::move(inputs)});
    }
  }

  std::uint64_t run() {
    wait_for_next();
    context_.run();
    return records_;
  }

 private:
  // The source whose request is due first; of several due at once the first.
  Source* first_due() {
    Source* first = nullptr;
    for (Source& source : sources_) {
      if (source.next && (first == nullptr || source.next->at < first->next->at)) first = &source;
    }
    return first;
  }

  Duration due(const Source& source) const { return options_.start_at + source.next->at.time_since_epoch(); }

  // CLOCK_MONOTONIC is the clock of asio's steady timer.
  void wait_for_next() {
    const Source* source = first_due();
    if (source == nullptr) return;
    timer_.expires_at(std::chrono::steady_clock::time_point{due(*source)});
    timer_.async_wait([this](const boost::system::error_code& failure) {
      if (!failure) send_due();
    });
  }

  // What is due by now, not by a moment that moves on while it sends: a generator that is slower than its schedule returns to
  // the event loop all the same, and reads answers.
  void send_due() {
    const Duration now = clock_.now();
    for (Source* source = first_due(); source != nullptr && due(*source) <= now; source = first_due()) {
      send(*source);
      source->next = source->schedule.next();
    }
    wait_for_next();
  }

  void send(const Source& source) {
    const Stream& stream = scenario_.workload.at(source.schedule.stream());
    const Service& service = scenario_.services.at(stream.service);
    const PreparedInput& input = source.inputs.at(source.next->input);
    LoadRecord record;
    record.stream = stream.name;
    record.service = service.name;
    record.from = scenario_.nodes.at(options_.node).name;
    record.sequence = source.next->sequence;
    record.input = input.name;
    record.scheduled = due(source);
    record.sent = clock_.now();
    const Duration time_left = record.scheduled + stream.deadline - record.sent;
    if (time_left <= Duration::zero()) return fail_unsent(std::move(record), "deadline", "it was due before it could be sent");
    if (outstanding_ >= options_.outstanding_max) {
      return fail_unsent(std::move(record), "backlog", fmt::format("{} requests were unanswered", outstanding_));
    }
    HttpCall call{.address = options_.target,
                  .request = make_infer_request(service, stream, input.tensor, time_left),
                  .timeout = time_left};
    ++outstanding_;
    record.sent = clock_.now();  // composing a large request takes a while, and is the sender's
    client_.send(std::move(call), [this, &stream, &input, pending = std::move(record)](HttpResult result) mutable {
      --outstanding_;
      pending.received = clock_.now();
      conclude(pending, result, input.expectation, stream.deadline);
      finish(pending);
    });
  }

  void fail_unsent(LoadRecord record, std::string reason, std::string detail) {
    record.received = record.sent;
    record.failure = std::move(reason);
    record.detail = std::move(detail);
    finish(record);
  }

  void finish(const LoadRecord& record) {
    ++records_;
    sink_(record);
  }

  const Scenario& scenario_;
  const LoadOptions& options_;
  const Clock& clock_;
  const std::function<void(const LoadRecord&)>& sink_;
  std::vector<Source> sources_;  // not changed once running: requests on their way refer to it
  std::size_t outstanding_ = 0;
  std::uint64_t records_ = 0;
  boost::asio::io_context context_{1};
  boost::asio::steady_timer timer_{context_};
  HttpClient client_{context_};
};

}  // namespace

std::uint64_t run_load(const Scenario& scenario, const LoadOptions& options, const Clock& clock,
                       const std::function<void(const LoadRecord&)>& sink) {
  Generator generator{scenario, options, clock, sink};
  return generator.run();
}

}  // namespace continuo
