// What the tests of the emulation run inside a node: a UDP sender, an echo, and a look at what the node sees.
//
//   emulate-probe echo PORT [GROUP]    answers every datagram, after joining the multicast group
//   emulate-probe ping ADDRESS PORT N  sends N, each after the answer to the one before; prints the mean round trip in us
//   emulate-probe send ADDRESS PORT N SIZE   sends N datagrams at once
//   emulate-probe count PORT GROUP N   joins the group, prints "joined", then "got" for each of N datagrams
//   emulate-probe echo6 PORT            the same two over IPv6
//   emulate-probe ping6 ADDRESS PORT N
//   emulate-probe look                 prints host name, process id, and the processes it sees
//   emulate-probe wait                 until killed
//   emulate-probe serve PORT           prints "listening", accepts TCP connections and holds them
//   emulate-probe tcp ADDRESS PORT     connects; prints congestion control, first window in segments and segment size
//   emulate-probe sink PORT            prints "listening", then bytes and sum of bytes of one TCP connection
//   emulate-probe pour ADDRESS PORT N  sends N bytes: 0, 1, ..., 250, 0, ...
//   emulate-probe rights               prints effective capabilities, bounding set and no_new_privs of /proc/self/status
//   emulate-probe fork N               starts N processes that wait; prints how many it could
//   emulate-probe eat MIB              takes that much memory, touched; prints "had enough"
//   emulate-probe write FILE MIB       past the page cache; prints the milliseconds that it took
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "os/clock.hh"
#include "os/error.hh"
#include "os/file_descriptor.hh"

namespace continuo {
namespace {

sockaddr_in address_from(const std::string& host, const std::string& port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  check("inet_pton", ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) - 1);
  return address;
}

FileDescriptor udp_socket() { return FileDescriptor{check("socket", ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))}; }

FileDescriptor bound_socket(const std::string& port, const std::string& group) {
  FileDescriptor socket = udp_socket();
  const sockaddr_in local = address_from("0.0.0.0", port);
  check("bind", ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local));
  if (!group.empty()) {
    ip_mreq membership{};
    ::inet_pton(AF_INET, group.c_str(), &membership.imr_multiaddr);
    check("join", ::setsockopt(socket.get(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership));
  }
  return socket;
}

void say(const std::string& text) {
  std::puts(text.c_str());
  std::fflush(stdout);
}

int echo(const std::string& port) {
  const FileDescriptor socket = bound_socket(port, "");
  say("listening");
  std::array<char, 2048> buffer{};
  for (;;) {
    sockaddr_in from{};
    socklen_t size = sizeof from;
    const auto got = check("recvfrom", ::recvfrom(socket.get(), buffer.data(), buffer.size(), 0,
                                                  reinterpret_cast<sockaddr*>(&from), &size));
    ::sendto(socket.get(), buffer.data(), static_cast<std::size_t>(got), 0, reinterpret_cast<const sockaddr*>(&from), size);
  }
}

int ping(const std::string& host, const std::string& port, int count) {
  const FileDescriptor socket = udp_socket();
  const sockaddr_in to = address_from(host, port);
  check("connect", ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to));
  const MonotonicClock clock;
  std::array<char, 64> buffer{};
  const Duration begin = clock.now();
  for (int index = 0; index < count; ++index) {
    check("send", ::send(socket.get(), buffer.data(), buffer.size(), 0));
    check("recv", ::recv(socket.get(), buffer.data(), buffer.size(), 0));
  }
  say(std::to_string((clock.now() - begin).count() / 1000 / count));
  return 0;
}

