// Routing: which node should answer one request. A pure function of a snapshot.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "units/bit_rate.hh"
#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

// What is known of one node that has the service ready, seen from the node that decides.
struct RouteCandidate {
  std::string node;
  Duration round_trip{};           // measured; 0 for the deciding node itself
  std::optional<BitRate> rate{};   // measured towards it; nothing: not limiting
  Duration service_time{};         // measured there
  double waiting = 0.0;            // requests waiting for or held by a worker there
  double workers = 1.0;            // requests it can hold in service at once
  bool alive = true;               // its lease holds
  double batch = 1.0;              // requests that a worker runs at once, at most; the service time is then that of such a run
  double arrivals = 0.0;           // requests that come to it a second, from everybody (policy/arrival_rate.hh)
  Duration age{};                  // since it told that and `waiting`; 0 for the deciding node itself
};

struct RouteRequest {
  Bytes request_size = Bytes::zero();
  Bytes response_size = Bytes::zero();
  Duration time_left{};  // until the request's deadline
  double sent = 0.0;     // of such requests, what the deciding node sends a second, this one too: the rest of `arrivals` is others'
};

struct Route {
  std::string node;
  std::size_t candidate = 0;  // its place among them
  Duration predicted{};  // latency from now
};

// round trip + serialisation of request and response + service time + the wait for a worker: while a worker is free, none;
// else (waiting - workers + 1) * service time / workers, which for one worker is waiting * service time; where a worker runs several
// at once, so many times less. Saturates at a day.
Duration predict_latency(const RouteRequest& request, const RouteCandidate& candidate);

// The live candidate with the lowest predicted latency; ties go to the first. Nothing: no live candidate, or none that the
// deadline allows to answer (a request that cannot be answered in time is refused now, not later).
//
// Where others send, too, what is known is old, and all would choose the same node until they hear better: its queue then grows, and the next
// is overrun in its turn. So among the nodes that are like the best but for their queues (idle, they would answer within a tenth of what
// it would take) a request is put where what the others sent meanwhile leaves room: these fill the shortest queues first up to one level, and each node is
// chosen with the probability of its share of that (basic load interpretation: Dahlin, "Interpreting stale load information", IEEE
// TPDS 11(10), 2000). Where nobody else sends, that is the best one alone. `draw` is uniform in [0, 1).
std::optional<Route> choose_route(const RouteRequest& request, std::span<const RouteCandidate> candidates, double draw);

}  // namespace continuo
