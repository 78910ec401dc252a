#include "model/first_order.hh"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "model/terms/serialisation.hh"
#include "result/full_load.hh"
#include "scenario/link_class.hh"

namespace continuo {
namespace {

// In bits a second; nothing: unlimited.
std::optional<double> mean_bits(const std::optional<LinkProperties>& link) {
  const auto mean = link ? link->mean_rate() : std::nullopt;
  return mean ? std::optional{static_cast<double>(mean->bits_per_second())} : std::nullopt;
}

void add_traffic(const Scenario& scenario, const Flows& flows, const Source& source, const Choice& choice, Demands& demands) {
  const Demands::Traffic request{.requests = 8 * static_cast<double>(scenario.workload[source.stream].input_size.count()), .wire = 8 * wire_bytes(source.request)};
  const Demands::Traffic answer{.answers = 8 * static_cast<double>((source.response - source.transport.answer_overhead).count()), .wire = 8 * wire_bytes(source.response)};
  const auto add = [](Demands::Traffic& to, double rate, const Demands::Traffic& message) {
    to.requests += rate * message.requests;
    to.answers += rate * message.answers;
    to.wire += rate * message.wire;
  };
  const double rate = source.rate_of_one(choice);
  add(demands.links[choice.there], rate, request);
  add(demands.links[choice.back], rate, answer);
  if (demands.up.empty()) return;
  const ServerClass& server = flows.servers[choice.server];
  add(demands.up[source.nodes], source.rate * choice.share, request);
  add(demands.down[source.nodes], source.rate * choice.share, answer);
  add(demands.down[server.nodes], source.rate_at(choice, server), request);
  add(demands.up[server.nodes], source.rate_at(choice, server), answer);
}

// The inequality of requests one by one, with what each takes of a batch of `most`.
std::string in_full_batches(std::string name) {
  constexpr std::string_view alone = "T_proc";
  const auto at = name.find(alone);
  if (at != std::string::npos) name.replace(at, alone.size(), "(T_proc + (most - 1) T_next) / most");
  return name;
}

class Table {
 public:
  Table(const Scenario& scenario, const Flows& flows) : scenario_{scenario}, flows_{flows} {}

  FirstOrder take() { return std::move(table_); }

  // In the order of the nodes, whatever their classes.
  void add_nodes(const Demands& demands) {
    std::vector<std::size_t> class_of(scenario_.nodes.size());
    for (std::size_t index = 0; index < flows_.classes.size(); ++index) {
      for (std::size_t member = 0; member < flows_.classes[index].count; ++member) class_of[flows_.classes[index].node(member)] = index;
    }
    for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
      const Demands::OfNode& demand = demands.nodes[class_of[node]];
      const double asked = demand.own + demand.others + demand.prepare;
      const double cpu = scenario_.tier_of(node).cpu();
      add_resource(scenario_.nodes[node].name + " cpu", ResourceKind::cpu, asked / cpu, (asked + demand.not_full) / cpu);
    }
  }

  void add_compute(const Demands& demands) {
    for (TierIndex tier = 0; tier < scenario_.tiers.size(); ++tier) {
      const double capacity = scenario_.tiers[tier].cpu();
      add_worst(tier, demands, "worker compute: T_proc R E < C_w Q_w", capacity, [](const Demands::OfNode& node) {
        return node.others > 0 ? node.others + node.own : 0.0;
      });
      add_worst(tier, demands, "local compute: T_proc R < C_e Q_e", capacity, [](const Demands::OfNode& node) {
        return node.others > 0 ? 0.0 : node.own;
      });
      add_worst(tier, demands, "prepare: T_pre R < C_e Q_e", capacity,
                [](const Demands::OfNode& node) { return node.prepare; });
    }
    add_nodes(demands);
    for (std::size_t index = flows_.classes.size(); index < flows_.servers.size(); ++index) {
      const ServerClass& server = flows_.servers[index];
      for (std::size_t member = 0; member < server.count; ++member) {
        const std::string name = server_name(scenario_, flows_, server, member);
        const double not_full = demands.not_full.empty() ? 0.0 : demands.not_full[index];
        const bool batches = std::ranges::any_of(flows_.stations, [&](const Station& station) {
          return station.server == index && scenario_.services[station.service].batch.most > 1;
        });
        const std::string inequality = "profiled compute: T_proc R E < 1";
        add_inequality(batches ? in_full_batches(inequality) : inequality, name, demands.accelerators[index], 1.0, "workers");
        add_resource(name, ResourceKind::accelerator, demands.accelerators[index], demands.accelerators[index] + not_full);
      }
    }
  }

