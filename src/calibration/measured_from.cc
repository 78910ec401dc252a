#include "calibration/measured_from.hh"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include <fmt/format.h>

#include "policy/quota_periods.hh"
#include "policy/serving_plan.hh"

namespace continuo {
namespace {

constexpr double same_share = 1e-6;

Duration stretched(Duration time, double factor) { return from_seconds(to_seconds(time) * factor); }

// The nearest share of the CPU; of two as near, the larger, then the one with fewer cores: whatever the order in the file.
bool nearer(const ServiceProfile& one, const ServiceProfile& other, double cpu) {
  const double distance = std::abs(one.cpu() - cpu) - std::abs(other.cpu() - cpu);
  if (std::abs(distance) > same_share) return distance < 0;
  return std::tuple{-one.cpu(), one.cores, one.digest} < std::tuple{-other.cpu(), other.cores, other.digest};
}

class Lookup {
 public:
  Lookup(const ServiceProfiles& profiles, StaleProfiles stale, ProfiledTimes& result) : stale_{stale}, result_{result} {
    for (const ServiceProfile& profile : profiles.profiles) {
      (profile.batch == 1 ? of_variant_ : of_batches_)[{profile.package, profile.variant}].push_back(&profile);
    }
  }

  // The time of a variant on every node of a tier; nothing: as the package states it.
  std::optional<MeasuredService> time(const ServicePackage& package, const Variant& variant, const Tier& tier) {
    const auto known = of_variant_.find({package.name, variant.name});
    if (known == of_variant_.end()) return flag_missing(package, variant, tier);
    const ServiceProfile* best = nearest(known->second, tier.cpu(), &package.digest);
    if (best == nullptr) {
      tell_stale(package, variant);
      if (stale_ == StaleProfiles::refused) return std::nullopt;
      best = nearest(known->second, tier.cpu(), nullptr);
    }
    return scaled(*best, tier);
  }

 private:
  static const ServiceProfile* nearest(const std::vector<const ServiceProfile*>& from, double cpu, const std::string* digest) {
    const ServiceProfile* best = nullptr;
    for (const ServiceProfile* one : from) {
      if (digest != nullptr && one->digest != *digest) continue;
      if (best == nullptr || nearer(*one, *best, cpu)) best = one;
    }
    return best;
  }

  std::optional<MeasuredService> flag_missing(const ServicePackage& package, const Variant& variant, const Tier& tier) {
    result_.flagged.push_back(fmt::format("no profile of {} of {}: on {} it is taken to need the {:.4g} ms on a whole core that its package states",
                                          variant.name, package.name, tier.name, to_seconds(variant.service_time) * 1e3));
    return std::nullopt;
  }

  void tell_stale(const ServicePackage& package, const Variant& variant) {
    if (!told_.emplace(package.name, variant.name).second) return;
    const std::string what = fmt::format("the profiles of {} of {} are stale: its manifest has changed since", variant.name, package.name);
    (stale_ == StaleProfiles::refused ? result_.refused : result_.flagged).push_back(what);
  }

  MeasuredService scaled(const ServiceProfile& profile, const Tier& tier) {
    const ServiceProfile* largest = largest_batch_beside(profile);
    const TimedBatch batch = largest != nullptr ? TimedBatch{largest->batch, largest->mean} : TimedBatch{};
    if (std::abs(profile.cpu() - tier.cpu()) <= same_share) return {profile.mean, profile.sd, batch};
    const auto factor_of = [&](Duration time) {
      const double seconds = to_seconds(time);
      return alone_on_quota(work_of_alone(seconds, 0.0, profile.cpu()).mean, tier.cpu()).mean / seconds;
    };
    const double factor = factor_of(profile.mean);
    result_.flagged.push_back(fmt::format("no profile of {} of {} at {:.4g} cores, as {} has: that at {:.4g} cores is taken {:.4g} times as long",
                                          profile.variant, profile.package, tier.cpu(), tier.name, profile.cpu(), factor));
    return {stretched(profile.mean, factor), stretched(profile.sd, factor),
            largest != nullptr ? TimedBatch{batch.requests, stretched(batch.time, factor_of(batch.time))} : batch};
  }

  // The largest one that was measured beside this one; nullptr: none was.
  const ServiceProfile* largest_batch_beside(const ServiceProfile& alone) const {
    const auto known = of_batches_.find({alone.package, alone.variant});
    if (known == of_batches_.end()) return nullptr;
    const ServiceProfile* largest = nullptr;
    for (const ServiceProfile* one : known->second) {
      const bool beside = one->digest == alone.digest && one->cores == alone.cores && std::abs(one->quota - alone.quota) <= same_share;
      if (beside && (largest == nullptr || one->batch > largest->batch)) largest = one;
    }
    return largest;
  }

  StaleProfiles stale_;
  ProfiledTimes& result_;
  std::map<std::pair<std::string_view, std::string_view>, std::vector<const ServiceProfile*>> of_variant_;
  std::map<std::pair<std::string_view, std::string_view>, std::vector<const ServiceProfile*>> of_batches_;
  std::set<std::pair<std::string_view, std::string_view>> told_;
};

}  // namespace

ProfiledTimes measured_from(const Scenario& scenario, const Placement& placement, const ServiceProfiles& profiles,
                            const ProfiledHost& this_host, StaleProfiles stale) {
  ProfiledTimes result;
  if (profiles.host != this_host) {
    const std::string what = fmt::format("the profiles were measured on another host ({}) than this one ({})", to_string(profiles.host),
                                         to_string(this_host));
    (stale == StaleProfiles::refused ? result.refused : result.flagged).push_back(what);
    if (stale == StaleProfiles::refused) return result;
  }
  std::unordered_map<std::string_view, ServiceIndex> services;
  for (ServiceIndex service = 0; service < scenario.services.size(); ++service) services.emplace(scenario.services[service].name, service);
  std::unordered_map<std::string_view, NodeIndex> nodes;
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) nodes.emplace(scenario.nodes[node].name, node);

  // Nodes of a tier are alike: each pair is looked up, and told of, once.
  Lookup lookup{profiles, stale, result};
  std::map<std::tuple<ServiceIndex, std::string_view, TierIndex>, std::optional<MeasuredService>> times;
  for (const Assignment& assignment : placement.assignments) {
    const auto service = services.find(assignment.service);
    const auto node = nodes.find(assignment.node);
    if (service == services.end() || node == nodes.end()) continue;
    const ServicePackage& package = scenario.services[service->second].package;
    const auto variant = std::ranges::find(package.variants, assignment.variant, &Variant::name);
    if (variant == package.variants.end() || variant->is_profiled()) continue;
    const TierIndex tier = scenario.nodes[node->second].tier;
    auto [time, is_new] = times.try_emplace({service->second, variant->name, tier});
    if (is_new) time->second = lookup.time(package, *variant, scenario.tiers.at(tier));
    if (time->second) result.measured.emplace(std::pair{service->second, node->second}, *time->second);
  }
  return result;
}

}  // namespace continuo
