// Routing: see routing.hh.
#include "policy/routing.hh"

#include <algorithm>
#include <chrono>

namespace continuo {

Duration predict_latency(const RouteRequest& request, const RouteCandidate& candidate) {
  // Figures of a peer are what it says of itself: in floating point they cannot overflow, whatever it says.
  constexpr double longest = 86'400.0;
  const double workers = std::max(candidate.workers, 1e-3);
  const double service = to_seconds(candidate.service_time);
  const double ahead = std::max(0.0, candidate.waiting - workers + 1.0);
  double seconds = to_seconds(candidate.round_trip) + service + ahead * service / (workers * std::max(1.0, candidate.batch));
  if (candidate.rate) {
    const Bytes both = request.request_size + request.response_size;
    seconds += static_cast<double>(both.count()) * 8.0 / static_cast<double>(candidate.rate->bits_per_second());
  }
  return from_seconds(std::clamp(seconds, 0.0, longest));
}

std::optional<Route> choose_route(const RouteRequest& request, std::span<const RouteCandidate> candidates) {
  std::optional<Route> best;
  for (std::size_t place = 0; place < candidates.size(); ++place) {
    const RouteCandidate& candidate = candidates[place];
    if (!candidate.alive) {
      continue;
    }
    const Duration predicted = predict_latency(request, candidate);
    if (predicted > request.time_left) {
      continue;
    }
    if (!best || predicted < best->predicted) {
      best = Route{candidate.node, place, predicted};
    }
  }
  return best;
}

}  // namespace continuo
