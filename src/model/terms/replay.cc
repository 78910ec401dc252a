#include "model/terms/replay.hh"

#include <algorithm>
#include <cmath>
#include <functional>

#include "model/terms/low_discrepancy.hh"
#include "model/terms/propagation.hh"

namespace continuo {
namespace {

constexpr double periods_exact = 8;
constexpr double periods_warm = 2;

struct ReplayedRequest {
  double arrived = 0.0;
  double served = 0.0;
  std::size_t source = 0;
  double waited = 0.0;  // for the shared link

  bool operator<(const ReplayedRequest& other) const { return arrived < other.arrived; }
};

// Standard normal deviates for delays and service times, drawn once.
struct Deviates {
  double delay = 0.0;
  double service = 0.0;
};

const std::vector<Deviates>& drawn_deviates() {
  static const std::vector<Deviates> drawn = [] {
    constexpr std::size_t count = 16'384;
    std::vector<Deviates> all(count);
    LowDiscrepancy<2> sequence;
    for (Deviates& one : all) {
      const auto point = sequence.next();
      one = {normal_quantile(point[0]), normal_quantile(point[1])};
    }
    return all;
  }();
  return drawn;
}

bool is_fixed(const ReplayedSource& source) {
  return source.service.sd == 0.0 && (source.path == nullptr || source.path->delay_sd() == Duration::zero());
}

double longest_period(std::span<const ReplayedSource> sources) {
  double longest = 0.0;
  for (const ReplayedSource& source : sources) longest = std::max(longest, source.period);
  return longest;
}

double rate_of(std::span<const ReplayedSource> sources) {
  double rate = 0.0;
  for (const ReplayedSource& source : sources) rate += 1.0 / source.period;
  return rate;
}

// How long to play: until what is fixed repeats, or enough was drawn.
double horizon_of(std::span<const ReplayedSource> sources, double drawn) {
  const double longest = longest_period(sources);
  const double rate = rate_of(sources);
  bool fixed = true;
  for (const ReplayedSource& source : sources) fixed = fixed && is_fixed(source) && source.period == longest;
  return fixed ? periods_exact * longest : std::max(periods_exact * longest, periods_warm * longest + drawn / rate);
}

std::vector<ReplayedRequest> requests_of(std::span<const ReplayedSource> sources, double until) {
  std::vector<ReplayedRequest> requests;
  const std::vector<Deviates>& deviates = drawn_deviates();
  requests.reserve(static_cast<std::size_t>(rate_of(sources) * until) + sources.size());
  std::size_t next = 0;
  for (std::size_t index = 0; index < sources.size(); ++index) {
    const ReplayedSource& source = sources[index];
    const double mean_delay = source.path == nullptr ? 0.0 : to_seconds(source.path->mean_delay());
    for (double at = source.first; at < until; at += source.period) {
      ReplayedRequest request{at, source.service.mean, index, 0.0};
      if (!is_fixed(source)) {
        const Deviates& drawn = deviates[next++ % deviates.size()];
        if (source.path != nullptr) request.arrived += propagation_seconds(*source.path, drawn.delay) - mean_delay;
        request.served = service_seconds(source.service, drawn.service);
      }
      requests.push_back(request);
    }
  }
  std::ranges::stable_sort(requests, std::less<>{});
  return requests;
}

// Puts off arrivals at the station by what messages wait for the link before it, one at a time.
void pass_shared_link(std::span<const ReplayedSource> sources, std::vector<ReplayedRequest>& requests) {
  const auto shared = [&](const ReplayedRequest& request) { return sources[request.source].shared; };
  for (ReplayedRequest& request : requests) request.arrived -= shared(request);
  std::ranges::stable_sort(requests, std::less<>{});
  double free_at = 0.0;
  for (ReplayedRequest& request : requests) {
    const double start = std::max(request.arrived, free_at);
    free_at = start + shared(request);
    request.waited = start - request.arrived;
    request.arrived = free_at;
  }
  std::ranges::stable_sort(requests, std::less<>{});  // a message that takes no time on the link may come before the one it waited for
}

}  // namespace

double replayed_requests(std::span<const ReplayedSource> sources, double drawn) { return horizon_of(sources, drawn) * rate_of(sources); }

std::vector<std::vector<ReplayedWait>> replay_waits(std::span<const ReplayedSource> sources, int workers, std::size_t groups, double drawn) {
  std::vector<std::vector<ReplayedWait>> waits(groups);
  double begin = 0.0;
  const double longest = longest_period(sources);
  for (const ReplayedSource& source : sources) begin = std::max(begin, source.first);
  std::vector<ReplayedRequest> requests = requests_of(sources, begin + horizon_of(sources, drawn));
  if (std::ranges::any_of(sources, [](const ReplayedSource& source) { return source.shared > 0.0; })) pass_shared_link(sources, requests);
  std::vector<double> free_at(static_cast<std::size_t>(workers), 0.0);  // a heap: the first to be free in front
  for (const ReplayedRequest& request : requests) {
    std::ranges::pop_heap(free_at, std::greater<>{});
    const double start = std::max(request.arrived, free_at.back());
    free_at.back() = start + request.served;
    std::ranges::push_heap(free_at, std::greater<>{});
    if (request.arrived < begin + periods_warm * longest) continue;
    waits[sources[request.source].group].push_back({request.waited, start - request.arrived});
  }
  for (auto& of_group : waits) std::ranges::sort(of_group, {}, &ReplayedWait::all);
  return waits;
}

}  // namespace continuo
