// Follows the events of the nodes until the load may begin. Pure.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenario/scenario.hh"
#include "wire/event.hh"

namespace continuo {

enum class Readiness { waiting, ready, failed };

// The load begins when the hub has said that the placement is complete, every service of the workload is ready somewhere, and
// every sender knows each node that serves it. What only lacks the last is waited for a few seconds, then noted.
class ReadinessWatch {
 public:
  explicit ReadinessWatch(const Scenario& scenario) : scenario_{scenario} {}

  void note(const NodeEvent& event, Duration now);

  std::size_t listening() const { return listening_.size(); }
  // `began`: when the waiting did. Failed: no answer within placement_time_max.
  Readiness readiness(Duration began, Duration now) const;
  // What is missing, for people; empty: nothing.
  std::vector<std::string> missing() const;

  // By service and node, as measured on arrival there.
  const std::map<std::pair<std::string, std::string>, Duration>& service_times() const { return service_times_; }
  // Where several were run at once, too.
  const std::map<std::pair<std::string, std::string>, TimedBatch>& batches() const { return batches_; }

  static constexpr Duration placement_time_max = std::chrono::seconds{120};
  static constexpr Duration acquaintance_time_max = std::chrono::seconds{5};
  static constexpr Duration silence_time_max = std::chrono::seconds{15};  // of a hub that never says "complete"

 private:
  bool serves_somewhere(const std::string& service) const;
  std::vector<std::string> strangers() const;

  const Scenario& scenario_;
  std::set<std::string> listening_;
  std::set<std::pair<std::string, std::string>> known_;  // (node, peer)
  std::map<std::pair<std::string, std::string>, Duration> service_times_;
  std::map<std::pair<std::string, std::string>, TimedBatch> batches_;
  std::map<std::pair<std::string, std::string>, std::string> failures_;
  std::optional<Duration> complete_since_;
  Duration last_change_{};
};

}  // namespace continuo
