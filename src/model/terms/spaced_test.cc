#include "model/terms/spaced.hh"

#include <array>

#include <gtest/gtest.h>

namespace continuo {
namespace {

// So many messages a second, of this service time.
QueueLoad load_of(double rate, double service) {
  QueueLoad load;
  load.add(rate, service, 0.0);
  return load;
}

double md1(double rate, double service) { return rate * service * service / (2 * (1 - rate * service)); }

TEST(Spaced, waits_of_independent_messages_are_what_they_are) {
  EXPECT_EQ(spaced_waiting(load_of(10, 0.05), 1, std::array{SpacedSenders{.count = 10, .rate = 1}}), 1.0);
  EXPECT_EQ(spaced_waiting(load_of(10, 0.05), 1, std::array{SpacedSenders{.count = 10, .rate = 1, .spacing = 0.05}}), 1.0) << "links loaded by 5 %";
  const double between = spaced_waiting(load_of(10, 0.01), 1, std::array{SpacedSenders{.rate = 10, .spacing = 0.0075}});
  EXPECT_GT(between, 0.5) << "links loaded by 7.5 % count by half";
  EXPECT_LT(between, 1.0);
}

TEST(Spaced, nobody_waits_behind_a_slower_link_of_its_own) {
  EXPECT_EQ(spaced_waiting(load_of(10, 0.05), 1, std::array{SpacedSenders{.rate = 10, .spacing = 0.06}}), 0.0);
}

TEST(Spaced, a_lone_sender_waits_for_link_and_worker_as_long_as_for_the_slower) {
  const double left = spaced_waiting(load_of(10, 0.08), 1, std::array{SpacedSenders{.rate = 10, .spacing = 0.05}});
  EXPECT_NEAR(md1(10, 0.05) + left * md1(10, 0.08), md1(10, 0.08), 1e-12);
}

TEST(Spaced, what_varies_on_the_way_hides_the_link) {
  const auto with = [](double jitter) { return spaced_waiting(load_of(10, 0.05), 1, std::array{SpacedSenders{.rate = 10, .spacing = 0.06, .jitter = jitter}}); };
  EXPECT_NEAR(with(100), 1.0, 1e-3);
  EXPECT_GT(with(0.02), with(0.01));
  const auto of_four = [](double jitter) { return spaced_waiting(load_of(40, 0.02), 1, std::array{SpacedSenders{.count = 4, .rate = 10, .spacing = 0.06, .jitter = jitter}}); };
  EXPECT_NEAR(of_four(100), 1.0, 0.02);
  EXPECT_GT(of_four(0.05), of_four(0.0));
}

TEST(Spaced, what_comes_besides_is_independent) {
  QueueLoad load = load_of(10, 0.008);
  load.add(90, 0.008, 0.0);
  EXPECT_GT(spaced_waiting(load, 1, std::array{SpacedSenders{.count = 2, .rate = 5, .spacing = 0.1}}), 0.9) << "a tenth of what comes";
}

TEST(Spaced, a_lone_sender_of_several_streams_is_one) {
  const double parts = 1.0 / 6 + 4.0 / 6 + 1.0 / 6;  // 0.9999999999999999
  EXPECT_EQ(spaced_waiting(load_of(10, 0.05), 1, std::array{SpacedSenders{.rate = 10, .spacing = 0.06, .share = parts}}), 0.0);
}

TEST(Spaced, fewer_wait_where_they_wait_less) {
  const Waiting before{.mean = 0.1, .probability = 0.8};
  EXPECT_DOUBLE_EQ(behind_links(before, 1.0).probability, 0.8);
  EXPECT_DOUBLE_EQ(behind_links(before, 1.0 / 16).probability, 0.4);
  EXPECT_DOUBLE_EQ(behind_links(before, 1.0 / 16).mean, 0.1 / 16);
  EXPECT_EQ(behind_links(before, 0.0).probability, 0.0);
}

TEST(Spaced, few_of_many_messages_of_a_link_are_as_good_as_independent) {
  EXPECT_NEAR(spaced_waiting(load_of(0.1, 5), 1, std::array{SpacedSenders{.rate = 10, .spacing = 0.06, .share = 0.01}}), 1.0, 0.02);
}

// Mean waits of a million messages played through, in seconds; the rest are this formula's errors.
TEST(Spaced, several_senders_wait_as_they_do_when_played_through) {
  struct Played {
    double senders, link, worker, waits;  // each sends one a second; loads; seconds
    int workers;
    double within;
  };
  for (const Played& one : {Played{2, 0.6, 0.85, 0.890, 1, 0.09}, {4, 0.6, 0.5, 0.030, 1, 0.25}, {4, 0.6, 0.85, 0.390, 1, 0.03}, {4, 0.3, 0.85, 0.565, 1, 0.02},
                            {8, 0.6, 0.85, 0.183, 1, 0.2}, {24, 0.3, 0.5, 0.009, 1, 0.15}, {4, 0.6, 0.85, 0.332, 4, 0.05}, {8, 0.3, 0.85, 0.223, 4, 0.06}}) {
    const double service = one.worker * one.workers / one.senders;
    QueueLoad load;
    load.add(one.senders, service, 0.1 * service);
    const double found = spaced_waiting(load, one.workers, std::array{SpacedSenders{.count = one.senders, .rate = 1, .spacing = one.link}}) * poisson_waiting(load, one.workers).mean;
    EXPECT_NEAR(found, one.waits, one.within * one.waits) << one.senders << " senders, links " << one.link << ", " << one.workers << " workers at " << one.worker;
  }
}

}  // namespace
}  // namespace continuo
