// continuo-init: the first process of an emulated node. It makes the namespaces it was born into a node, starts programs
// there on command, reports their ends, and takes everything with it when it or the emulation ends: killing the first process
// of a PID namespace kills all of them.
//
//   continuo-init SOCKET                 the first process; SOCKET is its descriptor of the socket to the emulation
//   continuo-init await PORT MILLISECONDS     says "answers" once that TCP port of the node does; status 1: not in that time
//   continuo-init burn THREADS MILLISECONDS   uses the CPU for that long: the probe of a node's share
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <csignal>
#include <string>
#include <thread>
#include <vector>

#include "emulate/init/namespace_setup.hh"
#include "emulate/init/process_start.hh"
#include "emulate/init/protocol.hh"
#include "os/clock.hh"
#include "os/descriptor_passing.hh"
#include "os/error.hh"

namespace continuo::init {
namespace {

void burn(unsigned threads, Duration time) {
  const MonotonicClock clock;
  const Duration end = clock.now() + time;
  std::vector<std::thread> burners;
  for (unsigned index = 0; index < threads; ++index) {
    burners.emplace_back([&] {
      while (clock.now() < end) {
      }
    });
  }
  for (auto& burner : burners) {
    burner.join();
  }
}

int await(const char* port, Duration time) {
  constexpr int pause_ms = 20;
  const MonotonicClock clock;
  const Duration end = clock.now() + time;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::strtoul(port, nullptr, 10)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  while (clock.now() < end) {
    const FileDescriptor socket{check("socket", ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
      ::dprintf(STDOUT_FILENO, "answers\n");
      return 0;
    }
    ::poll(nullptr, 0, pause_ms);
  }
  return 1;
}

void obey(const FileDescriptor& socket, const continuo::Message& received) {
  const auto message = parse(received.bytes);
  if (!message) {
    throw std::runtime_error("not a message");
  }
  if (const auto* start = std::get_if<Start>(&*message)) {
    if (received.descriptors.size() != 2) {
      throw std::runtime_error("a start without its two descriptors");
    }
    const auto result = start_process(*start, received.descriptors[0].get(), received.descriptors[1].get());
    if (const auto* pid = std::get_if<pid_t>(&result)) {
      send_message(socket, serialise(Started{.pid = *pid}));
    } else {
      send_message(socket, serialise(StartFailed{.text = std::get<std::string>(result)}));
    }
  } else if (const auto* signal = std::get_if<Signal>(&*message)) {
    ::kill(signal->pid, signal->number);
  }
}

void report_exits(const FileDescriptor& socket, const FileDescriptor& signals) {
  signalfd_siginfo ignored{};
  [[maybe_unused]] const auto size = ::read(signals.get(), &ignored, sizeof ignored);
  int status = 0;
  pid_t pid = 0;
  while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {  // orphans too: they became ours
    send_message(socket, serialise(Exited{.pid = pid, .status = status}));
  }
}

void serve(const FileDescriptor& socket) {
  sigset_t children;
  ::sigemptyset(&children);
  ::sigaddset(&children, SIGCHLD);
  check("block SIGCHLD", ::sigprocmask(SIG_BLOCK, &children, nullptr));
  const FileDescriptor signals{check("signalfd", ::signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK))};
  std::array<pollfd, 2> watched{{{socket.get(), POLLIN, 0}, {signals.get(), POLLIN, 0}}};
  for (;;) {
    check("poll", retry_interrupted([&] { return ::poll(watched.data(), watched.size(), -1); }));
    if (watched[1].revents != 0) {
      report_exits(socket, signals);
    }
    if (watched[0].revents != 0) {
      const auto received = receive_message(socket);
      if (!received) {
        return;  // the emulation has ended
      }
      obey(socket, *received);
    }
  }
}

int run(int descriptor) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const FileDescriptor socket{descriptor};
  try {
    const auto first = receive_message(socket);
    const auto message = first ? parse(first->bytes) : std::nullopt;
    if (!message || !std::holds_alternative<Configure>(*message)) {
      return 1;
    }
    {
      const NodeNetwork network = set_up_namespaces(std::get<Configure>(*message));
      send_message(socket, serialise(Ready{.network = network.settings}), {network.device.get()});
    }
    serve(socket);
    return 0;
  } catch (const std::exception& error) {
    try {
      send_message(socket, serialise(Failed{.text = error.what()}));
    } catch (const std::exception&) {
      // nobody left to tell
    }
    return 1;
  }
}

}  // namespace
}  // namespace continuo::init

int main(int argc, char** argv) {
  if (argc == 4 && std::string{argv[1]} == "burn") {
    continuo::init::burn(static_cast<unsigned>(std::strtoul(argv[2], nullptr, 10)),
                         std::chrono::milliseconds{std::strtol(argv[3], nullptr, 10)});
    return 0;
  }
  if (argc == 4 && std::string{argv[1]} == "await") {
    return continuo::init::await(argv[2], std::chrono::milliseconds{std::strtol(argv[3], nullptr, 10)});
  }
  if (argc != 2 || ::getpid() != 1) {
    ::dprintf(STDERR_FILENO, "continuo-init is started by `continuo run`, as the first process of an emulated node\n");
    return 2;
  }
  ::_exit(continuo::init::run(static_cast<int>(std::strtol(argv[1], nullptr, 10))));
}
