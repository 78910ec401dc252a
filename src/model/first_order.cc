#include "model/first_order.hh"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "scenario/link_class.hh"

namespace continuo {
namespace {

// Core-seconds a second that a node is asked for.
struct NodeDemand {
  double own = 0.0;      // T_proc R of its own requests
  double others = 0.0;   // T_proc R E of those that it is sent
  double prepare = 0.0;  // T_pre R
};

// Bits a second between an ordered pair of nodes.
struct Traffic {
  double requests = 0.0;
  double answers = 0.0;
};
using PairDemand = std::map<std::pair<NodeIndex, NodeIndex>, Traffic>;

struct Demands {
  std::vector<NodeDemand> nodes;
  std::vector<double> accelerators;  // by server
  PairDemand pairs;
};

Demands demands_of(const Scenario& scenario, const Flows& flows, const ModelOptions& options) {
  Demands demands{std::vector<NodeDemand>(scenario.nodes.size()), std::vector<double>(flows.servers.size()), {}};
  for (const Source& source : flows.sources) {
    if (source.choices.empty()) continue;  // refused at once: no node can run it
    demands.nodes[source.node].prepare += source.rate * to_seconds(options.prepare_time);
    const Stream& stream = scenario.workload[source.stream];
    const Bytes answer = source.response - options.message_overhead;
    for (const Choice& choice : source.choices) {
      if (choice.share <= 0.0) continue;
      const Server& server = flows.servers[choice.server];
      const double rate = source.rate * choice.share;
      const bool own = server.node == source.node;
      NodeDemand& node = demands.nodes[server.node];
      if (server.kind == Server::Kind::profiled) demands.accelerators[choice.server] += rate * choice.work;
      else (own ? node.own : node.others) += rate * choice.work;
      if (own) continue;
      demands.pairs[{source.node, server.node}].requests += rate * 8 * static_cast<double>(stream.input_size.count());
      demands.pairs[{server.node, source.node}].answers += rate * 8 * static_cast<double>(answer.count());
    }
  }
  return demands;
}

class Table {
 public:
  Table(const Scenario& scenario, const Flows& flows) : scenario_{scenario}, flows_{flows} {}

  FirstOrder take() { return std::move(table_); }

  void add_compute(const Demands& demands) {
    for (TierIndex tier = 0; tier < scenario_.tiers.size(); ++tier) {
      const double capacity = scenario_.tiers[tier].cpu();
      add_worst(tier, demands, "worker compute: T_proc R E < C_w Q_w", capacity, [](const NodeDemand& node) {
        return node.others > 0 ? node.others + node.own : 0.0;
      });
      add_worst(tier, demands, "local compute: T_proc R < C_e Q_e", capacity, [](const NodeDemand& node) {
        return node.others > 0 ? 0.0 : node.own;
      });
      add_worst(tier, demands, "prepare: T_pre R < C_e Q_e", capacity,
                [](const NodeDemand& node) { return node.prepare; });
    }
    for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
      const NodeDemand& demand = demands.nodes[node];
      add_resource(server_name(scenario_, flows_.servers[node]), ResourceKind::cpu,
                   (demand.own + demand.others + demand.prepare) / scenario_.tier_of(node).cpu());
    }
    for (std::size_t server = scenario_.nodes.size(); server < flows_.servers.size(); ++server) {
      add_inequality("profiled compute: T_proc R E < 1", server_name(scenario_, flows_.servers[server]), demands.accelerators[server], 1.0,
                     "workers");
      add_resource(server_name(scenario_, flows_.servers[server]), ResourceKind::accelerator, demands.accelerators[server]);
    }
  }

