// `continuo emulate`: nodes that stay up without load, and what can be asked of them while they do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>

#include "emulate/test_support/small_network.hh"
#include "host_traces.hh"
#include "os/cgroup.hh"
#include "program.hh"

namespace continuo {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

Finished ask(std::vector<std::string> words) {
  words.insert(words.begin(), "emulate");
  return StartedProgram{words}.wait();
}

class Control : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_emulation(); !why.empty()) GTEST_SKIP() << why;
  }
};

TEST_F(Control, of_nodes_kept_up_reaches_into_them_changes_them_and_leaves_nothing) {
  const HostTraces before = HostTraces::look();
  StartedProgram program{{"emulate", "up", std::string{CONTINUO_SOURCE_DIR} + "/examples/two-tier.yaml"}};
  ASSERT_TRUE(program.wait_for("stays so until Ctrl-C"));
  const HostTraces during = HostTraces::look();
  const std::string run = std::to_string(program.pid());

  const Finished list = ask({"ls"});
  EXPECT_EQ(list.status, 0);
  EXPECT_THAT(list.output, HasSubstr(run + "  up "));
  EXPECT_THAT(list.output, HasSubstr("two-tier"));

  const Finished inside = ask({"exec", run, "endpoint-1", "--", "sh", "-c", "hostname; exit 7"});
  EXPECT_EQ(inside.status, 7);
  EXPECT_THAT(inside.output, StartsWith("endpoint-1\n"));
  EXPECT_EQ(ask({"exec", run, "endpoint-1", "--", "sh", "-c", "kill -TERM $$"}).status, 128 + SIGTERM);
  EXPECT_EQ(ask({"exec", run, "nobody", "--", "true"}).status, 2);

  EXPECT_EQ(ask({"ctl", run, "partition", "endpoint", "edge"}).status, 0);
  EXPECT_EQ(ask({"ctl", run, "kill", "edge-1"}).output, "kill edge-1\n");
  EXPECT_THAT(ask({"ctl", run, "kill", "edge-7"}).errors, HasSubstr("unknown node \"edge-7\""));
  const Finished status = ask({"ctl", run, "status"});
  EXPECT_THAT(status.output, HasSubstr(R"("cut":[["edge-1","endpoint-1"],["edge-1","endpoint-2"]])"));
  EXPECT_THAT(status.output, HasSubstr(R"("state":"killed")"));
  EXPECT_EQ(ask({"ctl", run, "restart", "edge-1"}).status, 0);
  EXPECT_TRUE(program.wait_for("edge-1 listens"));

  program.signal(SIGINT);
  EXPECT_EQ(program.wait().status, 0);
  EXPECT_THAT(left_over(before, during, HostTraces::look()), ::testing::IsEmpty());
  EXPECT_EQ(ask({"ctl", run, "status"}).status, 2);
}

}  // namespace
}  // namespace continuo