// Over IPv6: "::" as the address answers, whatever else sends.
int exchange6(const std::string& host, const std::string& port, int count) {
  const FileDescriptor socket{check("socket", ::socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0))};
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
  check("inet_pton", ::inet_pton(AF_INET6, host.c_str(), &address.sin6_addr) - 1);
  std::array<char, 2048> buffer{};
  if (host == "::") {
    check("bind", ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
    say("listening");
    for (;;) {
      socklen_t size = sizeof address;
      const auto got = check("recvfrom", ::recvfrom(socket.get(), buffer.data(), buffer.size(), 0,
                                                    reinterpret_cast<sockaddr*>(&address), &size));
      ::sendto(socket.get(), buffer.data(), static_cast<std::size_t>(got), 0, reinterpret_cast<const sockaddr*>(&address), size);
    }
  }
  check("connect", ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  const MonotonicClock clock;
  const Duration begin = clock.now();
  for (int index = 0; index < count; ++index) {
    check("send", ::send(socket.get(), buffer.data(), 64, 0));
    check("recv", ::recv(socket.get(), buffer.data(), buffer.size(), 0));
  }
  say(std::to_string((clock.now() - begin).count() / 1000 / count));
  return 0;
}

int send_all(const std::string& host, const std::string& port, int count, int bytes) {
  const FileDescriptor socket = udp_socket();
  const sockaddr_in to = address_from(host, port);
  const std::vector<char> payload(static_cast<std::size_t>(bytes));
  for (int index = 0; index < count; ++index) {
    check("sendto", ::sendto(socket.get(), payload.data(), payload.size(), 0, reinterpret_cast<const sockaddr*>(&to), sizeof to));
  }
  say("sent");
  return 0;
}

int count_datagrams(const std::string& port, const std::string& group, int count) {
  const FileDescriptor socket = bound_socket(port, group);
  say("joined");
  std::array<char, 2048> buffer{};
  for (int index = 0; index < count; ++index) {
    check("recv", ::recv(socket.get(), buffer.data(), buffer.size(), 0));
    say("got");
  }
  return 0;
}

int look() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size());
  int processes = 0;
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    processes += std::atoi(entry.path().filename().c_str()) > 0 ? 1 : 0;
  }
  say(std::string{name.data()} + " " + std::to_string(::getpid()) + " " + std::to_string(processes));
  return 0;
}

