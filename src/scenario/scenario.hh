// The Scenario: the immutable, validated description of what is asked. docs/scenario.md describes its file format.
//
// A Scenario is built once by parse_scenario (scenario/parse.hh) or in a test, checked whole, and then only read. Indices
// (TierIndex, NodeIndex, ...) point into its vectors and are valid for that Scenario alone.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenario/event.hh"
#include "scenario/link_properties.hh"
#include "scenario/network_stack.hh"
#include "scenario/queueing.hh"
#include "scenario/service_package.hh"
#include "units/bit_rate.hh"
#include "units/bytes.hh"
#include "units/energy.hh"
#include "units/probability.hh"
#include "units/seed.hh"
#include "units/time.hh"

namespace continuo {

using TierIndex = std::size_t;
using NodeIndex = std::size_t;
using ServiceIndex = std::size_t;
using StreamIndex = std::size_t;

// The part a tier plays in the continuum; the wireless presets give their figures by role.
enum class Role { cloud, edge, endpoint };
const char* to_string(Role role);

// What a node draws: linear between idle and busy by the share of its cores in use; at a quota of a half never more than halfway.
struct PowerDraw {
  Power idle = Power::watts(0);
  Power busy = Power::watts(0);

  friend bool operator==(const PowerDraw&, const PowerDraw&) = default;
};

// What a node costs for each hour, used or not.
struct Price {
  double per_hour = 0.0;
  std::string currency;  // "USD"; the same in a whole scenario

  friend bool operator==(const Price&, const Price&) = default;
};

// Nodes alike in role and hardware.
struct Tier {
  std::string name;
  Role role = Role::edge;
  int nodes = 1;
  int cores = 1;
  double quota = 1.0;  // share of each core that a node may use, (0, 1]
  Bytes memory = Bytes::gibibytes(1);
  // The runtimes that the nodes of this tier are said to have; nothing: whatever the program finds on arrival.
  std::optional<std::vector<std::string>> runtimes = std::nullopt;

  std::vector<int> pinned = {};                       // to these cores of the host; empty: to none
  std::optional<int> processes = std::nullopt;        // at most as many, threads included
  std::optional<BitRate> disk_read = std::nullopt;    // nothing: unlimited
  std::optional<BitRate> disk_write = std::nullopt;
  NetworkStack network = {};
  std::optional<PowerDraw> power = std::nullopt;  // nothing: what is usual for its role
  std::optional<Price> price = std::nullopt;      // nothing: not stated, and no part of the cost

  double cpu() const { return cores * quota; }  // core-seconds a second of one node
};

// One machine. Named TIER-N, counted from 1 within its tier.
struct Node {
  std::string name;
  TierIndex tier = 0;
};

// What is true of every ordered pair (node of `from`, node of `to`).
struct Link {
  TierIndex from = 0;
  TierIndex to = 0;
  LinkProperties properties;
  std::string label;  // for people: "endpoint to edge (4g)"
};

// An ordered pair of nodes that has figures of its own, instead of those of its tiers.
struct PairLink {
  NodeIndex from = 0;
  NodeIndex to = 0;
  LinkProperties properties;
  std::string label;  // "endpoint-1 to edge-2"
};

// Nodes on one LAN: the reach of multicast discovery.
struct Site {
  std::string name;
  std::vector<NodeIndex> nodes;
};

// At least `quantile` of all requests are answered within `bound`.
struct ServiceLevel {
  double quantile = 0.95;
  Duration bound{};
};

struct Service {
  std::string name;
  ServicePackage package = {};
  std::optional<ServiceLevel> slo = std::nullopt;
  int queue = queue_default;  // requests that may wait at each instance; more are refused
  Batching batch = {};
};

// One request every interval, exactly; the phase of each source is drawn from the seed.
struct Periodic {
  Duration interval{};
};
// Independent requests, exponential gaps with this mean.
struct Poisson {
  Duration mean_interval{};
};
// Each node has so many users; each sends a request, waits for the answer or the failure, thinks, and sends the next.
struct ClosedLoop {
  int users = 1;
  Duration think{};          // mean
  bool exponential = false;  // thinking times are; else all alike
};
using Arrivals = std::variant<Periodic, Poisson, ClosedLoop>;

// What messages travel by.
enum class Transport { http, grpc, mqtt };
const char* to_string(Transport transport);

using ParameterValue = std::variant<bool, double, std::string>;

// One line of the workload: every node of a tier sends one service's requests by one arrival process.
struct Stream {
  std::string name;
  TierIndex from = 0;
  ServiceIndex service = 0;
  Arrivals arrivals;
  std::vector<std::filesystem::path> inputs;  // resolved, sorted, in the order they are sent (cycled)
  Bytes input_size = Bytes::zero();           // mean over the inputs
  std::map<std::string, ParameterValue> parameters;  // sent with every request
  Duration start{};                                  // after the load begins
  Duration duration{};
  Duration deadline{};  // a request not answered by then has failed
  Transport transport = Transport::http;

