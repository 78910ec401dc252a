// The Evaluation: the one kind of answer that every fidelity gives. docs/evaluation.schema.json is its JSON form.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "result/energy_use.hh"
#include "result/histogram.hh"
#include "units/bytes.hh"
#include "units/seed.hh"
#include "units/time.hh"

namespace continuo {

enum class Fidelity { model, simulate, emulate, deploy };

enum class ResourceKind { cpu, link, accelerator, memory };

// Where a request's latency went. The stages of one request add up to its latency.
//   prepare   from its scheduled time to the moment it is handed to the network
//   uplink    until the serving node has all of it (serialisation, propagation, forwarding)
//   queue     waiting for a worker of the serving node
//   service   decoding, inference and post-processing there
//   downlink  the way back
struct Stages {
  Histogram prepare;
  Histogram uplink;
  Histogram queue;
  Histogram service;
  Histogram downlink;
};

struct ServedShare {
  std::string node;
  std::string variant;
  double share = 0.0;  // of the completed requests, [0, 1]
  std::uint64_t requests = 0;
};

struct ServiceLevelMet {
  Duration bound{};
  double quantile = 0.95;
  double met_share = 0.0;  // of the generated requests: a failed one has not met it
};

// Replies compared with the expected answer, where the input has one.
struct Answers {
  std::uint64_t checked = 0;
  std::uint64_t correct = 0;
};

// Of the confidence intervals about a latency's figures: the figure is known to plus or minus this.
struct HalfWidths {
  Duration mean{};
  Duration p50{};
  Duration p95{};
  Duration p99{};
};

struct ServiceResult {
  std::string name;
  std::uint64_t generated = 0;
  std::uint64_t completed = 0;
  std::map<std::string, std::uint64_t> failed;  // by reason; generated = completed + sum
  Histogram latency;                            // from the scheduled time; completed requests only
  Stages stages;
  std::vector<ServedShare> by_node;
  std::optional<ServiceLevelMet> slo;
  std::map<std::string, Answers> answers;  // by stream of the workload
  std::optional<HalfWidths> half_widths = std::nullopt;  // over the replications; nothing: too few that completed a request
};

struct ResourceLoad {
  std::string name;  // "edge-1 cpu", "endpoint-1 to edge-1"
  ResourceKind kind = ResourceKind::cpu;
  double utilisation = 0.0;   // busy share of its capacity, [0, 1]
  double offered_load = 0.0;  // demand over capacity; above 1: overloaded
};

// One inequality of the SPEC-RG first-order model: demand < capacity, strictly.
struct Inequality {
  std::string name;     // "worker compute: T_proc R E < C_w Q_w"
  std::string subject;  // which node, service or link
  double demand = 0.0;
  double capacity = 0.0;
  std::string unit;
  bool holds = false;
};

// What the scenario asked of the infrastructure beside what was measured during the run.
struct DeliveryCheck {
  std::string what;  // "delay endpoint to edge"
  std::string unit;
  double requested = 0.0;
  double delivered = 0.0;
  double tolerance = 0.0;  // absolute, in the same unit
  bool ok = false;
  std::string note;
};

// observed: it was seen to happen, as a node lost or a service moved. scenario: one of its events, applied. command: somebody
// asked the running emulation for it.
enum class EventOrigin { observed, scenario, command };

struct TimelineEvent {
  Duration at{};  // after the load began
  std::string what;
  EventOrigin origin = EventOrigin::observed;
  std::optional<Duration> late = std::nullopt;  // of a scenario's event: applied that much after its time
};

// What was answered and what failed within one interval of the run.
struct TimelineSlice {
  Duration from{};
  Duration to{};
  std::map<std::string, std::uint64_t> completed_by_node;
  std::uint64_t failed = 0;
  std::optional<Duration> latency_p50 = std::nullopt;  // of the completed; nothing: there are none
  std::optional<Duration> latency_p95 = std::nullopt;
};

// A program of the workload that ran on one node.
struct ProgramResult {
  std::string name;
  std::string node;
  std::string command;
  Duration started{};  // after the load began
  Duration ran{};
  std::optional<int> status = std::nullopt;  // its exit status; 128 + signal if it was killed; nothing: it did not end by itself
  std::string end;     // for people: "exited with status 0"
  std::string output;  // standard output and error, as they came; at most 64 KiB
};

// The settings of the TCP/IP stacks of a tier's nodes, as the kernel told them.
struct NetworkStackUsed {
  std::string tier;
  std::string congestion_control;
  int initial_window = 0;  // segments
  bool slow_start_after_idle = true;
  Bytes receive_buffer_max = Bytes::zero();
  Bytes send_buffer_max = Bytes::zero();
  Bytes mtu = Bytes::zero();
};

// What became of the packets of one pair of nodes, or of one node's access link, while the load ran:
// offered + duplicated = delivered + the dropped + those still on the way (less those that were when it began).
struct PathTraffic {
  std::string link;  // as among the resources: "endpoint to edge"; of an access link "endpoint-1 up"
  std::string from;  // node; both empty: all other pairs that this link of the scenario stands for
  std::string to;    // of an access link one is empty
  std::uint64_t offered_packets = 0;
  Bytes offered = Bytes::zero();
  std::uint64_t delivered_packets = 0;
  Bytes delivered = Bytes::zero();
  std::uint64_t duplicated_packets = 0;
  std::uint64_t corrupted_packets = 0;           // delivered with a bit flipped
  std::map<std::string, std::uint64_t> dropped;  // by cause: "lost", "queue full", "codel", "cut", "memory"
  // How long what was delivered had waited before its transmission: so many packets less than `below`, and not less than half.
  struct Waited {
    Duration below{};
    std::uint64_t packets = 0;
  };
  std::vector<Waited> queueing;  // ascending
};

// The same scenario with so many seeds, taken together as one (result/replications.hh).
struct Replications {
  std::vector<Seed> seeds;
  double confidence = 0.95;  // of the half widths
};

struct Evaluation {
  std::string scenario;
  Fidelity fidelity = Fidelity::model;
  Seed seed{1};
  std::string commit;
  Duration duration{};
  bool valid = true;
  std::vector<std::string> invalid_because;  // empty iff valid
  std::vector<ServiceResult> services;
  std::vector<ResourceLoad> resources;
  bool feasible = true;
  std::string bottleneck;  // name of a resource; empty if there is no load
  double bottleneck_load = 0.0;
  std::optional<EnergyUse> energy = std::nullopt;  // nothing: what nodes and links did is not known
  std::vector<Inequality> inequalities;  // model only
  std::vector<DeliveryCheck> delivery;   // emulate and deploy only
  std::vector<TimelineEvent> events;
  std::vector<TimelineSlice> timeline;
  std::vector<ProgramResult> programs;  // emulate and deploy only
  std::vector<PathTraffic> traffic;     // emulate only
  std::map<std::string, double> startup_ms;  // "up", "first answer": emulate and deploy only
  std::vector<NetworkStackUsed> network_stack;  // emulate only
  std::optional<Replications> replications = std::nullopt;  // simulate only; nothing: one run
  std::vector<std::string> notes;            // assumptions and remarks for people
};

// Requests over the answered ones, of open streams: what was not answered would have cost as much as what was. 1 if nothing was answered.
// Not of users: who is refused, asks again at once and gets no more done for it.
double generated_to_completed(std::uint64_t generated, std::uint64_t completed);

// What open streams ask for is taken over the time in which their requests were generated, not over that which it took to answer them: in
// overload the second is longer. By how much: 1 at least.
double answered_to_generated(Duration generated, Duration answered);

// The load offered to a resource by open streams and by users of closed loops. Each of these waits for its answer: all of them take no more
// than the open streams leave, and fill a resource to a millionth of it, as the model has it, without overloading it.
double load_beside_users(double open, double users);

// Sets bottleneck, its load and feasible from the resources; memory does not count, it is full or not.
void find_bottleneck(Evaluation& evaluation);

// By how much the load can grow until the resource is full, as a share of what it is: 1 / offered_load - 1. Below 0: it is overloaded, and
// has to lose that share. Nothing: nothing is asked of it; or it is memory, which is full or not.
std::optional<double> head_room(const ResourceLoad& resource);
// Of the whole scenario, at the same shares: until its bottleneck is full.
std::optional<double> head_room(const Evaluation& evaluation);

const char* to_string(Fidelity fidelity);
// Nothing: none is called so.
std::optional<Fidelity> fidelity_called(std::string_view name);
const char* to_string(ResourceKind kind);
const char* to_string(EventOrigin origin);

}  // namespace continuo