int serve(const std::string& port) {
  const FileDescriptor socket{check("socket", ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  const sockaddr_in local = address_from("0.0.0.0", port);
  check("bind", ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local));
  check("listen", ::listen(socket.get(), 16));
  say("listening");
  std::vector<FileDescriptor> held;
  for (;;) {
    held.emplace_back(check("accept", ::accept(socket.get(), nullptr, nullptr)));
  }
}

int look_at_tcp(const std::string& host, const std::string& port) {
  const FileDescriptor socket{check("socket", ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  const sockaddr_in to = address_from(host, port);
  check("connect", ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to));
  std::array<char, 16> algorithm{};
  socklen_t size = algorithm.size();
  check("TCP_CONGESTION", ::getsockopt(socket.get(), IPPROTO_TCP, TCP_CONGESTION, algorithm.data(), &size));
  tcp_info info{};
  size = sizeof info;
  check("TCP_INFO", ::getsockopt(socket.get(), IPPROTO_TCP, TCP_INFO, &info, &size));
  say(std::string{algorithm.data()} + " " + std::to_string(info.tcpi_snd_cwnd) + " " + std::to_string(info.tcpi_snd_mss));
  return 0;
}

int sink(const std::string& port) {
  const FileDescriptor listener{check("socket", ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  const sockaddr_in local = address_from("0.0.0.0", port);
  check("bind", ::bind(listener.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local));
  check("listen", ::listen(listener.get(), 1));
  say("listening");
  const FileDescriptor connection{check("accept", ::accept(listener.get(), nullptr, nullptr))};
  std::vector<unsigned char> buffer(1U << 16);
  std::uint64_t bytes = 0, sum = 0;
  while (const auto got = check("recv", ::recv(connection.get(), buffer.data(), buffer.size(), 0))) {
    bytes += static_cast<std::uint64_t>(got);
    for (ssize_t index = 0; index < got; ++index) {
      sum += buffer[static_cast<std::size_t>(index)];
    }
  }
  say(std::to_string(bytes) + " " + std::to_string(sum));
  return 0;
}

int pour(const std::string& host, const std::string& port, int bytes) {
  const FileDescriptor socket{check("socket", ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))};
  const sockaddr_in to = address_from(host, port);
  check("connect", ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to));
  std::vector<unsigned char> all(static_cast<std::size_t>(bytes));
  for (std::size_t index = 0; index < all.size(); ++index) {
    all[index] = static_cast<unsigned char>(index % 251);
  }
  for (std::size_t sent = 0; sent < all.size();) {
    sent += static_cast<std::size_t>(check("send", ::send(socket.get(), all.data() + sent, all.size() - sent, 0)));
  }
  return 0;
}

int show_rights() {
  std::istringstream status{read_file("/proc/self/status").value_or("")};
  std::string line, all;
  while (std::getline(status, line)) {
    for (const char* wanted : {"CapEff:", "CapBnd:", "NoNewPrivs:"}) {
      if (line.starts_with(wanted)) {
        all += (all.empty() ? "" : " ") + line.substr(line.find('\t') + 1);
      }
    }
  }
  say(all);
  return 0;
}

int fork_many(int count) {
  int started = 0;
  for (; started < count; ++started) {
    const pid_t pid = ::fork();
    if (pid < 0) {
      break;
    }
    if (pid == 0) {
      ::pause();
      ::_exit(0);
    }
  }
  say(std::to_string(started));
  return ::pause();
}

int eat(int mebibytes) {
  std::vector<std::vector<char>> eaten;
  for (int index = 0; index < mebibytes; ++index) {
    eaten.emplace_back(1U << 20, static_cast<char>(index));
  }
  say("had enough");
  return 0;
}

int write_past_cache(const std::string& path, int mebibytes) {
  constexpr std::size_t block = 1U << 20;
  const FileDescriptor file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC | O_DIRECT);
  void* memory = std::aligned_alloc(4096, block);
  std::memset(memory, 1, block);
  const MonotonicClock clock;
  const Duration begin = clock.now();
  for (int index = 0; index < mebibytes; ++index) {
    check("write", ::write(file.get(), memory, block));
  }
  say(std::to_string((clock.now() - begin).count() / 1'000'000));
  std::free(memory);
  ::unlink(path.c_str());
  return 0;
}

int run(const std::vector<std::string>& words) {
  const std::string what = words.empty() ? "" : words[0];
  if (what == "echo" && words.size() == 2) return echo(words[1]);
  if (what == "ping" && words.size() == 4) return ping(words[1], words[2], std::stoi(words[3]));
  if (what == "echo6" && words.size() == 2) return exchange6("::", words[1], 0);
  if (what == "ping6" && words.size() == 4) return exchange6(words[1], words[2], std::stoi(words[3]));
  if (what == "send" && words.size() == 5) return send_all(words[1], words[2], std::stoi(words[3]), std::stoi(words[4]));
  if (what == "count" && words.size() == 4) return count_datagrams(words[1], words[2], std::stoi(words[3]));
  if (what == "look") return look();
  if (what == "wait") return ::pause();
  if (what == "serve" && words.size() == 2) return serve(words[1]);
  if (what == "tcp" && words.size() == 3) return look_at_tcp(words[1], words[2]);
  if (what == "sink" && words.size() == 2) return sink(words[1]);
  if (what == "pour" && words.size() == 4) return pour(words[1], words[2], std::stoi(words[3]));
  if (what == "rights") return show_rights();
  if (what == "fork" && words.size() == 2) return fork_many(std::stoi(words[1]));
  if (what == "eat" && words.size() == 2) return eat(std::stoi(words[1]));
  if (what == "write" && words.size() == 3) return write_past_cache(words[1], std::stoi(words[2]));
  return 2;
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
