// The latency of each service: the terms of model/terms, composed in one place. A service's requests take few distinct ways: (class of
// sources, class of serving nodes). Each way's latency is a sum of independent terms, whose distribution is found by evaluating the
// sum at the points of a lattice: one coordinate a term.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "model/flows.hh"
#include "model/terms/points.hh"
#include "model/waits.hh"

namespace continuo {

// Of one way, in seconds, point by point.
struct StageSamples {
  double prepare = 0.0;
  std::vector<double> uplink;
  std::vector<double> queue;
  std::vector<double> service;
  std::vector<double> downlink;
  std::vector<double> latency;
  std::vector<double> weight;  // of all points together: the way's share of the service's requests
  Duration deadline{};
};

// How a service's requests fare, but for their latency.
struct ServiceCarried {
  double rate = 0.0;       // requests a second, of those that have a node to go to
  double sustained = 1.0;  // share of the requests that the resources can carry in the long run
  std::vector<std::string> overloaded{};  // "edge-1 cpu: queue grows by 2.5 requests/s"; only if `named`
  bool stable = true;      // else there is no stable latency
  double refused = 0.0;    // share of the requests that no node takes, since all queues are full where they come
  bool by_deadline = false;  // these are not sent, for no answer would come in time; else a queue is full
};

class Latencies {
 public:
  // How finely distributions are known.
  struct Effort {
    std::size_t points = points_most;  // a service
    double replayed = 4000;            // requests of a replay, where they vary
    RowsFollowed rows = {};            // of messages on connections
    RowMemory* memory = nullptr;       // of such rows
  };
  Latencies(const Scenario& scenario, const Flows& flows, const ModelOptions& options, const Effort& effort);
  ~Latencies();
  Latencies(const Latencies&) = delete;
  Latencies& operator=(const Latencies&) = delete;

  ServiceCarried carried(ServiceIndex service, bool named);
  // Of the source's requests, the share that is served so: at once, or after refusals elsewhere.
  double taken(const Source& source, const Choice& choice);
  struct AfterRefusals {
    Flows taken;    // with these shares
    Flows offered;  // and what nobody takes where the others of its source are: what resources are asked for in the end
  };
  // Nothing: all is taken where it comes.
  std::optional<AfterRefusals> after_refusals();

  // Calls take(samples) for each way of a service that is stable.
  template <class Take>
  void each_way(ServiceIndex service, double rate, Take take) {
    for (const Source& source : flows_.sources) {
      if (source.service != service) continue;
      const double of_service = source.rate * source.count / rate;
      for (const Choice& choice : source.choices) {
        const double share = choice.share > 0.0 ? choice.share * (1 - waits_.refused(source, choice)) : 0.0;
        if (share <= 0.0) continue;
        sample(source, choice, of_service * share, 0.0);
        take(static_cast<const StageSamples&>(samples_));
      }
      for (const Waits::Detour& detour : waits_.detours(source)) {
        if (detour.taken <= 0.0) continue;
        sample(source, detour.choice, of_service * detour.taken, detour.seconds);
        take(static_cast<const StageSamples&>(samples_));
      }
    }
  }

 private:
  ServiceCarried asked(ServiceIndex service);
  void sample(const Source& source, const Choice& choice, double share, double detour);
  void sample_transport(const Source& source, const Choice& choice, const Points& points);
  void sample_losses(const ClassLink& way, const std::vector<Recovery>& of, const Points& points, bool answer);
  void weigh(const std::vector<double>& weights);
  struct OnAllPoints {
    double there = 0.0;  // seconds
    double back = 0.0;
  };
  OnAllPoints sample_uplink(const Source& source, const Choice& choice, const Points& points);
  std::vector<Bytes> sizes_of(StreamIndex stream) const;

  const Scenario& scenario_;
  const Flows& flows_;
  const ModelOptions& options_;
  std::size_t points_;
  RowMemory* memory_;
  Waits waits_;
  StageSamples samples_;
  double round_trip_ = 0.0;  // of the way, seconds
};

}  // namespace continuo
