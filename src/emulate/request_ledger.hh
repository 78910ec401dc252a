// What the records of the load add up to, as they come: of a single request nothing is kept but its latency, in 4 bytes. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "result/evaluation.hh"
#include "scenario/scenario.hh"
#include "wire/event.hh"

namespace continuo {

class RequestLedger {
 public:
  struct OfService {
    ServiceResult result;       // generated, by_node and slo are left to the caller
    std::uint64_t within = 0;   // completed within the bound of the service level
    std::uint64_t records = 0;  // completed or failed
    std::map<std::pair<std::string, std::string>, std::uint64_t> of_sender;  // records by stream and node
    std::map<std::pair<std::string, std::string>, std::uint64_t> served;     // completed, by node and variant
  };

  explicit RequestLedger(const Scenario& scenario);

  // A record of a service that the scenario does not have counts for nothing. `load_start` on the clock of the record.
  void add(const LoadRecord& record, Duration load_start);

  std::uint64_t completed() const { return completed_; }
  std::uint64_t failed() const { return failed_; }
  const OfService& of(ServiceIndex service) const { return services_.at(service); }
  // Second by second from the beginning of the load; what ended after `load_time` is in the last one.
  std::vector<TimelineSlice> timeline(Duration load_time) const;

 private:
  struct Slice {
    std::map<std::string, std::uint64_t> completed_by_node;
    std::uint64_t failed = 0;
    std::vector<float> latencies_s;  // of the completed: 24 bits are more than a Histogram keeps
  };

  void add_completed(OfService& service, const LoadRecord& record, const Service& asked);
  void add_to_slice(const LoadRecord& record, Duration load_start);

  const std::vector<Service>& asked_;
  std::vector<OfService> services_;
  std::map<std::int64_t, Slice> slices_;  // by second
  std::uint64_t completed_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace continuo
