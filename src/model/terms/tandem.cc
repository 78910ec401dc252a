#include "model/terms/tandem.hh"

#include <algorithm>
#include <functional>

#include "model/terms/propagation.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

// First come, first served.
class Links {
 public:
  // When the message that comes now has been sent.
  double send(const TandemSource::OnLink& on, double now) {
    if (on.takes <= 0.0) return now;
    if (on.link >= free_.size()) free_.resize(on.link + 1, 0.0);
    return free_[on.link] = std::max(now, free_[on.link]) + on.takes;
  }

 private:
  std::vector<double> free_;
};

// Those whose times are known instead of those that were drawn.
void take_known(std::span<const TandemSource> sources, ReplayedRow& row, Rng& rng) {
  if (std::ranges::all_of(sources, [](const TandemSource& source) { return source.left.empty(); })) return;
  std::erase_if(row.requests, [&](const ReplayedRequest& request) { return !sources[request.source].left.empty(); });
  for (std::size_t source = 0; source < sources.size(); ++source) {
    const ServiceTime& service = sources[source].service;
    for (const auto& [at, taken] : sources[source].left) {
      row.requests.push_back({at, service_seconds(service, service.sd > 0.0 ? rng.normal() : 0.0), source, taken});
    }
  }
}

ReplayedRow behind_links(std::span<const TandemSource> sources, ReplayedRow row) {
  Links links;
  Rng rng{Seed{20230501}};
  for (ReplayedRequest& request : row.requests) {
    const TandemSource& source = sources[request.source];
    const double sent = links.send(source.there, request.arrived);
    request.waited = sent - request.arrived - source.there.takes;
    request.arrived = sent;
  }
  take_known(sources, row, rng);
  for (ReplayedRequest& request : row.requests) {
    const LinkProperties* path = sources[request.source].path;
    if (path != nullptr) request.arrived += propagation_seconds(*path, rng.normal()) - to_seconds(path->mean_delay());
  }
  std::ranges::stable_sort(row.requests, std::less<>{});
  return row;
}

// Answers go back in the order in which they are ready.
std::vector<std::vector<TandemTimes>> with_ways_back(std::span<const TandemSource> sources, const ReplayedRow& row, const std::vector<PlayedGroup>& groups) {
  struct Answer {
    double ready = 0.0;
    const PlayedTimes* times = nullptr;
  };
  std::vector<Answer> answers;
  answers.reserve(row.requests.size());
  for (const PlayedGroup& group : groups) {
    for (const PlayedTimes& one : group.times) answers.push_back({row.requests[one.request].arrived + one.worker + one.served, &one});
  }
  std::ranges::sort(answers, {}, &Answer::ready);
  Links links;
  std::vector<std::vector<TandemTimes>> all(groups.size());
  for (const auto& [ready, times] : answers) {
    const TandemSource& source = sources[row.requests[times->request].source];
    const double waits = links.send(source.back, ready) - ready - source.back.takes;
    all[source.group].push_back({times->shared, times->worker, times->served, waits});
  }
  for (std::vector<TandemTimes>& group : all) std::ranges::sort(group, {}, &TandemTimes::all);
  return all;
}

}  // namespace

std::vector<std::vector<TandemTimes>> play_tandem(std::span<const TandemSource> sources, const PlayedCpu& cpu, std::size_t groups, double requests) {
  std::vector<ReplayedSource> senders;
  for (const TandemSource& source : sources) {
    senders.push_back({.period = source.period, .service = source.service, .station = source.station, .group = source.group, .poisson = true});
  }
  const ReplayedRow row = behind_links(sources, random_row(senders, requests));
  return with_ways_back(sources, row, play_batches(row, senders, cpu, groups).of_group);
}

}  // namespace continuo
