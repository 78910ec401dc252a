// One poll over the sockets of all first processes and the pipes of all programs.
#include "emulate/process_watch.hh"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>

#include "os/error.hh"

namespace continuo {

namespace {

void make_nonblocking(const FileDescriptor& descriptor) {
  const int flags = check("fcntl", ::fcntl(descriptor.get(), F_GETFL));
  check("fcntl", ::fcntl(descriptor.get(), F_SETFL, flags | O_NONBLOCK));
}

// Hands on all that is there now; closes the descriptor at its end.
template <typename Take>
void drain(FileDescriptor& descriptor, Take take) {
  std::array<char, 16384> chunk{};
  while (descriptor.is_open()) {
    const auto size = retry_interrupted([&] { return ::read(descriptor.get(), chunk.data(), chunk.size()); });
    if (size > 0) {
      take(std::string_view{chunk.data(), static_cast<std::size_t>(size)});
    } else if (size == 0 || errno != EAGAIN) {
      descriptor.reset();
    } else {
      return;
    }
  }
}

}  // namespace

void ProcessWatch::start(const Start& start) {
  Pipe output = make_pipe();
  Pipe errors = make_pipe();
  make_nonblocking(output.reader);
  make_nonblocking(errors.reader);
  auto process = std::make_unique<Process>();
  process->node = start.node;
  process->role = start.role;
  if (!start.log.empty()) {
    process->log = open_file(start.log, O_WRONLY | O_CREAT | (logs_.insert(start.log).second ? O_TRUNC : O_APPEND));
  }
  process->program = start.program;
  const bool one_stream = start.role == ProcessRole::program;
  process->pid = nodes_.at(start.node).start(start.process, output.writer, one_stream ? output.writer : errors.writer);
  process->output = std::move(output.reader);
  process->errors = std::move(errors.reader);
  processes_.push_back(std::move(process));
}

void ProcessWatch::read_output(Process& process, ProcessListener& listener) {
  drain(process.output, [&](std::string_view bytes) {
    if (process.role == ProcessRole::program) {
      process.printed += bytes.substr(0, output_size_max - process.printed.size());
      return;
    }
    for (const std::string& line : process.output_lines.add(bytes)) {
      listener.line(process.node, process.role, line);
    }
  });
}

void ProcessWatch::read_errors(Process& process) {
  drain(process.errors, [&](std::string_view bytes) {
    if (process.log.is_open()) {
      [[maybe_unused]] const auto written = ::write(process.log.get(), bytes.data(), bytes.size());
    }
    for (std::string& line : process.error_lines.add(bytes)) {
      process.last_words.add(std::move(line));
    }
  });
}

void ProcessWatch::end(std::size_t index, int status, ProcessListener& listener) {
  const std::unique_ptr<Process> process = std::move(processes_[index]);
  processes_.erase(processes_.begin() + static_cast<std::ptrdiff_t>(index));
  read_output(*process, listener);  // all it ever wrote is in the pipe by now
  read_errors(*process);
  if (process->role == ProcessRole::program) {
    listener.program_ended(process->program, status, process->printed);
    return;
  }
  listener.ended(process->node, process->role, status, process->last_words.text());
}

void ProcessWatch::take_exits(NodeIndex node, ProcessListener& listener) {
  for (const ProcessExit& exit : nodes_[node].take_exits()) {
    const auto found = std::find_if(processes_.begin(), processes_.end(), [&](const auto& process) {
      return process->node == node && process->pid == exit.pid;
    });
    if (found != processes_.end()) {  // else an orphan
      end(static_cast<std::size_t>(found - processes_.begin()), exit.status, listener);
    }
  }
  if (!nodes_[node].is_alive()) {
    for (std::size_t index = processes_.size(); index-- > 0;) {
      if (processes_[index]->node == node) {
        end(index, SIGKILL, listener);  // what the kernel does to them
      }
    }
  }
}

void ProcessWatch::step(Duration deadline, ProcessListener& listener) {
  std::vector<pollfd> watched;
  const FileDescriptor nothing;
  const auto watch = [&](const FileDescriptor& descriptor) {
    watched.push_back({.fd = descriptor.is_open() ? descriptor.get() : -1, .events = POLLIN, .revents = 0});
  };
  for (const EmulatedNode& node : nodes_) {
    watch(node.is_alive() ? node.events() : nothing);
  }
  const std::size_t count = processes_.size();
  for (const auto& process : processes_) {
    watch(process->output);
    watch(process->errors);
  }
  for (const Watched& other : watched_) {
    watch(other.descriptor);
  }
  const Duration wait = std::max(Duration::zero(), deadline - clock_.now());
  const timespec limit{.tv_sec = wait.count() / 1'000'000'000, .tv_nsec = wait.count() % 1'000'000'000};
  if (::ppoll(watched.data(), watched.size(), &limit, nullptr) <= 0) {
    return;  // time, or a signal
  }
  for (std::size_t index = 0; index < count; ++index) {
    if (watched[nodes_.size() + 2 * index].revents != 0) {
      read_output(*processes_[index], listener);
    }
    if (watched[nodes_.size() + 2 * index + 1].revents != 0) {
      read_errors(*processes_[index]);
    }
  }
  for (NodeIndex node = 0; node < nodes_.size(); ++node) {
    if (watched[node].revents != 0) {
      take_exits(node, listener);
    }
  }
  for (std::size_t index = 0; index < watched_.size(); ++index) {
    if (watched[nodes_.size() + 2 * count + index].revents != 0) {
      watched_[index].ready();
    }
  }
}

void ProcessWatch::watch(const FileDescriptor& descriptor, std::function<void()> ready) {
  watched_.push_back({descriptor, std::move(ready)});
}

std::size_t ProcessWatch::running(ProcessRole role) const {
  return static_cast<std::size_t>(
      std::count_if(processes_.begin(), processes_.end(), [&](const auto& process) { return process->role == role; }));
}

std::size_t ProcessWatch::running(NodeIndex node, ProcessRole role) const {
  return static_cast<std::size_t>(std::ranges::count_if(
      processes_, [&](const auto& process) { return process->node == node && process->role == role; }));
}

void ProcessWatch::signal_program(std::size_t program, int number) {
  for (const auto& process : processes_) {
    if (process->role == ProcessRole::program && process->program == program) {
      nodes_[process->node].signal(-process->pid, number);  // it leads a session, and so a group
    }
  }
}

void ProcessWatch::signal(NodeIndex node, ProcessRole role, int number) {
  for (const auto& process : processes_) {
    if (process->node == node && process->role == role) {
      nodes_[node].signal(process->pid, number);
    }
  }
}

}  // namespace continuo
