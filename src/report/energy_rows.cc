#include "report/energy_rows.hh"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "report/figures.hh"
#include "result/full_load.hh"
#include "scenario/quantity.hh"

namespace continuo {
namespace {

constexpr std::size_t links_max = 8;  // those that take most

std::string joules(Energy energy) {
  const double amount = energy.joules();
  if (amount > 0.0 && amount < 0.1) return with_unit(amount * 1e3, "mJ");
  if (amount >= 1e7) return with_unit(amount / 1e6, "MJ");
  return amount >= 1e4 ? with_unit(amount / 1e3, "kJ") : with_unit(amount, "J");
}

std::string watts(double amount) {
  if (amount > 0.0 && amount < 0.1) return with_unit(amount * 1e3, "mW");
  return amount >= 1e4 ? with_unit(amount / 1e3, "kW") : with_unit(amount, "W");
}

EnergyRow::Said unknown() { return {unknown_figure, ""}; }

EnergyRow::Said over_time(Energy energy, const EnergyUse& use) {
  const double seconds = to_seconds(use.time);
  return {joules(energy), seconds > 0.0 ? watts(energy.joules() / seconds) : ""};
}

class Rows {
 public:
  explicit Rows(std::span<const Evaluation> evaluations) : evaluations_{evaluations} {}

  void add_tiers() {
    for (const Evaluation& evaluation : evaluations_) {
      if (!evaluation.energy) continue;
      for (const TierEnergy& tier : evaluation.energy->tiers) {
        add(fmt::format("{} ({} {})", tier.name, tier.nodes, tier.nodes == 1 ? "node" : "nodes"),
            fmt::format("{} to {}{}", format_power(tier.idle_power), format_power(tier.busy_power), mark(tier.is_usual)),
            [&](const EnergyUse& use) {
              const auto same = std::ranges::find(use.tiers, tier.name, &TierEnergy::name);
              return same == use.tiers.end() ? unknown() : over_time(same->idle + same->dynamic, use);
            });
      }
      return;  // the others have the same
    }
  }

  void add_links() {
    std::vector<LinkEnergy> most;
    std::map<std::string, std::size_t> places;
    for (const Evaluation& evaluation : evaluations_) {
      if (!evaluation.energy) continue;
      for (const LinkEnergy& link : evaluation.energy->links) {
        const auto [found, is_new] = places.try_emplace(link.name, most.size());
        if (is_new) most.push_back(link);
        else most[found->second].energy = std::max(most[found->second].energy, link.energy);
      }
    }
    std::ranges::stable_sort(most, [](const auto& one, const auto& other) { return one.energy > other.energy; });
    result_.links_left_out = most.size() - std::min(most.size(), links_max);
    most.resize(std::min(most.size(), links_max));
    for (const LinkEnergy& link : most) {
      add(link.name, format_energy_per_bit(link.per_bit) + mark(link.is_usual), [&](const EnergyUse& use) {
        const auto same = std::ranges::find(use.links, link.name, &LinkEnergy::name);
        return same == use.links.end() ? unknown() : over_time(same->energy, use);
      });
    }
  }

  void add_sums() {
    add("all", "", [](const EnergyUse& use) { return over_time(use.total(), use); });
    result_.rows.back().is_sum = true;
    for (const ServiceResult& service : evaluations_.back().services) {
      const auto of = [&](const EnergyUse& use, auto&& figure) {
        const auto same = std::ranges::find(use.services, service.name, &ServiceEnergy::name);
        const auto energy = same == use.services.end() ? std::nullopt : figure(*same);
        return energy ? EnergyRow::Said{joules(*energy), ""} : unknown();
      };
      add(service.name + ", a request", "with its share of idle nodes", [&](const EnergyUse& use) {
        return of(use, [&](const ServiceEnergy& one) { return whole_per_request(use, one); });
      });
      add("", "without", [&](const EnergyUse& use) {
        return of(use, [](const ServiceEnergy& one) { return marginal_per_request(one); });
      });
    }
    const auto priced = [](const Evaluation& evaluation) { return evaluation.energy && evaluation.energy->cost(); };
    if (std::ranges::none_of(evaluations_, priced)) return;
    add("a million requests", "node hours with a price", [](const EnergyUse& use) {
      const auto cost = cost_per_million(use);
      return cost ? EnergyRow::Said{with_unit(*cost, use.currency), ""} : unknown();
    });
  }

  EnergyRows take() { return std::move(result_); }

 private:
  std::string mark(bool is_usual) {
    result_.has_usual = result_.has_usual || is_usual;
    return is_usual ? " *" : "";
  }

  template <class Function>
  void add(std::string what, std::string figure, Function said) {
    EnergyRow row{.what = std::move(what), .figure = std::move(figure), .said = {}};
    for (const Evaluation& evaluation : evaluations_) row.said.push_back(evaluation.energy ? said(*evaluation.energy) : unknown());
    result_.rows.push_back(std::move(row));
  }

  std::span<const Evaluation> evaluations_;
  EnergyRows result_;
};

}  // namespace

EnergyRows energy_rows(std::span<const Evaluation> evaluations) {
  const auto known = [](const Evaluation& evaluation) { return evaluation.energy.has_value(); };
  if (std::ranges::none_of(evaluations, known)) return {};
  Rows rows{evaluations};
  rows.add_tiers();
  rows.add_links();
  rows.add_sums();
  return rows.take();
}

std::string head_room_text(const Evaluation& evaluation) {
  const auto room = head_room(evaluation);
  if (!room) return "";
  if (!evaluation.feasible && evaluation.bottleneck_load < full_load) return "; no resource is full";
  return *room >= 0.0 ? fmt::format("; the load can grow by {}", percent(*room, 0)) : fmt::format("; the load must fall by {}", percent(-*room, 0));
}

}  // namespace continuo
