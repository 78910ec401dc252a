// A node of the continuum: probes its machine, announces itself, loads variants, serves requests, forwards what another node
// would answer sooner. The same object on a real machine and in an emulated one.
//
// Everything runs on the thread of the io_context, but the instances, which have threads of their own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "node/probe/hardware.hh"
#include "os/clock.hh"
#include "units/seed.hh"
#include "wire/capability.hh"
#include "wire/event.hh"

namespace boost::asio {
class io_context;
}

namespace continuo {

class HttpClient;

struct NodeOptions {
  std::string id;
  std::string tier = "edge";
  std::string listen = "127.0.0.1";  // numeric address
  std::uint16_t port = 8000;         // 0: any free one
  std::string advertise;             // HOST:PORT that others reach it by; empty: found out
  std::filesystem::path store;       // folder for files that other nodes send
  std::vector<std::filesystem::path> packages;  // folders of service packages that it brings along
  std::vector<std::string> peers;               // HOST:PORT of nodes out of multicast reach
  std::optional<std::vector<std::string>> runtimes;  // that it is said to have; nothing: those that it finds
  std::vector<std::filesystem::path> onnxruntime_folders;
  std::filesystem::path module_folder;
  ProbeOptions hardware;
  Seed seed{1};  // with the id: of what the profiled runtime draws
  bool multicast = true;
  bool load_everything = false;  // load each package that it brings along and can run, without being told by a hub
};

class RunningNode {
 public:
  using OnEvent = std::function<void(const NodeEvent&)>;

  // Listens and announces at once. Throws std::system_error or std::runtime_error that says what was attempted. What is
  // handed in outlives it; `on_event` is called on the io_context's thread.
  RunningNode(boost::asio::io_context& context, const Clock& clock, NodeOptions options, OnEvent on_event);
  // Says goodbye to the network and waits for the requests in hand.
  ~RunningNode();
  RunningNode(const RunningNode&) = delete;
  RunningNode& operator=(const RunningNode&) = delete;

  const std::string& id() const;
  std::string address() const;  // that others reach it by
  // This node's document, and those of the living peers: what a hub decides by.
  std::vector<Capability> capabilities() const;
  HttpClient& client();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace continuo
