// setns(2), then fork: only a child is in the new PID namespace. The child alone joins the groups, so that they are empty once
// the node has ended.
#include "emulate/control/enter_node.hh"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>

#include "os/error.hh"

namespace continuo {

namespace {

constexpr int namespaces = CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC;

// In the child; never returns.
[[noreturn]] void become(const std::vector<FileDescriptor>& groups, const std::vector<std::string>& arguments) {
  for (const FileDescriptor& group : groups) {
    if (::write(group.get(), "0", 1) != 1) {
      std::fprintf(stderr, "continuo: cannot join the node's control groups: %s\n", std::strerror(errno));
      ::_exit(126);
    }
  }
  ::signal(SIGINT, SIG_DFL);
  ::signal(SIGQUIT, SIG_DFL);
  std::vector<char*> words;
  for (const std::string& argument : arguments) {
    words.push_back(const_cast<char*>(argument.c_str()));
  }
  words.push_back(nullptr);
  ::execvp(words[0], words.data());
  std::fprintf(stderr, "continuo: cannot run %s: %s\n", words[0], std::strerror(errno));
  ::_exit(127);
}

int wait_for(pid_t child) {
  int status = 0;
  check("wait", retry_interrupted([&] { return ::waitpid(child, &status, 0); }));
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// In the child; never returns. Whoever has entered a PID namespace has children there only, and so ends without more ado.
[[noreturn]] void enter_and_run(const NodeEntrance& entrance, const std::vector<FileDescriptor>& groups,
                                const std::vector<std::string>& arguments) {
  int status = 126;
  try {
    // The nodes of an ordinary user are in a user namespace.
    if (::setns(entrance.first_process.get(), namespaces) != 0) {
      check("enter the node's namespaces (this needs the rights of who started the emulation)",
            ::setns(entrance.first_process.get(), namespaces | CLONE_NEWUSER));
    }
    check("go to /", ::chdir("/"));
    const pid_t child = check("fork", ::fork());
    if (child == 0) {
      become(groups, arguments);
    }
    status = wait_for(child);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "continuo: %s\n", error.what());
  }
  ::_exit(status);
}

}  // namespace

int run_in_node(const NodeEntrance& entrance, const std::vector<std::string>& arguments) {
  std::vector<FileDescriptor> groups;
  for (const auto& file : entrance.process_files) {
    groups.push_back(open_file(file, O_WRONLY));
  }
  // Ctrl-C is for the program; these processes end when it does.
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGQUIT, SIG_IGN);
  const pid_t child = check("fork", ::fork());
  if (child == 0) {
    enter_and_run(entrance, groups, arguments);
  }
  return wait_for(child);
}

}  // namespace continuo