  // By class of links: the pair of nodes whose link is the most loaded; two nodes with a link of their own are a class. Access
  // links one by one.
  void add_network(const Demands& demands) {
    struct Most {
      double bits = 0.0;  // a second, of the most loaded pair
      double rate = 1.0;  // of that pair
      bool answers_only = true;
    };
    std::map<std::size_t, Most> classes;
    for (const auto& [pair, traffic] : demands.pairs) {
      const auto link_class = link_class_of(scenario_, pair.first, pair.second);
      if (!link_class) continue;
      Most& most = classes[*link_class];
      const double both = traffic.requests + traffic.answers;
      const auto mean = scenario_.link(pair.first, pair.second).mean_rate();
      if (mean && both / static_cast<double>(mean->bits_per_second()) > most.bits / most.rate) {
        most.bits = both;
        most.rate = static_cast<double>(mean->bits_per_second());
      }
      most.answers_only = most.answers_only && traffic.requests <= 0.0;
    }
    for (const auto& [link_class, most] : classes) {
      if (most.bits <= 0.0) continue;
      const bool of_tiers = link_class < scenario_.links.size();
      const std::string name = of_tiers ? link_label(scenario_, scenario_.links[link_class])
                                        : scenario_.pair_links.at(link_class - scenario_.links.size()).label;
      add_inequality(most.answers_only ? "answers: 8 r R < B" : "network: D = 8 d R < B", name, most.bits / 1e6, most.rate / 1e6,
                     "Mbit/s");
      add_resource(name, ResourceKind::link, most.bits / most.rate);
    }
  }

  void add_access(const Demands& demands) {
    for (NodeIndex node = 0; node < scenario_.access.size(); ++node) {
      double from = 0.0;
      double to = 0.0;
      for (const auto& [pair, traffic] : demands.pairs) {
        if (pair.first == node) from += traffic.requests + traffic.answers;
        if (pair.second == node) to += traffic.requests + traffic.answers;
      }
      add_access_link(scenario_.access[node].up_link(), from, scenario_.nodes[node].name + " up");
      add_access_link(scenario_.access[node].down_link(), to, scenario_.nodes[node].name + " down");
    }
  }

 private:
  void add_access_link(const std::optional<LinkProperties>& link, double bits, const std::string& name) {
    const auto mean = link ? link->mean_rate() : std::nullopt;
    if (!mean || bits <= 0.0) return;
    const auto rate = static_cast<double>(mean->bits_per_second());
    add_inequality("access: sum of D < B", name, bits / 1e6, rate / 1e6, "Mbit/s");
    add_resource(name, ResourceKind::link, bits / rate);
  }

  template <class Function>
  void add_worst(TierIndex tier, const Demands& demands, const std::string& name, double capacity, Function demand_of) {
    double most = 0.0;
    NodeIndex worst = 0;
    int loaded = 0;
    for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
      if (scenario_.nodes[node].tier != tier) continue;
      const double demand = demand_of(demands.nodes[node]);
      if (demand <= 0.0) continue;
      ++loaded;
      if (demand > most) {
        most = demand;
        worst = node;
      }
    }
    if (loaded == 0) return;
    const std::string& node = scenario_.nodes[worst].name;
    const std::string subject = loaded == 1 ? node : fmt::format("{}, the busiest of {}", node, loaded);
    add_inequality(name, subject, most, capacity, "cores");
  }

  void add_inequality(std::string name, std::string subject, double demand, double capacity, std::string unit) {
    const bool holds = demand < capacity;
    table_.feasible = table_.feasible && holds;
    table_.inequalities.push_back({std::move(name), std::move(subject), demand, capacity, std::move(unit), holds});
  }

  void add_resource(const std::string& name, ResourceKind kind, double load) {
    table_.resources.push_back({name, kind, std::min(1.0, load), load});
    if (load > table_.bottleneck_load) {
      table_.bottleneck_load = load;
      table_.bottleneck = name;
    }
  }

  const Scenario& scenario_;
  const Flows& flows_;
  FirstOrder table_;
};

}  // namespace

FirstOrder first_order(const Scenario& scenario, const Flows& flows, const ModelOptions& options) {
  const Demands demands = demands_of(scenario, flows, options);
  Table table{scenario, flows};
  table.add_compute(demands);
  table.add_network(demands);
  table.add_access(demands);
  return table.take();
}

}  // namespace continuo
