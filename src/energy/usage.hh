// What a run used of nodes and links, and for whom, as its fidelity counted it.
#pragma once

#include <cstddef>
#include <vector>

#include "scenario/scenario.hh"

namespace continuo {

class Usage {
 public:
  // Nothing was used yet, in a run of this length.
  Usage(const Scenario& scenario, Duration time);

  Duration time() const { return time_; }

  // Core-seconds in use on all nodes of a tier together. A node whose profiled device is busy counts as one with all its cores in use.
  void add_busy(TierIndex tier, ServiceIndex service, double core_seconds) { busy_[tier * columns_ + service] += core_seconds; }
  // For no service's requests.
  void add_busy_beside(TierIndex tier, double core_seconds) { busy_[tier * columns_ + columns_ - 1] += core_seconds; }
  // Bytes on the wire, by the class of links (scenario/link_class.hh).
  void add_carried(std::size_t link_class, ServiceIndex service, double bytes) { carried_[link_class * columns_ + service] += bytes; }
  void add_carried_beside(std::size_t link_class, double bytes) { carried_[link_class * columns_ + columns_ - 1] += bytes; }
  // It is known that the class carried so much: what it has is shared out anew, in the same proportions.
  void set_carried(std::size_t link_class, double bytes);

  double busy(TierIndex tier, ServiceIndex service) const { return busy_[tier * columns_ + service]; }
  double busy_beside(TierIndex tier) const { return busy_[tier * columns_ + columns_ - 1]; }
  double busy(TierIndex tier) const { return sum(busy_, tier); }
  double carried(std::size_t link_class, ServiceIndex service) const { return carried_[link_class * columns_ + service]; }
  double carried_beside(std::size_t link_class) const { return carried_[link_class * columns_ + columns_ - 1]; }
  double carried(std::size_t link_class) const { return sum(carried_, link_class); }
  std::size_t link_classes() const { return carried_.size() / columns_; }

  std::vector<double> of_nodes;  // core-seconds in use, by node; empty: not told

 private:
  double sum(const std::vector<double>& table, std::size_t row) const;

  Duration time_;
  std::size_t columns_;          // a service each, and at last what was for none
  std::vector<double> busy_;     // by tier
  std::vector<double> carried_;  // by class of links
};

}  // namespace continuo
