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
  std::optional<BitRate> rate;     // measured towards it; nothing: not limiting
  Duration service_time{};         // measured there
  double waiting = 0.0;            // requests waiting for or held by a worker there
  double workers = 1.0;            // requests it can hold in service at once
  bool alive = true;               // its lease holds
  double batch = 1.0;              // requests that a worker runs at once, at most; the service time is then that of such a run
};

struct RouteRequest {
  Bytes request_size = Bytes::zero();
  Bytes response_size = Bytes::zero();
  Duration time_left{};  // until the request's deadline
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
std::optional<Route> choose_route(const RouteRequest& request, std::span<const RouteCandidate> candidates);

}  // namespace continuo
