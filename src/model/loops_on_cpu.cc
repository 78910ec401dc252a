#include "model/loops_on_cpu.hh"

#include <algorithm>
#include <cmath>
#include <set>

namespace continuo {
namespace {

constexpr double requests_played = 20'000;
constexpr double users_most = 20'000;
constexpr double open_most = 0.98;     // of the CPU
constexpr double same_away = 2e-3;     // relative: less does not change what is played
constexpr int plays_most = 60;         // of all CPUs; then the last ones stand

}  // namespace

void LoopsOnCpu::find(const MeetingPlaces& places) {
  std::map<std::size_t, Cpu> found;  // by server
  for (const MeetingPlace& where : places.all()) {
    if (where.kind != MeetingPlace::Kind::station) continue;
    const ServerClass& server = flows_.servers[flows_.stations[where.index].server];
    if (server.kind != Server::Kind::cpu) continue;
    Cpu& cpu = found[flows_.stations[where.index].server];
    cpu.cpu = {server.capacity, scenario_.tiers[flows_.classes[server.nodes].tier].cores, server.workers};
    for (const auto* visits : {&where.visits, &where.open_visits}) {
      for (const MeetingPlace::Visit& by : *visits) add(where, by, cpu);
    }
  }
  cpus_.clear();
  std::map<std::pair<std::size_t, std::size_t>, Taken> before;
  before.swap(taken_);
  for (auto& [server, cpu] : found) {
    if (!is_worth_it(cpu)) continue;
    for (const Stream& stream : cpu.streams) {
      const std::pair key{stream.source, stream.choice};
      if (const auto known = before.find(key); known != before.end()) taken_[key] = known->second;
      else taken_[key] = {};
    }
    cpus_.push_back(std::move(cpu));
  }
}

void LoopsOnCpu::add(const MeetingPlace& where, const MeetingPlace::Visit& by, Cpu& cpu) const {
  const Source& source = flows_.sources[by.source];
  const Choice& choice = source.choices[by.choice];
  const ServerClass& server = flows_.servers[choice.server];
  Stream stream{.source = by.source, .choice = by.choice, .alone = by.alone, .per_round = by.per_round};
  stream.played.service = {.mean = choice.service.work, .sd = choice.service.work_sd};
  stream.played.station = where.index;
  if (source.closed) stream.played.users = by.users;
  else stream.played.rate = source.rate_at(choice, server);
  if (source.closed && !choice.local()) {
    stream.played.sd = std::hypot(to_seconds(flows_.links[choice.there].properties->delay_sd()), to_seconds(flows_.links[choice.back].properties->delay_sd()));
  }
  cpu.streams.push_back(stream);
}

bool LoopsOnCpu::is_worth_it(const Cpu& cpu) const {
  std::set<std::size_t> stations;
  double users = 0.0;
  double open = 0.0;
  for (const Stream& stream : cpu.streams) {
    stations.insert(stream.played.station);
    users += stream.played.users;
    open += stream.played.rate * stream.played.service.mean;
    if (scenario_.services[flows_.sources[stream.source].service].batch.most > 1) return false;
  }
  return stations.size() > 1 && users > 0.0 && users <= users_most && open < open_most * cpu.cpu.capacity;
}

void LoopsOnCpu::play(const std::vector<double>& rounds, const std::vector<double>& fixed) {
  for (Cpu& cpu : cpus_) {
    bool changed = false;
    for (Stream& stream : cpu.streams) {
      if (stream.played.users <= 0.0) continue;
      const Source& source = flows_.sources[stream.source];
      const double here = stream.alone + at(stream.source, stream.choice)->more;
      const double away = std::max(1e-9, rounds[stream.source] / stream.per_round - here);
      const double alike = std::max(0.0, fixed[stream.source] - stream.alone - (source.exponential ? source.think : 0.0));
      stream.played.fixed = stream.per_round < 1 - 1e-9 ? 0.0 : std::min(away, alike);  // who comes now and then comes at random
      stream.played.varied = away - stream.played.fixed;
      changed = changed || std::abs(away - stream.away) > same_away * (away + here);
    }
    if ((!changed && cpu.streams.front().away >= 0.0) || plays_ >= plays_most) continue;
    play(cpu);
  }
}

void LoopsOnCpu::play(Cpu& cpu) {
  ++plays_;
  std::vector<LoopStream> streams;
  std::map<std::size_t, std::size_t> stations;  // numbered from 0
  for (Stream& stream : cpu.streams) {
    stream.away = stream.played.away();
    streams.push_back(stream.played);
    streams.back().station = stations.emplace(stream.played.station, stations.size()).first->second;
  }
  const std::vector<PlayedGroup> played = play_loops(streams, cpu.cpu, requests_played);
  for (std::size_t index = 0; index < played.size(); ++index) {
    const Stream& stream = cpu.streams[index];
    Taken& taken = taken_[{stream.source, stream.choice}] = {};
    std::vector<double> waits;
    double all = 0.0;
    for (const PlayedTimes& one : played[index].times) {
      waits.push_back(one.worker);
      taken.waiting.served.push_back(one.served);
      all += one.all();
    }
    if (waits.empty()) continue;  // comes too rarely
    taken.more = all / static_cast<double>(waits.size()) - stream.alone;
    std::vector<double> served = std::move(taken.waiting.served);
    taken.waiting = observed_waiting(std::move(waits));
    taken.waiting.served = std::move(served);
  }
}

const LoopsOnCpu::Taken* LoopsOnCpu::at(std::size_t source, std::size_t choice) const {
  const auto found = taken_.find({source, choice});
  return found == taken_.end() ? nullptr : &found->second;
}

}  // namespace continuo
