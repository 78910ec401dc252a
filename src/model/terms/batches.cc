#include "model/terms/batches.hh"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <vector>

#include "units/rng.hh"

namespace continuo {
namespace {

constexpr double work_most = 6e7;        // multiplications of a chain's elimination
constexpr double beyond_least = 1e-9;    // probability of the states left out
constexpr std::size_t seen_most = 4096;

// Gauss-Hermite, three points: exact for the first five moments of a normal time.
struct Point {
  double deviate;
  double weight;
};
constexpr std::array<Point, 3> normal_points{{{0.0, 2.0 / 3}, {-1.7320508075688772, 1.0 / 6}, {1.7320508075688772, 1.0 / 6}}};

// Probabilities of 0, 1, ... arrivals, the last one with all beyond.
std::vector<double> poisson(double mean, std::size_t count) {
  std::vector<double> chances(count, 0.0);
  if (mean <= 0.0) {
    chances[0] = 1.0;
    return chances;
  }
  double below = 0.0;
  for (std::size_t k = 0; k + 1 < count; ++k) {
    chances[k] = std::exp(static_cast<double>(k) * std::log(mean) - mean - std::lgamma(static_cast<double>(k) + 1));
    below += chances[k];
  }
  chances[count - 1] = std::max(0.0, 1 - below);
  return chances;
}

std::size_t arrivals_most(double mean) { return static_cast<std::size_t>(std::ceil(mean + 7 * std::sqrt(mean) + 8)); }

// How fast the numbers that wait fall off beyond a full batch: x^most = exp(rate tau(most) (x - 1)), x > 1.
double decay(const BatchQueue& queue) {
  const double arrivals = queue.rate * queue.seconds(queue.most);
  double low = 1.0;
  double high = 2.0;
  const auto grows = [&](double x) { return queue.most * std::log(x) - arrivals * (x - 1); };  // above 0 between 1 and the root
  while (grows(high) > 0.0) high *= 2;
  low = queue.most / arrivals;  // where it is largest
  for (int step = 0; step < 60; ++step) {
    const double middle = (low + high) / 2;
    (grows(middle) > 0.0 ? low : high) = middle;
  }
  return std::log(low);
}

struct Size {
  std::size_t states = 0;
  std::size_t upward = 0;
};

Size size_of(const BatchQueue& queue) {
  const auto most = static_cast<std::size_t>(queue.most);
  const double arrivals = queue.rate * queue.seconds(queue.most);
  const double tail = -std::log(beyond_least) / decay(queue);
  const std::size_t states = std::max(most + static_cast<std::size_t>(std::min(tail, 1e6)) + 1, arrivals_most(arrivals) + 1);
  // Where batches are small, most states below the limit are never seen.
  const double alpha = (queue.alone + queue.behind) * queue.next;
  const double tau0 = queue.seconds(1) - alpha;
  double typical = states;
  if (queue.rate * alpha < 1) {
    const double mean = std::max(1.0, queue.rate * (tau0 + queue.wait) / (1 - queue.rate * alpha)) + queue.rate * queue.seconds(1);
    typical = 3 * mean + 12 * std::sqrt(mean / (1 - queue.rate * alpha)) + 30;
  }
  const std::size_t kept = typical < queue.most ? static_cast<std::size_t>(typical) : states;
  return {kept, std::min(kept, arrivals_most(queue.rate * queue.seconds(static_cast<double>(std::min(most, kept)))))};
}

// States: how many a batch finds that starts. 0 is one request that came to an idle worker, and was not waited with.
class Chain {
 public:
  explicit Chain(const BatchQueue& queue)
      : queue_{queue}, most_{static_cast<std::size_t>(queue.most)}, size_{size_of(queue)}, states_{size_.states + 1},
        next_(states_ * states_, 0.0), idle_(states_, 0.0) {
    for (std::size_t state = 0; state < states_; ++state) fill(state);
    solve();
  }

  std::size_t taken(std::size_t state) const { return std::clamp<std::size_t>(state, 1, most_); }
  std::size_t left(std::size_t state) const { return state > most_ ? state - most_ : 0; }
  double seconds(std::size_t state, double deviate) const {
    return queue_.seconds(static_cast<double>(taken(state)), deviate, state == 0 ? queue_.behind : 0.0);
  }
  const std::vector<double>& stationary() const { return stationary_; }

  double size() const {
    double size = 0.0;
    for (std::size_t state = 0; state < states_; ++state) size += stationary_[state] * static_cast<double>(taken(state));
    return size;
  }
  // By Little's law; where no worker waits for more.
  double mean_wait() const {
    double queued = 0.0;
    double cycle = 0.0;
    for (std::size_t state = 0; state < states_; ++state) {
      for (const Point& point : normal_points) {
        const double time = seconds(state, point.deviate);
        queued += stationary_[state] * point.weight * (static_cast<double>(left(state)) * time + queue_.rate * time * time / 2);
        cycle += stationary_[state] * point.weight * time;
      }
      cycle += stationary_[state] * idle_[state] / queue_.rate;
    }
    return queued / cycle / queue_.rate;
  }

