#include "bench/predict/random_scenario.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/predict/star.hh"
#include "units/rng.hh"

namespace continuo::bench {

namespace {

using namespace std::chrono_literals;

// The nearer to full, the longer a queue remembers: with as many requests its mean is known the less well by 1 / (1 - load).
double requests_at(double load) { return 40'000 * std::clamp(std::pow(0.2 / (1 - load), 2), 1.0, 10.0); }

double between(Rng& rng, double low, double high) { return low + (high - low) * rng.uniform(); }
double by_decades(Rng& rng, double low, double high) { return low * std::pow(high / low, rng.uniform()); }

// One edge node of 1 to 16 cores serves 1 to 40 endpoints: load 0.1 to 0.95, periodic or Poisson, with or without jitter, rates and
// access links.
RandomScenario star_scenario(std::uint64_t number) {
  Rng rng{Seed{number}.derive("agreement")};
  const int cores = static_cast<int>(std::lround(by_decades(rng, 1, 16)));
  const int endpoints = static_cast<int>(std::lround(by_decades(rng, 1, 40)));
  const double load = between(rng, 0.1, 0.95);
  const double service_s = by_decades(rng, 0.005, 0.1);
  const bool poisson = rng.happens(Probability::of(0.5));
  LinkProperties link{.delay = from_seconds(by_decades(rng, 0.001, 0.05))};
  const bool jitter = rng.happens(Probability::of(0.5));
  if (jitter) link.jitter = from_seconds(to_seconds(link.delay) * between(rng, 0.02, 0.3));
  const double rate = load * cores / service_s;  // requests a second of all
  const double size = by_decades(rng, 500, 60'000);
  const double needed = rate / endpoints * (size + 500) * 8 * 1.04;  // bits a second of one endpoint
  const bool limited = rng.happens(Probability::of(0.5));
  if (limited) link.rate = BitRate::bits_per_second(static_cast<std::int64_t>(std::max(2e5, needed * between(rng, 1.5, 20))));
  const bool access = rng.happens(Probability::of(0.25));
  std::optional<BitRate> down;
  if (access) down = BitRate::bits_per_second(static_cast<std::int64_t>(needed * endpoints * between(rng, 1.3, 5)));
  const bool varies = rng.happens(Probability::of(0.5));

  Stream stream;
  const Duration interval = from_seconds(endpoints / rate);
  if (poisson) stream.arrivals = Poisson{interval};
  else stream.arrivals = Periodic{interval};
  stream.input_size = Bytes::of(static_cast<std::int64_t>(size));
  stream.duration = std::max<Duration>(from_seconds(requests_at(load) / rate), 20 * interval);
  stream.deadline = 600s;
  const ServiceTimeStated service_time{from_seconds(service_s), from_seconds(varies ? 0.1 * service_s : 0.0)};
  RandomScenario drawn{star({.name = "edge", .cores = cores, .memory = Bytes::gibibytes(8), .runtimes = {}}, endpoints, link, service_time, stream), "star",
              fmt::format("{} endpoints {}, {} cores, load {:.2f}, service {:.1f} ms{}, delay {:.1f} ms{}{}{}", endpoints,
                          poisson ? "poisson" : "periodic", cores, load, service_s * 1e3, varies ? " +-10 %" : "",
                          to_milliseconds(link.delay), jitter ? " with jitter" : "", limited ? ", rate" : "",
                          access ? ", access link" : "")};
  drawn.scenario.name = "random-" + std::to_string(number);
  drawn.scenario.seed = Seed{number};
  if (access) {
    drawn.scenario.access.resize(drawn.scenario.nodes.size());
    drawn.scenario.access[0].down = down;
  }
  return drawn;
}

BitRate rate_of(double bits) { return BitRate::bits_per_second(static_cast<std::int64_t>(bits)); }

LinkProperties random_link(Rng& rng) {
  LinkProperties link{.delay = from_seconds(by_decades(rng, 0.001, 0.05))};
  if (rng.happens(Probability::of(0.5))) link.jitter = from_seconds(to_seconds(link.delay) * between(rng, 0.02, 0.3));
  return link;
}

// Endpoints, an edge node and a cloud node, and what is put on them service by service.
class Continuum {
 public:
  Continuum(Rng& rng, bool has_cloud) : rng_{rng}, has_cloud_{has_cloud} {
    endpoints_ = static_cast<int>(std::lround(by_decades(rng, 1, 40)));
    Tier edge{.name = "edge", .cores = random_cores(), .memory = Bytes::gibibytes(8), .runtimes = {}};
    link_ = random_link(rng);
    scenario_ = star(edge, endpoints_, link_, {.mean = 1ms}, {});
    scenario_.services.clear();
    scenario_.workload.clear();
    scenario_.placement = PlaceExplicitly{};
    if (has_cloud) {
      scenario_.tiers.push_back({.name = "cloud", .role = Role::cloud, .cores = random_cores(), .memory = Bytes::gibibytes(8)});
      scenario_.nodes.push_back({"cloud-1", 2});
      scenario_.sites[0].nodes.push_back(scenario_.nodes.size() - 1);
      far_ = random_link(rng);
      for (const auto& [from, to] : {std::pair{0, 2}, {1, 2}, {2, 0}, {2, 1}, {2, 2}}) {
        scenario_.links.push_back({static_cast<TierIndex>(from), static_cast<TierIndex>(to), far_, ""});
      }
    }
    loads_ = {between(rng, 0.1, 0.95), between(rng, 0.1, 0.95)};
    text_ = fmt::format("{} endpoints, {} cores load {:.2f}", endpoints_, edge.cores, loads_[0]);
    if (has_cloud) text_ += fmt::format(", cloud {} cores load {:.2f}", scenario_.tiers[2].cores, loads_[1]);
    text_ += fmt::format(", delay {:.1f} ms{}", to_milliseconds(link_.delay), link_.jitter > Duration{} ? " with jitter" : "");
  }

  // As many as these, the first ones on the edge node, the others on the cloud node, each with so many streams at most.
  void add_services(int on_edge, int on_cloud, int streams_most) {
    for (const bool in_cloud : {false, true}) {
      const int count = in_cloud ? on_cloud : on_edge;
      std::vector<double> parts;
      double all = 0.0;
      for (int service = 0; service < count; ++service) all += parts.emplace_back(between(rng_, 0.2, 1.0));
      for (const double part : parts) add_service(in_cloud, part / all, streams_most);
    }
  }

  // Rates that leave room for what is sent.
  void limit_links() {
    for (const bool in_cloud : {false, true}) {
      if (!rng_.happens(Probability::of(0.5))) continue;
      LinkProperties& link = in_cloud ? far_ : link_;
      link.rate = rate_of(std::max(2e5, bits_[in_cloud ? 1 : 0] / endpoints_ * between(rng_, 1.5, 20)));
      if (!in_cloud || has_cloud_) text_ += in_cloud ? ", far rate" : ", rate";
    }
    for (Link& link : scenario_.links) link.properties = link.from == 2 || link.to == 2 ? far_ : link_;
  }

  // On the way of requests: endpoints up, nodes down.
  void limit_access() {
    scenario_.access.resize(scenario_.nodes.size());
    const double all = bits_[0] + bits_[1];
    const BitRate up = rate_of(std::max(2e5, all / endpoints_ * between(rng_, 1.5, 10)));
    for (NodeIndex node = 1; node <= static_cast<NodeIndex>(endpoints_); ++node) scenario_.access[node].up = up;
    scenario_.access[0].down = rate_of(std::max(2e5, bits_[0] * between(rng_, 1.3, 5)));
    text_ += fmt::format(", access up {:.2f}, down {:.2f}", all / endpoints_ / static_cast<double>(up.bits_per_second()),
                         bits_[0] / static_cast<double>(scenario_.access[0].down->bits_per_second()));
  }

  RandomScenario take(const std::string& group, std::uint64_t number) {
    Duration longest{};
    for (const Stream& stream : scenario_.workload) longest = std::max(longest, stream.mean_interval());
    for (Stream& stream : scenario_.workload) stream.duration = std::max<Duration>(from_seconds(requests_at(std::max(loads_[0], has_cloud_ ? loads_[1] : 0.0)) / rate_), 20 * longest);
    scenario_.name = "random-" + std::to_string(number);
    scenario_.seed = Seed{number};
    return {std::move(scenario_), group, text_};
  }

 private:
  int random_cores() { return static_cast<int>(std::lround(by_decades(rng_, 1, 16))); }

  void add_service(bool in_cloud, double part, int streams_most) {
    const ServiceIndex index = scenario_.services.size();
    const double service_s = by_decades(rng_, 0.005, 0.1);
    Variant variant;
    variant.name = "v";
    variant.runtime = "builtin";
    variant.service_time = from_seconds(service_s);
    variant.service_time_sd = from_seconds(rng_.happens(Probability::of(0.5)) ? 0.1 * service_s : 0.0);
    Service service;
    service.name = "service-" + std::to_string(index + 1);
    service.package.variants = {variant};
    scenario_.services.push_back(std::move(service));
    const NodeIndex node = in_cloud ? scenario_.nodes.size() - 1 : 0;
    std::get<PlaceExplicitly>(scenario_.placement).nodes[index] = {node};
    const int streams = 1 + static_cast<int>(rng_.below(static_cast<std::uint64_t>(streams_most)));
    const double rate = loads_[in_cloud ? 1 : 0] * part * scenario_.tier_of(node).cores / service_s;
    const double first = streams == 1 ? 1.0 : between(rng_, 0.2, 0.8);
    text_ += fmt::format("; {}{:.1f} ms", in_cloud ? "cloud " : "", service_s * 1e3);
    for (int stream = 0; stream < streams; ++stream) add_stream(index, in_cloud, rate * (stream == 0 ? first : 1 - first));
  }

  void add_stream(ServiceIndex service, bool in_cloud, double rate) {
    Stream stream;
    stream.name = "stream-" + std::to_string(scenario_.workload.size() + 1);
    stream.from = 1;
    stream.service = service;
    const Duration interval = from_seconds(endpoints_ / rate);
    const bool poisson = rng_.happens(Probability::of(0.5));
    if (poisson) stream.arrivals = Poisson{interval};
    else stream.arrivals = Periodic{interval};
    const double size = by_decades(rng_, 500, 60'000);
    stream.input_size = Bytes::of(static_cast<std::int64_t>(size));
    stream.deadline = 600s;
    scenario_.workload.push_back(std::move(stream));
    rate_ += rate;
    bits_[in_cloud ? 1 : 0] += rate * (size + 500) * 8 * 1.04;
    text_ += poisson ? " poisson" : " periodic";
  }

  Rng& rng_;
  bool has_cloud_;
  int endpoints_ = 1;
  LinkProperties link_;
  LinkProperties far_;
  Scenario scenario_;
  std::array<double, 2> loads_{};
  std::array<double, 2> bits_{};  // a second of all endpoints, to the edge and to the cloud
  double rate_ = 0.0;
  std::string text_;
};

}  // namespace

RandomScenario random_scenario(std::uint64_t number) {
  if (number % 5 < 2) return star_scenario(number);
  Rng rng{Seed{number}.derive("agreement")};
  const bool is_tiers = number % 5 == 3;
  Continuum continuum{rng, is_tiers};
  if (number % 5 == 2) continuum.add_services(2 + static_cast<int>(rng.below(2)), 0, 2);
  else if (is_tiers) continuum.add_services(1 + static_cast<int>(rng.below(2)), 1, 2);
  else continuum.add_services(1, 0, 2);
  continuum.limit_links();
  if (number % 5 == 4) continuum.limit_access();
  return continuum.take(number % 5 == 2 ? "services" : is_tiers ? "tiers" : "access", number);
}

RandomScenario random_lossy_scenario(std::uint64_t number) {
  RandomScenario drawn = star_scenario(number);
  Rng rng{Seed{number}.derive("loss")};
  const Probability loss = Probability::of(by_decades(rng, 0.0005, 0.03));
  for (Link& link : drawn.scenario.links) link.properties.loss = loss;
  drawn.group = "loss";
  drawn.text += fmt::format(", loss {:.2f} %", 100 * loss.value());
  return drawn;
}

RandomScenario random_limited_scenario(std::uint64_t number) {
  constexpr std::array queues{0, 1, 2, 4, 8};
  constexpr double requests = 100'000;
  Rng rng{Seed{number}.derive("limited")};
  const int cores = static_cast<int>(std::lround(by_decades(rng, 1, 8)));
  const int endpoints = static_cast<int>(std::lround(by_decades(rng, 4, 40)));
  const double load = between(rng, 0.5, 0.95);
  const double service_s = by_decades(rng, 0.005, 0.1);
  const int queue = queues.at(rng.below(queues.size()));
  const double varies = rng.happens(Probability::of(0.5)) ? between(rng, 0.0, 0.3) : 0.0;
  const bool periodic = rng.happens(Probability::of(0.2));
  const double rate = load * cores / service_s;
  Stream stream;
  if (periodic) stream.arrivals = Periodic{from_seconds(endpoints / rate)};
  else stream.arrivals = Poisson{from_seconds(endpoints / rate)};
  stream.input_size = 1000_B;
  stream.duration = from_seconds(requests / rate);
  stream.deadline = 600s;
  const Tier edge{.name = "edge", .cores = cores, .memory = Bytes::gibibytes(8), .runtimes = {}};
  RandomScenario drawn{star(edge, endpoints, random_link(rng), {from_seconds(service_s), from_seconds(varies * service_s)}, stream), "limited",
                       fmt::format("{} endpoints {}, {} cores, load {:.2f}, service {:.1f} ms +-{:.0f} %, queue {}", endpoints,
                                   periodic ? "periodic" : "poisson", cores, load, service_s * 1e3, 100 * varies, queue)};
  drawn.scenario.name = "random-" + std::to_string(number);
  drawn.scenario.seed = Seed{number};
  drawn.scenario.services[0].queue = queue;
  return drawn;
}

}  // namespace continuo::bench
