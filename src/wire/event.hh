// What a node or a load generator tells whoever started it: one JSON object a line.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "units/bytes.hh"
#include "units/time.hh"
#include "units/timed_batch.hh"

namespace continuo {

// A line that `continuo node --events` prints. `at` is CLOCK_MONOTONIC, which all namespaces of a machine share.
//   listening   text: address
//   discovered  peer, text: "mdns" or "heartbeat"
//   lost        peer, text: why
//   fetching / loading / ready / failed   service, variant; ready: service_time, batch; failed: text
//   placed      text: one line of the hub's placement for people; when complete: service empty, text "complete"
struct NodeEvent {
  std::string kind{};
  std::string node{};
  Duration at{};
  std::string peer{};
  std::string service{};
  std::string variant{};
  Duration service_time{};
  TimedBatch batch{};  // timed beside that
  std::string text{};
};

std::string serialise(const NodeEvent& event);  // without the line feed
std::optional<NodeEvent> parse_node_event(std::string_view line);

// One request of the load, as `continuo load` prints it. Instants are CLOCK_MONOTONIC.
struct LoadRecord {
  std::string stream{};
  std::string service{};
  std::string from{};            // node that sent it
  std::uint64_t sequence = 0;
  std::string input{};           // file name
  Duration scheduled{};
  Duration sent{};
  Duration received{};         // of the complete answer; or when it failed
  std::string failure{};         // empty: completed. Else a reason: "deadline", "refused", "no-node", "http-503", ...
  std::string node{};            // who served it
  std::string variant{};
  Duration arrived{};          // at the serving node, CLOCK_MONOTONIC there
  Duration queued{};
  Duration served{};
  std::uint32_t batch = 1;       // requests that were run at once with it, and itself
  Bytes request_size = Bytes::zero();
  Bytes response_size = Bytes::zero();
  std::optional<bool> correct{};  // nothing: no expected answer
  std::string detail{};           // for people: the node's error, or what came instead of the expected answer
};

std::string serialise(const LoadRecord& record);
std::optional<LoadRecord> parse_load_record(std::string_view line);

}  // namespace continuo
