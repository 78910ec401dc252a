// Placement: which variants are loaded on which nodes. A pure function of a snapshot, with a reason for each rejection.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "scenario/scenario.hh"

namespace continuo {

// A node as placement sees it: from a scenario before anything runs, or from capability documents afterwards.
struct PlacementNode {
  std::string name;
  std::string tier;
  double cpu = 1.0;    // core-seconds a second
  int cores = 1;
  Bytes memory = Bytes::zero();
  std::vector<std::string> runtimes;
};

// The part of a service's demand that placement weighs.
struct PlacementService {
  std::string name;
  std::vector<Variant> variants;
  std::optional<ServiceLevel> slo;
  double requests_per_second = 0.0;  // all sources together; 0: not known
  // Network time of a request and its answer between the sources and each node, by the model; same order as the nodes.
  // Empty: not known.
  std::vector<Duration> network_time;
  // Where the scenario's rule allows it; nothing: everywhere. Names of nodes.
  std::optional<std::vector<std::string>> only_on;
};

struct Assignment {
  std::string service;
  std::string variant;
  std::string node;
  Duration predicted{};  // latency of one request on an idle node
  auto operator<=>(const Assignment&) const = default;
};

struct Rejection {
  std::string service;
  std::string variant;
  std::string node;
  std::string reason;  // "runtime onnxruntime is absent", "needs 260 MiB, 40 MiB left", ...
};

struct Placement {
  std::vector<Assignment> assignments;
  std::vector<Rejection> rejections;
  std::vector<std::string> unplaced;  // services that no node can run
};

// Service time of a variant on an idle node: as stated for one whole core, stretched by a node that has less than one. More
// cores than one serve more requests, not a request faster.
Duration idle_service_time(const Variant& variant, double cpu);

// Puts each service on every node that can run it and meet its SLO on an idle node, with the fastest variant it has; where
// no node meets the SLO, on the one that comes nearest (and says so in the rejections of the others). A rule (`only_on`)
// outweighs the SLO: whoever names the nodes gets the service on each of them that can run it. Memory is filled in the
// order of the services. Every (service, variant, node) is either assigned or rejected with a reason. Deterministic: the same
// snapshot gives the same answer, whatever the order of the nodes; the answer is in the order of services, then node names.
Placement place(std::span<const PlacementService> services, std::span<const PlacementNode> nodes);

}  // namespace continuo
