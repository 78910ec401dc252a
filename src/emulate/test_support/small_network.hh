// A few emulated nodes joined by a fabric, for the privileged tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <string>
#include <vector>

#include "emulate/addresses.hh"
#include "emulate/emulated_node.hh"
#include "emulate/fabric/fabric_thread.hh"
#include "os/cgroup.hh"

namespace continuo {

inline std::string why_no_namespaces() {
  if (::geteuid() != 0) {
    return "not root";
  }
  if (::access("/dev/net/tun", R_OK | W_OK) != 0) {
    return "no /dev/net/tun";
  }
  return "";
}

// Namespaces and control groups too: what a whole emulation needs.
inline std::string why_no_emulation() {
  const std::string why = why_no_namespaces();
  if (!why.empty()) {
    return why;
  }
  try {
    detect_cgroups();
  } catch (const std::exception& error) {
    return error.what();
  }
  return "";
}

inline const std::string binaries = CONTINUO_BINARY_DIR "/bin/";

// A program running in a node, with its standard output.
class Running {
 public:
  Running(EmulatedNode& node, std::vector<std::string> arguments, std::vector<std::filesystem::path> process_files = {}) {
    Pipe pipe = make_pipe();
    const FileDescriptor standard_error{::dup(STDERR_FILENO)};
    pid_ = node.start({.arguments = std::move(arguments), .environment = {}, .process_files = std::move(process_files)},
                      pipe.writer, standard_error);
    output_ = ::fdopen(pipe.reader.release(), "r");
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() { std::fclose(output_); }

  // Waits for the next line; empty at the end of the output.
  std::string line() {
    std::string text;
    for (int letter = std::fgetc(output_); letter != EOF && letter != '\n'; letter = std::fgetc(output_)) {
      text += static_cast<char>(letter);
    }
    return text;
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = 0;
  FILE* output_ = nullptr;
};

struct SmallNetwork {
  SmallNetwork(std::vector<std::size_t> sites, std::function<LinkProperties(Port, Port)> link, NetworkSettings network = {}, DeviceKind device = DeviceKind::tun) {
    std::vector<FileDescriptor> devices;
    FabricOptions options;
    for (std::size_t node = 0; node < sites.size(); ++node) {
      nodes.emplace_back(EmulatedNodeOptions{.init_program = binaries + "continuo-init",
                                             .name = "node-" + std::to_string(node + 1),
                                             .address = address_of(node),
                                             .hosts = "127.0.0.1 localhost\n",
                                             .network = network,
                                             .device = device});
      options.ports.push_back({.address = address_of(node), .address6 = address6_of(node), .site = sites[node]});
    }
    for (auto& node : nodes) {
      devices.push_back(node.wait_ready());
    }
    options.link = std::move(link);
    fabric = std::make_unique<FabricThread>(options, std::move(devices), clock,
                                            device == DeviceKind::tun ? LinkLayer::none : LinkLayer::ethernet);
  }

  MonotonicClock clock;
  std::vector<EmulatedNode> nodes;
  std::unique_ptr<FabricThread> fabric;
};

}  // namespace continuo
