// The order of events of different nodes is not that of their happening: only sets are kept.
#include "emulate/readiness.hh"

#include <algorithm>

#include "emulate/addresses.hh"

namespace continuo {

void ReadinessWatch::note(const NodeEvent& event, Duration now) {
  last_change_ = now;
  const std::pair instance{event.service, event.node};
  if (event.kind == "listening") {
    listening_.insert(event.node);
  } else if (event.kind == "discovered") {
    known_.emplace(event.node, event.peer);
  } else if (event.kind == "lost") {
    known_.erase({event.node, event.peer});
  } else if (event.kind == "ready") {
    service_times_[instance] = event.service_time;
    batches_[instance] = event.batch;
    failures_.erase(instance);
  } else if (event.kind == "failed") {
    failures_[instance] = event.text;
  } else if (event.kind == "placed" && event.service.empty() && event.text == "complete" && !complete_since_) {
    complete_since_ = now;
  }
}

bool ReadinessWatch::serves_somewhere(const std::string& service) const {
  return std::any_of(service_times_.begin(), service_times_.end(),
                     [&](const auto& instance) { return instance.first.first == service; });
}

std::vector<std::string> ReadinessWatch::strangers() const {
  std::vector<std::string> lines;
  for (const Stream& stream : scenario_.workload) {
    const std::string& service = scenario_.services.at(stream.service).name;
    for (NodeIndex sender = 0; sender < scenario_.nodes.size(); ++sender) {
      const std::string& name = scenario_.nodes[sender].name;
      if (scenario_.nodes[sender].tier != stream.from || service_times_.contains({service, name})) {
        continue;
      }
      for (NodeIndex server = 0; server < scenario_.nodes.size(); ++server) {
        const std::string& peer = scenario_.nodes[server].name;
        if (service_times_.contains({service, peer}) && !known_.contains({name, peer}) &&
            !known_.contains({name, endpoint_of(server)})) {
          lines.push_back(name + " does not know " + peer + ", which serves " + service);
        }
      }
    }
  }
  return lines;
}

std::vector<std::string> ReadinessWatch::missing() const {
  std::vector<std::string> lines;
  for (const Stream& stream : scenario_.workload) {
    const std::string& service = scenario_.services.at(stream.service).name;
    if (!serves_somewhere(service)) {
      lines.push_back("no node serves " + service);
    }
  }
  for (const auto& [instance, text] : failures_) {
    lines.push_back(instance.first + " failed on " + instance.second + ": " + text);
  }
  const auto unknown = strangers();
  lines.insert(lines.end(), unknown.begin(), unknown.end());
  return lines;
}

Readiness ReadinessWatch::readiness(Duration began, Duration now) const {
  const bool all_served = std::all_of(scenario_.workload.begin(), scenario_.workload.end(), [&](const Stream& stream) {
    return serves_somewhere(scenario_.services.at(stream.service).name);
  });
  if (all_served && complete_since_) {
    if (strangers().empty() || now - *complete_since_ >= acquaintance_time_max) {
      return Readiness::ready;
    }
  } else if (all_served && now - last_change_ >= silence_time_max) {
    return Readiness::ready;
  }
  return now - began >= placement_time_max ? Readiness::failed : Readiness::waiting;
}

}  // namespace continuo
