#include "model/terms/played_loops.hh"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <deque>
#include <functional>
#include <queue>
#include <utility>

#include "policy/shared_cpu.hh"
#include "units/rng.hh"
#include "units/time.hh"

namespace continuo {
namespace {

constexpr double rounds_warm = 6;
constexpr double rounds_counted = 8;
constexpr double warm = 0.1;  // of the requests, at least

class Rounds {
 public:
  Rounds(std::span<const LoopStream> streams, const PlayedCpu& cpu, double requests)
      : streams_{streams}, workers_{cpu.workers}, cpu_{cpu.capacity, cpu.cores}, played_(streams.size()) {
    std::size_t stations = 0;
    double users = 0.0;
    for (std::size_t index = 0; index < streams.size(); ++index) {
      stations = std::max(stations, streams[index].station + 1);
      users += streams[index].users;
      random_.emplace_back(Seed{index + 1});
      set_out(index);
    }
    stations_.resize(stations);
    warm_ = std::max(warm * requests, rounds_warm * users);
    all_ = warm_ + std::max(requests, rounds_counted * users);
  }

  std::vector<PlayedGroup> take() {
    while (ended_ < all_) {
      const auto end = cpu_.next_end();
      if (end && (coming_.empty() || *end <= coming_.top().first)) end_run(*end);
      else come();
    }
    for (PlayedGroup& group : played_) std::ranges::sort(group.times, {}, &PlayedTimes::all);
    return std::move(played_);
  }

 private:
  using Coming = std::pair<Instant, std::size_t>;  // of that stream
  struct Station {
    std::deque<std::uint32_t> waiting;
    int busy = 0;
  };
  struct Request {
    std::size_t stream = 0;
    Instant arrived;
    Instant started;
  };

  // Users begin at even parts of their time away.
  void set_out(std::size_t index) {
    const LoopStream& stream = streams_[index];
    if (stream.users <= 0.0) return come_again(index, scenario_start);
    for (double user = 0.5; user < stream.users; ++user) coming_.emplace(scenario_start + from_seconds(stream.away() * user / stream.users), index);
  }

  void come_again(std::size_t index, Instant now) {
    const LoopStream& stream = streams_[index];
    Rng& random = random_[index];
    const auto exponential = [&](double mean) { return -std::log1p(-random.uniform()) * mean; };
    double away = stream.users > 0.0 ? stream.fixed : exponential(1 / stream.rate);
    if (stream.users > 0.0 && stream.varied > 0.0) away += exponential(stream.varied);
    if (stream.sd > 0.0) away += stream.sd * random.normal();
    coming_.emplace(now + from_seconds(std::max(0.0, away)), index);
  }

  void come() {
    const auto [now, stream] = coming_.top();
    coming_.pop();
    if (streams_[stream].users <= 0.0) come_again(stream, now);
    Station& station = stations_[streams_[stream].station];
    station.waiting.push_back(static_cast<std::uint32_t>(requests_.size()));
    requests_.push_back({stream, now, now});
    start_next(station, now);
  }

  void start_next(Station& station, Instant now) {
    if (station.busy >= workers_ || station.waiting.empty()) return;
    const std::uint32_t index = station.waiting.front();
    station.waiting.pop_front();
    Request& request = requests_[index];
    request.started = now;
    ++station.busy;
    const ServiceTime& service = streams_[request.stream].service;
    cpu_.start(index, service_seconds(service, service.sd > 0.0 ? random_[request.stream].normal() : 0.0), now);
  }

  void end_run(Instant now) {
    const Request request = requests_[cpu_.end_next(now)];
    const LoopStream& stream = streams_[request.stream];
    Station& station = stations_[stream.station];
    --station.busy;
    start_next(station, now);
    if (stream.users > 0.0) come_again(request.stream, now);
    if (++ended_ <= warm_) return;
    played_[request.stream].times.push_back({.worker = to_seconds(request.started - request.arrived), .served = to_seconds(now - request.started)});
  }

  std::span<const LoopStream> streams_;
  int workers_;
  SharedCpu cpu_;
  std::vector<PlayedGroup> played_;
  std::vector<Rng> random_;  // by stream
  std::vector<Station> stations_;
  std::vector<Request> requests_;
  std::priority_queue<Coming, std::vector<Coming>, std::greater<>> coming_;
  double warm_ = 0.0;
  double all_ = 0.0;
  double ended_ = 0.0;
};

}  // namespace

std::vector<PlayedGroup> play_loops(std::span<const LoopStream> streams, const PlayedCpu& cpu, double requests) {
  return Rounds{streams, cpu, requests}.take();
}

}  // namespace continuo
