// A run is divided where streams start and end.
#include "workload/intervals.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

struct Span {
  Duration start{};
  Duration end{};
};

// Streams called "s0", "s1", ...
Scenario streams_of(const std::vector<Span>& spans) {
  Scenario scenario;
  for (const Span& span : spans) {
    Stream stream;
    stream.name = "s" + std::to_string(scenario.workload.size());
    stream.start = span.start;
    stream.duration = span.end - span.start;
    scenario.workload.push_back(stream);
  }
  return scenario;
}

std::vector<std::string> told_of(const Scenario& scenario) {
  std::vector<std::string> texts;
  for (const Interval& interval : intervals_of(scenario).all) texts.push_back(told(scenario, interval));
  return texts;
}

TEST(Intervals, are_one_where_all_streams_start_and_end_together) {
  const Scenario scenario = streams_of({{5s, 65s}, {5s, 65s}});
  EXPECT_TRUE(send_together(scenario));
  EXPECT_THAT(told_of(scenario), ElementsAre("from 5 s to 65 s, when s0 and s1 send together"));
  EXPECT_TRUE(intervals_of(Scenario{}).all.empty());
}

TEST(Intervals, begin_where_a_stream_starts_or_ends) {
  EXPECT_FALSE(send_together(streams_of({{0s, 100s}, {40s, 60s}})));
  EXPECT_THAT(told_of(streams_of({{0s, 100s}, {40s, 60s}})),
              ElementsAre("from 0 s to 40 s, when s0 sends alone", "from 40 s to 60 s, when s0 and s1 send together", "from 60 s to 100 s, when s0 sends alone"));
}

TEST(Intervals, leave_out_the_time_in_which_no_stream_sends) {
  EXPECT_THAT(told_of(streams_of({{0s, 100s}, {500s, 600s}})), ElementsAre("from 0 s to 100 s, when s0 sends alone", "from 500 s to 600 s, when s1 sends alone"));
}

TEST(Intervals, shorter_than_a_fiftieth_of_the_run_are_joined_to_their_neighbours) {
  // 1 s of 100 s, at the start; a stream that starts late keeps its 99 s.
  const Intervals intervals = intervals_of(streams_of({{0s, 100s}, {1s, 100s}}));
  ASSERT_EQ(intervals.all.size(), 1U);
  EXPECT_EQ(intervals.joined, 1);
  EXPECT_EQ(intervals.apart_most, 1s);
  EXPECT_EQ(intervals.all[0].length(), 100s);
  EXPECT_EQ(intervals.all[0].streams[1].duration, 99s);
  // Two streams that overlap for 1 s of 200 s come one after the other.
  EXPECT_THAT(told_of(streams_of({{0s, 100s}, {99s, 200s}})), ElementsAre("from 0 s to 99.5 s, when s0 sends alone", "from 99.5 s to 200 s, when s1 sends alone"));
}

TEST(Intervals, are_kept_however_short_where_a_stream_has_no_other) {
  EXPECT_THAT(told_of(streams_of({{0s, 100s}, {50s, 51s}})),
              ElementsAre("from 0 s to 50 s, when s0 sends alone", "from 50 s to 51 s, when s0 and s1 send together", "from 51 s to 100 s, when s0 sends alone"));
}

TEST(Intervals, are_few_however_many_streams_start_one_by_one) {
  std::vector<Span> staggered;
  for (int stream = 0; stream < 40; ++stream) staggered.push_back({stream * 10s, stream * 10s + 1000s});
  const Intervals few = intervals_of(streams_of(staggered));
  EXPECT_EQ(few.all.size(), intervals_usual);
  EXPECT_LE(few.apart_most, 200s) << "no start is moved by more than the fewness asks for";
  std::vector<Span> one_by_one;
  for (int stream = 0; stream < 200; ++stream) one_by_one.push_back({stream * 10s, stream * 10s + 10s});
  const Intervals intervals = intervals_of(streams_of(one_by_one));
  EXPECT_EQ(intervals.all.size(), intervals_most);
  std::vector<Duration> durations(200);
  for (const Interval& interval : intervals.all) {
    for (const Interval::Sending& sending : interval.streams) durations[sending.stream] += sending.duration;
  }
  EXPECT_THAT(durations, ::testing::Each(10s));
}

TEST(Intervals, name_four_streams_and_count_the_others) {
  const Scenario scenario = streams_of(std::vector<Span>(6, {0s, 10s}));
  EXPECT_THAT(told_of(scenario), ElementsAre("from 0 s to 10 s, when s0, s1, s2, s3 and 2 more send together"));
}

}  // namespace
}  // namespace continuo
