#include "model/terms/finite_source.hh"

#include <cmath>
#include <functional>
#include <queue>

#include "model/terms/deviates.hh"
#include "model/terms/low_discrepancy.hh"
#include "policy/service_time.hh"

namespace continuo {
namespace {

constexpr double chain_users_max = 1024;   // the chain costs users times band
constexpr double played_users_max = 20'000;
constexpr double busy_for_ever = 40.0;     // of others that come during a service, in the mean: none comes with probability e^-40
constexpr double negligible = 1e-15;
constexpr double rescaled_at = 1e200;
constexpr std::size_t seen_count = 256;
constexpr double varies_least = 0.1;       // of the time away; below, users are played through

// What an arriving user finds: by the number of those before it.
struct Found {
  std::vector<double> probability;
  double wait = 0.0;  // seconds in the mean

  void normalise() {
    double all = 0.0;
    for (const double one : probability) all += one;
    for (double& one : probability) one /= all;
  }
};

// Exponential service on c workers: the birth and death of the other users alone.
Found found_exponential(double users, double away, double service, int workers) {
  const auto others = static_cast<std::size_t>(users - 1);
  Found found{std::vector<double>(others + 1, 0.0), 0.0};
  // By logarithms: the ratios of neighbours span more than numbers do.
  double log_chance = 0.0;
  double most = 0.0;
  for (std::size_t there = others; there > 0; --there) {
    const double busy = std::min(static_cast<double>(there), static_cast<double>(workers));
    log_chance += std::log(away * busy / (service * static_cast<double>(others - there + 1)));
    found.probability[there - 1] = log_chance;
    most = std::max(most, log_chance);
  }
  for (double& one : found.probability) one = std::exp(one - most);
  found.normalise();
  for (std::size_t there = static_cast<std::size_t>(workers); there <= others; ++there) {
    found.wait += found.probability[there] * static_cast<double>(there - static_cast<std::size_t>(workers) + 1) * service / workers;
  }
  return found;
}

// Constant service on one worker: the chain of those whom a served user leaves behind, which are also those whom an arriving one finds. From
// n it goes to n - 1 and the users that come during a service, each of those away with the same probability.
Found found_constant(double users, double away, double service) {
  const double others = users - 1;
  if (others * service > busy_for_ever * away || users > chain_users_max) {
    Found found = found_exponential(users, away, service, 1);
    const double least = std::max(0.0, others * service - away);  // all are served one after the other
    found.wait = least + (found.wait - least) / 2;  // diffusions of half the variance
    return found;
  }
  const auto states = static_cast<std::size_t>(users);
  const double log_stays = -service / away;
  const double odds = std::expm1(service / away);  // p / (1 - p)
  Found found{std::vector<double>(states, 0.0), 0.0};
  std::vector<double> up(states, 0.0);  // flow from all known states to those above
  std::vector<double> come;
  found.probability[0] = 1.0;
  for (std::size_t state = 0; state + 1 < states; ++state) {
    const std::size_t there = std::max<std::size_t>(state, 1);
    const double away_now = users - static_cast<double>(there);
    come.assign(1, std::exp(away_now * log_stays));
    for (double count = 0; count < away_now && (come.back() > negligible || count < away_now * service / away); ++count) {
      come.push_back(come.back() * (away_now - count) / (count + 1) * odds);
    }
    for (std::size_t count = come.size() - 1; count > 0; --count) come[count - 1] += come[count];  // so many or more
    // Above `level` ends who is joined by at least level + 2 - there.
    for (std::size_t level = state; level + 1 < states && level + 2 - there < come.size(); ++level) {
      up[level] += found.probability[state] * come[level + 2 - there];
    }
    const double next = up[state] / std::exp((users - static_cast<double>(state) - 1) * log_stays);
    found.probability[state + 1] = next;
    if (next < rescaled_at) continue;
    for (std::size_t place = 0; place <= state + 1; ++place) found.probability[place] /= rescaled_at;
    for (double& flow : up) flow /= rescaled_at;
  }
  found.normalise();
  found.wait = std::max(0.0, others * service - away * (1 - found.probability[0]));
  return found;
}

// Waits at even shares: behind so many, each but the first for a whole service, and scattered as these are. Nothing: so few wait that a share
// holds none of them.
// `scatter`: times as much as by these numbers.
std::vector<double> waits_behind(const Found& found, const Waiting& wait, double cs2, double scatter) {
  constexpr double least_waiting = 4;  // of the waits
  if (wait.probability * static_cast<double>(seen_count) < least_waiting) return {};
  std::vector<double> seen(seen_count, 0.0);
  double busy = 0.0;
  double behind = 0.0;
  for (std::size_t there = 1; there < found.probability.size(); ++there) {
    busy += found.probability[there];
    behind += found.probability[there] * (static_cast<double>(there) - 0.5);
  }
  if (busy <= 0.0) return {};
  const double middle = behind / busy;
  const double one = wait.mean / wait.probability / middle;  // seconds a service
  LowDiscrepancy<1> sequence;
  std::size_t there = 1;
  double below = 0.0;  // share of those who find fewer
  double sum = 0.0;
  for (std::size_t place = 0; place < seen_count; ++place) {
    const double share = (static_cast<double>(place) + 0.5) / static_cast<double>(seen_count);
    if (share <= 1 - wait.probability) continue;
    const double among = (share - (1 - wait.probability)) / wait.probability * busy;
    while (there + 1 < found.probability.size() && below + found.probability[there] < among) below += found.probability[there++];
    const double part = std::clamp((among - below) / std::max(negligible, found.probability[there]), 0.0, 1.0);
    const double whole = std::max(0.0, middle + scatter * (static_cast<double>(there) - 1 + part - middle));
    const double deviate = cs2 > 0.0 ? normal_quantile(sequence.next()[0]) * std::sqrt(cs2 * whole) : 0.0;
    seen[place] = one * std::max(0.0, whole + deviate);
    sum += seen[place];
  }
  std::ranges::sort(seen);
  if (sum > 0.0) {
    for (double& one_seen : seen) one_seen *= wait.mean * static_cast<double>(seen_count) / sum;
  }
  return seen;
}

Waiting played_waiting(const FiniteSource& source, bool distribution) {
  using Coming = std::pair<double, std::size_t>;
  constexpr double rounds_warm = 4;
  constexpr double rounds_least = 8;
  const auto users = static_cast<std::size_t>(source.users);
  std::priority_queue<Coming, std::vector<Coming>, std::greater<>> coming;
  for (std::size_t user = 0; user < users; ++user) {
    coming.emplace(source.away * (static_cast<double>(user) + 0.5) / source.users, user);
  }
  std::priority_queue<double, std::vector<double>, std::greater<>> free_at;
  for (int worker = 0; worker < source.workers; ++worker) free_at.push(0.0);
  const auto warm = static_cast<std::size_t>(rounds_warm * source.users);
  const double service_sd = source.service * std::sqrt(source.cs2);
  const double away_sd = std::hypot(source.away_sd, source.varies * source.away);
  const bool varies = service_sd > 0.0 || away_sd > 0.0;  // else rounds repeat
  const auto all = warm + static_cast<std::size_t>(std::max(rounds_least * source.users, varies ? source.played : 0.0));
  const std::vector<Deviates>& deviates = drawn_deviates();
  std::vector<double> waits;
  waits.reserve(all - warm);
  for (std::size_t request = 0; request < all; ++request) {
    const auto [at, user] = coming.top();
    coming.pop();
    const double start = std::max(at, free_at.top());
    free_at.pop();
    double service = source.service;
    double away = source.away;
    if (varies) {
      const Deviates& drawn = deviates[request % deviates.size()];
      service = varied(service, service_sd, drawn.service);
      away = std::max(0.0, away + away_sd * drawn.delay);
    }
    free_at.push(start + service);
    coming.emplace(start + service + away, user);
    if (request >= warm) waits.push_back(start - at);
  }
  for (double& wait : waits) wait = wait > source.service * 1e-9 ? wait : 0.0;
  std::ranges::sort(waits);
  Waiting waiting = observed_waiting(std::move(waits));
  if (!distribution) waiting.seen.clear();
  return waiting;
}

}  // namespace

Waiting finite_source_waiting(const FiniteSource& source, bool distribution) {
  if (source.users <= source.workers || source.service <= 0.0) return {};
  const double away = std::max(source.away, 1e-6 * source.service);
  if (source.varies < varies_least && source.users <= played_users_max) return played_waiting(source, distribution);
  const Found exponential = found_exponential(source.users, away, source.service, source.workers);
  const double one = source.service / source.workers;  // a service of the one fast worker; the rest of it is spent away
  const Found constant = found_constant(source.users, away + source.service - one, one);
  double least = constant.wait;
  if (source.workers > 1) {
    const double ratio = found_exponential(source.users, away + source.service - one, one, 1).wait;
    least = ratio > 1e-9 * one ? exponential.wait * constant.wait / ratio : exponential.wait / 2;
  }
  const double saturated = source.users * one - away - source.service;  // all workers busy for ever
  const double most = (source.users - source.workers) * one;
  const double mean = std::clamp(least + source.cs2 * (exponential.wait - least), std::max(0.0, saturated), most);
  double busy = 0.0;
  for (std::size_t there = static_cast<std::size_t>(source.workers); there < exponential.probability.size(); ++there) {
    busy += exponential.probability[there];
  }
  if (source.workers == 1) busy = (1 - std::min(1.0, source.cs2)) * (1 - constant.probability[0]) + std::min(1.0, source.cs2) * busy;
  busy = std::clamp(busy, std::min(1.0, mean / most), 1.0);
  Waiting waiting{mean, mean > 0.0 ? busy : 0.0};
  if (!distribution) return waiting;
  const double load = std::min(1.0, source.users * one / (away + source.service + mean));
  const double scatter = std::sqrt(1 - load * (1 - source.varies));
  const bool even = source.cs2 < 0.5;
  waiting.seen = waits_behind(even ? constant : found_exponential(source.users, away + source.service - one, one, 1), waiting, source.cs2, scatter);
  return waiting;
}

}  // namespace continuo
