#include "emulate/event_schedule.hh"

#include <algorithm>

namespace continuo {

EventSchedule::EventSchedule(std::vector<Event> events) : events_{std::move(events)} {
  std::ranges::stable_sort(events_, {}, &Event::at);
}

std::optional<Duration> EventSchedule::next() const {
  return taken_ < events_.size() ? std::optional{events_[taken_].at} : std::nullopt;
}

std::vector<Event> EventSchedule::due(Duration now) {
  std::vector<Event> due;
  while (taken_ < events_.size() && events_[taken_].at <= now) {
    due.push_back(events_[taken_++]);
  }
  return due;
}

}  // namespace continuo
