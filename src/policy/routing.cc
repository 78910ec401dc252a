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

constexpr double alike = 0.1;  // of what the best takes when idle

// The best and those that are like it but for their queues, as what others sent since fills them.
class Fill {
 public:
  Fill(const RouteRequest& request, std::span<const RouteCandidate> candidates, const Route& best, double share_of_others)
      : request_{request}, candidates_{candidates}, most_idle_{(1.0 + alike) * expected(request, candidates[best.candidate]).idle} {
    for (const RouteCandidate& candidate : candidates_) {
      if (is_alike(candidate)) others_ += share_of_others * candidate.arrivals * std::max(0.0, to_seconds(candidate.age));
    }
  }
  bool is_empty() const { return !(others_ > 0.0); }

  // The one that has the share of all that was sent, in which `draw` falls.
  std::size_t place(double draw, std::size_t best) const {
    const double level = this->level();
    double left = draw * others_;
    std::size_t last = best;
    for (std::size_t place = 0; place < candidates_.size(); ++place) {
      const double room = this->room(candidates_[place], level);
      if (!(room > 0.0)) continue;
      last = place;
      left -= room;
      if (left < 0.0) break;
    }
    return last;
  }

 private:
  bool is_alike(const RouteCandidate& candidate) const {
    if (!candidate.alive || predict_latency(request_, candidate) > request_.time_left) return false;
    const Expected here = expected(request_, candidate);
    return here.idle <= most_idle_ && here.per_request > 0.0;
  }
  static double latency(const Expected& here) { return here.idle + here.ahead * here.per_request; }
  // Requests that bring it to that latency.
  double room(const RouteCandidate& candidate, double level) const {
    if (!is_alike(candidate)) return 0.0;
    const Expected here = expected(request_, candidate);
    return (level - latency(here)) / here.per_request;
  }
  // Seconds, to which the requests of others bring all whose queue is shorter: those above are left out until none is.
  double level() const {
    double level = std::numeric_limits<double>::infinity();
    for (bool is_lower = true; is_lower;) {
      double held = others_;
      double rate = 0.0;
      for (const RouteCandidate& candidate : candidates_) {
        if (!is_alike(candidate)) continue;
        const Expected here = expected(request_, candidate);
        if (latency(here) >= level) continue;
        held += latency(here) / here.per_request;
        rate += 1.0 / here.per_request;
      }
      const double next = held / rate;
      is_lower = rate > 0.0 && next < level;
      if (is_lower) level = next;
    }
    return level;
  }

  const RouteRequest& request_;
  std::span<const RouteCandidate> candidates_;
  double most_idle_;
  double others_ = 0.0;  // requests
};

}  // namespace

Duration predict_latency(const RouteRequest& request, const RouteCandidate& candidate) {
  constexpr double longest = 86'400.0;
  const Expected here = expected(request, candidate);
  return from_seconds(std::clamp(here.idle + std::max(0.0, here.ahead) * here.per_request, 0.0, longest));
}

std::optional<Route> choose_route(const RouteRequest& request, std::span<const RouteCandidate> candidates, double draw) {
  std::optional<Route> best;
  double arrivals = 0.0;
  for (std::size_t place = 0; place < candidates.size(); ++place) {
    const RouteCandidate& candidate = candidates[place];
    if (!candidate.alive) {
      continue;
    }
    arrivals += candidate.arrivals;
    const Duration predicted = predict_latency(request, candidate);
    if (predicted > request.time_left) {
      continue;
    }
    if (!best || predicted < best->predicted) {
      best = Route{candidate.node, place, predicted};
    }
  }
  if (!best || arrivals <= request.sent) return best;
  const Fill fill{request, candidates, *best, 1.0 - request.sent / arrivals};
  if (fill.is_empty()) return best;
  const std::size_t place = fill.place(draw, best->candidate);
  return Route{candidates[place].node, place, predict_latency(request, candidates[place])};
}

}  // namespace continuo
