#include "program.hh"

#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "os/host_activity.hh"

namespace continuo {

StartedProgram::StartedProgram(const std::vector<std::string>& arguments, uid_t user) {
  std::array<int, 2> output{};
  std::array<int, 2> errors{};
  if (::pipe2(output.data(), O_CLOEXEC) != 0 || ::pipe2(errors.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
  const std::string program = std::string{CONTINUO_BINARY_DIR} + "/bin/continuo";
  std::vector<char*> words{const_cast<char*>(program.c_str())};
  for (const auto& argument : arguments) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(output[1], STDOUT_FILENO);
    ::dup2(errors[1], STDERR_FILENO);
    if (user != 0 && (::setgroups(0, nullptr) != 0 || ::setgid(user) != 0 || ::setuid(user) != 0)) ::_exit(126);
    ::execv(program.c_str(), words.data());
    ::_exit(127);
  }
  ::close(output[1]);
  ::close(errors[1]);
  output_ = output[0];
  errors_ = errors[0];
}

StartedProgram::~StartedProgram() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(output_);
  ::close(errors_);
}

bool StartedProgram::read_more() {
  std::array<pollfd, 2> waiting{{{output_, POLLIN, 0}, {errors_, POLLIN, 0}}};
  bool open = false;
  if (::poll(waiting.data(), waiting.size(), -1) < 0) return false;
  for (const auto& entry : waiting) {
    if (entry.revents == 0) {
      open = true;
      continue;
    }
    std::array<char, 65536> buffer{};
    const ssize_t size = ::read(entry.fd, buffer.data(), buffer.size());
    if (size <= 0) {
      (entry.fd == output_ ? output_ : errors_) = -1;  // poll skips negative descriptors
      ::close(entry.fd);
      continue;
    }
    open = true;
    (entry.fd == output_ ? output_text_ : errors_text_).append(buffer.data(), static_cast<std::size_t>(size));
  }
  return open;
}

bool StartedProgram::wait_for(const std::string& text) {
  while (errors_text_.find(text) == std::string::npos) {
    if (!read_more()) return errors_text_.find(text) != std::string::npos;
  }
  return true;
}

void StartedProgram::signal(int number) const { ::kill(pid_, number); }

Finished StartedProgram::wait() {
  while (output_ >= 0 || errors_ >= 0) read_more();
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return {.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
          .output = output_text_,
          .errors = errors_text_};
}

SpinningProcesses::SpinningProcesses(unsigned count) {
  for (unsigned index = 0; index < count; ++index) {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      volatile bool spinning = true;
      while (spinning) {
      }
    }
    if (pid < 0) throw std::runtime_error("fork");
    pids_.push_back(pid);
  }
}

Duration SpinningProcesses::used() const {
  const ProcessTable processes = running_processes();
  Duration used{};
  for (const pid_t pid : pids_) {
    const auto found = processes.find(pid);
    if (found != processes.end()) used += found->second.used;
  }
  return used;
}

SpinningProcesses::~SpinningProcesses() {
  for (const pid_t pid : pids_) {
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
  }
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "system-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

int open_process(pid_t pid) { return static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)); }

bool wait_for_end(const std::vector<int>& process_descriptors) {
  for (const int descriptor : process_descriptors) {
    pollfd waiting{descriptor, POLLIN, 0};
    if (descriptor >= 0 && ::poll(&waiting, 1, 10'000) != 1) return false;
    ::close(descriptor);
  }
  return true;
}

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream{file, std::ios::binary} << text;
}

}  // namespace continuo
