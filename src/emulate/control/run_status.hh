// What `status` answers: the run as a JSON object that fits into one message. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "units/time.hh"

namespace continuo {

struct RunStatus {
  std::string scenario;
  std::string phase;
  Duration up{};
  std::uint64_t scheduled = 0;
  std::uint64_t completed = 0;
  std::uint64_t failed = 0;
  std::optional<Duration> load = std::nullopt;  // since it began
  struct Node {
    std::string name;
    std::string address;
    std::string state;
    double quota = 1.0;
  };
  std::vector<Node> nodes;
  std::vector<std::pair<std::string, std::string>> cut;  // pairs of nodes
};

// At most `size_max` bytes, which must be enough for the figures alone: pairs and nodes beyond that are left out, and
// "cut_left_out" and "nodes_left_out" say how many. Pairs take half of the room at most.
std::string render(const RunStatus& status, std::size_t size_max);

}  // namespace continuo
