#include "model/energy_usage.hh"

#include <algorithm>

#include "energy/energy_of.hh"
#include "model/terms/serialisation.hh"
#include "scenario/link_class.hh"

namespace continuo {
namespace {

// Of a demand, what is done at this capacity.
double done_share(double demand, double capacity) { return demand > capacity ? capacity / demand : 1.0; }

// Of what each server is asked for, the share that it does. A node with its CPU and its profiled device busy draws no more than one
// with all its cores in use.
class DoneShares {
 public:
  DoneShares(const Scenario& scenario, const Flows& flows, const Demands& demands) : flows_{flows}, done_(flows.servers.size(), 1.0) {
    std::vector<double> in_use(flows.classes.size(), 0.0);  // of a node's cores
    for (std::size_t index = 0; index < flows.classes.size(); ++index) {
      const Tier& tier = scenario.tiers[flows.classes[index].tier];
      const Demands::OfNode& node = demands.nodes[index];
      const double asked = node.own + node.others + node.prepare;
      done_[index] = done_share(asked, tier.cpu());
      in_use[index] = done_[index] * asked / tier.cores;
    }
    for (std::size_t index = flows.classes.size(); index < flows.servers.size(); ++index) {
      done_[index] = done_share(demands.accelerators[index], 1.0);
      in_use[flows.servers[index].nodes] += done_[index] * demands.accelerators[index];
    }
    for (const double share : in_use) drawn_.push_back(done_share(share, 1.0));
  }

  // Requests that it answers, of those that it gets.
  double answered(std::size_t server) const { return done_[server]; }
  // Of the work that it is asked for, what counts as cores in use.
  double of_work(std::size_t server) const { return done_[server] * drawn_[flows_.servers[server].nodes]; }

 private:
  const Flows& flows_;
  std::vector<double> done_;   // by server
  std::vector<double> drawn_;  // by class of nodes
};

class Counting {
 public:
  Counting(const Scenario& scenario, const Flows& flows, const Demands& demands)
      : scenario_{scenario}, flows_{flows}, demands_{demands}, usage_{scenario, scenario.duration()}, of_one_(flows.classes.size(), 0.0) {}

  void add_busy(std::size_t nodes, ServiceIndex service, double core_seconds) {
    usage_.add_busy(flows_.classes[nodes].tier, service, core_seconds);
    of_one_[nodes] += core_seconds / static_cast<double>(flows_.classes[nodes].count);
  }

  void add_carried(std::size_t link, ServiceIndex service, double messages, Bytes size) {
    const ClassLink& way = flows_.links[link];
    const auto link_class = link_class_of(scenario_, way.from_node, way.to_node);
    if (!link_class) return;
    double bytes = messages * wire_bytes(size);
    if (way.rate) {
      const Demands::Traffic& traffic = demands_.links[link];
      bytes *= done_share(traffic.requests + traffic.answers, static_cast<double>(way.rate->bits_per_second()));
    }
    usage_.add_carried(*link_class, service, bytes);
  }

  Usage take(NodesListed listed) {
    if (listed == NodesListed::no || scenario_.nodes.size() > energy_nodes_max) return std::move(usage_);
    usage_.of_nodes.resize(scenario_.nodes.size());
    for (std::size_t index = 0; index < flows_.classes.size(); ++index) {
      const NodeClass& nodes = flows_.classes[index];
      for (std::size_t member = 0; member < nodes.count; ++member) usage_.of_nodes[nodes.node(member)] = of_one_[index];
    }
    return std::move(usage_);
  }

 private:
  const Scenario& scenario_;
  const Flows& flows_;
  const Demands& demands_;
  Usage usage_;
  std::vector<double> of_one_;  // core-seconds in use on a node, by class
};

}  // namespace

Usage usage_of(const Scenario& scenario, const Flows& flows, const Demands& demands, const ModelOptions& options, NodesListed listed) {
  const DoneShares done{scenario, flows, demands};
  Counting counting{scenario, flows, demands};
  for (const Source& source : flows.sources) {
    if (source.choices.empty()) continue;  // refused at once
    const double requests = source.rate * source.count * to_seconds(scenario.workload[source.stream].duration);
    counting.add_busy(source.nodes, source.service, requests * to_seconds(options.prepare_time) * done.of_work(source.nodes));
    for (const Choice& choice : source.choices) {
      if (choice.share <= 0.0) continue;
      const ServerClass& server = flows.servers[choice.server];
      const bool profiled = server.kind == Server::Kind::profiled;
      const double cores = profiled ? scenario.tiers[flows.classes[server.nodes].tier].cores : 1.0;
      const double work = requests * choice.share * choice.service.work * choice.in_batches;
      counting.add_busy(server.nodes, source.service, work * cores * done.of_work(choice.server));
      if (choice.local()) continue;
      counting.add_carried(choice.there, source.service, requests * choice.share, source.request);
      counting.add_carried(choice.back, source.service, requests * choice.share * done.answered(choice.server), source.response);
    }
  }
  return counting.take(listed);
}

}  // namespace continuo
