// One emulated node: its namespaces, held by a first process that starts programs in them on command.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "emulate/init/protocol.hh"
#include "os/file_descriptor.hh"
#include "os/netlink.hh"

namespace continuo {

// tun: the packets of a TUN device. packet_socket: the frames of a veth pair, where /dev/net/tun may not be opened.
using DeviceKind = init::Device;

struct EmulatedNodeOptions {
  std::filesystem::path init_program;
  std::string name;  // becomes the host name
  Ipv4 address;
  int prefix_length = 16;
  std::string hosts;
  NetworkSettings network = {};
  DeviceKind device = DeviceKind::tun;
  std::vector<int> cores = {};  // of the host, to run on; empty: any
};

struct NodeProcess {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::vector<std::filesystem::path> process_files;  // of the control groups to join
};

struct ProcessExit {
  pid_t pid = 0;
  int status = 0;  // as wait(2) gives it
};
// "exited with status 1", "was killed by signal 9 (Killed)"
std::string describe_exit(int status);

// The namespaces have no name anywhere: they end with their processes, however those end. Destruction kills them all and
// waits until they are gone. Not thread-safe; the thread that constructs it must outlive it (the kernel kills the first
// process when that thread ends).
class EmulatedNode {
 public:
  // Starts the first process and returns at once, so that many nodes come up together.
  explicit EmulatedNode(const EmulatedNodeOptions& options);
  EmulatedNode(EmulatedNode&& other) noexcept;
  EmulatedNode& operator=(EmulatedNode&&) = delete;
  ~EmulatedNode();

  // Waits until the node is set up; its device. Once. Throws std::runtime_error with what failed.
  FileDescriptor wait_ready();

  // Waits until the program runs; its process id within the node. Throws std::runtime_error.
  pid_t start(const NodeProcess& process, const FileDescriptor& standard_output, const FileDescriptor& standard_error);
  // As kill(2) within the node: -1 is every process but the first, another negative number a process group.
  void signal(pid_t pid, int number);
  // Kills everything in it without waiting; the destructor waits.
  void kill() noexcept;

  // Readable when take_exits() may have something.
  const FileDescriptor& events() const { return socket_; }
  // False once the first process has ended, and all others with it: take_exits() and signal() do nothing then.
  bool is_alive() const { return alive_; }
  // Never waits. A process that ended while start() waited is told here too.
  std::vector<ProcessExit> take_exits();
  // Of the first process, as the host sees it.
  pid_t first_process() const { return pid_; }
  const std::string& name() const { return name_; }
  // That its device dropped before the fabric could read them, so far.
  std::uint64_t packets_dropped_on_sending() const;
  // As read back from the kernel; after wait_ready().
  const NetworkSettings& network() const { return network_; }

 private:
  struct Received {
    init::Message message;
    std::vector<FileDescriptor> descriptors;
  };
  Received receive();
  void end() noexcept;

  std::string name_;
  NetworkSettings network_;
  FileDescriptor socket_;
  pid_t pid_ = -1;
  std::vector<ProcessExit> exits_;
  bool alive_ = true;
};

}  // namespace continuo
