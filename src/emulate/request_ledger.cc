#include "emulate/request_ledger.hh"

#include <algorithm>

namespace continuo {

namespace {

constexpr Duration slice = std::chrono::seconds{1};

bool is_completed(const LoadRecord& record) { return record.failure.empty(); }

}  // namespace

RequestLedger::RequestLedger(const Scenario& scenario) : asked_{scenario.services}, services_(scenario.services.size()) {
  for (ServiceIndex service = 0; service < services_.size(); ++service) {
    services_[service].result.name = asked_[service].name;
  }
}

void RequestLedger::add(const LoadRecord& record, Duration load_start) {
  const auto asked = std::ranges::find(asked_, record.service, &Service::name);
  if (asked == asked_.end()) {
    return;
  }
  OfService& service = services_.at(static_cast<std::size_t>(asked - asked_.begin()));
  ++service.records;
  ++service.of_sender[{record.stream, record.from}];
  if (is_completed(record)) {
    ++completed_;
    add_completed(service, record, *asked);
  } else {
    ++failed_;
    ++service.result.failed[record.failure];
  }
  add_to_slice(record, load_start);
}

void RequestLedger::add_completed(OfService& service, const LoadRecord& record, const Service& asked) {
  ServiceResult& result = service.result;
  const Duration latency = record.received - record.scheduled;
  ++result.completed;
  result.latency.add(latency);
  result.stages.prepare.add(record.sent - record.scheduled);
  result.stages.uplink.add(record.arrived - record.sent);
  result.stages.queue.add(record.queued);
  result.stages.service.add(record.served);
  result.stages.downlink.add(record.received - record.arrived - record.queued - record.served);
  service.within += asked.slo && latency <= asked.slo->bound ? 1 : 0;
  ++service.served[{record.node, record.variant}];
  if (record.correct) {
    Answers& answers = result.answers[record.stream];
    ++answers.checked;
    answers.correct += *record.correct ? 1 : 0;
  }
}

void RequestLedger::add_to_slice(const LoadRecord& record, Duration load_start) {
  const Duration at = record.received - load_start;
  if (at < Duration::zero()) {
    return;
  }
  Slice& there = slices_[at / slice];
  if (is_completed(record)) {
    ++there.completed_by_node[record.node];
    there.latencies_s.push_back(static_cast<float>(to_seconds(record.received - record.scheduled)));
  } else {
    ++there.failed;
  }
}

std::vector<TimelineSlice> RequestLedger::timeline(Duration load_time) const {
  std::vector<TimelineSlice> timeline;
  auto next = slices_.begin();
  for (Duration from{}; from < load_time; from += slice) {
    const bool is_last = from + slice >= load_time;
    TimelineSlice& made = timeline.emplace_back();
    made.from = from;
    made.to = std::min<Duration>(from + slice, load_time);
    Histogram latencies;
    for (; next != slices_.end() && (is_last || next->first <= from / slice); ++next) {
      for (const auto& [node, requests] : next->second.completed_by_node) {
        made.completed_by_node[node] += requests;
      }
      made.failed += next->second.failed;
      for (const float latency : next->second.latencies_s) {
        latencies.add(from_seconds(static_cast<double>(latency)));
      }
    }
    if (!latencies.empty()) {
      made.latency_p50 = latencies.percentile(0.5);
      made.latency_p95 = latencies.percentile(0.95);
    }
  }
  return timeline;
}

}  // namespace continuo
