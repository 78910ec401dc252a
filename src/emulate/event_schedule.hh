// Which events of a scenario are due. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "scenario/event.hh"

namespace continuo {

class EventSchedule {
 public:
  // In any order; events of one time are taken in the order given.
  explicit EventSchedule(std::vector<Event> events);

  // Of the first event that due() has not given yet, after the load's beginning; nothing: none is left.
  std::optional<Duration> next() const;
  // Each event at or before `now`, once, in the order of time.
  std::vector<Event> due(Duration now);

 private:
  std::vector<Event> events_;
  std::size_t taken_ = 0;
};

}  // namespace continuo
