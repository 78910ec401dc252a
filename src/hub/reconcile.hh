// Desired and actual: what must be loaded and unloaded, and where, so that the nodes serve what the scenario asks for.
//
// A pure function of the scenario, the living nodes' capability documents and the orders given so far. It asks again for
// nothing that is under way, and decides by stated service times only, so measurements cannot make it flap.
#pragma once

#include <map>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "policy/placement.hh"
#include "scenario/scenario.hh"
#include "units/time.hh"
#include "wire/capability.hh"

namespace continuo {

struct HubAction {
  enum class Kind { load, unload };
  Kind kind = Kind::load;
  std::string node;
  std::string address;
  std::string service;
  std::string variant;  // of load
  std::string package;  // of load: digest of the manifest
  std::string from;     // of load: address of a node that has the files; empty: the node has them itself
  int queue = queue_default;  // of load: requests that may wait
  Batching batch = {};        // of load
  bool operator==(const HubAction&) const = default;
};

// What was ordered before; the caller keeps it.
struct HubOrder {
  Duration at{};
  int attempts = 0;  // in a row, without the instance having become ready
};
using HubOrderKey = std::tuple<std::string, std::string, std::string>;  // node, service, variant; empty variant: unload
using HubOrders = std::map<HubOrderKey, HubOrder>;

struct HubSituation {
  std::string hub;                       // id of the node that has every package
  Duration now{};
  Duration started{};                    // of the hub
  std::span<const Capability> nodes;     // alive; the hub itself among them
  const HubOrders& orders;
};

struct HubOptions {
  // A service that no node known so far can answer within its SLO is placed on the nearest only after all nodes of the scenario
  // have been met, or after this long.
  Duration settle = std::chrono::seconds{5};
  Duration answer = std::chrono::seconds{2};       // an order that shows nothing by then is given again,
  Duration longest_wait = std::chrono::seconds{60};  // a failed one after twice as long each time, at most this
};

struct HubPlan {
  Placement placement;
  std::vector<HubAction> actions;
  std::vector<std::string> lines;  // the placement for people: assignments, rejections, what waits or failed
  bool complete = false;           // every service is placed and all that is placed is ready
};

HubPlan reconcile(const Scenario& scenario, const HubSituation& situation, const HubOptions& options = {});

}  // namespace continuo
