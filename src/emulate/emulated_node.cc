// clone(2) into new namespaces, exec of continuo-init there, and the emulation's end of the socket to it.
#include "emulate/emulated_node.hh"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "os/descriptor_passing.hh"
#include "os/error.hh"
#include "os/tun.hh"

namespace continuo {

namespace {

constexpr int new_namespaces = CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC;

// Between clone and exec only system calls are made: other threads may have held any lock.
pid_t clone_and_run(const std::filesystem::path& program, int socket) {
  const std::string path = program.string();
  const std::string descriptor = std::to_string(socket);
  const std::array<const char*, 3> arguments{path.c_str(), descriptor.c_str(), nullptr};
  const std::array<const char*, 1> environment{nullptr};
  const long pid = ::syscall(SYS_clone, new_namespaces | SIGCHLD, nullptr, nullptr, nullptr, 0L);
  if (pid == 0) {
    ::fcntl(socket, F_SETFD, 0);
    ::execve(path.c_str(), const_cast<char* const*>(arguments.data()), const_cast<char* const*>(environment.data()));
    ::_exit(127);
  }
  return static_cast<pid_t>(pid);
}

}  // namespace

std::string describe_exit(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    return "was killed by signal " + std::to_string(number) + " (" + ::strsignal(number) + ")";
  }
  return "exited with status " + std::to_string(WEXITSTATUS(status));
}

EmulatedNode::EmulatedNode(const EmulatedNodeOptions& options) : name_{options.name} {
  if (::access(options.init_program.c_str(), X_OK) != 0) {
    throw_system_error("find the program " + options.init_program.string());
  }
  SocketPair pair = make_message_pair();
  pid_ = check("make the namespaces of node " + name_ + " (see continuo doctor)",
               clone_and_run(options.init_program, pair.other.get()));
  socket_ = std::move(pair.one);
  try {
    send_message(socket_, init::serialise(init::Configure{.host_name = options.name,
                                                          .address = options.address.value,
                                                          .prefix_length = options.prefix_length,
                                                          .hosts = options.hosts,
                                                          .network = options.network,
                                                          .device = static_cast<std::int32_t>(options.device),
                                                          .cores = {options.cores.begin(), options.cores.end()}}));
  } catch (...) {
    end();  // no destructor runs for what was not constructed
    throw;
  }
}

EmulatedNode::EmulatedNode(EmulatedNode&& other) noexcept
    : name_{std::move(other.name_)},
      network_{std::move(other.network_)},
      socket_{std::move(other.socket_)},
      pid_{std::exchange(other.pid_, -1)},
      exits_{std::move(other.exits_)},
      alive_{other.alive_} {}

void EmulatedNode::kill() noexcept {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
  }
}

EmulatedNode::~EmulatedNode() { end(); }

void EmulatedNode::end() noexcept {
  if (pid_ > 0) {
    kill();
    retry_interrupted([this] { return ::waitpid(pid_, nullptr, 0); });  // returns once all its processes are gone
  }
}

EmulatedNode::Received EmulatedNode::receive() {
  auto received = receive_message(socket_);
  auto message = received ? init::parse(received->bytes) : std::nullopt;
  if (!message) {
    alive_ = false;
    throw std::runtime_error("the first process of node " + name_ + " ended");
  }
  if (const auto* failed = std::get_if<init::Failed>(&*message)) {
    throw std::runtime_error("node " + name_ + ": " + failed->text);
  }
  return {std::move(*message), std::move(received->descriptors)};
}

FileDescriptor EmulatedNode::wait_ready() {
  Received received = receive();
  if (!std::holds_alternative<init::Ready>(received.message) || received.descriptors.size() != 1) {
    throw std::runtime_error("node " + name_ + " did not hand over its network device");
  }
  network_ = std::get<init::Ready>(received.message).network;
  return std::move(received.descriptors[0]);
}

pid_t EmulatedNode::start(const NodeProcess& process, const FileDescriptor& standard_output,
                          const FileDescriptor& standard_error) {
  init::Start start{.arguments = process.arguments, .environment = process.environment, .process_files = {}};
  for (const auto& file : process.process_files) {
    start.process_files.push_back(file.string());
  }
  send_message(socket_, init::serialise(start), {standard_output.get(), standard_error.get()});
  for (;;) {
    const Received received = receive();
    if (const auto* started = std::get_if<init::Started>(&received.message)) {
      return started->pid;
    }
    if (const auto* failed = std::get_if<init::StartFailed>(&received.message)) {
      throw std::runtime_error("node " + name_ + ": " + failed->text);
    }
    if (const auto* exited = std::get_if<init::Exited>(&received.message)) {
      exits_.push_back({.pid = exited->pid, .status = exited->status});
    }
  }
}

std::uint64_t EmulatedNode::packets_dropped_on_sending() const {
  const auto devices = read_file("/proc/" + std::to_string(pid_) + "/net/dev");
  return devices ? continuo::packets_dropped_on_sending(*devices, init::device_name) : 0;
}

void EmulatedNode::signal(pid_t pid, int number) {
  if (alive_) {
    send_message(socket_, init::serialise(init::Signal{.pid = pid, .number = number}));
  }
}

std::vector<ProcessExit> EmulatedNode::take_exits() {
  pollfd watched{socket_.get(), POLLIN, 0};
  while (alive_ && ::poll(&watched, 1, 0) > 0) {
    auto received = receive_message(socket_);
    const auto message = received ? init::parse(received->bytes) : std::nullopt;
    alive_ = message.has_value();
    if (!message) {
      break;
    }
    if (const auto* exited = std::get_if<init::Exited>(&*message)) {
      exits_.push_back({.pid = exited->pid, .status = exited->status});
    }
  }
  return std::exchange(exits_, {});
}

}  // namespace continuo
