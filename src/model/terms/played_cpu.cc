#include "model/terms/played_cpu.hh"

#include <algorithm>
#include <cstdint>
#include <deque>

#include "policy/shared_cpu.hh"
#include "units/time.hh"

namespace continuo {
namespace {

class Playing {
 public:
  Playing(std::span<const ReplayedSource> sources, const PlayedCpu& played, std::size_t groups, const ReplayedRow& row)
      : sources_{sources}, workers_{played.workers}, row_{row}, cpu_{played.capacity, played.cores}, started_(row.requests.size()), played_(groups) {
    std::size_t stations = 0;
    for (const ReplayedSource& source : sources) stations = std::max(stations, source.station + 1);
    stations_.resize(stations);
  }

  std::vector<PlayedGroup> take() {
    for (std::uint32_t index = 0; index < row_.requests.size(); ++index) {
      const Instant arrived = at(row_.requests[index].arrived);
      end_until(arrived);
      Station& station = station_of(index);
      if (station.busy >= workers_ && station.waiting.size() >= source_of(index).places) {
        if (row_.requests[index].arrived >= row_.counted_from) group_of(index).refused += 1;
        continue;
      }
      station.waiting.push_back(index);
      start_next(station, arrived);
    }
    while (const auto end = cpu_.next_end()) end_until(*end);
    for (PlayedGroup& group : played_) {
      std::ranges::sort(group.times, {}, &PlayedTimes::all);
      if (group.refused > 0.0) group.refused /= group.refused + static_cast<double>(group.times.size());
    }
    return std::move(played_);
  }

 private:
  struct Station {
    std::deque<std::uint32_t> waiting;
    int busy = 0;
  };

  static Instant at(double seconds) { return scenario_start + from_seconds(seconds); }
  const ReplayedSource& source_of(std::uint32_t request) const { return sources_[row_.requests[request].source]; }
  Station& station_of(std::uint32_t request) { return stations_[source_of(request).station]; }
  PlayedGroup& group_of(std::uint32_t request) { return played_[source_of(request).group]; }

  void end_until(Instant now) {
    for (auto end = cpu_.next_end(); end && *end <= now; end = cpu_.next_end()) {
      const std::uint32_t index = cpu_.end_next(*end);
      const ReplayedRequest& request = row_.requests[index];
      Station& station = station_of(index);
      --station.busy;
      start_next(station, *end);
      if (request.arrived < row_.counted_from) continue;
      group_of(index).times.push_back({.shared = request.waited,
                                       .worker = std::max(0.0, to_seconds(started_[index] - at(request.arrived))),
                                       .served = to_seconds(*end - started_[index])});
    }
  }
  void start_next(Station& station, Instant now) {
    while (station.busy < workers_ && !station.waiting.empty()) {
      const std::uint32_t index = station.waiting.front();
      station.waiting.pop_front();
      ++station.busy;
      started_[index] = now;
      cpu_.start(index, row_.requests[index].served, now);
    }
  }

  std::span<const ReplayedSource> sources_;
  int workers_;
  const ReplayedRow& row_;
  SharedCpu cpu_;
  std::vector<Station> stations_;
  std::vector<Instant> started_;  // by request
  std::vector<PlayedGroup> played_;
};

}  // namespace

std::vector<PlayedGroup> play_cpu(std::span<const ReplayedSource> sources, const PlayedCpu& cpu, std::size_t groups, double drawn) {
  const ReplayedRow row = replayed_row(sources, drawn);
  return Playing{sources, cpu, groups, row}.take();
}

}  // namespace continuo
