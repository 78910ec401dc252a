// With plain files in the place of the kernel's.
#include "os/cgroup_delegation.hh"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "os/file_descriptor.hh"

namespace continuo {
namespace {

TEST(DelegatedCgroup, is_the_own_group_if_it_can_be_ordered) {
  const auto mount = std::filesystem::temp_directory_path() / ("continuo-delegation-test-" + std::to_string(::getpid()));
  const auto scope = mount / "user.slice/run.scope";
  std::filesystem::create_directories(scope / "continuo-itself");
  EXPECT_EQ(delegated_cgroup(mount, "0::/user.slice/run.scope\n"), std::nullopt) << "without the files of a group";
  for (const char* file : {"cgroup.procs", "cgroup.subtree_control", "continuo-itself/cgroup.procs"}) {
    open_file(scope / file, O_WRONLY | O_CREAT);
  }
  EXPECT_EQ(delegated_cgroup(mount, "0::/user.slice/run.scope\n"), scope);
  EXPECT_EQ(delegated_cgroup(mount, "1:name=systemd:/x\n0::/user.slice/run.scope\n"), scope);
  EXPECT_EQ(delegated_cgroup(mount, "1:cpu:/user.slice/run.scope\n"), std::nullopt) << "version 1";
  EXPECT_EQ(delegated_cgroup(mount, ""), std::nullopt);
  leave_for_group_below(scope);
  EXPECT_EQ(read_file(scope / "continuo-itself/cgroup.procs"), "0");
  std::filesystem::remove_all(mount);
}

TEST(DelegatedCgroup, stays_the_same_once_the_process_has_left_it_for_the_group_below) {
  const auto mount = std::filesystem::temp_directory_path() / ("continuo-delegation-again-" + std::to_string(::getpid()));
  const auto scope = mount / "run.scope";
  std::filesystem::create_directories(scope / "continuo-itself");
  // The kernel gives every group its files.
  for (const char* file : {"cgroup.procs", "cgroup.subtree_control", "continuo-itself/cgroup.procs", "continuo-itself/cgroup.subtree_control"}) {
    open_file(scope / file, O_WRONLY | O_CREAT);
  }
  EXPECT_EQ(delegated_cgroup(mount, "0::/run.scope/continuo-itself\n"), scope);
  leave_for_group_below(scope);
  EXPECT_FALSE(std::filesystem::exists(scope / "continuo-itself/continuo-itself"));
  std::filesystem::remove(scope / "cgroup.subtree_control");
  EXPECT_EQ(delegated_cgroup(mount, "0::/run.scope/continuo-itself\n"), scope / "continuo-itself") << "a scope that somebody named so";
  std::filesystem::remove_all(mount);
}

}  // namespace
}  // namespace continuo
