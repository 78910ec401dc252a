// Small programs whose every socket option is known, rather than a general tool. Stamps of received datagrams are the
// kernel's, so that a receiver that the scheduler lets wait does not count as delay.
#include "bench/traffic/traffic.hh"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "os/clock.hh"
#include "os/error.hh"
#include "os/file_descriptor.hh"
#include "os/thread_clock.hh"
#include "os/timer.hh"

namespace continuo::bench {

namespace {

constexpr std::size_t stream_chunk = 256 * 1024;
constexpr int batch = 32;

std::int64_t number(const std::string& text) { return std::stoll(text); }

void say(const std::string& text) {
  std::puts(text.c_str());
  std::fflush(stdout);
}

std::int64_t nanoseconds(const timespec& time) { return time.tv_sec * 1'000'000'000LL + time.tv_nsec; }

std::int64_t wall_clock() {
  timespec time{};
  ::clock_gettime(CLOCK_REALTIME, &time);
  return nanoseconds(time);
}

sockaddr_in address(const std::string& host, const std::string& port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(number(port)));
  check("inet_pton", ::inet_pton(AF_INET, host.c_str(), &address.sin_addr) - 1);
  return address;
}

FileDescriptor open_socket(int type) { return FileDescriptor{check("socket", ::socket(AF_INET, type | SOCK_CLOEXEC, 0))}; }

void set_option(const FileDescriptor& socket, int name, int value) {
  check("setsockopt", ::setsockopt(socket.get(), SOL_SOCKET, name, &value, sizeof value));
}

void bind_to(const FileDescriptor& socket, const std::string& port) {
  const sockaddr_in local = address("0.0.0.0", port);
  check("bind", ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local));
}

void connect_to(const FileDescriptor& socket, const std::string& host, const std::string& port) {
  const sockaddr_in remote = address(host, port);
  check("connect", ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&remote), sizeof remote));
}

// Each datagram begins with when it was sent, and its number.
struct Stamp {
  std::int64_t sent = 0;
  std::int64_t number = 0;
};

int udp_send(const std::string& host, const std::string& port, std::int64_t packets, std::size_t size, Duration gap) {
  const FileDescriptor socket = open_socket(SOCK_DGRAM);
  connect_to(socket, host, port);
  set_option(socket, SO_SNDBUFFORCE, 4 << 20);
  const MonotonicClock clock;
  SystemThreadClock sleeper;
  make_this_thread_exact();  // so that nothing comes between a stamp and its packet
  std::vector<char> payload(std::max(size, sizeof(Stamp)), 'x');
  Duration due = clock.now();
  for (std::int64_t index = 0; index < packets; ++index) {
    due += gap;
    // A wait costs more than a fast sender has between two packets: it makes up for being late.
    if (const Duration early = due - clock.now(); early > std::chrono::microseconds{20}) {
      sleeper.wait(early);
    }
    const Stamp stamp{wall_clock(), index};
    std::memcpy(payload.data(), &stamp, sizeof stamp);
    [[maybe_unused]] const auto sent = ::send(socket.get(), payload.data(), payload.size(), 0);
  }
  return 0;
}

// What one receiver saw.
class Arrivals {
 public:
  Arrivals(std::int64_t expected, std::int64_t window) : seen_(static_cast<std::size_t>(expected)), window_{window} {
    delays_.reserve(seen_.size());
  }

  void add(const Stamp& stamp, std::int64_t received, std::int64_t bytes) {
    if (delays_.empty()) {
      first_ = received;
    } else {
      bytes_ += bytes;  // the first one begins the span
    }
    last_ = received;
    window_bytes_ += received < first_ + window_ ? bytes : 0;
    delays_.push_back(static_cast<double>(received - stamp.sent));
    if (stamp.number >= 0 && static_cast<std::size_t>(stamp.number) < seen_.size()) {
      seen_[static_cast<std::size_t>(stamp.number)] = true;
    }
  }
  std::int64_t count() const { return static_cast<std::int64_t>(delays_.size()); }

  std::string line() {
    double mean = 0.0, squares = 0.0;
    for (const double delay : delays_) {
      mean += delay / static_cast<double>(delays_.size());
    }
    for (const double delay : delays_) {
      squares += (delay - mean) * (delay - mean);
    }
    std::ranges::sort(delays_);
    const double p99 = delays_.empty() ? 0.0 : delays_[delays_.size() * 99 / 100];
    std::array<char, 200> text{};
    std::snprintf(text.data(), text.size(), "%lld %.0f %.0f %.0f %lld %lld %lld %lld", static_cast<long long>(count()), mean,
                  std::sqrt(squares / static_cast<double>(std::max<std::size_t>(1, delays_.size()))), p99,
                  static_cast<long long>(bytes_), static_cast<long long>(last_ - first_),
                  static_cast<long long>(std::ranges::count(seen_, true)), static_cast<long long>(window_bytes_));
    return text.data();
  }

