// Stands in for the program `continuo` in the tests of the emulation: nodes that say what real ones say, edge nodes that echo
// over UDP, and a load generator that sends 20 datagrams of 1000 bytes a request (22.8 ms at 7.21 Mbit/s) to edge-1, and to
// edge-2 once edge-1 has not answered. The names are looked up in /etc/hosts.
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "emulate/test_support/tiny_scenario.hh"
#include "os/clock.hh"
#include "os/error.hh"
#include "os/file_descriptor.hh"
#include "os/timer.hh"
#include "wire/event.hh"
#include "workload/schedule.hh"

namespace continuo {
namespace {

constexpr int datagrams = 20;
constexpr std::size_t datagram_size = 1000;
const MonotonicClock the_clock;

struct Datagram {
  std::uint64_t sequence = 0;
  std::int64_t index = 0;
  std::int64_t arrived = 0;
  std::array<char, datagram_size - 24> rest{};
};

FileDescriptor udp_socket() { return FileDescriptor{check("socket", ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))}; }

void say(const std::string& line) {
  std::puts(line.c_str());
  std::fflush(stdout);
}

void say(const std::string& node, const std::string& kind, const std::string& peer, const std::string& service,
         const std::string& text) {
  NodeEvent event;
  event.kind = kind;
  event.node = node;
  event.at = the_clock.now();
  event.peer = peer;
  event.service = service;
  event.service_time = std::chrono::milliseconds{1};
  event.text = text;
  say(serialise(event));
}

int echo() {
  const FileDescriptor socket = udp_socket();
  sockaddr_in local{};
  local.sin_family = AF_INET;
  local.sin_port = htons(8000);
  check("bind", ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local));
  for (;;) {
    Datagram datagram;
    sockaddr_in from{};
    socklen_t size = sizeof from;
    check("recvfrom", ::recvfrom(socket.get(), &datagram, sizeof datagram, 0, reinterpret_cast<sockaddr*>(&from), &size));
    if (datagram.index == datagrams - 1) {
      datagram.arrived = the_clock.now().count();
      ::sendto(socket.get(), &datagram, 100, 0, reinterpret_cast<const sockaddr*>(&from), size);
    }
  }
}

int be_node(const std::string& name) {
  if (name == "hungry") {
    std::vector<char> eaten(std::size_t{1} << 30, 'x');  // more than a node of the tiny scenario has
    return eaten.empty() ? 1 : 0;
  }
  say(name, "listening", "", "", "somewhere");
  if (name == "broken") return 3;
  if (name == "cloud-1") {
    say(name, "placed", "", "", "complete");
  } else if (name.starts_with("edge")) {
    say(name, "ready", "", "echo", "");
    return echo();
  } else {
    say(name, "discovered", "edge-1", "", "mdns");
    say(name, "discovered", "edge-2", "", "mdns");
  }
  return ::pause();
}

void wait_until(Duration moment) {
  Timer timer;
  timer.set(moment);
  pollfd watched{timer.descriptor().get(), POLLIN, 0};
  ::poll(&watched, 1, -1);
}

bool exchange(const std::string& server, Datagram& datagram) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(server.c_str(), "8000", &hints, &found) != 0) return false;
  const FileDescriptor socket = udp_socket();
  check("connect", ::connect(socket.get(), found->ai_addr, found->ai_addrlen));
  ::freeaddrinfo(found);
  for (datagram.index = 0; datagram.index < datagrams; ++datagram.index) {
    ::send(socket.get(), &datagram, sizeof datagram, 0);
  }
  pollfd watched{socket.get(), POLLIN, 0};
  return ::poll(&watched, 1, 1000) > 0 && ::recv(socket.get(), &datagram, sizeof datagram, 0) > 0;
}

int be_load(const std::string& name, Duration start_at) {
  const Scenario scenario = tiny_scenario();
  const NodeIndex node = name == "endpoint-1" ? 3 : 4;
  bool edge_1_answers = true;
  for (Schedule& schedule : schedules_of(scenario, node)) {
    while (const auto arrival = schedule.next()) {
      LoadRecord record;
      record.stream = "echoes";
      record.service = "echo";
      record.from = name;
      record.sequence = arrival->sequence;
      record.scheduled = start_at + (arrival->at - scenario_start);
      wait_until(record.scheduled);
      record.sent = the_clock.now();
      Datagram datagram;
      datagram.sequence = arrival->sequence;
      edge_1_answers = edge_1_answers && exchange("edge-1", datagram);
      record.node = edge_1_answers ? "edge-1" : exchange("edge-2", datagram) ? "edge-2" : "";
      record.failure = record.node.empty() ? "no-node" : "";
      record.arrived = Duration{datagram.arrived};
      record.received = the_clock.now();
      say(serialise(record));
    }
  }
  return 0;
}

int run(const std::vector<std::string>& words) {
  const auto option = [&](const std::string& name) -> std::string {
    for (std::size_t index = 0; index + 1 < words.size(); ++index) {
      if (words[index] == name) return words[index + 1];
    }
    return "";
  };
  if (words.at(0) == "node") {
    const bool breaks = !option("--break").empty() && option("--break") == option("--name");
    const bool eats = !option("--eat").empty() && option("--eat") == option("--name");
    return be_node(eats ? "hungry" : breaks ? "broken" : option("--name"));
  }
  if (!option("--break").empty() && option("--break") == option("--node")) {
    std::fprintf(stderr, "no input\n");
    return 3;
  }
  return be_load(option("--node"), Duration{std::stoll(option("--start-at"))});
}

}  // namespace
}  // namespace continuo

int main(int argc, char** argv) {
  try {
    return continuo::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
