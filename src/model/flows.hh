// Who may send what to whom: the scenario and a placement, flattened for the model's arithmetic. Nodes that are alike are one: what
// holds for a member of a class holds for each, and loads are those of one member.
#pragma once

#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "model/options.hh"
#include "model/terms/waiting.hh"
#include "policy/node_classes.hh"
#include "policy/routing.hh"
#include "policy/serving_plan.hh"
#include "policy/transport.hh"

namespace continuo {

inline constexpr std::size_t no_link = std::numeric_limits<std::size_t>::max();
inline constexpr std::size_t no_waits = no_link;

// What serves requests on each node of a class.
struct ServerClass {
  std::size_t nodes = 0;  // class
  Server::Kind kind = Server::Kind::cpu;
  double capacity = 1.0;  // core-seconds a second of one
  int workers = 1;        // of one
  std::size_t count = 1;
  double busy_factor = 1.0;
};

// The directed links between a node of one class and a node of another (or another of the same one).
struct ClassLink {
  std::size_t from = 0;
  std::size_t to = 0;
  NodeIndex from_node = 0;  // one such pair
  NodeIndex to_node = 0;
  const LinkProperties* properties = nullptr;
  double delay = 0.0;            // seconds in the mean
  std::optional<BitRate> rate;   // of the pair alone
  std::optional<BitRate> path;   // the slowest of that and the access links at its ends
  double passing_on = 0.0;       // seconds a bit of a packet on the others of these
};

// Nodes that can answer a source's requests, all of one class: the source's own node, or others among which it spreads them evenly.
struct Choice {
  std::size_t server = 0;
  std::size_t station = 0;
  std::size_t variant = 0;
  ServiceTime service;       // seconds in service there, alone
  double spread = 1.0;       // over so many servers
  std::size_t there = no_link;  // no_link: the source's own node
  std::size_t back = no_link;
  double share = 0.0;        // of the source's requests; equilibrium.hh sets it
  std::size_t closed_waits = no_waits;  // place among those of the flows, where requests meet those of a closed loop
  double fullest = 1.0;   // what a request takes in a batch at its fullest, in times of one alone
  double in_batches = 1.0;  // the same in batches as they come; batch_shares.hh finds it

  bool local() const { return there == no_link; }
};

// A class of nodes that send one stream.
struct Source {
  StreamIndex stream = 0;
  ServiceIndex service = 0;
  std::size_t nodes = 0;   // class
  double count = 1.0;      // nodes
  double rate = 0.0;       // requests a second of one; of a closed loop closed_loops.hh finds it
  bool periodic = false;
  bool closed = false;
  double users = 1.0;        // of one, in a closed loop
  double think = 0.0;        // seconds in the mean
  bool exponential = false;  // thinking times are
  TransportCosts transport = {};
  Bytes request = Bytes::zero();   // with its overhead
  Bytes response = Bytes::zero();  // with its overhead
  std::vector<Choice> choices;

  // Requests a second that one of its nodes sends to one server of the choice, and that one such server gets from all of them.
  double rate_of_one(const Choice& choice) const { return rate * choice.share / choice.spread; }
  double rate_at(const Choice& choice, const ServerClass& server) const {
    return rate * choice.share * count / static_cast<double>(server.count);
  }
};

// What requests of a choice wait for, where users of closed loops meet at it.
struct ClosedWaits {
  Waiting worker;
  Waiting there;
  Waiting back;
};

struct Flows {
  std::vector<NodeClass> classes;
  std::vector<ServerClass> servers;  // first the CPU of each class of nodes, in their order
  std::vector<Station> stations;
  std::vector<int> places;  // by station: requests that may wait there
  std::vector<bool> by_deadline;  // by station: it is deadlines that allow no more (deadline_places.hh); empty: nowhere
  std::vector<ClassLink> links;
  std::vector<Source> sources;
  std::vector<ClosedWaits> closed_waits;

  bool batches = false;  // a service runs several requests at once

  bool is_limited_by_deadline(std::size_t station) const { return !by_deadline.empty() && by_deadline[station]; }

  // Of one of its nodes.
  NodeIndex node_of(const ServerClass& server) const { return classes[server.nodes].first; }
};

// As policy/routing.hh has it of an idle node.
RouteCandidate route_of(const Flows& flows, const Choice& choice);

Flows make_flows(const Scenario& scenario, const ModelOptions& options);

// "edge-1 cpu", of this member of its class.
std::string server_name(const Scenario& scenario, const Flows& flows, const ServerClass& server, std::size_t member = 0);

}  // namespace continuo