 private:
  std::vector<bool> seen_;
  std::vector<double> delays_;
  std::int64_t window_;
  std::int64_t first_ = 0, last_ = 0, bytes_ = 0, window_bytes_ = 0;
};

int udp_receive(const std::string& port, std::int64_t expected, std::int64_t window) {
  const FileDescriptor socket = open_socket(SOCK_DGRAM);
  set_option(socket, SO_RCVBUFFORCE, 64 << 20);
  set_option(socket, SO_TIMESTAMPNS, 1);
  bind_to(socket, port);
  Arrivals arrivals{expected, window};
  std::array<std::array<char, 2048>, batch> payloads{};
  std::array<std::array<char, 64>, batch> controls{};
  std::array<iovec, batch> vectors{};
  std::array<mmsghdr, batch> messages{};
  say("listening");
  pollfd watched{socket.get(), POLLIN, 0};
  while (arrivals.count() < expected && ::poll(&watched, 1, arrivals.count() == 0 ? 20'000 : 1000) > 0) {
    for (std::size_t index = 0; index < batch; ++index) {
      vectors[index] = {payloads[index].data(), payloads[index].size()};
      messages[index] = {};
      messages[index].msg_hdr.msg_iov = &vectors[index];
      messages[index].msg_hdr.msg_iovlen = 1;
      messages[index].msg_hdr.msg_control = controls[index].data();
      messages[index].msg_hdr.msg_controllen = controls[index].size();
    }
    const int count = ::recvmmsg(socket.get(), messages.data(), batch, MSG_DONTWAIT, nullptr);
    for (int index = 0; index < count; ++index) {
      auto& header = messages[static_cast<std::size_t>(index)].msg_hdr;
      const cmsghdr* control = CMSG_FIRSTHDR(&header);
      if (control == nullptr || control->cmsg_type != SO_TIMESTAMPNS) {
        continue;
      }
      timespec received{};
      std::memcpy(&received, CMSG_DATA(control), sizeof received);
      Stamp stamp;
      std::memcpy(&stamp, payloads[static_cast<std::size_t>(index)].data(), sizeof stamp);
      constexpr std::int64_t headers = 28;  // IPv4 and UDP
      arrivals.add(stamp, nanoseconds(received), messages[static_cast<std::size_t>(index)].msg_len + headers);
    }
  }
  say(arrivals.line());
  return 0;
}

int tcp_send(const std::string& host, const std::string& port, int buffer) {
  const FileDescriptor socket = open_socket(SOCK_STREAM);
  if (buffer > 0) {
    set_option(socket, SO_SNDBUFFORCE, buffer);
  }
  connect_to(socket, host, port);
  const std::vector<char> chunk(stream_chunk, 'x');
  while (::send(socket.get(), chunk.data(), chunk.size(), MSG_NOSIGNAL) > 0) {
  }
  return 0;
}

int tcp_receive(const std::string& port, Duration ramp, Duration time, int buffer) {
  const FileDescriptor listener = open_socket(SOCK_STREAM);
  if (buffer > 0) {
    set_option(listener, SO_RCVBUFFORCE, buffer);
  }
  set_option(listener, SO_REUSEADDR, 1);  // the connection of the run before may not be over
  bind_to(listener, port);
  check("listen", ::listen(listener.get(), 1));
  say("listening");
  const FileDescriptor socket{check("accept", ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC))};
  const MonotonicClock clock;
  std::vector<char> chunk(stream_chunk);
  const Duration begin = clock.now() + ramp;
  std::int64_t bytes = 0;
  Duration from{}, last{};
  while (from == Duration::zero() || last < from + time) {
    const auto size = ::recv(socket.get(), chunk.data(), chunk.size(), 0);
    if (size <= 0) {
      return 1;
    }
    last = clock.now();
    if (from != Duration::zero()) {
      bytes += size;
    } else if (last >= begin) {
      from = last;
      say("begun");
    }
  }
  say(std::to_string(bytes) + " " + std::to_string((last - from).count()));
  return 0;
}

}  // namespace

bool is_traffic_role(const std::string& word) {
  return word == "udp-send" || word == "udp-receive" || word == "tcp-send" || word == "tcp-receive";
}

int run_traffic(const std::vector<std::string>& words) {
  const auto integer = [&](std::size_t index) { return static_cast<int>(number(words.at(index))); };
  const auto milliseconds = [&](std::size_t index) { return std::chrono::milliseconds{number(words.at(index))}; };
  if (words.at(0) == "udp-send") {
    return udp_send(words.at(1), words.at(2), number(words.at(3)), static_cast<std::size_t>(number(words.at(4))),
                    std::chrono::nanoseconds{number(words.at(5))});
  }
  if (words[0] == "udp-receive") {
    return udp_receive(words.at(1), number(words.at(2)), number(words.at(3)));
  }
  if (words[0] == "tcp-send") {
    return tcp_send(words.at(1), words.at(2), integer(3));
  }
  return tcp_receive(words.at(1), milliseconds(2), milliseconds(3), integer(4));
}

}  // namespace continuo::bench
