#include "simulate/station_news.hh"

#include <gtest/gtest.h>

#include <set>

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t phases = StationNews::phases;

// How the news are for a node of that phase at that beat, where nothing has changed since the last `say`.
double waiting_for(const StationNews& news, std::uint32_t listener) { return news.item(news.heard(listener)).waiting; }

TEST(StationNews, are_heard_when_either_node_beats) {
  StationNews news{3, 25ms};
  news.say(phases + 4, {.waiting = 0.0, .service_time = 25ms});  // nothing waited until beat 4 ...
  news.say(phases + 6, {.waiting = 7.0, .service_time = 30ms});  // ... and seven from then until beat 6
  EXPECT_EQ(waiting_for(news, 4), 0.0) << "it beat at 4, when the seven had not come";
  EXPECT_EQ(waiting_for(news, 5), 7.0) << "one beat later they were there";
  EXPECT_EQ(news.item(news.heard(5)).service_time, 30ms);
  EXPECT_EQ(waiting_for(news, 7), 0.0) << "its next beat is to come: it heard last at 3, from the node itself";
  news.say(phases + 3 + phases, {.waiting = 2.0, .service_time = 30ms});
  for (std::uint32_t listener = 0; listener < phases; ++listener) {
    EXPECT_EQ(waiting_for(news, listener), 2.0) << "the node has just told everybody, node of phase " << listener;
  }
}

TEST(StationNews, have_a_number_that_changes_twice_an_interval) {
  StationNews news{3, 25ms};
  std::set<std::uint32_t> heard;
  for (std::uint32_t beat = phases; beat < 5 * phases; ++beat) {
    news.say(beat, {.waiting = 1.0, .service_time = 25ms});
    heard.insert(news.heard(6));
  }
  // Four intervals: what was heard before them, at beat 6 of the last, then 3 and 6 of each.
  EXPECT_EQ(heard.size(), 9U);
}

TEST(StationNews, of_a_station_that_has_not_changed_for_long_are_all_the_same) {
  StationNews news{0, 25ms};
  news.say(phases + 1000, {.waiting = 4.0, .service_time = 25ms});
  for (std::uint32_t listener = 0; listener < phases; ++listener) EXPECT_EQ(waiting_for(news, listener), 4.0);
}

TEST(StationNews, come_in_eight_phases_that_nodes_take_by_the_seed) {
  std::set<std::uint32_t> taken;
  bool other_seed_differs = false;
  for (std::uint64_t node = 0; node < 200; ++node) {
    taken.insert(StationNews::phase_of(Seed{1}, node));
    other_seed_differs = other_seed_differs || StationNews::phase_of(Seed{1}, node) != StationNews::phase_of(Seed{2}, node);
  }
  EXPECT_EQ(taken.size(), phases);
  EXPECT_TRUE(other_seed_differs);
}

TEST(StationNews, count_beats_of_an_eighth_of_the_interval) {
  EXPECT_EQ(StationNews::beat_at(scenario_start, 500ms), phases);
  EXPECT_EQ(StationNews::beat_at(scenario_start + 62ms, 500ms), phases);
  EXPECT_EQ(StationNews::beat_at(scenario_start + 63ms, 500ms), phases + 1);
  EXPECT_EQ(StationNews::beat_at(scenario_start + 500ms, 500ms), 2 * phases);
}

}  // namespace
}  // namespace continuo
