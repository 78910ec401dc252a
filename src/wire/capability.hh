// What a node says of itself: the capability document, served over HTTP, and the heartbeat that keeps its lease.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "units/bytes.hh"
#include "units/time.hh"
#include "units/timed_batch.hh"

namespace continuo {

// cold -> fetching -> loading -> ready -> unloading -> cold; any -> failed
enum class InstanceState { cold, fetching, loading, ready, unloading, failed };

struct RuntimeCapability {
  std::string name;     // "onnxruntime"
  std::string version;  // "1.29.0"; empty: not known before its library is loaded
};

// A variant loaded, or on its way, on a node.
struct InstanceCapability {
  std::string service;
  std::string variant;
  std::string task;
  std::string digest;  // of the package
  InstanceState state = InstanceState::cold;
  Duration service_time{};  // measured on this node at its quota; 0 until measured
  std::string failure;      // why, if failed
  TimedBatch batch{};       // measured beside that; not sent to others
};

struct Capability {
  std::string id;       // unique name of the node
  std::string tier;
  std::string address;  // "10.77.0.2:8000"; how others reach it
  int cores = 1;
  double quota = 1.0;   // share of each core
  Bytes memory = Bytes::zero();
  std::string architecture;            // "x86_64"
  std::vector<std::string> isa;        // "avx2", "avx512f", "neon"
  std::vector<std::string> accelerators;
  std::vector<RuntimeCapability> runtimes;
  std::vector<InstanceCapability> instances;
};

std::string serialise(const Capability& capability);  // JSON, schema continuo.capability/1
// Bounded and strict; the error names the key. Never throws on bad input.
std::variant<Capability, std::string> parse_capability(std::string_view json);

struct QueueLength {
  std::string service;
  std::uint32_t waiting = 0;  // requests waiting for or held by a worker
  Duration service_time{};    // current estimate on that node
  std::uint32_t workers = 1;  // runs it has in service at once
  std::uint32_t batch = 1;    // requests of one such run, at most; the estimate is of a run
  std::uint32_t arrivals = 0; // requests that come a second, as policy/arrival_rate.hh has it; a node that does not say takes none
};

struct PeerAddress {
  std::string id;
  std::string address;
};

// Sent to every known peer each heartbeat interval, and returned by it. Carries what routing needs, and who else is
// known, so that nodes out of multicast reach of each other meet.
struct Heartbeat {
  std::string id;
  std::string address;
  std::string digest;  // SHA-256 of the capability document: when it changes, fetch the document again
  std::vector<QueueLength> queues;
  std::vector<PeerAddress> peers;
};

std::string serialise(const Heartbeat& heartbeat);
std::variant<Heartbeat, std::string> parse_heartbeat(std::string_view json);

const char* to_string(InstanceState state);

}  // namespace continuo
