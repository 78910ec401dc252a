#include "model/terms/replay.hh"

#include <algorithm>
#include <cmath>
#include <functional>

#include "model/terms/bucket_sort.hh"
#include "model/terms/deviates.hh"
#include "model/terms/propagation.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

constexpr double periods_exact = 8;
constexpr double periods_warm = 2;

bool is_fixed(const ReplayedSource& source) {
  return !source.poisson && source.service.sd == 0.0 && (source.path == nullptr || source.path->delay_sd() == Duration::zero());
}

double longest_period(std::span<const ReplayedSource> sources) {
  double longest = 0.0;
  for (const ReplayedSource& source : sources) longest = std::max(longest, source.period);
  return longest;
}

bool any_poisson(std::span<const ReplayedSource> sources) { return std::ranges::any_of(sources, &ReplayedSource::poisson); }

double rate_of(std::span<const ReplayedSource> sources) {
  double rate = 0.0;
  for (const ReplayedSource& source : sources) rate += 1.0 / source.period;
  return rate;
}

double drawn_at_random(double drawn) { return std::max(poisson_least, poisson_more * drawn); }

// Until requests count.
double warm_up_of(std::span<const ReplayedSource> sources, double drawn) {
  const double periods = periods_warm * longest_period(sources);
  return any_poisson(sources) ? std::max(periods, drawn_at_random(drawn) / 8 / rate_of(sources)) : periods;
}

// How long to play: until what is fixed repeats, or enough was drawn.
double horizon_of(std::span<const ReplayedSource> sources, double drawn) {
  const double longest = longest_period(sources);
  bool fixed = true;
  for (const ReplayedSource& source : sources) fixed = fixed && is_fixed(source) && source.period == longest;
  if (fixed) return periods_exact * longest;
  const double counted = any_poisson(sources) ? drawn_at_random(drawn) : drawn;
  return std::max(periods_exact * longest, warm_up_of(sources, drawn) + counted / rate_of(sources));
}

// Each source's requests are drawn in their order; of sources with one period, round by round in the order of their phases, they come
// almost in order.
class Drawing {
 public:
  Drawing(std::span<const ReplayedSource> sources, double until) : sources_{sources}, until_{until} {
    std::size_t next = 0;
    for (const ReplayedSource& source : sources) {
      OfSource& one = drawn_.emplace_back();
      one.next = next % drawn_deviates().size();
      one.fixed = is_fixed(source);
      if (source.path != nullptr) {
        one.mean_delay = to_seconds(source.path->mean_delay());
        one.delay = to_seconds(source.path->delay);
        one.jitter = to_seconds(source.path->jitter);
        one.normal = source.path->shape == DelayShape::normal;
      }
      next += source.first < until ? static_cast<std::size_t>((until - source.first) / source.period) + 1 : 0;
      deepest_ = std::max(deepest_, source.path == nullptr ? 0.0 : to_seconds(source.path->delay_sd()));
    }
    requests_.reserve(next);
  }

  std::vector<ReplayedRequest> take() {
    const double period = longest_period(sources_);
    const double rate = rate_of(sources_);
    const bool in_rounds = !any_poisson(sources_) && std::ranges::all_of(sources_, [&](const ReplayedSource& source) { return source.period == period; }) &&
                           deepest_ * rate < places_moved_most;
    if (!in_rounds) {
      for (std::size_t index = 0; index < sources_.size(); ++index) {
        Rng rng{Seed{index + 1}};
        const auto gap = [&, &source = sources_[index]] { return source.poisson ? -std::log1p(-rng.uniform()) * source.period : source.period; };
        for (double at = sources_[index].first; at < until_; at += gap()) add(index, at);
      }
      std::ranges::stable_sort(requests_, std::less<>{});
      return std::move(requests_);
    }
    std::vector<std::pair<double, std::size_t>> order;
    for (std::size_t index = 0; index < sources_.size(); ++index) {
      for (double first = sources_[index].first; first >= 0.0; first -= period) {
        if (first < period) order.emplace_back(first, index);
      }
    }
    std::ranges::sort(order);
    for (double round = 0.0; round < until_; round += period) {
      for (const auto& [phase, index] : order) {
        const double at = round + phase;
        if (at < sources_[index].first - period / 2 || at >= until_) continue;
        add(index, at);
        const std::size_t last = requests_.size() - 1;
        if (last == 0 || !(requests_[last] < requests_[last - 1])) continue;
        const ReplayedRequest moved = requests_[last];
        std::size_t place = last;
        for (; place > 0 && moved < requests_[place - 1]; --place) requests_[place] = requests_[place - 1];
        requests_[place] = moved;
      }
    }
    return std::move(requests_);
  }

 private:
  static constexpr double places_moved_most = 16;
  struct OfSource {
    std::size_t next = 0;
    bool fixed = false;
    bool normal = true;  // the delay is
    double delay = 0.0;  // seconds
    double jitter = 0.0;
    double mean_delay = 0.0;
  };

  void add(std::size_t index, double at) {
    const ReplayedSource& source = sources_[index];
    ReplayedRequest request{at, source.service.mean, index, 0.0};
    OfSource& one = drawn_[index];
    if (!one.fixed) {
      const Deviates& drawn = deviates_[one.next];
      one.next = one.next + 1 == deviates_.size() ? 0 : one.next + 1;
      if (source.path != nullptr) {
        const double delay = one.normal ? std::max(0.0, one.delay + one.jitter * drawn.delay) : propagation_seconds(*source.path, drawn.delay);
        request.arrived += delay - one.mean_delay;
      }
      request.served = service_seconds(source.service, drawn.service);
    }
    requests_.push_back(request);
  }

