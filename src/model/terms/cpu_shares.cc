#include "model/terms/cpu_shares.hh"

#include <algorithm>
#include <cmath>

#include "model/terms/waiting.hh"
#include "policy/service_time.hh"

namespace continuo {
namespace {

constexpr int rounds_most = 40;
constexpr double balanced = 1e-3;  // relative difference of CPU wanted and got that counts as none

// So many requests in all, and how likely that is.
struct State {
  double requests = 0.0;
  double chance = 0.0;
};

// One by one up to the number of workers; beyond it they are geometric, and taken together by blocks that grow.
std::vector<State> states_of(double work, double cores, int workers) {
  constexpr double chance_least = 1e-7;
  std::vector<State> states;
  double chance = 1.0;
  double all = 1.0;
  for (int requests = 1; requests <= workers; ++requests) {
    chance *= work / std::min<double>(requests, cores);
    all += chance;
    states.push_back({static_cast<double>(requests), chance});
  }
  const double rho = work / cores;
  double next = chance * rho;  // of the first of the block
  double first = workers + 1.0;
  all += next / (1 - rho);
  for (double width = 1.0; next / (1 - rho) > chance_least * all; width = std::max(1.0, std::floor((first - workers) / 3))) {
    const double beyond = std::pow(rho, width);
    const double of_block = next * (1 - beyond) / (1 - rho);
    const double mean = rho / (1 - rho) - width * beyond / (1 - beyond);  // of a geometric number below `width`
    states.push_back({first + mean, of_block});
    next *= beyond;
    first += width;
  }
  for (State& state : states) state.chance /= all;
  return states;
}

struct Running {
  double mean = 0.0;
  double full = 0.0;  // chance that all workers have one
};

// Of n requests, each of a service with chance w, those that run: E min(Binomial(n, w), workers).
Running running_of(double n, double w, int workers) {
  if (n < workers) return {n * w, 0.0};
  if (w >= 1.0) return {static_cast<double>(workers), 1.0};
  double of_exactly = std::pow(1 - w, n);
  double at_most = of_exactly;
  double running = 1 - at_most;
  for (int count = 1; count < workers; ++count) {
    of_exactly *= (n - count + 1) / count * w / (1 - w);
    at_most += of_exactly;
    running += std::max(0.0, 1 - at_most);
  }
  return {running, std::max(0.0, 1 - at_most)};
}

// Of M/M/1 (Cohen 1982), cores taken as one fast one.
double settles_in(double work, double cores) { return 1 / (cores * std::pow(1 - std::sqrt(work / cores), 2)); }

// M/M/c whose c-th death comes at the rate of all cores.
Presence present_alone(double work, double cores, int workers) {
  double chance = 1.0;
  double all = 1.0;
  double below = 0.0;  // requests while some worker has none
  for (int requests = 1; requests < workers; ++requests) {
    chance *= work / requests;
    all += chance;
    below += requests * chance;
  }
  const double left = 1 - work / cores;
  chance *= work / cores / left;  // of all who find no worker
  all += chance;
  const double present = below + chance * (workers + (1 - left) / left);
  return {.running = (below + chance * workers) / all,
          .present = present / all,
          .full = chance / all,
          .slowed = {{below / all / work, 1.0}, {1.0, workers / cores}}};
}

}  // namespace

CpuShares share_cpu(std::span<const double> wanted, double cores, int workers) {
  if (workers > 1 && wanted.size() == 1 && wanted[0] > 0.0 && wanted[0] < cores) {
    return {.services = {present_alone(wanted[0], cores, workers)}, .settles = settles_in(wanted[0], cores)};
  }
  // Less than one core is one slower core: what runs alone runs at all the speed there is.
  const double speed_alone = core_speed(cores);
  std::vector<double> works;
  for (const double of_service : wanted) works.push_back(of_service / speed_alone);
  cores /= speed_alone;
  double work = 0.0;
  for (const double of_service : works) work += of_service;
  CpuShares shared{.services = std::vector<Presence>(works.size()), .settles = 0.0};
  if (work <= 0.0) return shared;
  const std::vector<State> states = states_of(work, cores, workers);
  double requests = 0.0;
  for (const State& state : states) {
    requests += state.chance * state.requests;
  }
  shared.settles = settles_in(work, cores);
  std::vector<double> chances;
  for (const double of_service : works) chances.push_back(of_service / work);
  std::vector<double> got(works.size());
  std::vector<double> running(works.size());
  for (int round = 0; round < rounds_most; ++round) {
    std::ranges::fill(got, 0.0);
    for (Presence& service : shared.services) {
      service.running = service.full = 0.0;
      service.slowed.clear();
    }
    for (const State& state : states) {
      double all = 0.0;
      for (std::size_t service = 0; service < works.size(); ++service) {
        const auto [of_service, full] = running_of(state.requests, chances[service], workers);
        all += running[service] = of_service;
        shared.services[service].full += state.chance * full;
      }
      const double speed = std::min(1.0, cores / all);
      for (std::size_t service = 0; service < works.size(); ++service) {
        shared.services[service].running += state.chance * running[service];
        got[service] += state.chance * running[service] * speed;
        shared.services[service].slowed.push_back({got[service], std::max(1.0, 1 / speed)});
      }
    }
    double off = 0.0;
    double all = 0.0;
    for (std::size_t service = 0; service < works.size(); ++service) {
      shared.services[service].present = chances[service] * requests;
      if (works[service] <= 0.0) continue;
      off = std::max(off, std::abs(got[service] / works[service] - 1));
      all += chances[service] *= works[service] / std::max(got[service], 1e-12 * work);
    }
    if (off < balanced || round + 1 == rounds_most) break;
    for (double& chance : chances) chance /= all;
  }
  for (std::size_t service = 0; service < works.size(); ++service) {
    for (Presence::Slowed& slowed : shared.services[service].slowed) slowed.share /= std::max(got[service], 1e-12 * work);
  }
  return shared;
}

double waits_longer(const CpuShares& shared, std::span<const SharedRequests> requests, double cores, int workers) {
  constexpr double most = 4.0;  // beyond which what waits is little, and the difference of two larger figures
  double rate = 0.0;
  double work = 0.0;
  double squares = 0.0;
  double runs = 0.0;   // work left of what runs
  double waits = 0.0;  // and what waits, as the product form has it
  const double speed_alone = core_speed(cores);
  cores /= speed_alone;
  for (const SharedRequests& of : requests) work += of.rate * of.alone;
  if (work <= 0.0 || work >= cores) return 1.0;
  for (std::size_t service = 0; service < requests.size(); ++service) {
    const SharedRequests& of = requests[service];
    const Presence& here = shared.services[service];
    rate += of.rate;
    squares += of.rate * of.alone * of.alone * (1 + of.cs2);
    runs += here.running * of.alone * (1 + of.cs2) / 2;
    waits += std::max(0.0, here.present - here.running) * of.alone * service_variation_factor(work / cores, workers, of.cs2);
  }
  if (waits <= 0.0) return 1.0;
  const Presence all = present_alone(work, cores, workers);  // in one queue
  const double cs2 = std::max(0.0, squares * rate / (work * work) - 1);
  const double conserved = (all.present - all.running) * work / rate * service_variation_factor(work / cores, workers, cs2) + all.running * squares / (2 * work);
  return std::clamp((conserved - runs) / waits, 1.0, most);
}

}  // namespace continuo