  // By class of links: the pair of nodes whose link is the most loaded; two nodes with a link of their own are a class. Access
  // links one by one.
  void add_network(const Demands& demands) {
    struct Most {
      double bits = 0.0;  // a second, of the most loaded pair
      double wire = 0.0;  // the same
      double rate = 1.0;  // of that pair
      bool answers_only = true;
    };
    std::map<std::size_t, Most> classes;
    for (std::size_t index = 0; index < flows_.links.size(); ++index) {
      const ClassLink& link = flows_.links[index];
      const Demands::Traffic& traffic = demands.links[index];
      const auto link_class = link_class_of(scenario_, link.from_node, link.to_node);
      if (!link_class || traffic.wire <= 0.0) continue;
      Most& most = classes[*link_class];
      const auto& mean = link.rate;
      if (mean && traffic.wire / static_cast<double>(mean->bits_per_second()) > most.wire / most.rate) {
        most.bits = traffic.payload();
        most.wire = traffic.wire;
        most.rate = static_cast<double>(mean->bits_per_second());
      }
      most.answers_only = most.answers_only && traffic.requests <= 0.0;
    }
    for (const auto& [link_class, most] : classes) {
      if (most.wire <= 0.0) continue;
      const bool of_tiers = link_class < scenario_.links.size();
      const std::string name = of_tiers ? link_label(scenario_, scenario_.links[link_class])
                                        : scenario_.pair_links.at(link_class - scenario_.links.size()).label;
      add_inequality(most.answers_only ? "answers: 8 r R < B" : "network: D = 8 d R < B", name, most.bits / 1e6, most.rate / 1e6,
                     "Mbit/s");
      add_resource(name, ResourceKind::link, most.wire / most.rate);
    }
  }

  void add_access(const Demands& demands) {
    if (demands.up.empty()) return;
    for (std::size_t index = 0; index < flows_.classes.size(); ++index) {
      const NodeClass& nodes = flows_.classes[index];
      for (std::size_t member = 0; member < nodes.count; ++member) {
        const AccessLink& access = scenario_.access[nodes.node(member)];
        const std::string& name = scenario_.nodes[nodes.node(member)].name;
        add_access_link(mean_bits(access.up_link()), demands.up[index], name + " up");
        add_access_link(mean_bits(access.down_link()), demands.down[index], name + " down");
      }
    }
  }

 private:
  void add_access_link(const std::optional<double>& rate, const Demands::Traffic& traffic, const std::string& name) {
    if (!rate || traffic.wire <= 0.0) return;
    add_inequality("access: sum of D < B", name, traffic.payload() / 1e6, *rate / 1e6, "Mbit/s");
    add_resource(name, ResourceKind::link, traffic.wire / *rate);
  }

  template <class Function>
  void add_worst(TierIndex tier, const Demands& demands, const std::string& name, double capacity, Function demand_of) {
    double most = 0.0;
    NodeIndex worst = 0;
    std::size_t loaded = 0;
    bool batches = false;
    for (std::size_t index = 0; index < flows_.classes.size(); ++index) {
      if (flows_.classes[index].tier != tier) continue;
      const double demand = demand_of(demands.nodes[index]);
      if (demand <= 0.0) continue;
      loaded += flows_.classes[index].count;
      if (demand > most) {
        most = demand;
        worst = flows_.classes[index].first;
        batches = demands.nodes[index].batches;
      }
    }
    if (loaded == 0) return;
    const std::string& node = scenario_.nodes[worst].name;
    const std::string subject = loaded == 1 ? node : fmt::format("{}, the busiest of {}", node, loaded);
    const bool alone = !batches || name.starts_with("prepare");
    add_inequality(alone ? name : in_full_batches(name), subject, most, capacity, "cores");
  }

  void add_inequality(std::string name, std::string subject, double demand, double capacity, std::string unit) {
    const bool holds = demand < full_load * capacity;
    table_.feasible = table_.feasible && holds;
    table_.inequalities.push_back({std::move(name), std::move(subject), demand, capacity, std::move(unit), holds});
  }

  void add_resource(const std::string& name, ResourceKind kind, double load) { add_resource(name, kind, load, load); }

