// All first processes are started before any is waited for.
#include "emulate/infrastructure.hh"

#include <stdexcept>

#include "emulate/addresses.hh"
#include "os/descriptor_limit.hh"
#include "os/host_activity.hh"
#include "os/tun.hh"
#include "scenario/link_class.hh"

namespace continuo {

namespace {

FabricOptions fabric_options(const Scenario& scenario) {
  FabricOptions options;
  options.prefix_length = emulated_prefix_length;
  options.seed = scenario.seed.derive("emulate");
  options.ports.resize(scenario.nodes.size());
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
    options.ports[node].address = address_of(node);
    options.ports[node].address6 = address6_of(node);
  }
  for (std::size_t site = 0; site < scenario.sites.size(); ++site) {
    for (const NodeIndex node : scenario.sites[site].nodes) {
      options.ports.at(node).site = site;
    }
  }
  options.link = [&scenario](Port from, Port to) { return scenario.link(from, to); };
  const std::size_t of_no_link = scenario.links.size() + scenario.pair_links.size();
  options.link_class = [&scenario, of_no_link](Port from, Port to) {
    return link_class_of(scenario, from, to).value_or(of_no_link);
  };
  options.access = scenario.access;
  return options;
}

NetworkSettings network_settings(const NetworkStack& stack) {
  const auto bytes = [](Bytes size) { return static_cast<std::uint32_t>(size.count()); };
  return {.congestion_control = stack.congestion_control,
          .initial_window = static_cast<std::uint32_t>(stack.initial_window),
          .slow_start_after_idle = stack.slow_start_after_idle,
          .receive_buffer_max = bytes(stack.receive_buffer_max),
          .send_buffer_max = bytes(stack.send_buffer_max),
          .mtu = bytes(stack.mtu)};
}

}  // namespace

Infrastructure::Infrastructure(const Scenario& scenario, const std::filesystem::path& init_program, const Clock& clock,
                               const InfrastructureOptions& options)
    : bounded_{options.bounds == InfrastructureOptions::Bounds::control_groups},
      device_{may_open_tun() ? DeviceKind::tun : DeviceKind::packet_socket} {
  if (scenario.nodes.size() > emulated_nodes_max) {
    throw std::runtime_error("too many nodes to emulate: at most " + std::to_string(emulated_nodes_max));
  }
  raise_descriptor_limit();
  const CgroupMounts mounts = bounded_ ? detect_cgroups() : no_cgroups();
  if (bounded_) {
    sweep_cgroups(mounts);
  }
  const std::string tag = to_string(own_run_tag());
  const std::string hosts = hosts_file(scenario);
  nodes_.reserve(scenario.nodes.size());
  for (NodeIndex node = 0; node < scenario.nodes.size(); ++node) {
    const Tier& tier = scenario.tier_of(node);
    cgroups_.push_back(std::make_unique<Cgroup>(mounts, tag + "-" + scenario.nodes[node].name));
    cgroups_.back()->limit_cpu(tier.cpu());
    cgroups_.back()->limit_memory(tier.memory);
    if (tier.processes) {
      cgroups_.back()->limit_processes(*tier.processes);
    }
    if (tier.disk_read || tier.disk_write) {
      cgroups_.back()->limit_disk(disks(), tier.disk_read, tier.disk_write);
    }
    nodes_.emplace_back(EmulatedNodeOptions{.init_program = init_program,
                                            .name = scenario.nodes[node].name,
                                            .address = address_of(node),
                                            .prefix_length = emulated_prefix_length,
                                            .hosts = hosts,
                                            .network = network_settings(tier.network),
                                            .device = device_,
                                            .cores = tier.pinned});
  }
  std::vector<FileDescriptor> devices;
  for (EmulatedNode& node : nodes_) {
    devices.push_back(node.wait_ready());
    if (options.progress) {
      options.progress(devices.size(), nodes_.size());
    }
  }
  FabricOptions fabric = fabric_options(scenario);
  fabric.captures = options.captures;
  fabric_ = std::make_unique<FabricThread>(fabric, std::move(devices), clock,
                                           device_ == DeviceKind::tun ? LinkLayer::none : LinkLayer::ethernet,
                                           [this] { return packets_dropped_on_sending(); });
}

std::uint64_t Infrastructure::packets_dropped_on_sending() const {
  std::uint64_t dropped = 0;
  for (const EmulatedNode& node : nodes_) {
    dropped += node.packets_dropped_on_sending();
  }
  return dropped;
}

std::vector<Duration> Infrastructure::cpu_used() const {
  std::vector<Duration> used;
  const ProcessTable processes = bounded_ ? ProcessTable{} : running_processes();
  for (NodeIndex node = 0; node < nodes_.size(); ++node) {
    used.push_back(bounded_ ? cgroups_[node]->cpu_usage().used : family_cpu(processes, nodes_[node].first_process()));
  }
  return used;
}

Infrastructure::~Infrastructure() {
  for (EmulatedNode& node : nodes_) {
    node.kill();  // all at once; their destructors wait
  }
}

}  // namespace continuo
