// What the emulation and the first process of an emulated node say to each other over their socket.
//
//   emulation -> init   Configure once, then Start and Signal at any time
//   init -> emulation   Ready (with the descriptor of the device) or Failed, then Started or StartFailed for each Start in order, and
//                       Exited for each process at any time
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "os/network_settings.hh"

namespace continuo::init {

inline constexpr const char* device_name = "eth0";  // of a node's network device

enum class Device : std::int32_t { tun, packet_socket };

struct Configure {
  std::string host_name;
  std::uint32_t address = 0;  // IPv4, host byte order
  std::int32_t prefix_length = 0;
  std::string hosts;  // text of /etc/hosts
  NetworkSettings network;
  std::int32_t device = static_cast<std::int32_t>(Device::tun);
  std::vector<std::int32_t> cores;  // of the host, to run on; empty: any
};

// Comes with two descriptors: standard output and standard error.
struct Start {
  std::vector<std::string> arguments;      // [0] is the program's path
  std::vector<std::string> environment;    // "NAME=value"
  std::vector<std::string> process_files;  // of the control groups to join
};

struct Signal {
  std::int32_t pid = 0;  // within the node's namespace
  std::int32_t number = 0;
};

struct Ready {
  NetworkSettings network;  // as read back from the kernel
};
struct Failed {
  std::string text;
};
struct Started {
  std::int32_t pid = 0;
};
struct StartFailed {
  std::string text;
};
struct Exited {
  std::int32_t pid = 0;
  std::int32_t status = 0;  // as wait(2) gives it
};

using Message = std::variant<Configure, Start, Signal, Ready, Failed, Started, StartFailed, Exited>;

std::string serialise(const Message& message);
// Nothing: not a message.
std::optional<Message> parse(std::string_view bytes);

}  // namespace continuo::init