  // `used`: where batches are not full, more than its load, which is what it could not do more of.
  void add_resource(const std::string& name, ResourceKind kind, double load, double used) {
    table_.resources.push_back({name, kind, std::min(1.0, used), load});
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

Demands demands_of(const Scenario& scenario, const Flows& flows, const ModelOptions& options) {
  Demands demands{std::vector<Demands::OfNode>(flows.classes.size()), std::vector<double>(flows.servers.size()),
                  std::vector<double>(flows.batches ? flows.servers.size() : 0), std::vector<Demands::Traffic>(flows.links.size()), {}, {}};
  if (!scenario.access.empty()) {
    demands.up.resize(flows.classes.size());
    demands.down.resize(flows.classes.size());
  }
  for (const Source& source : flows.sources) {
    if (source.choices.empty()) continue;  // refused at once: no node can run it
    demands.nodes[source.nodes].prepare += source.rate * to_seconds(options.prepare_time);
    for (const Choice& choice : source.choices) {
      if (choice.share <= 0.0) continue;
      const ServerClass& server = flows.servers[choice.server];
      const double alone = source.rate_at(choice, server) * choice.service.work;
      const double work = alone * choice.fullest;
      const double not_full = alone * choice.in_batches - work;
      Demands::OfNode& node = demands.nodes[server.nodes];
      if (server.kind == Server::Kind::profiled) {
        demands.accelerators[choice.server] += work;
        if (flows.batches) demands.not_full[choice.server] += not_full;
      } else {
        (choice.local() ? node.own : node.others) += work;
        node.not_full += not_full;
        node.batches = node.batches || choice.fullest != 1.0;
      }
      if (!choice.local()) add_traffic(scenario, flows, source, choice, demands);
    }
  }
  return demands;
}

Bottleneck bottleneck_of(const Scenario& scenario, const Flows& flows, const Demands& demands) {
  Bottleneck most;
  const auto meet = [&](Bottleneck::Kind kind, std::size_t index, double load, double judged) {
    most.feasible = most.feasible && judged < full_load;
    const bool earlier = load == most.load && kind == Bottleneck::Kind::link && most.kind == kind && index < most.index;
    if (load > most.load || earlier) most = {kind, index, load, most.feasible};
  };
  for (std::size_t index = 0; index < flows.classes.size(); ++index) {
    const Demands::OfNode& node = demands.nodes[index];
    const double cpu = scenario.tiers[flows.classes[index].tier].cpu();
    const double served = node.own + node.others;
    meet(Bottleneck::Kind::cpu, index, (served + node.prepare) / cpu, served < full_load * cpu && node.prepare < full_load * cpu ? 0.0 : 1.0);
  }
  for (std::size_t server = flows.classes.size(); server < flows.servers.size(); ++server) {
    meet(Bottleneck::Kind::accelerator, server, demands.accelerators[server], demands.accelerators[server]);
  }
  for (std::size_t index = 0; index < flows.links.size(); ++index) {
    const ClassLink& link = flows.links[index];
    const Demands::Traffic& traffic = demands.links[index];
    if (!link.rate || traffic.wire <= 0.0) continue;
    const auto link_class = link_class_of(scenario, link.from_node, link.to_node);
    if (!link_class) continue;
    const double rate = static_cast<double>(link.rate->bits_per_second());
    meet(Bottleneck::Kind::link, *link_class, traffic.wire / rate, traffic.payload() / rate);
  }
  for (std::size_t index = 0; index < demands.up.size(); ++index) {
    const AccessLink& access = scenario.access[flows.classes[index].first];
    const auto meet_access = [&](Bottleneck::Kind kind, const std::optional<double>& rate, const Demands::Traffic& traffic) {
      if (rate && traffic.wire > 0.0) meet(kind, index, traffic.wire / *rate, traffic.payload() / *rate);
    };
    meet_access(Bottleneck::Kind::up, mean_bits(access.up_link()), demands.up[index]);
    meet_access(Bottleneck::Kind::down, mean_bits(access.down_link()), demands.down[index]);
  }
  return most;
}

std::string bottleneck_name(const Scenario& scenario, const Flows& flows, const Bottleneck& bottleneck) {
  const auto node = [&] { return scenario.nodes[flows.classes[bottleneck.index].first].name; };
  switch (bottleneck.kind) {
    case Bottleneck::Kind::none: return "";
    case Bottleneck::Kind::cpu: return node() + " cpu";
    case Bottleneck::Kind::accelerator: return server_name(scenario, flows, flows.servers[bottleneck.index]);
    case Bottleneck::Kind::link: return link_class_label(scenario, bottleneck.index);
    case Bottleneck::Kind::up: return node() + " up";
    case Bottleneck::Kind::down: return node() + " down";
  }
  return "";
}

FirstOrder first_order(const Scenario& scenario, const Flows& flows, const ModelOptions& options) {
  const Demands demands = demands_of(scenario, flows, options);
  Table table{scenario, flows};
  table.add_compute(demands);
  table.add_network(demands);
  table.add_access(demands);
  return table.take();
}

}  // namespace continuo
