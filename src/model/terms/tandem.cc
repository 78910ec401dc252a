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

ReplayedRow behind_links(std::span<const TandemSource> sources, ReplayedRow row) {
  Links links;
  Rng rng{Seed{20230501}};
  for (ReplayedRequest& request : row.requests) {
    const TandemSource& source = sources[request.source];
    const double sent = links.send(source.there, request.arrived);
    request.waited = sent - request.arrived - source.there.takes;
    request.arrived = sent;
    if (source.path != nullptr) request.arrived += propagation_seconds(*source.path, rng.normal()) - to_seconds(source.path->mean_delay());
  }
  std::ranges::stable_sort(row.requests, std::less<>{});
  return row;
}

void wait_for_ways_back(std::span<const TandemSource> sources, const ReplayedRow& row, std::vector<TandemGroup>& groups) {
  struct Answer {
    double ready = 0.0;
    std::size_t source = 0;
  };
  std::vector<Answer> answers;
  answers.reserve(row.requests.size());
  for (const TandemGroup& group : groups) {
    for (const PlayedTimes& one : group.times) {
      const ReplayedRequest& request = row.requests[one.request];
      answers.push_back({request.arrived + one.worker + one.served, request.source});
    }
  }
  std::ranges::sort(answers, {}, &Answer::ready);
  Links links;
  for (const Answer& answer : answers) {
    const TandemSource& source = sources[answer.source];
    groups[source.group].back.push_back(links.send(source.back, answer.ready) - answer.ready - source.back.takes);
  }
  for (TandemGroup& group : groups) std::ranges::sort(group.back);
}

}  // namespace

std::vector<TandemGroup> play_tandem(std::span<const TandemSource> sources, const PlayedCpu& cpu, std::size_t groups, double requests) {
  std::vector<ReplayedSource> senders;
  for (const TandemSource& source : sources) {
    senders.push_back({.period = source.period, .service = source.service, .station = source.station, .group = source.group, .poisson = true});
  }
  const ReplayedRow row = behind_links(sources, random_row(senders, requests));
  std::vector<PlayedGroup> played = play_batches(row, senders, cpu, groups).of_group;
  std::vector<TandemGroup> tandem(groups);
  for (std::size_t group = 0; group < groups; ++group) tandem[group].times = std::move(played[group].times);
  wait_for_ways_back(sources, row, tandem);
  return tandem;
}

}  // namespace continuo
