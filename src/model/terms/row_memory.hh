// Rows of messages that were followed for one point of a sweep, and phases that were drawn for it: what holds for others.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "model/terms/slow_start.hh"
#include "policy/node_classes.hh"
#include "scenario/scenario.hh"
#include "units/rng.hh"

namespace continuo {

// What a row stalls is the same for all lengths of an exchange between two bounds (FollowedRow). Poisson gaps and shares of requests take
// any interval: those are taken to the nearest of 16 an octave, within 2.2 %, so that neighbouring points have the same. Deterministic:
// an answer does not depend on what was asked before.
class RowMemory {
 public:
  // As follow_row(path). `any_interval`: it may be rounded. Valid until the next call.
  const FollowedRow& row(SlowStart path, bool any_interval);
  // The generators from which the first requests of a stream's nodes are drawn (workload/arrivals.hh), as nothing was drawn from them yet; by
  // member of the class. Valid until the next call.
  const std::vector<Rng>& arrivals(const Scenario& scenario, StreamIndex stream, const NodeClass& nodes);
  // Room for samples that another point had before: to be overwritten, and given back.
  std::vector<double> take_room();
  void give_back(std::vector<double> room) { room_.push_back(std::move(room)); }

 private:
  struct Arrivals {
    Seed seed{0};
    std::string stream;
    std::vector<std::string> nodes;
    std::vector<Rng> drawn_from;
  };
  struct Key {
    std::int64_t message = 0;
    std::int64_t rate = 0;
    std::int64_t stack = 0;  // segment, initial window, restarts
    double round_trip = 0.0;
    double jitter = 0.0;
    double interval = 0.0;
    double loss = 0.0;
    std::int64_t length = 0;
    int kind = 0;  // periodic, on one connection, opening
    std::vector<SlowStart::Other> others;
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const;
  };
  static Key key_of(const SlowStart& path);

  std::unordered_map<Key, std::vector<FollowedRow>, Hash> rows_;
  std::size_t count_ = 0;
  FollowedRow openings_;
  std::vector<std::vector<double>> room_;
  std::map<std::pair<StreamIndex, NodeIndex>, Arrivals> arrivals_;  // by the first node of the class
};

}  // namespace continuo
