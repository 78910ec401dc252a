// Everything is mounted on memory and seen by this node only, so that it ends with the node.
#include "emulate/init/namespace_setup.hh"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sstream>
#include <stdexcept>

#include "os/affinity.hh"
#include "emulate/init/second_address.hh"
#include "os/error.hh"
#include "os/netlink.hh"
#include "os/packet_device.hh"
#include "os/tun.hh"

namespace continuo::init {

namespace {

// Without this, mounts made here would show on the host. "/" is no mount point in a plain chroot: then each one by itself.
void make_mounts_private() {
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0) {
    return;
  }
  std::istringstream lines{read_file("/proc/self/mountinfo").value_or("")};
  std::string line, id, parent, numbers, root, where;
  while (std::getline(lines, line)) {
    std::istringstream fields{line};
    if (fields >> id >> parent >> numbers >> root >> where) {
      ::mount(nullptr, where.c_str(), nullptr, MS_PRIVATE, nullptr);
    }
  }
}

void mount_memory(const char* where) {
  check(std::string{"mount memory on "} + where, ::mount("tmpfs", where, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"));
}

void set_up_mounts(const Configure& configure) {
  make_mounts_private();
  check("mount /proc", ::mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr));
  mount_memory("/run");
  if (::access("/dev/shm", F_OK) == 0) {
    mount_memory("/dev/shm");
  }
  check("make /run/continuo", ::mkdir("/run/continuo", 0755));
  check("make /run/tmp", ::mkdir("/run/tmp", 0777));
  open_file("/run/continuo/hosts", O_WRONLY | O_CREAT);
  write_file("/run/continuo/hosts", configure.hosts);
  if (::access("/etc/hosts", F_OK) == 0) {
    check("mount /etc/hosts", ::mount("/run/continuo/hosts", "/etc/hosts", nullptr, MS_BIND, nullptr));
  }
}

// A kernel setting of this network namespace that not every kernel has.
void set_if_there(const std::string& setting, std::string_view value) {
  const std::string path = "/proc/sys/net/" + setting;
  if (::access(path.c_str(), W_OK) == 0) {
    try {
      write_file(path, value);
    } catch (const std::system_error&) {
      // a value that this kernel does not offer: its own default stays
    }
  }
}

// TCP over it goes by the same congestion control and initial window.
void set_up_ipv6(Ipv4 first, const NetworkSettings& settings, Netlink& netlink) {
  const RouteMetrics metrics{.congestion_control = settings.congestion_control, .initial_window = settings.initial_window};
  netlink.add_address(device_name, second_address_of(first), emulated_prefix_length6);
  netlink.add_route(device_name, second_address_of(first), emulated_prefix_length6, metrics);
  if (netlink.route_metrics(second_address_of(Ipv4{first.value ^ 1U})) != metrics) {
    throw std::runtime_error("the kernel did not take " + settings.congestion_control + " and the initial window for IPv6");
  }
}

NodeNetwork set_up_network(const Configure& configure) {
  // One IPv6 address, the one given: no router, no other address of the kernel's own making.
  set_if_there("ipv6/conf/all/disable_ipv6", "0");
  set_if_there("ipv6/conf/default/disable_ipv6", "0");
  set_if_there("ipv6/conf/default/accept_ra", "0");
  set_if_there("ipv6/conf/default/addr_gen_mode", "1");
  Netlink netlink;
  netlink.set_up("lo");
  FileDescriptor descriptor =
      configure.device == static_cast<std::int32_t>(Device::tun) ? open_tun(device_name) : open_packet_device(device_name, configure.network.mtu);
  const Ipv4 address{configure.address};
  netlink.add_address(device_name, address, configure.prefix_length);
  netlink.set_up(device_name);
  netlink.add_route(device_name, Ipv4::of(224, 0, 0, 0), 4);
  apply(configure.network, device_name, address, configure.prefix_length, netlink);
  NodeNetwork network{.device = std::move(descriptor), .settings = read_back(device_name, address, netlink)};
  if (network.settings != configure.network) {
    throw std::runtime_error("the kernel took other network settings than asked for: " + to_string(network.settings) +
                             " instead of " + to_string(configure.network));
  }
  if (::access("/proc/sys/net/ipv6", F_OK) == 0) {
    set_up_ipv6(address, configure.network, netlink);
  }
  return network;
}

}  // namespace

NodeNetwork set_up_namespaces(const Configure& configure) {
  if (!configure.cores.empty()) {
    run_on_cores({configure.cores.begin(), configure.cores.end()});
  }
  check("set the host name", ::sethostname(configure.host_name.data(), configure.host_name.size()));
  set_up_mounts(configure);
  return set_up_network(configure);
}

}  // namespace continuo::init
