// What a scenario runs on: its nodes with their CPU quotas and memory limits, and the fabric that joins them.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "emulate/emulated_node.hh"
#include "emulate/fabric/fabric_thread.hh"
#include "os/cgroup.hh"
#include "os/clock.hh"
#include "scenario/scenario.hh"

namespace continuo {

struct InfrastructureOptions {
  // none: CPU and memory of the nodes are not bounded.
  enum class Bounds { control_groups, none };
  Bounds bounds = Bounds::control_groups;
  std::function<void(std::size_t up, std::size_t all)> progress = nullptr;  // whenever one more node is up
  std::vector<PathCapture> captures = {};
};

// Up when constructed, gone when destroyed, with every process that ran in it. Sweeps what dead runs have left first.
class Infrastructure {
 public:
  Infrastructure(const Scenario& scenario, const std::filesystem::path& init_program, const Clock& clock,
                 const InfrastructureOptions& options = {});
  ~Infrastructure();
  Infrastructure(const Infrastructure&) = delete;
  Infrastructure& operator=(const Infrastructure&) = delete;

  std::vector<EmulatedNode>& nodes() { return nodes_; }
  const std::vector<EmulatedNode>& nodes() const { return nodes_; }
  const Cgroup& cgroup(NodeIndex node) const { return *cgroups_.at(node); }
  Cgroup& cgroup(NodeIndex node) { return *cgroups_.at(node); }
  // Of all processes of the node, since it came up.
  std::vector<Duration> cpu_used() const;
  bool is_bounded() const { return bounded_; }
  DeviceKind device() const { return device_; }
  const FabricThread& fabric() const { return *fabric_; }
  FabricThread& fabric() { return *fabric_; }

 private:
  std::uint64_t packets_dropped_on_sending() const;

  bool bounded_ = true;
  DeviceKind device_ = DeviceKind::tun;
  // In this order: a group can be removed once its processes are gone.
  std::vector<std::unique_ptr<Cgroup>> cgroups_;
  std::vector<EmulatedNode> nodes_;
  std::unique_ptr<FabricThread> fabric_;
};

}  // namespace continuo
