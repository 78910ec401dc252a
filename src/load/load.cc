#include "load/load.hh"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <queue>
#include <stdexcept>
#include <utility>
#include <variant>
#include <vector>

#include "load/load_exchange.hh"
#include "load/prepared_input.hh"
#include "scenario/files.hh"
#include "workload/schedule.hh"
#include "workload/user.hh"

namespace continuo {

namespace {

// One stream of this node, or one user of a closed one: what comes next, and all that it may send, in memory.
struct Source {
  StreamIndex stream = 0;
  std::variant<Schedule, User> arrivals;
  std::shared_ptr<const std::vector<PreparedInput>> inputs;
  std::optional<Arrival> next = std::nullopt;  // nothing: the stream has ended, or the user waits for an answer
  std::size_t number = 0;
};

struct Due {
  Instant at;
  std::size_t source = 0;
  friend auto operator<=>(const Due&, const Due&) = default;
};

class Generator {
 public:
  Generator(const Scenario& scenario, const LoadOptions& options, const Clock& clock,
            const std::function<void(const LoadRecord&)>& sink)
      : scenario_{scenario}, options_{options}, clock_{clock}, sink_{sink} {
    for (StreamIndex stream = 0; stream < scenario.workload.size(); ++stream) {
      if (scenario.workload[stream].from == scenario.nodes.at(options.node).tier) add_sources(stream);
    }
  }

  std::uint64_t run() {
    wait_for_next();
    context_.run();
    return records_;
  }

 private:
  void add_sources(StreamIndex index) {
    const Stream& stream = scenario_.workload.at(index);
    const DiskFiles files;
    auto inputs = std::make_shared<std::vector<PreparedInput>>();
    for (const auto& path : stream.inputs) inputs->push_back(prepare_input(scenario_.services.at(stream.service), path, files));
    if (inputs->empty()) throw std::runtime_error{fmt::format("stream {} has no inputs", stream.name)};
    const auto* loop = std::get_if<ClosedLoop>(&stream.arrivals);
    if (loop == nullptr) {
      Schedule schedule{scenario_, index, options_.node};
      const auto first = schedule.next();
      add(Source{index, std::move(schedule), std::move(inputs), first});
      return;
    }
    for (int number = 0; number < loop->users; ++number) {
      User user{scenario_, index, options_.node, number};
      const auto first = user.first();
      add(Source{index, std::move(user), inputs, first});
    }
  }

  void add(Source source) {
    source.number = sources_.size();
    await(sources_.emplace_back(std::move(source)));
  }

  // Its next request, if it has one, is sent when it is due.
  void await(const Source& source) {
    if (source.next) awaited_.push({source.next->at, source.number});
  }

  // The source whose request is due first; of several due at once the first. Nothing: none has one.
  Source* first_due() { return awaited_.empty() ? nullptr : &sources_[awaited_.top().source]; }

  Duration due(const Arrival& arrival) const { return options_.start_at + arrival.at.time_since_epoch(); }

  // CLOCK_MONOTONIC is the clock of asio's steady timer.
  void wait_for_next() {
    const Source* source = first_due();
    if (source == nullptr) return;
    timer_.expires_at(std::chrono::steady_clock::time_point{due(*source->next)});
    timer_.async_wait([this](const boost::system::error_code& failure) {
      if (!failure) send_due();
    });
  }

  // What is due by now, not by a moment that moves on while it sends: a generator that is slower than its schedule returns to
  // the event loop all the same, and reads answers.
  void send_due() {
    const Duration now = clock_.now();
    for (Source* source = first_due(); source != nullptr && due(*source->next) <= now; source = first_due()) {
      awaited_.pop();
      const Arrival arrival = *std::exchange(source->next, std::nullopt);
      if (auto* schedule = std::get_if<Schedule>(&source->arrivals)) source->next = schedule->next();
      await(*source);
      send(*source, arrival);
    }
    wait_for_next();
  }

  void send(Source& source, const Arrival& arrival) {
    const Stream& stream = scenario_.workload.at(source.stream);
    const Service& service = scenario_.services.at(stream.service);
    const PreparedInput& input = source.inputs->at(arrival.input);
    LoadRecord record;
    record.stream = stream.name;
    record.service = service.name;
    record.from = scenario_.nodes.at(options_.node).name;
    record.sequence = arrival.sequence;
    record.input = input.name;
    record.scheduled = due(arrival);
    record.sent = clock_.now();
    const Duration time_left = record.scheduled + stream.deadline - record.sent;
    if (time_left <= Duration::zero()) return fail_unsent(source, std::move(record), "deadline", "it was due before it could be sent");
    if (outstanding_ >= options_.outstanding_max && std::holds_alternative<Schedule>(source.arrivals)) {
      return fail_unsent(source, std::move(record), "backlog", fmt::format("{} requests were unanswered", outstanding_));
    }
    HttpCall call{.address = options_.target,
                  .request = make_infer_request(service, stream, input.tensor, time_left),
                  .timeout = time_left};
    ++outstanding_;
    record.sent = clock_.now();  // composing a large request takes a while, and is the sender's
    client_.send(std::move(call), [this, &source, &stream, &input, pending = std::move(record)](HttpResult result) mutable {
      --outstanding_;
      pending.received = clock_.now();
      conclude(pending, result, input.expectation, stream.deadline);
      finish(source, pending);
      if (std::holds_alternative<User>(source.arrivals)) wait_for_next();
    });
  }

  void fail_unsent(Source& source, LoadRecord record, std::string reason, std::string detail) {
    record.received = record.sent;
    record.failure = std::move(reason);
    record.detail = std::move(detail);
    finish(source, record);
  }

  void finish(Source& source, const LoadRecord& record) {
    ++records_;
    sink_(record);
    auto* user = std::get_if<User>(&source.arrivals);
    if (user == nullptr) return;
    source.next = user->after(scenario_start + (record.received - options_.start_at), !record.failure.empty());
    await(source);
  }

  const Scenario& scenario_;
  const LoadOptions& options_;
  const Clock& clock_;
  const std::function<void(const LoadRecord&)>& sink_;
  std::vector<Source> sources_;  // none is added once running: requests on their way refer to them
  std::priority_queue<Due, std::vector<Due>, std::greater<>> awaited_;  // of each source that has a next request, that one
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
