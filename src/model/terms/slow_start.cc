#include "model/terms/slow_start.hh"

#include <algorithm>
#include <cmath>

namespace continuo {
namespace {

constexpr double timeout_min = 0.2;  // Linux TCP_RTO_MIN, added to the round trip
constexpr int rounds_max = 64;
constexpr int messages_max = 64;  // until the window of the row has settled

// How one message goes that begins with a window.
struct Course {
  double stalled = 0.0;    // seconds in which nothing was sent
  double last_sent = 0.0;  // seconds from its beginning to its last flight
  double window = 0.0;     // at the end: each flight that left something to send has doubled it
};

Course course(const SlowStart& path, double window) {
  const double size = static_cast<double>(path.message.count());
  Course course{.window = window};
  double sent = window;
  for (int round = 0; sent < size && round < rounds_max; ++round) {
    const double sending = path.rate ? course.window * 8 / static_cast<double>(path.rate->bits_per_second()) : 0.0;
    course.stalled += std::max(0.0, path.round_trip - sending);  // 0: acknowledgements arrive before the window is used up
    course.last_sent += std::max(path.round_trip, sending);
    course.window *= 2;
    sent += course.window;
  }
  return course;
}

// What a message of a long row of alike messages begins with: what the one before it left, halved for each time-out of silence since.
double first_window(const SlowStart& path) {
  double window = path.initial_window;
  for (int message = 0; message < messages_max; ++message) {
    const Course before = course(path, window);
    const double silence = std::max(0.0, path.interval - before.last_sent);
    const double timeouts = path.slow_start_after_idle ? std::floor(silence / (timeout_min + path.round_trip)) : 0.0;
    const double next = std::max(path.initial_window, std::ldexp(before.window, -static_cast<int>(std::min(timeouts, 60.0))));
    if (next == window) break;
    window = next;
  }
  return window;
}

}  // namespace

double slow_start_seconds(const SlowStart& path) { return course(path, first_window(path)).stalled; }

}  // namespace continuo
