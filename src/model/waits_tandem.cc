// What waits where Poisson sources send by busy links of their own: neither the links nor the nodes behind them see what comes as independent.
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "model/terms/serialisation.hh"
#include "model/terms/tandem.hh"
#include "model/waits.hh"

namespace continuo {
namespace {

constexpr double busy_most = 0.95;  // beyond, queues take longer to fill and empty than is played
constexpr std::size_t senders_most = 256;
constexpr double rounding = 1e-6;
constexpr double seen_least = 0.25;  // requests of a way, for each of a replay, below which their waits are not known well enough

double mean_of(const std::vector<TandemTimes>& times, double TandemTimes::*part) {
  double sum = 0.0;
  for (const TandemTimes& one : times) sum += one.*part;
  return sum / static_cast<double>(times.size());
}

Waiting waiting_of(std::vector<TandemTimes> times) {
  std::ranges::sort(times, {}, &TandemTimes::all);  // settled waits are no longer in their order
  std::vector<double> workers;
  workers.reserve(times.size());
  for (const TandemTimes& one : times) workers.push_back(one.worker);
  Waiting waiting = observed_waiting(std::move(workers));
  for (const TandemTimes& one : times) {
    waiting.served.push_back(one.served);
    waiting.before.push_back(one.there);
    waiting.after.push_back(one.back);
  }
  return waiting;
}

}  // namespace

bool Waits::by_own_links(const Source& source, const Choice& choice) {
  if (source.periodic || source.closed || source.transport.one_connection) return false;
  if (choice.local()) return true;
  const bool is_own = std::ranges::all_of(std::array{choice.there, choice.back}, [&](std::size_t index) {
    return links_.hops(flows_.links[index]).empty() && packet_loss(*flows_.links[index].properties) <= 0.0;
  });
  // Of few messages the first ones, on connections that are new, are a part that is played with their link alone.
  const double messages = to_seconds(scenario_.workload[source.stream].duration) * source.rate_of_one(choice);
  return is_own && (messages > rows_.messages || played_link(source, choice) == nullptr);
}

// Nothing: some do not come by links of their own, or none of these is busy.
std::optional<Waits::Tandem> Waits::tandem_to(std::size_t server) {
  Tandem tandem;
  std::map<std::size_t, double> by_link;     // messages a second, of those that come here
  std::map<std::size_t, std::size_t> first;  // by link: its number, and then those of its other pairs of nodes
  std::size_t links = 0;
  const ServerClass& node = flows_.servers[server];
  for (const Source& source : flows_.sources) {
    for (const Choice& choice : source.choices) {
      if (choice.server != server || choice.share <= 0.0) continue;
      if (!by_own_links(source, choice)) return std::nullopt;
      const double rate = source.rate_of_one(choice);
      const auto members = static_cast<std::size_t>(std::lround(source.rate_at(choice, node) / rate));
      if (tandem.sources.size() + members > senders_most) return std::nullopt;
      const auto number = [&](std::size_t link) {
        const auto [known, is_new] = first.try_emplace(link, links);
        links += is_new ? members : 0;
        by_link[link] += rate;
        return known->second;
      };
      TandemSource one{.period = 1.0 / rate, .service = {.mean = choice.service.work, .sd = choice.service.work_sd}, .station = choice.station, .group = tandem.ways.size(), .there = {}, .back = {}};
      if (!choice.local()) {
        const ClassLink& there = flows_.links[choice.there];
        one.there = {number(choice.there), serialisation_seconds(source.request, there.rate)};
        one.back = {number(choice.back), serialisation_seconds(source.response, flows_.links[choice.back].rate)};
        if (there.properties->delay_sd() > Duration::zero()) one.path = there.properties;
      }
      tandem.ways.push_back({&source, &choice});
      for (std::size_t member = 0; member < members; ++member, ++one.there.link, ++one.back.link) tandem.sources.push_back(one);
    }
  }
  for (const auto& [link, rate] : by_link) {
    const QueueLoad& load = links_.link(link);
    if (std::abs(load.rate / rate - 1) > rounding) return std::nullopt;  // others send by it to elsewhere
    tandem.load = std::max(tandem.load, load.work);
  }
  if (tandem.load < spacing_load_least) return std::nullopt;
  return tandem;
}

// Messages larger than a window leave in flights, between which others of the same node do: these are played as they are for their stalls.
void Waits::send_in_windows(Tandem& tandem, double until) {
  std::map<std::size_t, std::vector<std::vector<LinkDeparture>>> played;  // by number of the link, then by stream of the scenario
  for (TandemSource& sends : tandem.sources) {
    const auto& [source, choice] = tandem.ways[sends.group];
    if (choice->local() || played_link(*source, *choice) == nullptr) continue;
    const auto [known, is_new] = played.try_emplace(sends.there.link);
    if (is_new) {
      known->second.resize(scenario_.workload.size());
      const auto own = own_played(*source, *choice, *own_link(*source, *choice));
      auto left = link_departures(own->link, until, Seed{sends.there.link + 1});
      for (std::size_t place = 0; place < left.size(); ++place) known->second[own->streams[place].first] = std::move(left[place]);
    }
    sends.left = known->second[source->stream];
  }
}

// How full queues happen to be in what was drawn is the greatest part of what is random in it. What M/G/1 waits is known, and what it waits of the same requests
// is seen: so much longer are the waits of the one worker, and those of links.
void Waits::settle(const Tandem& tandem, const PlayedCpu& cpu, double requests, std::vector<std::vector<TandemTimes>>& played) const {
  if (std::ranges::any_of(tandem.sources, [](const TandemSource& source) { return !source.left.empty(); })) return;
  for (std::size_t way = 0; way < played.size(); ++way) {
    const Choice& choice = *tandem.ways[way].choice;
    const double seen = played[way].empty() || choice.local() ? 0.0 : mean_of(played[way], &TandemTimes::there);
    if (seen <= 0.0) continue;
    const double longer = poisson_waiting(links_.link(choice.there), 1).mean / seen;
    for (TandemTimes& one : played[way]) one.there *= longer;
  }
  const std::size_t station = tandem.sources.front().station;
  const bool is_alone = std::ranges::all_of(tandem.sources, [&](const TandemSource& source) { return source.station == station; });
  if (cpu.workers > 1 || cpu.capacity < 1.0 || !is_alone) return;
  std::vector<TandemSource> without = tandem.sources;
  for (TandemSource& source : without) {
    source.there = source.back = {};
    source.path = nullptr;
    source.group = 0;
  }
  const auto plain = play_tandem(without, cpu, 1, requests);
  const double seen = plain[0].empty() ? 0.0 : mean_of(plain[0], &TandemTimes::worker);
  if (seen <= 0.0) return;
  const double longer = poisson_waiting(stations_.queue(station), 1).mean / seen;
  for (std::vector<TandemTimes>& times : played) {
    for (TandemTimes& one : times) one.worker *= longer;
  }
}

Waits::TandemPlayed Waits::play_tandem_to(std::size_t index) {
  const ServerClass& server = flows_.servers[index];
  auto tandem = tandem_to(index);
  if (!tandem) return {};
  double work = 0.0;
  double rate = 0.0;
  for (const TandemSource& source : tandem->sources) {
    work += source.service.mean / source.period;
    rate += 1.0 / source.period;
  }
  const double load = std::max(tandem->load, work / server.capacity);
  if (load > busy_most) return {};
  const double requests = drawn_at(load);
  if (requests <= 0.0) return {};
  send_in_windows(*tandem, requests / rate);
  const bool has_device = server.kind == Server::Kind::profiled;
  const PlayedCpu cpu{server.capacity, has_device ? 1 : scenario_.tiers[flows_.classes[server.nodes].tier].cores, server.workers, {}};
  auto played = play_tandem(tandem->sources, cpu, tandem->ways.size(), requests);
  settle(*tandem, cpu, requests, played);
  TandemPlayed known;
  for (std::size_t way = 0; way < played.size(); ++way) {
    if (static_cast<double>(played[way].size()) >= seen_least * drawn_) known.emplace(way_of(*tandem->ways[way].source, *tandem->ways[way].choice), waiting_of(std::move(played[way])));
  }
  return known;
}

std::optional<Waiting> Waits::tandem_waiting(const Source& source, const Choice& choice) {
  if (memory_ != nullptr || flows_.batches || refuse()) return std::nullopt;
  auto known = tandems_.find(choice.server);
  if (known == tandems_.end()) known = tandems_.emplace(choice.server, play_tandem_to(choice.server)).first;
  const auto way = known->second.find(way_of(source, choice));
  if (way == known->second.end()) return std::nullopt;
  return way->second;
}

}  // namespace continuo
