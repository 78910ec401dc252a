// What requests wait for at a station whose sources send at fixed intervals, from phases that are known, or at random: played through.
#pragma once

#include <cstddef>
#include <limits>
#include <span>
#include <vector>

#include "policy/service_time.hh"
#include "scenario/link_properties.hh"

namespace continuo {

struct ReplayedSource {
  double first = 0.0;   // seconds: its first request reaches the station, if the path's delay is its mean
  double period = 0.0;  // seconds
  const LinkProperties* path = nullptr;  // whose delay varies; nothing: none does
  ServiceTime service;                   // in that queue
  std::size_t station = 0;               // of those of one CPU, where several are played
  std::size_t group = 0;
  double shared = 0.0;  // seconds that each message takes on a link that all sources share, before the station; 0: there is none
  double feeding = 0.0;  // that it takes to come there, by a slower link of its own; less: it comes at once
  bool poisson = false;  // independent exponential gaps of `period` in the mean; as many nodes as there are may be one such source
  std::size_t places = unlimited;  // requests that may wait at the station: one more is refused, and goes nowhere

  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();
};

// What one request waited for, in seconds.
struct ReplayedWait {
  double shared = 0.0;  // the link
  double worker = 0.0;

  double all() const { return shared + worker; }
};

// What becomes of the requests of a group.
struct ReplayedGroup {
  std::vector<ReplayedWait> waits;  // of those that are not refused, ascending by their sum
  double refused = 0.0;             // share
};

// One that comes to the station.
struct ReplayedRequest {
  double arrived = 0.0;
  double served = 0.0;  // drawn of the source's `service`
  std::size_t source = 0;
  double waited = 0.0;  // for the shared link

  bool operator<(const ReplayedRequest& other) const { return arrived < other.arrived; }
};

// In the order of their arrival.
struct ReplayedRow {
  std::vector<ReplayedRequest> requests;
  double counted_from = 0.0;  // those that come before warm up
};
ReplayedRow replayed_row(std::span<const ReplayedSource> sources, double drawn);

// So many times as many requests are played through where some of them come at random, and no fewer than so many.
constexpr double poisson_more = 10;
constexpr double poisson_least = 20'000;

// How many requests replay_waits() would play through: where some periods are much longer than others, these are many.
double replayed_requests(std::span<const ReplayedSource> sources, double drawn = 4000);

// What requests wait for in first-come-first-served order, on the shared link bit by bit as on the station, by group. With fixed delays and service times a few periods
// are exact, for then they repeat; else so many requests are drawn (terms/deviates.hh), each delay on its own. Poisson
// gaps are drawn from a stream of their own for each source, the same every time. The first periods, and of requests at random the first
// eighth, warm up and do not count. The load must be below 1, or the places few.
std::vector<ReplayedGroup> replay_waits(std::span<const ReplayedSource> sources, int workers, std::size_t groups, double drawn = 4000);

}  // namespace continuo
