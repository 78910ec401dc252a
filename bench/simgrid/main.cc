// bench_simgrid ENDPOINTS SECONDS: the scenario of bench/predict/offloading.hh in SimGrid, an s4u actor an endpoint. Prints the wall time
// of building and running it, the mean latency in seconds, and how many requests were answered.
//
// SimGrid's network model is CM02 without its corrections for TCP: a message takes its link's latency and its size over the link's
// rate. Neither side has anything else: the factors that CM02 and LV08 multiply both with are 1, the limit that a window would set
// (TCP gamma) and cross traffic are off. A new connection costs a round trip, which the actor waits for.
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include <simgrid/s4u.hpp>

#include "bench/predict/offloading.hh"
#include "workload/stream_sources.hh"

namespace {

namespace sg = simgrid::s4u;
using namespace continuo;

struct Sums {
  double latency_s = 0.0;
  std::uint64_t answered = 0;
};

class Endpoint {
 public:
  Endpoint(sg::Host* server, std::vector<double> arrivals, const Scenario& scenario, Sums& sums)
      : server_{server}, arrivals_{std::move(arrivals)}, scenario_{scenario}, sums_{sums} {}

  void operator()() const {
    sg::Host* const here = sg::this_actor::get_host();
    const bench::OffloadingSizes sizes = bench::offloading_sizes();
    const double work = to_seconds(scenario_.services[0].package.variants[0].service_time) * server_->get_speed();
    bool connected = false;
    for (const double at : arrivals_) {
      sg::this_actor::sleep_until(at);
      if (!connected) sg::this_actor::sleep_for(2 * to_seconds(scenario_.link(1, 0).delay));
      connected = true;
      sg::Comm::sendto(here, server_, static_cast<std::uint64_t>(sizes.request.count()));
      sg::Exec::init()->set_flops_amount(work)->set_host(server_)->wait();
      sg::Comm::sendto(server_, here, static_cast<std::uint64_t>(sizes.answer.count()));
      sums_.latency_s += sg::Engine::get_clock() - at;
      ++sums_.answered;
    }
  }

 private:
  sg::Host* server_;
  std::vector<double> arrivals_;
  const Scenario& scenario_;
  Sums& sums_;
};

void configure() {
  for (const char* setting : {"network/model:CM02", "network/latency-factor:1", "network/bandwidth-factor:1", "network/weight-S:0",
                              "network/TCP-gamma:0", "network/crosstraffic:0", "contexts/stack-size:64", "contexts/guard-size:0"}) {
    sg::Engine::set_config(setting);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const Scenario scenario = bench::offloading(std::atoi(argv[1]), from_seconds(std::atof(argv[2])));
  const auto start = std::chrono::steady_clock::now();
  int engine_words = 1;
  sg::Engine engine{&engine_words, argv};
  configure();
  sg::NetZone* zone = sg::create_star_zone("star");
  const double speed = 1e9;
  sg::Host* server = zone->create_host("server", speed)->set_core_count(scenario.tiers[0].cores)->seal();
  zone->add_route(server->get_netpoint(), nullptr, nullptr, nullptr, std::vector<sg::LinkInRoute>{}, true);
  StreamSources sources{scenario, 0};
  Sums sums;
  for (std::size_t source = 0; source < sources.size(); ++source) {
    const std::string& name = scenario.nodes[sources.node(source)].name;
    sg::Host* host = zone->create_host(name, speed)->seal();
    const LinkProperties& link = scenario.link(1, 0);
    for (const bool up : {true, false}) {
      sg::Link* made = zone->create_link(name + (up ? "-up" : "-down"), static_cast<double>(link.rate->bits_per_second()) / 8);
      made->set_latency(to_seconds(link.delay))->seal();
      zone->add_route(up ? host->get_netpoint() : nullptr, up ? nullptr : host->get_netpoint(), nullptr, nullptr,
                      {sg::LinkInRoute(made)}, false);
    }
    std::vector<double> arrivals;
    for (auto at = sources.first(source); at; at = sources.after(source, *at)) arrivals.push_back(to_seconds(*at - scenario_start));
    sg::Actor::create(name, host, Endpoint{server, std::move(arrivals), scenario, sums});
  }
  zone->seal();
  engine.run();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  fmt::print("{} {} {}\n", seconds, sums.latency_s / static_cast<double>(sums.answered), sums.answered);
  return 0;
}
