#include "model/terms/played_cpu.hh"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <optional>
#include <utility>

#include "model/terms/bucket_sort.hh"
#include "model/terms/quota_queues.hh"
#include "policy/batching.hh"
#include "policy/shared_cpu.hh"
#include "units/rng.hh"
#include "units/time.hh"

namespace continuo {
namespace {

constexpr std::uint32_t alone = ~std::uint32_t{0};

class Playing {
 public:
  Playing(std::span<const ReplayedSource> sources, const PlayedCpu& played, std::size_t groups, const ReplayedRow& row)
      : sources_{sources}, played_{played}, row_{row}, cpu_{played.capacity, played.cores}, started_(row.requests.size()), played_groups_(groups) {
    std::size_t stations = 0;
    for (const ReplayedSource& source : sources) stations = std::max(stations, source.station + 1);
    stations_.resize(stations);
    if (!played.stations.empty()) behind_.assign(row.requests.size(), alone);
  }

  PlayedBatches take() {
    for (std::uint32_t index = 0; index < row_.requests.size(); ++index) {
      const Instant arrived = at(row_.requests[index].arrived);
      go_on_until(arrived);
      Station& station = station_of(index);
      const std::size_t places = source_of(index).places;
      if (places != ReplayedSource::unlimited && !may_wait(station.waiting.size(), station.busy, played_.workers, places, of_station(station).batching)) {
        if (row_.requests[index].arrived >= row_.counted_from) group_of(index).refused += 1;
        continue;
      }
      station.waiting.push_back(index);
      start_next(station, arrived);
    }
    go_on_until(Instant::max());
    for (PlayedGroup& group : played_groups_) {
      bucket_sort(std::span{group.times}, [](const PlayedTimes& times) { return times.all(); });
      if (group.refused > 0.0) group.refused /= group.refused + static_cast<double>(group.times.size());
    }
    std::vector<double> sizes;
    for (const Station& station : stations_) {
      sizes.push_back(station.batches == 0 ? 1.0 : static_cast<double>(station.run) / static_cast<double>(station.batches));
    }
    return {std::move(played_groups_), std::move(sizes)};
  }

 private:
  struct Station {
    std::deque<std::uint32_t> waiting;
    int busy = 0;
    std::optional<Instant> gathering;  // until when a free worker waits for more
    std::uint64_t run = 0;
    std::uint64_t batches = 0;
  };

  static Instant at(double seconds) { return scenario_start + from_seconds(seconds); }
  const ReplayedSource& source_of(std::uint32_t request) const { return sources_[row_.requests[request].source]; }
  Station& station_of(std::uint32_t request) { return stations_[source_of(request).station]; }
  PlayedGroup& group_of(std::uint32_t request) { return played_groups_[source_of(request).group]; }
  PlayedCpu::OfStation of_station(const Station& station) const {
    const auto place = static_cast<std::size_t>(&station - stations_.data());
    return place < played_.stations.size() ? played_.stations[place] : PlayedCpu::OfStation{};
  }

  void go_on_until(Instant now) {
    while (true) {
      const auto end = cpu_.next_end();
      Station* gathered = nullptr;
      if (!played_.stations.empty()) {
        for (Station& station : stations_) {
          if (station.gathering && (gathered == nullptr || *station.gathering < *gathered->gathering)) gathered = &station;
        }
      }
      if (gathered != nullptr && *gathered->gathering <= now && (!end || *gathered->gathering < *end)) {
        start_next(*gathered, *std::exchange(gathered->gathering, std::nullopt));
      } else if (end && *end <= now) {
        end_run(*end);
      } else {
        return;
      }
    }
  }

  void end_run(Instant now) {
    const std::uint32_t first = cpu_.end_next(now);
    Station& station = station_of(first);
    --station.busy;
    start_next(station, now);
    for (std::uint32_t index = first; index != alone; index = behind_.empty() ? alone : behind_[index]) {
      const ReplayedRequest& request = row_.requests[index];
      if (request.arrived < row_.counted_from) continue;
      group_of(index).times.push_back({.shared = request.waited,
                                       .worker = std::max(0.0, to_seconds(started_[index] - at(request.arrived))),
                                       .served = to_seconds(now - started_[index]),
                                       .request = index});
    }
  }

  void start_next(Station& station, Instant now) {
    const PlayedCpu::OfStation how = of_station(station);
    while (station.busy < played_.workers && !station.waiting.empty()) {
      const Duration waited = now - at(row_.requests[station.waiting.front()].arrived);
      const BatchDecision decision = decide_batch(station.waiting.size(), waited, how.batching);
      if (decision.take == 0) {
        station.gathering = now + decision.look_again;
        return;
      }
      station.gathering.reset();
      start_batch(station, decision.take, how.next, now);
    }
  }

  void start_batch(Station& station, std::size_t requests, double next, Instant now) {
    const std::uint32_t first = station.waiting.front();
    std::uint32_t last = alone;
    double work = 0.0;
    station.run += requests;
    ++station.batches;
    for (; requests > 0; --requests) {
      const std::uint32_t index = station.waiting.front();
      station.waiting.pop_front();
      started_[index] = now;
      work += row_.requests[index].served * (last == alone ? 1.0 : next);
      if (last != alone) behind_[last] = index;
      last = index;
    }
    ++station.busy;
    cpu_.start(first, work, now);
  }

  std::span<const ReplayedSource> sources_;
  const PlayedCpu& played_;
  const ReplayedRow& row_;
  SharedCpu cpu_;
  std::vector<Station> stations_;
  std::vector<Instant> started_;       // by request
  std::vector<std::uint32_t> behind_;  // by request: the next one of its batch
  std::vector<PlayedGroup> played_groups_;
};

}  // namespace

std::vector<PlayedGroup> play_cpu(std::span<const ReplayedSource> sources, const PlayedCpu& cpu, std::size_t groups, double drawn) {
  const ReplayedRow row = replayed_row(sources, drawn);
  return cpu.stations.empty() ? play_quota_queues(row, sources, cpu, groups) : play_batches(row, sources, cpu, groups).of_group;
}

PlayedBatches play_batches(const ReplayedRow& row, std::span<const ReplayedSource> sources, const PlayedCpu& cpu, std::size_t groups) {
  return Playing{sources, cpu, groups, row}.take();
}

ReplayedRow random_row(std::span<const ReplayedSource> sources, double requests) {
  double rate = 0.0;
  for (const ReplayedSource& source : sources) rate += 1.0 / source.period;
  constexpr double warm = 0.05;
  ReplayedRow row;
  row.counted_from = warm * requests / rate;
  Rng rng{Seed{20210701}};
  double at = 0.0;
  row.requests.reserve(static_cast<std::size_t>(requests));
  while (static_cast<double>(row.requests.size()) < requests) {
    at -= std::log1p(-rng.uniform()) / rate;
    double which = rng.uniform() * rate;
    std::size_t source = 0;
    while (source + 1 < sources.size() && which >= 1.0 / sources[source].period) which -= 1.0 / sources[source++].period;
    const ServiceTime& service = sources[source].service;
    row.requests.push_back({at, service_seconds(service, service.sd > 0.0 ? rng.normal() : 0.0), source, 0.0});
  }
  return row;
}

}  // namespace continuo
