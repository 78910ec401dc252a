// Results come in order whatever the threads do, and stopping loses nothing that was begun.
#include "sweep/ordered_work.hh"

#include <gmock/gmock.h>

#include <stdexcept>

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST(OrderedWork, delivers_in_order) {
  std::atomic<bool> stop{false};
  std::vector<std::size_t> delivered;
  work_in_order<std::size_t>(
      500, 8, [](std::size_t index) { return index * index; },
      [&](std::size_t index, std::size_t square) {
        EXPECT_EQ(index, delivered.size());
        delivered.push_back(square);
      },
      stop);
  ASSERT_THAT(delivered, SizeIs(500));
  EXPECT_EQ(delivered[20], 400U);
}

TEST(OrderedWork, delivers_all_that_was_begun_when_it_is_stopped) {
  std::atomic<bool> stop{false};
  std::atomic<std::size_t> begun{0};
  std::size_t delivered = 0;
  work_in_order<int>(
      1000, 4,
      [&](std::size_t index) {
        ++begun;
        if (index == 10) stop.store(true);
        return 0;
      },
      [&](std::size_t, int) { ++delivered; }, stop);
  EXPECT_EQ(delivered, begun.load());
  EXPECT_GE(delivered, 11U);
  EXPECT_LT(delivered, 1000U);
}

TEST(OrderedWork, throws_what_work_throws_after_what_came_before) {
  std::atomic<bool> stop{false};
  std::vector<std::size_t> delivered;
  const auto work = [](std::size_t index) -> std::size_t {
    if (index == 3) throw std::runtime_error("no");
    return index;
  };
  const auto deliver = [&](std::size_t index, std::size_t) { delivered.push_back(index); };
  EXPECT_THROW(work_in_order<std::size_t>(100, 2, work, deliver, stop), std::runtime_error);
  EXPECT_THAT(delivered, ElementsAre(0, 1, 2));
}

TEST(OrderedWork, ends_when_a_result_cannot_be_delivered) {
  std::atomic<bool> stop{false};
  const auto full = [](std::size_t, int) { throw std::runtime_error("disk full"); };
  EXPECT_THROW(work_in_order<int>(100, 2, [](std::size_t) { return 1; }, full, stop), std::runtime_error);
}

TEST(OrderedWork, of_nothing_is_done_at_once) {
  std::atomic<bool> stop{false};
  work_in_order<int>(0, 4, [](std::size_t) { return 1; }, [](std::size_t, int) { ADD_FAILURE(); }, stop);
}

}  // namespace
}  // namespace continuo