 private:
  double& at(std::size_t from, std::size_t to) { return next_[from * states_ + std::min(to, states_ - 1)]; }

  void fill(std::size_t state) {
    const std::size_t before = left(state);
    for (const Point& point : normal_points) {
      if (queue_.sd <= 0.0 && point.deviate != 0.0) continue;
      const double time = seconds(state, point.deviate);
      const double weight = queue_.sd <= 0.0 ? 1.0 : point.weight;
      const std::vector<double> arrivals = poisson(queue_.rate * time, std::min(states_ + 1, arrivals_most(queue_.rate * time)));
      for (std::size_t more = 0; more < arrivals.size(); ++more) left_behind(state, before, before + more, time, weight * arrivals[more]);
    }
  }

  // A batch of that time has left so many behind.
  void left_behind(std::size_t state, std::size_t before, std::size_t number, double time, double chance) {
    if (number == 0) {
      idle_[state] += chance;
      if (queue_.wait <= 0.0) at(state, 0) += chance;
      else gather(state, 1, queue_.wait, chance);
    } else if (number >= most_ || before > 0 || queue_.wait <= 0.0) {
      at(state, number) += chance;
    } else {
      // The oldest of them came when the first of `number` times that are spread evenly had passed: at four equal parts of its distribution.
      constexpr int parts = 4;
      for (int part = 0; part < parts; ++part) {
        const double first = 1 - std::pow(1 - (part + 0.5) / parts, 1.0 / static_cast<double>(number));
        gather(state, number, queue_.wait - time * (1 - first), chance / parts);
      }
    }
  }

  void gather(std::size_t state, std::size_t number, double seconds, double chance) {
    if (seconds <= 0.0) {
      at(state, number) += chance;
      return;
    }
    const std::vector<double> arrivals = poisson(queue_.rate * seconds, std::min(states_, most_ - number + 1));
    for (std::size_t more = 0; more < arrivals.size(); ++more) at(state, number + more) += chance * arrivals[more];
  }

  // Grassmann, Taksar and Heyman 1985: no subtractions. From a state one falls by no more than a batch, so what is eliminated stays in a band.
  void solve() {
    const std::size_t first = queue_.wait > 0.0 ? 1 : 0;  // every request to an idle worker is waited with: state 0 is none
    for (std::size_t last = states_ - 1; last > first; --last) {
      const std::size_t lowest = last > most_ ? std::max(first, last - most_) : first;
      double out = 0.0;
      for (std::size_t to = lowest; to < last; ++to) out += at(last, to);
      for (std::size_t from = first; from < last; ++from) {
        double& into = at(from, last);
        if (into == 0.0) continue;
        into /= out;
        for (std::size_t to = lowest; to < last; ++to) at(from, to) += into * at(last, to);
      }
    }
    stationary_.assign(states_, 0.0);
    stationary_[first] = 1.0;
    for (std::size_t state = first + 1; state < states_; ++state) {
      for (std::size_t from = first; from < state; ++from) stationary_[state] += stationary_[from] * at(from, state);
    }
    const double all = std::accumulate(stationary_.begin(), stationary_.end(), 0.0);
    for (double& chance : stationary_) chance /= all;
  }

  const BatchQueue& queue_;
  std::size_t most_;
  Size size_;
  std::size_t states_;
  std::vector<double> next_;
  std::vector<double> idle_;  // by state: chance that its batch leaves nobody behind
  std::vector<double> stationary_;
};

struct Seen {
  double wait = 0.0;
  double served = 0.0;

  bool operator<(const Seen& other) const { return wait + served < other.wait + other.served; }
};

// What the requests that come from one batch's start to the next one's wait for, and how long their own batches take.
class Cycles {
 public:
  Cycles(const BatchQueue& queue, const Chain& chain) : queue_{queue}, chain_{chain}, most_{static_cast<std::size_t>(queue.most)} {}

  void draw(std::size_t state) {
    const double time = chain_.seconds(state, queue_.sd > 0.0 ? rng_.normal() : 0.0);
    came_.clear();
    double at = gap();
    for (; at < time; at += gap()) came_.push_back(at);
    const std::size_t before = chain_.left(state);
    if (before == 0 && came_.size() < most_) {
      next_starts(time, at);
      return;
    }
    for (std::size_t place = 0; place < came_.size(); ++place) in_queue(before + place, time - came_[place], came_.size() - place - 1);
  }

  std::vector<Seen> take() { return std::move(seen_); }

 private:
  double gap() { return -std::log1p(-rng_.uniform()) / queue_.rate; }

  double run(std::size_t requests) {
    return queue_.seconds(static_cast<double>(requests), queue_.sd > 0.0 ? rng_.normal() : 0.0);
  }

