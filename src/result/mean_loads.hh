// Loads of resources over several runs, or several parts of one.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "result/evaluation.hh"

namespace continuo {

// Each counts for its share; of the resources in the order in which they are first named. What is not named had no load there.
class MeanLoads {
 public:
  void add(const std::vector<ResourceLoad>& loads, double share) {
    for (const ResourceLoad& load : loads) {
      const auto [found, is_new] = places_.try_emplace(load.name, mean_.size());
      if (is_new) mean_.push_back({.name = load.name, .kind = load.kind});
      mean_[found->second].utilisation += share * load.utilisation;
      mean_[found->second].offered_load += share * load.offered_load;
    }
  }
  std::vector<ResourceLoad> take() { return std::move(mean_); }

 private:
  std::vector<ResourceLoad> mean_;
  std::map<std::string, std::size_t> places_;
};

}  // namespace continuo
