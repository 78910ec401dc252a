#include "emulate/control/control_server.hh"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/stat.h>

#include <cstdlib>

#include "emulate/control/run_folder.hh"
#include "os/descriptor_passing.hh"
#include "os/error.hh"
#include "os/unix_socket.hh"

namespace continuo {
namespace {

class ControlServerTest : public ::testing::Test {
 protected:
  ControlServerTest() {
    std::string name = "/tmp/control-test-XXXXXX";
    root_ = ::mkdtemp(name.data());
    root_ /= "continuo";
  }
  ~ControlServerTest() override { std::filesystem::remove_all(root_.parent_path()); }

  // What the server says to one request.
  std::string ask(ControlServer& server, const FileDescriptor& client, std::string_view request) {
    send_message(client, request);
    serve(server);
    const auto reply = receive_message(client);
    return reply ? reply->bytes : "sent away";
  }
  void serve(ControlServer& server) {
    pollfd watched{server.readable().get(), POLLIN, 0};
    while (::poll(&watched, 1, 0) > 0) {
      server.serve([this](const ControlRequest& asked) {
        ++asked_;
        return ControlAnswer{.reply = {.ok = true, .text = serialise(asked)}};
      });
    }
  }

  std::filesystem::path root_;
  int asked_ = 0;
};

TEST_F(ControlServerTest, is_found_by_its_user_only_answers_and_leaves_nothing) {
  {
    const RunFolder folder{root_};
    ControlServer server{folder.socket()};
    struct stat found {};
    ASSERT_EQ(::stat(folder.socket().c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0600U);
    ASSERT_EQ(::stat(root_.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 0777, 0700U);
    const auto runs = running_emulations(root_);
    ASSERT_EQ(runs.size(), 1U);
    EXPECT_EQ(runs[0].pid, ::getpid());
    const FileDescriptor client = connect_unix(runs[0].socket);
    EXPECT_EQ(ask(server, client, "status"), "ok\nstatus");
    EXPECT_EQ(ask(server, client, "do kill edge-1"), "ok\ndo kill edge-1");
    EXPECT_EQ(ask(server, client, "what?"), "error\nnot understood");
    EXPECT_EQ(ask(server, client, std::string(100'000, 'x')), "error\nnot understood");
    EXPECT_EQ(asked_, 2);
  }
  EXPECT_FALSE(std::filesystem::exists(root_));
  EXPECT_TRUE(running_emulations(root_).empty());
}

TEST_F(ControlServerTest, sends_the_oldest_client_away_when_there_are_too_many) {
  const RunFolder folder{root_};
  ControlServer server{folder.socket()};
  std::vector<FileDescriptor> clients;
  for (std::size_t count = 0; count < ControlServer::clients_max + 1; ++count) {
    clients.push_back(connect_unix(folder.socket()));
    serve(server);
  }
  EXPECT_FALSE(receive_message(clients.front()));
  EXPECT_EQ(ask(server, clients.back(), "status"), "ok\nstatus");
}

TEST_F(ControlServerTest, is_not_held_up_by_who_does_not_read_its_answers) {
  const RunFolder folder{root_};
  ControlServer server{folder.socket()};
  const FileDescriptor lazy = connect_unix(folder.socket());
  try {
    for (int count = 0; count < 10'000; ++count) {
      send_message(lazy, "status");
      serve(server);
    }
    FAIL() << "it was never sent away";
  } catch (const std::system_error&) {
    EXPECT_GT(asked_, 1);
  }
  const FileDescriptor client = connect_unix(folder.socket());
  EXPECT_EQ(ask(server, client, "status"), "ok\nstatus");
}

TEST(RunFolder, refuses_a_root_that_others_can_write_to) {
  std::string name = "/tmp/control-test-XXXXXX";
  const std::filesystem::path root = ::mkdtemp(name.data());
  std::filesystem::permissions(root, std::filesystem::perms::all);
  EXPECT_THROW(RunFolder{root}, std::runtime_error);
  std::filesystem::remove_all(root);
}

TEST(RunFolder, is_where_each_user_has_one_alone) {
  EXPECT_EQ(run_folder_root(0, "/run/user/0"), "/run/continuo");
  EXPECT_EQ(run_folder_root(1000, "/run/user/1000"), "/run/user/1000/continuo");
  EXPECT_EQ(run_folder_root(1000, ""), "/tmp/continuo-1000");
}

TEST(RunFolder, of_a_user_namespace_is_that_of_the_user_outside) {
  EXPECT_EQ(user_outside("         0          0 4294967295\n", 0), 0U);
  EXPECT_EQ(user_outside("         0       1000          1\n", 0), 1000U);
  EXPECT_EQ(user_outside("0 1000 1\n1 100000 65536\n", 3), 100'002U);
  EXPECT_EQ(user_outside("", 7), 7U);
}

}  // namespace
}  // namespace continuo
