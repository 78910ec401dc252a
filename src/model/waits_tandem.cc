// What waits where Poisson sources send by busy links of their own: neither the links nor the nodes behind them see what comes as independent.
#include <algorithm>
#include <array>
#include <cmath>

#include "model/terms/serialisation.hh"
#include "model/terms/tandem.hh"
#include "model/waits.hh"

namespace continuo {
namespace {

constexpr double busy_least = 0.1;  // load of a link below which what it sends is as good as independent
constexpr double busy_most = 0.98;  // beyond, queues take longer to fill and empty than is played
constexpr std::size_t sources_most = 256;
constexpr double alike = 1e-6;
// Requests, for each of a replay: as many more as fuller queues take longer to fill and empty.
constexpr double requests_least = 25;
constexpr double requests_most = 100;
constexpr double requests_of_idle = 5;

}  // namespace

bool Waits::by_own_links(const Source& source, const Choice& choice) const {
  if (source.periodic || source.closed || source.transport.one_connection) return false;
  if (choice.local()) return true;
  return std::ranges::all_of(std::array{choice.there, choice.back}, [&](std::size_t index) {
    return links_.hops(flows_.links[index]).empty() && packet_loss(*flows_.links[index].properties) <= 0.0;
  });
}

// Nothing: some do not come by links of their own, or none of these is busy.
std::optional<Waits::Tandem> Waits::tandem_to(std::size_t server) const {
  Tandem tandem;
  std::map<std::size_t, double> by_link;  // messages a second, of those that come here
  const ServerClass& node = flows_.servers[server];
  for (const Source& source : flows_.sources) {
    for (const Choice& choice : source.choices) {
      if (choice.server != server || choice.share <= 0.0) continue;
      if (!by_own_links(source, choice)) return std::nullopt;
      const bool by_link_there = !choice.local();
      const double rate = source.rate_of_one(choice);
      const auto members = static_cast<std::size_t>(std::lround(source.rate_at(choice, node) / rate));
      if (tandem.sources.size() + members > sources_most) return std::nullopt;
      TandemSource one{.period = 1.0 / rate, .service = {.mean = choice.service.work, .sd = choice.service.work_sd}, .station = choice.station, .group = source.stream, .there = {}, .back = {}};
      if (by_link_there) {
        const ClassLink& there = flows_.links[choice.there];
        one.there = {choice.there * sources_most, serialisation_seconds(source.request, there.rate)};
        one.back = {choice.back * sources_most, serialisation_seconds(source.response, flows_.links[choice.back].rate)};
        if (there.properties->delay_sd() > Duration::zero()) one.path = there.properties;
        for (const std::size_t link : {choice.there, choice.back}) by_link[link] += rate;
      }
      for (std::size_t member = 0; member < members; ++member, ++one.there.link, ++one.back.link) {
        tandem.sources.push_back(one);
        tandem.senders.push_back({&source, &choice});
      }
    }
  }
  for (const auto& [link, rate] : by_link) {
    const QueueLoad& load = links_.link(link);
    if (std::abs(load.rate / rate - 1) > alike) return std::nullopt;  // others send by it to elsewhere
    tandem.load = std::max(tandem.load, load.work);
  }
  if (tandem.load < busy_least) return std::nullopt;
  return tandem;
}

// Messages larger than a window leave in flights, between which others of the same node do: these are played as they are for their stalls.
void Waits::send_in_windows(Tandem& tandem, double until) {
  std::map<std::size_t, std::vector<std::vector<LinkDeparture>>> played;  // by link, then by stream of the scenario
  for (std::size_t index = 0; index < tandem.sources.size(); ++index) {
    const auto& [source, choice] = tandem.senders[index];
    if (choice->local() || played_link(*source, *choice) == nullptr) continue;
    TandemSource& sends = tandem.sources[index];
    const auto [known, is_new] = played.try_emplace(sends.there.link);
    if (is_new) {
      known->second.resize(scenario_.workload.size());
      const auto own = own_played(*source, *choice, *own_link(*source, *choice));
      auto left = link_departures(own->link, until, Seed{sends.there.link});
      for (std::size_t place = 0; place < left.size(); ++place) known->second[own->streams[place].first] = std::move(left[place]);
    }
    sends.left = known->second[source->stream];
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
  const double requests = drawn_ * std::clamp(requests_of_idle / (1 - load), requests_least, requests_most);
  send_in_windows(*tandem, requests / rate);
  const bool has_device = server.kind == Server::Kind::profiled;
  const PlayedCpu cpu{server.capacity, has_device ? 1 : scenario_.tiers[flows_.classes[server.nodes].tier].cores, server.workers, {}};
  return play_tandem(tandem->sources, cpu, scenario_.workload.size(), requests);
}

std::optional<Waiting> Waits::tandem_waiting(const Source& source, const Choice& choice) {
  if (memory_ != nullptr || flows_.batches) return std::nullopt;
  const auto [known, is_new] = tandems_.try_emplace(choice.server);
  if (is_new) known->second = play_tandem_to(choice.server);
  if (known->second.empty() || known->second[source.stream].empty()) return std::nullopt;
  std::vector<double> workers;
  Waiting waiting;
  for (const TandemTimes& one : known->second[source.stream]) {
    workers.push_back(one.worker);
    waiting.served.push_back(one.served);
    waiting.before.push_back(one.there);
    waiting.after.push_back(one.back);
  }
  Waiting seen = observed_waiting(std::move(workers));
  waiting.mean = seen.mean;
  waiting.probability = seen.probability;
  waiting.seen = std::move(seen.seen);
  return waiting;
}

}  // namespace continuo