  // Of one node's requests; in a closed loop the least that it can be, with answers that take no time: at least a microsecond.
  Duration mean_interval() const;
};

// A program of the user's that runs on a node during the load: what it prints and its exit status are kept.
struct Program {
  std::string name;
  std::vector<NodeIndex> on;
  std::string command;  // for /bin/sh
  Duration start{};     // after the load begins
  Duration deadline{};  // what runs longer is killed
};

// Infrastructure that runs on a node beside inference, up before the load begins.
struct OperatingService {
  enum class Kind { mosquitto, prometheus };
  Kind kind = Kind::mosquitto;
  NodeIndex on = 0;
};

// How far what was delivered may be from what was asked; see docs/emulation.md for how each is used.
struct DeliveryTolerances {
  Duration delay = std::chrono::milliseconds{1};
  double delay_share = 0.05;
  double rate_share = 0.05;
  double cpu_share = 0.10;
  Duration lateness_p99 = std::chrono::milliseconds{1};
};

struct PlaceAutomatically {};
struct PlaceOnTier {
  TierIndex tier = 0;
};
struct PlaceExplicitly {
  std::map<ServiceIndex, std::vector<NodeIndex>> nodes;
};
using PlacementRule = std::variant<PlaceAutomatically, PlaceOnTier, PlaceExplicitly>;

struct Scenario {
  std::string name;
  std::filesystem::path file;  // where it came from; empty for one built in memory
  std::vector<std::string> changes = {};  // PATH=VALUE, made to what the file says: who reads the file again makes them again
  std::vector<Tier> tiers;
  std::vector<Node> nodes;  // in tier order: derived from tiers
  std::vector<Link> links;  // one for every ordered pair of tiers, same tier included
  std::vector<PairLink> pair_links;  // sorted by (from, to)
  std::vector<AccessLink> access;    // by node; empty: none has one
  std::vector<Site> sites;  // every node is in exactly one
  std::vector<Service> services;
  std::vector<Stream> workload;
  PlacementRule placement = PlaceAutomatically{};
  NodeIndex hub = 0;  // the node that holds the service packages at the start and keeps the placement
  Seed seed{1};
  std::vector<Event> events;  // in the order of time
  std::vector<Program> programs;
  std::vector<OperatingService> operating;
  DeliveryTolerances tolerances;

  const LinkProperties& link(NodeIndex from, NodeIndex to) const;
  const Tier& tier_of(NodeIndex node) const { return tiers.at(nodes.at(node).tier); }
  bool same_site(NodeIndex one, NodeIndex other) const;
  // From the first stream's start to the last stream's end.
  Duration duration() const;
  // After the load begins: when the last stream ends, and the last program at the latest.
  Duration end() const;
};

// Of all nodes that send the stream, in the mean while it lasts. Of a closed loop it is the most that can be answered: its users wait for the
// fastest variant on a whole core and for no network, and all cores of the scenario together do no more than that variant lets them. Requests
// that fail are not counted: who is refused at once comes back after the thinking time, or a millisecond.
double requests_per_second(const Scenario& scenario, const Stream& stream);

// What people call the link: its label, or the names of its tiers.
std::string link_label(const Scenario& scenario, const Link& link);

// Between tiers that no link of the file joins, and within a tier: a switched LAN. [delay 0.1 ms, 1 Gbit/s]
LinkProperties default_link();

}  // namespace continuo
