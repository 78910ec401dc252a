// Routing: see routing.hh.
#include "policy/routing.hh"

#include <algorithm>
#include <chrono>
#include <limits>

namespace continuo {

namespace {

// Of an answer by this candidate, seconds: what it takes if nobody is there, and what each request in its queue adds.
struct Expected {
  double idle = 0.0;
  double per_request = 0.0;
  double ahead = 0.0;  // requests that must be served before; negative: so many workers are free beside the one that takes it
};

// Figures of a peer are what it says of itself: in floating point they cannot overflow, whatever it says.
Expected expected(const RouteRequest& request, const RouteCandidate& candidate) {
  const double workers = std::max(candidate.workers, 1e-3);
  const double service = to_seconds(candidate.service_time);
  Expected result{to_seconds(candidate.round_trip) + service, service / (workers * std::max(1.0, candidate.batch)), candidate.waiting - workers + 1.0};
  if (candidate.rate) {
    const Bytes both = request.request_size + request.response_size;
    result.idle += static_cast<double>(both.count()) * 8.0 / static_cast<double>(candidate.rate->bits_per_second());
  }
  return result;
}

double latency(const Expected& here) { return here.idle + std::max(0.0, here.ahead) * here.per_request; }

constexpr double alike = 0.1;  // of what the best takes when idle

// A node that is like the best but for its queue.
struct Open {
  std::size_t place = 0;
  double latency = 0.0;      // seconds; free workers beside the one that takes the request make it less than what it takes when idle
  double per_request = 0.0;  // seconds that each more adds
};

// Seconds, to which so many requests bring all whose queue is shorter: those above are left out until none is.
double level_of(std::span<const Open> open, double requests) {
  double level = std::numeric_limits<double>::infinity();
  for (bool is_lower = true; is_lower;) {
    double held = requests;
    double rate = 0.0;
    for (const Open& one : open) {
      if (one.latency >= level) continue;
      held += one.latency / one.per_request;
      rate += 1.0 / one.per_request;
    }
    is_lower = rate > 0.0 && held / rate < level;
    if (is_lower) level = held / rate;
  }
  return level;
}

// The one in whose part of so many requests `draw` falls.
std::size_t place_in(std::span<const Open> open, double requests, double draw, std::size_t best) {
  const double level = level_of(open, requests);
  double left = draw * requests;
  std::size_t place = best;
  for (const Open& one : open) {
    if (one.latency >= level) continue;
    place = one.place;
    left -= (level - one.latency) / one.per_request;
    if (left < 0.0) break;
  }
  return place;
}

}  // namespace

Duration predict_latency(const RouteRequest& request, const RouteCandidate& candidate) {
  constexpr double longest = 86'400.0;
  return from_seconds(std::clamp(latency(expected(request, candidate)), 0.0, longest));
}

std::optional<Route> choose_route(const RouteRequest& request, std::span<const RouteCandidate> candidates, double draw) {
  std::optional<std::size_t> best;
  Duration least{};
  double arrivals = 0.0;
  for (std::size_t place = 0; place < candidates.size(); ++place) {
    const RouteCandidate& candidate = candidates[place];
    if (!candidate.alive) continue;
    arrivals += candidate.arrivals;
    const Duration predicted = predict_latency(request, candidate);
    if (predicted > request.time_left || (best && predicted >= least)) continue;
    best = place;
    least = predicted;
  }
  if (!best) return std::nullopt;
  const Route alone{candidates[*best].node, *best, least};
  if (candidates.size() == 1 || arrivals <= request.sent) return alone;
  const double most_idle = (1.0 + alike) * expected(request, candidates[*best]).idle;
  const double share_of_others = 1.0 - request.sent / arrivals;
  std::vector<Open> open;
  double others = 0.0;  // requests that they sent since the news
  for (std::size_t place = 0; place < candidates.size(); ++place) {
    const RouteCandidate& candidate = candidates[place];
    const Expected here = expected(request, candidate);
    if (!candidate.alive || here.idle > most_idle || !(here.per_request > 0.0) || predict_latency(request, candidate) > request.time_left) continue;
    open.push_back({place, here.idle + here.ahead * here.per_request, here.per_request});
    others += share_of_others * candidate.arrivals * std::max(0.0, to_seconds(candidate.age));
  }
  if (!(others > 0.0)) return alone;
  const std::size_t place = place_in(open, others, draw, *best);
  return Route{candidates[place].node, place, predict_latency(request, candidates[place])};
}

}  // namespace continuo