  std::span<const ReplayedSource> sources_;
  double until_;
  std::span<const Deviates> deviates_ = drawn_deviates();
  double deepest_ = 0.0;
  std::vector<OfSource> drawn_;
  std::vector<ReplayedRequest> requests_;
};

// Puts off arrivals at the station by what messages wait for the link before it. Those that come by a slower link of their own come
// little by little, and side by side: a message is there when what had come before its last bit has passed.
void pass_shared_link(std::span<const ReplayedSource> sources, std::vector<ReplayedRequest>& requests) {
  struct Edge {
    double at = 0.0;
    double speed = 0.0;  // more work a second from here on: seconds of the shared link
    double work = 0.0;   // more work at once
    std::size_t ended = 0;  // request whose last bit comes, from 1
  };
  std::vector<Edge> edges;
  edges.reserve(2 * requests.size());
  for (std::size_t index = 0; index < requests.size(); ++index) {
    const ReplayedSource& source = sources[requests[index].source];
    const double alone = requests[index].arrived;
    if (source.feeding > source.shared) {
      edges.push_back({alone - source.feeding, source.shared / source.feeding, 0.0, 0});
      edges.push_back({alone, -source.shared / source.feeding, 0.0, index + 1});
    } else {
      edges.push_back({alone - source.shared, 0.0, source.shared, index + 1});
    }
  }
  std::ranges::stable_sort(edges, {}, &Edge::at);
  double backlog = 0.0;
  double speed = 0.0;
  double last = 0.0;
  for (const Edge& edge : edges) {
    backlog = std::max(0.0, backlog + (speed - 1) * (edge.at - last)) + edge.work;
    last = edge.at;
    speed += edge.speed;
    if (edge.ended == 0) continue;
    ReplayedRequest& request = requests[edge.ended - 1];
    request.waited = std::max(0.0, edge.at + backlog - request.arrived);
    request.arrived += request.waited;
  }
  std::ranges::stable_sort(requests, std::less<>{});
}

// Most wait for nothing.
void sort_waits(std::vector<ReplayedWait>& waits) {
  const auto none = std::ranges::partition(waits, [](const ReplayedWait& wait) { return wait.all() <= 0.0; });
  bucket_sort(std::span{none.begin(), none.end()}, [](const ReplayedWait& wait) { return wait.all(); });
}

}  // namespace

double replayed_requests(std::span<const ReplayedSource> sources, double drawn) { return horizon_of(sources, drawn) * rate_of(sources); }

ReplayedRow replayed_row(std::span<const ReplayedSource> given, double drawn) {
  // Played from the first request on, whenever the streams start.
  std::vector<ReplayedSource> sources{given.begin(), given.end()};
  if (sources.empty()) return {};
  const double start = std::ranges::min_element(sources, {}, &ReplayedSource::first)->first;
  for (ReplayedSource& source : sources) source.first -= start;
  double begin = 0.0;
  for (const ReplayedSource& source : sources) begin = std::max(begin, source.first);
  ReplayedRow row{Drawing{sources, begin + horizon_of(sources, drawn)}.take(), begin + warm_up_of(sources, drawn)};
  if (std::ranges::any_of(sources, [](const ReplayedSource& source) { return source.shared > 0.0; })) pass_shared_link(sources, row.requests);
  return row;
}

std::vector<ReplayedGroup> replay_waits(std::span<const ReplayedSource> sources, int workers, std::size_t groups, double drawn) {
  std::vector<ReplayedGroup> played(groups);
  const ReplayedRow row = replayed_row(sources, drawn);
  // When those in service end, in that order, from `ended` on: one begins as soon as there are fewer of them than workers.
  std::vector<double> ends;
  ends.reserve(row.requests.size());
  std::size_t ended = 0;
  const auto most = static_cast<std::size_t>(workers);
  std::vector<double> starts;  // in the order of arrival, which is theirs too
  starts.reserve(row.requests.size());
  std::size_t started = 0;
  for (const ReplayedRequest& request : row.requests) {
    const ReplayedSource& source = sources[request.source];
    ReplayedGroup& group = played[source.group];
    const bool counts = request.arrived >= row.counted_from;
    while (started < starts.size() && starts[started] <= request.arrived) ++started;
    const bool free = ends.size() - ended < most || ends[ended] <= request.arrived;
    if (!free && starts.size() - started >= source.places) {
      if (counts) group.refused += 1;
      continue;
    }
    const double start = free ? request.arrived : ends[ended];
    if (ends.size() - ended == most) ++ended;
    starts.push_back(start);
    const double end = start + request.served;
    std::size_t place = ends.size();
    ends.push_back(end);
    for (; place > ended && end < ends[place - 1]; --place) ends[place] = ends[place - 1];
    ends[place] = end;
    if (counts) group.waits.push_back({request.waited, start - request.arrived});
  }
  for (ReplayedGroup& group : played) {
    sort_waits(group.waits);
    if (group.refused > 0.0) group.refused /= group.refused + static_cast<double>(group.waits.size());
  }
  return played;
}

}  // namespace continuo
