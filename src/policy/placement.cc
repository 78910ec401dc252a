// Placement: see placement.hh.
#include "policy/placement.hh"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_set>

namespace continuo {

namespace {

// One way to run the service at hand: a variant on a node, both as indices.
struct Option {
  std::size_t variant = 0;
  std::size_t node = 0;
  Duration predicted{};
};

std::string people(Duration duration) { return fmt::format("{:.1f} ms", to_milliseconds(duration)); }

std::string people(Bytes size) {
  constexpr std::int64_t mebibyte = std::int64_t{1} << 20;
  if (size.count() % mebibyte == 0) {
    return fmt::format("{} MiB", size.count() / mebibyte);
  }
  if (size.count() > 10 * mebibyte) {
    return fmt::format("{:.1f} MiB", static_cast<double>(size.count()) / static_cast<double>(mebibyte));
  }
  return fmt::format("{} B", size.count());
}

std::string list(std::span<const std::string> names) {
  return names.empty() ? std::string{"none"} : fmt::format("{}", fmt::join(names, ", "));
}

// Places services one after the other and keeps what is left of each node's memory.
class Placer {
 public:
  explicit Placer(std::span<const PlacementNode> nodes) : nodes_{nodes}, order_(nodes.size()) {
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::ranges::sort(order_, [&](std::size_t one, std::size_t other) { return nodes[one].name < nodes[other].name; });
    for (const PlacementNode& node : nodes) {
      memory_left_.push_back(node.memory);
    }
  }

  void place(const PlacementService& service) {
    allowed_.clear();
    if (service.only_on) {
      allowed_.insert(service.only_on->begin(), service.only_on->end());
    }
    std::vector<Option> best;     // the fastest variant of each node that can run the service, in node order
    std::vector<Option> slower;   // variants that can run there too
    for (const std::size_t node : order_) {
      weigh(service, node, best, slower);
    }
    // A rule outweighs the SLO; else those that meet it, or, where none does, the one that comes nearest.
    std::vector<Option> chosen = best;
    if (service.slo && !service.only_on) {
      std::erase_if(chosen, [&](const Option& option) { return option.predicted > service.slo->bound; });
      if (chosen.empty() && !best.empty()) {
        chosen.push_back(*std::ranges::min_element(best, {}, &Option::predicted));
      }
    }
    std::vector<std::size_t> place_in_best(nodes_.size(), 0);
    for (std::size_t place = 0; place < best.size(); ++place) {
      place_in_best[best[place].node] = place;
    }
    std::vector<bool> is_chosen(nodes_.size(), false);
    for (const Option& option : chosen) {
      is_chosen[option.node] = true;
    }
    for (const Option& option : best) {
      if (is_chosen[option.node]) {
        assign(service, option);
      } else {
        reject(service, option.variant, option.node, misses(service, option, chosen.front()));
      }
    }
    for (const Option& option : slower) {
      const Option& first = best[place_in_best[option.node]];
      reject(service, option.variant, option.node,
             fmt::format("predicted {}, variant {} is faster here: {}", people(option.predicted),
                         service.variants[first.variant].name, people(first.predicted)));
    }
    if (chosen.empty()) {
      result_.unplaced.push_back(service.name);
    }
  }

  Placement take() { return std::move(result_); }

 private:
  // Rejects what cannot run on the node and keeps what can.
  void weigh(const PlacementService& service, std::size_t node, std::vector<Option>& best, std::vector<Option>& slower) {
    std::vector<Option> options;
    for (std::size_t variant = 0; variant < service.variants.size(); ++variant) {
      const std::string obstacle = why_not(service, service.variants[variant], node);
      if (!obstacle.empty()) {
        reject(service, variant, node, obstacle);
        continue;
      }
      const Duration network = service.network_time.empty() ? Duration{0} : service.network_time.at(node);
      options.push_back({variant, node, network + idle_service_time(service.variants[variant], nodes_[node].cpu)});
    }
    std::ranges::stable_sort(options, {}, &Option::predicted);
    if (!options.empty()) {
      best.push_back(options.front());
      slower.insert(slower.end(), options.begin() + 1, options.end());
    }
  }

  // Empty: the node can run the variant.
  std::string why_not(const PlacementService& service, const Variant& variant, std::size_t index) const {
    const PlacementNode& node = nodes_[index];
    if (service.only_on && !allowed_.contains(node.name)) {
      return fmt::format("the scenario's placement allows only: {}", list(*service.only_on));
    }
    if (std::ranges::find(node.runtimes, variant.runtime) == node.runtimes.end()) {
      return fmt::format("runtime {} is absent (has: {})", variant.runtime, list(node.runtimes));
    }
    if (variant.memory > memory_left_[index]) {
      return fmt::format("needs {}, {} of {} left", people(variant.memory), people(memory_left_[index]),
                         people(node.memory));
    }
    return {};
  }

  std::string misses(const PlacementService& service, const Option& option, const Option& nearest) const {
    const std::string bound = fmt::format("predicted {} misses the SLO (p{:g} {})", people(option.predicted),
                                          service.slo->quantile * 100, people(service.slo->bound));
    if (nearest.predicted <= service.slo->bound) {
      return bound;
    }
    return fmt::format("{}; no node meets it, {} comes nearest: {}", bound, nodes_[nearest.node].name,
                       people(nearest.predicted));
  }

  void assign(const PlacementService& service, const Option& option) {
    const Variant& variant = service.variants[option.variant];
    memory_left_[option.node] -= variant.memory;
    result_.assignments.push_back({service.name, variant.name, nodes_[option.node].name, option.predicted});
  }

  void reject(const PlacementService& service, std::size_t variant, std::size_t node, std::string reason) {
    result_.rejections.push_back(
        {service.name, service.variants[variant].name, nodes_[node].name, std::move(reason)});
  }

  std::span<const PlacementNode> nodes_;
  std::vector<std::size_t> order_;  // of the nodes, by name
  std::vector<Bytes> memory_left_;  // in the snapshot's order of the nodes
  std::unordered_set<std::string_view> allowed_;  // by the rule of the service at hand
  Placement result_;
};

}  // namespace

Duration idle_service_time(const Variant& variant, double cpu) {
  return from_seconds(to_seconds(variant.service_time) / std::clamp(cpu, 1e-3, 1.0));
}

Placement place(std::span<const PlacementService> services, std::span<const PlacementNode> nodes) {
  Placer placer{nodes};
  for (const PlacementService& service : services) {
    placer.place(service);
  }
  return placer.take();
}

}  // namespace continuo
