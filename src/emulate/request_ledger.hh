// What the records of the load add up to, as they come: of a single request nothing is kept but its latency, in 4 bytes. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "result/evaluation.hh"
#include "result/timeline_tally.hh"
#include "scenario/scenario.hh"
#include "wire/event.hh"
#include "workload/user_traffic.hh"

namespace continuo {

class RequestLedger {
 public:
  struct OfService {
    ServiceResult result;       // generated, by_node and slo are left to the caller
    std::uint64_t within = 0;   // completed within the bound of the service level
    std::uint64_t records = 0;  // completed or failed
    std::uint64_t records_of_users = 0;    // of these, those of closed loops
    std::uint64_t completed_for_users = 0;
    std::map<std::pair<std::string, std::string>, std::uint64_t> of_sender;  // records by stream and node
    struct Served {
      std::uint64_t requests = 0;  // completed
      Duration held{};             // in service, all of them together; of a batch each has its part
      Duration at_fullest{};       // the same if all batches had been as large as can be
      Duration held_for_users{};   // of these, requests of closed loops
    };
    std::map<std::pair<std::string, std::string>, Served> served;  // by node and variant
  };

  explicit RequestLedger(const Scenario& scenario);

  // A record of a service that the scenario does not have counts for nothing. `load_start` on the clock of the record.
  void add(const LoadRecord& record, Duration load_start);

  std::uint64_t completed() const { return completed_; }
  std::uint64_t failed() const { return failed_; }
  const OfService& of(ServiceIndex service) const { return services_.at(service); }
  // Of the messages of completed requests.
  const UserTraffic& for_users() const { return for_users_; }
  // Second by second from the beginning of the load; what ended after `load_time` is in the last one.
  std::vector<TimelineSlice> timeline(Duration load_time) const { return timeline_.timeline(load_time, nodes_); }

 private:
  void add_traffic(const LoadRecord& record, bool of_user);
  void add_completed(OfService& service, const LoadRecord& record, const Service& asked, bool of_user);
  std::size_t number_of(const std::string& node);

  const std::vector<Service>& asked_;
  std::vector<OfService> services_;
  std::set<std::string, std::less<>> closed_;  // streams
  UserTraffic for_users_;
  std::map<std::string, NodeIndex, std::less<>> node_numbers_;  // of the scenario, where it is mixed
  TimelineTally timeline_;
  std::vector<std::string> nodes_;  // that have served, as the time line numbers them
  std::uint64_t completed_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace continuo
