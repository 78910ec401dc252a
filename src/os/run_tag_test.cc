// Names that tell the living from the dead.
#include "os/run_tag.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

TEST(RunTag, survives_being_written_and_read_with_a_node_name_behind) {
  const RunTag tag{.pid = 12, .start_ticks = 345, .pid_namespace = 4026531836};
  EXPECT_EQ(to_string(tag), "continuo-12-345-4026531836");
  EXPECT_EQ(parse_run_tag("continuo-12-345-4026531836"), tag);
  EXPECT_EQ(parse_run_tag("continuo-12-345-4026531836-edge-1"), tag);
}

TEST(RunTag, leaves_the_names_of_others_alone) {
  for (const char* name : {"", "continuo-", "continuo-12", "continuo-12-345", "continuo-a-1-2", "system.slice",
                           "continuo--1-2-3", "continuo-12-345-", "Continuo-1-2-3"}) {
    EXPECT_FALSE(parse_run_tag(name)) << name;
  }
}

TEST(RunTag, knows_its_own_process_as_alive_and_another_start_of_the_same_id_as_dead) {
  RunTag tag = own_run_tag();
  EXPECT_EQ(state_of(tag), RunState::alive);
  tag.start_ticks += 1;
  EXPECT_EQ(state_of(tag), RunState::dead);
  tag.pid_namespace += 1;
  EXPECT_EQ(state_of(tag), RunState::elsewhere);
}

TEST(RunTag, reads_the_start_time_behind_a_command_name_with_spaces_and_brackets) {
  const std::string stat = "7 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 987654 20 21\n";
  EXPECT_EQ(start_ticks_of(stat), 987654U);
  EXPECT_FALSE(start_ticks_of("7 (a) S 1 2"));
  EXPECT_FALSE(start_ticks_of(""));
}

}  // namespace
}  // namespace continuo