  // Nobody is left from before, and no batch is full: all that have come run together, and who comes while they wait for more.
  void next_starts(double time, double following) {
    const bool idle = came_.empty();
    if (idle) {
      came_.push_back(following);
      following += gap();
    }
    double starts = std::max(time, came_.front() + queue_.wait);
    while (came_.size() < most_ && following < starts) {
      came_.push_back(following);
      if (came_.size() == most_) starts = following;
      following += gap();
    }
    const double takes = run(came_.size()) - (idle && queue_.wait <= 0.0 ? queue_.behind : 0.0);
    for (const double at : came_) seen_.push_back({starts - at, takes});
  }

  // `place` were there before it; the running batch takes so long yet, and so many have come behind it so far.
  void in_queue(std::size_t place, double left, std::size_t behind) {
    double wait = left;
    std::size_t ahead = place;
    std::size_t later = behind;
    for (; ahead >= most_; ahead -= most_) {
      const double takes = run(most_);
      wait += takes;
      for (double at = gap(); at < takes && later < most_; at += gap()) ++later;
    }
    seen_.push_back({wait, run(std::min(most_, ahead + 1 + later))});
  }

  const BatchQueue& queue_;
  const Chain& chain_;
  std::size_t most_;
  Rng rng_{Seed{20210701}};
  std::vector<double> came_;
  std::vector<Seen> seen_;
};

Waiting waiting_of(std::vector<Seen> seen) {
  std::sort(seen.begin(), seen.end());
  const std::size_t count = std::min(seen_most, seen.size());
  std::vector<double> waits;
  std::vector<double> served;
  for (std::size_t place = 0; place < count; ++place) {
    const Seen& one = seen[(2 * place + 1) * seen.size() / (2 * count)];
    waits.push_back(one.wait);
    served.push_back(one.served);
  }
  Waiting waiting = observed_waiting(std::move(waits));
  waiting.served = std::move(served);
  return waiting;
}

}  // namespace

bool can_chain_batches(const BatchQueue& queue) {
  if (queue.wait > queue.seconds(queue.most)) return false;
  const Size size = size_of(queue);
  const double states = static_cast<double>(size.states);
  const double gathering = queue.wait > 0.0 ? 4 * std::pow(std::min<double>(queue.most, states), 2) * std::min<double>(queue.most, states) : 0.0;
  return states * static_cast<double>(size.upward) * std::min<double>(queue.most, states) + 20 * gathering < work_most && states < 1500;
}

Batches chain_batches(const BatchQueue& queue, double drawn) {
  const Chain chain{queue};
  Batches batches{.waiting = {}, .size = chain.size()};
  const double cycles = std::max(500.0, drawn / batches.size);
  Cycles drawing{queue, chain};
  double due = 0.5;
  for (std::size_t state = 0; state < chain.stationary().size(); ++state) {
    for (; due < cycles * chain.stationary()[state]; due += 1.0) drawing.draw(state);
    due -= cycles * chain.stationary()[state];
  }
  std::vector<Seen> seen = drawing.take();
  if (seen.empty()) return batches;
  if (queue.wait <= 0.0) {
    double sum = 0.0;
    for (const Seen& one : seen) sum += one.wait;
    const double scale = sum > 0.0 ? chain.mean_wait() * static_cast<double>(seen.size()) / sum : 1.0;
    for (Seen& one : seen) one.wait *= scale;
  }
  batches.waiting = waiting_of(std::move(seen));
  return batches;
}

double inoue_latency(double rate, double tau0, double alpha) {
  const double load = rate * alpha;
  const double phi0 = (alpha + tau0) / (2 * (1 - load)) * (1 + 2 * rate * tau0 + (1 - rate * tau0) / (1 + load));
  const double phi1 = 1.5 * tau0 / (1 - load) + alpha / 2 * (load + 2) / (1 - load * load);
  return std::min(phi0, phi1);
}

BatchEstimate estimate_batches(const BatchQueue& queue) {
  const double one = queue.alone + queue.behind;
  const double alpha = one * queue.next;
  const double rho = queue.load();
  double latency = inoue_latency(queue.rate, one - alpha, std::min(alpha, 0.999 / std::max(queue.rate, 1e-12)));
  latency += rho / (1 - rho) / (2.0 * queue.most) * queue.seconds(queue.most) * std::pow(rho, queue.most);
  const double free = std::max(0.0, 1 - rho);
  latency += free * std::min(queue.wait, queue.most > 1 && queue.rate > 0.0 ? (queue.most - 1) / queue.rate / 2 : 0.0);
  const double gathered = std::max(1.0, queue.rate * (one - alpha + free * queue.wait) / std::max(1e-9, 1 - queue.rate * alpha));
  return {queue.rate * latency, queue.seconds(std::min<double>(queue.most, gathered))};
}

}  // namespace continuo
