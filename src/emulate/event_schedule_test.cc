#include "emulate/event_schedule.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

Event kill(Duration at, std::size_t node) { return {at, CommandNodes{NodeCommand::kill, {node}}, "kill " + std::to_string(node)}; }

std::vector<std::string> texts(const std::vector<Event>& events) {
  std::vector<std::string> texts;
  for (const Event& event : events) {
    texts.push_back(event.text);
  }
  return texts;
}

TEST(EventSchedule, gives_each_event_once_when_its_time_has_come) {
  EventSchedule schedule{{kill(3s, 0), kill(1s, 1), kill(3s, 2)}};
  EXPECT_EQ(schedule.next(), 1s);
  EXPECT_TRUE(schedule.due(999ms).empty());
  EXPECT_EQ(texts(schedule.due(1s)), (std::vector<std::string>{"kill 1"}));
  EXPECT_EQ(schedule.next(), 3s);
  EXPECT_EQ(texts(schedule.due(10s)), (std::vector<std::string>{"kill 0", "kill 2"}));
  EXPECT_EQ(schedule.next(), std::nullopt);
  EXPECT_TRUE(schedule.due(20s).empty());
}

TEST(EventSchedule, of_nothing_has_nothing_to_do) {
  EventSchedule schedule{{}};
  EXPECT_EQ(schedule.next(), std::nullopt);
  EXPECT_TRUE(schedule.due(1h).empty());
}

}  // namespace
}  // namespace continuo
