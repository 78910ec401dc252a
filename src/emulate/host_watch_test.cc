#include "emulate/host_watch.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

// Of a host of two cores; `busy` holds `ours`.
HostSample sample(Duration at, Duration busy, Duration ours, Duration stolen = 0s) {
  return {.at = at, .host = {.cores = 2, .busy = 1000s + busy, .stolen = stolen}, .ours = ours};
}

TEST(HostWatch, finds_that_a_quiet_host_had_all_its_cores) {
  HostWatch watch;
  watch.add(sample(10s, 0s, 0s));
  watch.add(sample(20s, 15s, 15s));
  const DeliveryCheck check = watch.check(1.7, 0.1, "");
  EXPECT_DOUBLE_EQ(check.delivered, 2.0);
  EXPECT_TRUE(check.ok);
}

TEST(HostWatch, names_who_took_what_the_nodes_were_promised) {
  HostWatch watch;
  watch.add(sample(0s, 0s, 0s));
  watch.add(sample(10s, 20s, 8s));  // 12 s went elsewhere: 0.8 cores were left
  const DeliveryCheck check = watch.check(1.7, 0.1, "stress (pid 7) 0.98");
  EXPECT_DOUBLE_EQ(check.delivered, 0.8);
  EXPECT_FALSE(check.ok);
  EXPECT_THAT(check.note, ::testing::HasSubstr("busy with something else: stress (pid 7) 0.98"));
}

TEST(HostWatch, counts_what_the_hypervisor_took) {
  HostWatch watch;
  watch.add(sample(0s, 0s, 0s));
  watch.add(sample(10s, 5s, 5s, 6s));
  EXPECT_DOUBLE_EQ(watch.check(1.0, 0.1, "").delivered, 1.4);
}

TEST(HostWatch, judges_by_the_worst_five_seconds) {
  HostWatch watch;
  watch.add(sample(0s, 0s, 0s));
  watch.add(sample(6s, 6s, 6s));
  watch.add(sample(11s, 15s, 10s));  // 5 s elsewhere in 5 s
  watch.add(sample(30s, 30s, 25s));
  EXPECT_DOUBLE_EQ(watch.check(1.7, 0.1, "").delivered, 1.0);
  EXPECT_FALSE(watch.check(1.7, 0.1, "").ok);
  EXPECT_TRUE(watch.check(1.1, 0.1, "").ok) << "1.0 is within a tenth of 1.1";
}

TEST(HostWatch, judges_a_short_load_as_a_whole) {
  HostWatch watch;
  watch.add(sample(0s, 0s, 0s));
  watch.add(sample(1s, 2s, 1s));
  watch.add(sample(2s, 3s, 2s));
  EXPECT_DOUBLE_EQ(watch.check(1.0, 0.1, "").delivered, 1.5);
}

TEST(HostWatch, does_not_judge_what_it_cannot_see) {
  HostWatch watch;
  watch.add({});
  EXPECT_TRUE(watch.check(1.0, 0.1, "").ok);
  EXPECT_THAT(watch.check(1.0, 0.1, "").note, ::testing::HasSubstr("not judged"));
}

TEST(BusiestOthers, leaves_out_the_emulation_and_all_that_it_started) {
  const ProcessTable before{{1, {"init", 0, 1s}}, {7, {"spin", 1, 10s}}, {9, {"continuo", 1, 0s}}, {12, {"node", 9, 0s}}};
  const ProcessTable after{{1, {"init", 0, 1s}}, {7, {"spin", 1, 15s}},      {8, {"late", 1, 1s}},
                           {9, {"continuo", 1, 4s}}, {12, {"node", 9, 9s}}, {13, {"load", 12, 9s}}};
  EXPECT_EQ(busiest_others(before, after, 9, 10s), "spin (pid 7) 0.50, late (pid 8) 0.10");
}

}  // namespace
}  // namespace continuo
