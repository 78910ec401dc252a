// Which share of its requests each source sends where, when every node decides by policy/routing.hh.
#pragma once

#include <vector>

#include "model/flows.hh"
#include "model/terms/batches.hh"
#include "model/terms/finite_queue.hh"
#include "model/terms/waiting.hh"

namespace continuo {

// Sets the shares: at low load each source's fastest node takes all, at higher load the slower ones take what makes no
// request better off elsewhere (Wardrop's equilibrium). A source's requests may be split over any number of nodes; the nodes of a
// class do alike.
void route_flows(const Scenario& scenario, Flows& flows);

// What arrives at each station and what its server's CPU is asked for, under the shares.
class StationLoads {
 public:
  explicit StationLoads(const Flows& flows);

  // Adds a share (or takes it away, if negative) of the source's requests.
  void shift(const Source& source, const Choice& choice, double share);

  // This share of what comes to the station is taken; at first all is.
  void admit(std::size_t station, double share);

  // How much slower the station serves than alone, because other services use the CPU: they leave it what they do not need,
  // but at least an equal part.
  double stretch(std::size_t station) const;
  // The station's queue on one node, service times stretched.
  QueueLoad queue(std::size_t station) const;
  // Without what one of the source's nodes sends there, or one user of a closed loop.
  QueueLoad queue_without(const Source& source, const Choice& choice) const;
  // Of one request in that queue while all workers are busy; of one that runs alone, where batches are run.
  ServiceTime queue_service(const Choice& choice) const;
  // A worker's part of the station, where batches are run.
  BatchQueue batch_queue(const Choice& choice, const Batching& batching) const;
  int workers(std::size_t station) const;
  // With this load. Of Poisson arrivals.
  FiniteQueue limited(std::size_t station, const QueueLoad& load) const;
  // Core-seconds a second, and requests, of those that are taken.
  double work(std::size_t station) const { return stations_[station].work * stations_[station].admitted; }
  double rate(std::size_t station) const { return stations_[station].queue.rate * stations_[station].admitted; }

 private:
  struct OfStation {
    QueueLoad queue = {};   // as if it were alone
    double work = 0.0;      // core-seconds a second
    double admitted = 1.0;  // share
  };
  struct OfServer {
    double work = 0.0;  // of what is taken
    int stations = 0;
  };
  const ServerClass& server_of(std::size_t station) const;
  double while_busy(const Choice& choice) const;

  const Flows& flows_;
  std::vector<OfStation> stations_;
  std::vector<OfServer> servers_;
};

StationLoads station_loads(const Flows& flows);

}  // namespace continuo
