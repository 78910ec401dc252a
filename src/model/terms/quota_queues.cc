#include "model/terms/quota_queues.hh"

#include <algorithm>
#include <limits>

#include "model/terms/bucket_sort.hh"
#include "policy/quota_periods.hh"

namespace continuo {
namespace {

constexpr double nothing = 1e-9;  // seconds: what the simulator's clock rounds away

// The jobs on the cores, and how much of a period's quota they have left; in seconds. SharedCpu has the reasons.
class QuotaCpu {
 public:
  struct Job {
    double end = 0.0;      // on the clock ran_
    double started = 0.0;
    const ReplayedRequest* request = nullptr;
  };

  QuotaCpu(double capacity, int cores, std::size_t jobs_most)
      : capacity_{capacity}, cores_{static_cast<double>(cores)}, refill_{capacity * quota_period}, has_quota_{capacity < static_cast<double>(cores) - 1e-9}, left_{refill_} {
    jobs_.reserve(jobs_most);
  }

  std::size_t jobs() const { return jobs_.size() - first_; }
  double now() const { return now_; }

  // At now().
  void start(const ReplayedRequest& request) {
    if (jobs() == 0) begin_period();
    const Job job{ran_ + request.served, now_, &request};
    std::size_t place = jobs_.size();
    jobs_.push_back(job);
    for (; place > first_ && job.end < jobs_[place - 1].end; --place) jobs_[place] = jobs_[place - 1];
    jobs_[place] = job;
  }

  void idle_until(double until) {
    now_ = until;
    ran_ = 0.0;  // nobody is there to whom it matters
  }

  // Until the first job ends, or until then, if that is sooner: nullptr. There is one. It is valid until the next call.
  const Job* run_until(double until) {
    const double end = jobs_[first_].end;
    const auto jobs_now = static_cast<double>(jobs());
    const double busy = std::min(cores_, jobs_now);
    const double of_each = busy / jobs_now;      // its part of a core
    double needed = std::max(0.0, end - ran_) / of_each;  // seconds at full speed
    while (has_quota_) {
      const double rest = period_end_ - now_;
      const double runs = left_ >= busy * rest ? rest : left_ / busy;
      if (needed <= runs + nothing && now_ + needed <= until + nothing) break;
      if (until < period_end_) {
        const double ran = std::min(until - now_, runs);
        left_ -= ran * busy;
        return stop_at(until, end - (needed - ran) * of_each);
      }
      needed -= runs;
      left_ -= runs * busy;
      next_period(busy);
    }
    if (!has_quota_ && now_ + needed > until + nothing) return stop_at(until, ran_ + (until - now_) * of_each);
    left_ = std::max(0.0, left_ - needed * busy);
    now_ = std::min(now_ + needed, until);
    ran_ = end;
    if (has_quota_ && now_ >= period_end_) next_period(busy);
    return &jobs_[first_++];
  }

 private:
  const Job* stop_at(double until, double ran) {
    now_ = until;
    ran_ = ran;
    return nullptr;
  }

  void begin_period() {
    if (!has_quota_ || now_ < period_end_) return;
    period_end_ = now_ + (1 - phase_) * quota_period;
    left_ = refill_;
    constexpr double golden = 0.6180339887498949;
    phase_ += phase_ + golden >= 1.0 ? golden - 1.0 : golden;
  }

  void next_period(double busy) {
    const double held = capacity_ < 1.0 ? left_ : std::min(left_, busy * quota_period / 2);
    left_ = held + refill_;
    now_ = period_end_;
    period_end_ += quota_period;
  }

  double capacity_;
  double cores_;
  double refill_;
  bool has_quota_;
  double now_ = 0.0;
  double ran_ = 0.0;  // by a job that was there all the time
  double period_end_ = 0.0;
  double left_;
  double phase_ = 0.5;
  std::vector<Job> jobs_;  // from first_ on, in the order of their ends
  std::size_t first_ = 0;
};

class QuotaQueues {
 public:
  QuotaQueues(const ReplayedRow& row, std::span<const ReplayedSource> sources, const PlayedCpu& cpu, std::size_t groups)
      : row_{row}, sources_{sources}, workers_{static_cast<std::size_t>(cpu.workers)}, cpu_{cpu.capacity, cpu.cores, row.requests.size()}, groups_(groups) {
    std::size_t stations = 0;
    for (const ReplayedSource& source : sources) stations = std::max(stations, source.station + 1);
    stations_.resize(stations);
    if (groups == 1) groups_[0].times.reserve(row.requests.size());
  }

  std::vector<PlayedGroup> take() {
    for (const ReplayedRequest& request : row_.requests) {
      go_on_until(request.arrived);
      const ReplayedSource& source = sources_[request.source];
      Station& station = stations_[source.station];
      if (station.busy < workers_) {
        ++station.busy;
        cpu_.start(request);
      } else if (station.waiting.size() - station.served < source.places) {
        station.waiting.push_back(&request);
      } else if (request.arrived >= row_.counted_from) {
        groups_[source.group].refused += 1;
      }
    }
    go_on_until(std::numeric_limits<double>::infinity());
    for (PlayedGroup& group : groups_) {
      bucket_sort(std::span{group.times}, [](const PlayedTimes& times) { return times.all(); });
      if (group.refused > 0.0) group.refused /= group.refused + static_cast<double>(group.times.size());
    }
    return std::move(groups_);
  }

 private:
  struct Station {
    std::size_t busy = 0;
    std::vector<const ReplayedRequest*> waiting{};  // from `served` on
    std::size_t served = 0;
  };

  void go_on_until(double until) {
    while (cpu_.jobs() > 0) {
      const QuotaCpu::Job* ended = cpu_.run_until(until);
      if (ended == nullptr) return;
      tell(*ended);
      Station& station = stations_[sources_[ended->request->source].station];
      if (station.served < station.waiting.size()) cpu_.start(*station.waiting[station.served++]);
      else --station.busy;
    }
    cpu_.idle_until(until);
  }

  void tell(const QuotaCpu::Job& job) {
    const ReplayedRequest& request = *job.request;
    if (request.arrived < row_.counted_from) return;
    groups_[sources_[request.source].group].times.push_back(
        {.shared = request.waited, .worker = std::max(0.0, job.started - request.arrived), .served = cpu_.now() - job.started});
  }

  const ReplayedRow& row_;
  std::span<const ReplayedSource> sources_;
  std::size_t workers_;
  QuotaCpu cpu_;
  std::vector<Station> stations_;
  std::vector<PlayedGroup> groups_;
};

}  // namespace

std::vector<PlayedGroup> play_quota_queues(const ReplayedRow& row, std::span<const ReplayedSource> sources, const PlayedCpu& cpu, std::size_t groups) {
  return QuotaQueues{row, sources, cpu, groups}.take();
}

}  // namespace continuo
