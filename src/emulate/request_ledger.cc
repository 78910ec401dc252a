#include "emulate/request_ledger.hh"

#include <algorithm>

#include "scenario/batch_times.hh"

namespace continuo {

namespace {

bool is_completed(const LoadRecord& record) { return record.failure.empty(); }

// Of what it took in its batch, what it would have taken in a batch as large as can be.
double at_fullest(const Service& asked, const LoadRecord& record) {
  const auto variant = std::ranges::find(asked.package.variants, record.variant, &Variant::name);
  const double next = variant == asked.package.variants.end() ? 1.0 : next_share(*variant);
  return fullest_share(asked.batch.most, next) / fullest_share(static_cast<int>(record.batch), next);
}

}  // namespace

RequestLedger::RequestLedger(const Scenario& scenario) : asked_{scenario.services}, services_(scenario.services.size()), for_users_{scenario} {
  for (ServiceIndex service = 0; service < services_.size(); ++service) {
    services_[service].result.name = asked_[service].name;
  }
  for (const Stream& stream : scenario.workload) {
    if (std::holds_alternative<ClosedLoop>(stream.arrivals)) closed_.insert(stream.name);
  }
  if (!for_users_.is_mixed()) return;
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) node_numbers_.emplace(scenario.nodes[node].name, node);
}

void RequestLedger::add(const LoadRecord& record, Duration load_start) {
  const auto asked = std::ranges::find(asked_, record.service, &Service::name);
  if (asked == asked_.end()) {
    return;
  }
  OfService& service = services_.at(static_cast<std::size_t>(asked - asked_.begin()));
  ++service.records;
  ++service.of_sender[{record.stream, record.from}];
  const Duration ended = record.received - load_start;
  const bool of_user = closed_.contains(record.stream);
  if (of_user) ++service.records_of_users;
  if (is_completed(record)) {
    ++completed_;
    if (for_users_.is_mixed()) add_traffic(record, of_user);
    add_completed(service, record, *asked, of_user);
    timeline_.completed(ended, number_of(record.node), record.received - record.scheduled);
  } else {
    ++failed_;
    ++service.result.failed[record.failure];
    timeline_.failed(ended);
  }
}

void RequestLedger::add_traffic(const LoadRecord& record, bool of_user) {
  const auto from = node_numbers_.find(record.from);
  const auto to = node_numbers_.find(record.node);
  if (from == node_numbers_.end() || to == node_numbers_.end() || from == to) return;
  for_users_.add(from->second, to->second, record.request_size, of_user);
  for_users_.add(to->second, from->second, record.response_size, of_user);
}

void RequestLedger::add_completed(OfService& service, const LoadRecord& record, const Service& asked, bool of_user) {
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
  OfService::Served& served = service.served[{record.node, record.variant}];
  ++served.requests;
  const Duration held = record.served / record.batch;
  served.held += held;
  served.at_fullest += asked.batch.most > 1 ? from_seconds(to_seconds(held) * at_fullest(asked, record)) : held;
  if (of_user) {
    ++service.completed_for_users;
    served.held_for_users += held;
  }
  if (record.correct) {
    Answers& answers = result.answers[record.stream];
    ++answers.checked;
    answers.correct += *record.correct ? 1 : 0;
  }
}

std::size_t RequestLedger::number_of(const std::string& node) {
  const auto found = std::ranges::find(nodes_, node);
  if (found == nodes_.end()) {
    nodes_.push_back(node);
    return nodes_.size() - 1;
  }
  return static_cast<std::size_t>(found - nodes_.begin());
}

}  // namespace continuo
