// fork, join the groups, give up privileges, exec; what fails in the child is told through a pipe that a successful exec closes.
#include "emulate/init/process_start.hh"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <vector>

#include "os/error.hh"
#include "os/file_descriptor.hh"
#include "os/privileges.hh"

namespace continuo::init {

namespace {

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (const auto& text : texts) {
    result.push_back(const_cast<char*>(text.c_str()));
  }
  result.push_back(nullptr);
  return result;
}

// In the child; ends by throwing or in the program.
void become(const Start& start, int standard_output, int standard_error) {
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const auto& file : start.process_files) {
    write_file(file, "0");
  }
  check("setsid", ::setsid());
  const FileDescriptor null = open_file("/dev/null", O_RDONLY);
  check("dup2 standard input", ::dup2(null.get(), STDIN_FILENO));
  check("dup2 standard output", ::dup2(standard_output, STDOUT_FILENO));
  check("dup2 standard error", ::dup2(standard_error, STDERR_FILENO));
  give_up_privileges();
  const auto arguments = pointers(start.arguments);
  const auto environment = pointers(start.environment);
  check("run " + start.arguments.at(0), ::execve(arguments[0], arguments.data(), environment.data()));
}

}  // namespace

std::variant<pid_t, std::string> start_process(const Start& start, int standard_output, int standard_error) {
  if (start.arguments.empty()) {
    return "nothing to run";
  }
  Pipe failure = make_pipe();
  const pid_t pid = ::fork();
  if (pid < 0) {
    return std::string{"fork: "} + std::strerror(errno);
  }
  if (pid == 0) {
    try {
      become(start, standard_output, standard_error);
    } catch (const std::exception& error) {
      const std::string text = error.what();
      [[maybe_unused]] const auto told = ::write(failure.writer.get(), text.data(), text.size());
    }
    ::_exit(127);
  }
  failure.writer.reset();
  std::string text(4096, '\0');
  const auto size = retry_interrupted([&] { return ::read(failure.reader.get(), text.data(), text.size()); });
  if (size > 0) {
    ::waitpid(pid, nullptr, 0);
    text.resize(static_cast<std::size_t>(size));
    return text;
  }
  return pid;
}

}  // namespace continuo::init
