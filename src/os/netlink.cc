// rtnetlink(7) messages, built and exchanged with libmnl.
#include "os/netlink.hh"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>

#include <array>

#include "os/error.hh"

namespace continuo {

struct Netlink::Socket {
  mnl_socket* handle = nullptr;
  std::uint32_t sequence = 0;

  Socket() : handle{mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)} {
    if (handle == nullptr) {
      throw_system_error("open a netlink socket");
    }
    if (mnl_socket_bind(handle, 0, MNL_SOCKET_AUTOPID) < 0) {
      const int error = errno;
      mnl_socket_close(handle);
      throw_system_error("bind a netlink socket", error);
    }
  }
  ~Socket() { mnl_socket_close(handle); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  // Sends one request and waits for its acknowledgement.
  void request(const std::string& attempt, nlmsghdr* message) {
    message->nlmsg_flags |= NLM_F_ACK;
    ask(attempt, message, nullptr, nullptr);
  }
  // Sends one request and gives its one answer to the callback of libmnl.
  void ask(const std::string& attempt, nlmsghdr* message, mnl_cb_t take, void* data) {
    message->nlmsg_flags |= NLM_F_REQUEST;
    message->nlmsg_seq = ++sequence;
    check(attempt, mnl_socket_sendto(handle, message, message->nlmsg_len));
    alignas(nlmsghdr) std::array<char, 8192> answer{};
    const auto size = check(attempt, mnl_socket_recvfrom(handle, answer.data(), answer.size()));
    check(attempt, mnl_cb_run(answer.data(), static_cast<std::size_t>(size), sequence, mnl_socket_get_portid(handle), take, data));
  }
};

namespace {

struct Buffer {
  alignas(nlmsghdr) std::array<char, 1024> bytes{};
  nlmsghdr* begin(std::uint16_t type, std::uint16_t flags = 0) {
    nlmsghdr* message = mnl_nlmsg_put_header(bytes.data());
    message->nlmsg_type = type;
    message->nlmsg_flags = flags;
    return message;
  }
};

unsigned index_of(const std::string& interface) {
  const unsigned index = ::if_nametoindex(interface.c_str());
  if (index == 0) {
    throw_system_error("find the network interface " + interface);
  }
  return index;
}

template <typename Header>
Header* put_header(nlmsghdr* message) {
  return static_cast<Header*>(mnl_nlmsg_put_extra_header(message, sizeof(Header)));
}

// Calls `visit` for each attribute behind the family's header of a message.
template <typename Header, typename Visit>
void each_attribute(const nlmsghdr* message, Visit visit) {
  const auto* end = static_cast<const nlattr*>(mnl_nlmsg_get_payload_tail(message));
  const auto* attribute = static_cast<const nlattr*>(mnl_nlmsg_get_payload_offset(message, sizeof(Header)));
  for (; mnl_attr_ok(attribute, static_cast<int>(reinterpret_cast<const char*>(end) - reinterpret_cast<const char*>(attribute)));
       attribute = mnl_attr_next(attribute)) {
    visit(attribute);
  }
}

void put_metrics(nlmsghdr* message, const RouteMetrics& metrics) {
  nlattr* nested = mnl_attr_nest_start(message, RTA_METRICS);
  if (!metrics.congestion_control.empty()) {
    mnl_attr_put_strz(message, RTAX_CC_ALGO, metrics.congestion_control.c_str());
  }
  if (metrics.initial_window > 0) {
    mnl_attr_put_u32(message, RTAX_INITCWND, metrics.initial_window);
  }
  mnl_attr_nest_end(message, nested);
}

void put_route(nlmsghdr* message, unsigned char family, int prefix_length, unsigned char protocol, unsigned char scope) {
  auto* route = put_header<rtmsg>(message);
  route->rtm_family = family;
  route->rtm_dst_len = static_cast<unsigned char>(prefix_length);
  route->rtm_table = RT_TABLE_MAIN;
  route->rtm_protocol = protocol;
  route->rtm_scope = scope;
  route->rtm_type = RTN_UNICAST;
}

int take_metrics(const nlmsghdr* message, void* data) {
  auto& metrics = *static_cast<RouteMetrics*>(data);
  each_attribute<rtmsg>(message, [&](const nlattr* attribute) {
    if (mnl_attr_get_type(attribute) != RTA_METRICS) {
      return;
    }
    const auto* metric = static_cast<const nlattr*>(mnl_attr_get_payload(attribute));
    const char* end = reinterpret_cast<const char*>(metric) + mnl_attr_get_payload_len(attribute);
    for (; mnl_attr_ok(metric, static_cast<int>(end - reinterpret_cast<const char*>(metric))); metric = mnl_attr_next(metric)) {
      if (mnl_attr_get_type(metric) == RTAX_CC_ALGO && mnl_attr_validate(metric, MNL_TYPE_NUL_STRING) == 0) {
        metrics.congestion_control = mnl_attr_get_str(metric);
      } else if (mnl_attr_get_type(metric) == RTAX_INITCWND && mnl_attr_validate(metric, MNL_TYPE_U32) == 0) {
        metrics.initial_window = mnl_attr_get_u32(metric);
      }
    }
  });
  return MNL_CB_OK;
}

int take_mtu(const nlmsghdr* message, void* data) {
  each_attribute<ifinfomsg>(message, [&](const nlattr* attribute) {
    if (mnl_attr_get_type(attribute) == IFLA_MTU && mnl_attr_validate(attribute, MNL_TYPE_U32) == 0) {
      *static_cast<std::uint32_t*>(data) = mnl_attr_get_u32(attribute);
    }
  });
  return MNL_CB_OK;
}

}  // namespace

std::string to_string(Ipv4 address) {
  return std::to_string(address.value >> 24) + "." + std::to_string((address.value >> 16) & 0xff) + "." +
         std::to_string((address.value >> 8) & 0xff) + "." + std::to_string(address.value & 0xff);
}

std::string to_string(const Ipv6& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET6, address.bytes.data(), text.data(), text.size());
}

Netlink::Netlink() : socket_{std::make_unique<Socket>()} {}
Netlink::~Netlink() = default;

void Netlink::set_up(const std::string& interface) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_NEWLINK);
  auto* link = put_header<ifinfomsg>(message);
  link->ifi_family = AF_UNSPEC;
  link->ifi_index = static_cast<int>(index_of(interface));
  link->ifi_flags = IFF_UP;
  link->ifi_change = IFF_UP;
  socket_->request("set the interface " + interface + " up", message);
}

void Netlink::add_veth(const std::string& one, const std::string& other) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
  put_header<ifinfomsg>(message)->ifi_family = AF_UNSPEC;
  mnl_attr_put_strz(message, IFLA_IFNAME, one.c_str());
  nlattr* info = mnl_attr_nest_start(message, IFLA_LINKINFO);
  mnl_attr_put_strz(message, IFLA_INFO_KIND, "veth");
  nlattr* data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
  nlattr* peer = mnl_attr_nest_start(message, VETH_INFO_PEER);
  put_header<ifinfomsg>(message)->ifi_family = AF_UNSPEC;
  mnl_attr_put_strz(message, IFLA_IFNAME, other.c_str());
  mnl_attr_nest_end(message, peer);
  mnl_attr_nest_end(message, data);
  mnl_attr_nest_end(message, info);
  socket_->request("make the veth pair " + one, message);
}

void Netlink::set_no_arp(const std::string& interface) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_NEWLINK);
  auto* link = put_header<ifinfomsg>(message);
  link->ifi_family = AF_UNSPEC;
  link->ifi_index = static_cast<int>(index_of(interface));
  link->ifi_flags = IFF_NOARP;
  link->ifi_change = IFF_NOARP;
  socket_->request("switch address resolution of " + interface + " off", message);
}

void Netlink::set_hardware_address(const std::string& interface, const std::array<std::uint8_t, 6>& address) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_NEWLINK);
  auto* link = put_header<ifinfomsg>(message);
  link->ifi_family = AF_UNSPEC;
  link->ifi_index = static_cast<int>(index_of(interface));
  mnl_attr_put(message, IFLA_ADDRESS, address.size(), address.data());
  socket_->request("set the hardware address of " + interface, message);
}

void Netlink::set_mtu(const std::string& interface, std::uint32_t bytes) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_NEWLINK);
  auto* link = put_header<ifinfomsg>(message);
  link->ifi_family = AF_UNSPEC;
  link->ifi_index = static_cast<int>(index_of(interface));
  mnl_attr_put_u32(message, IFLA_MTU, bytes);
  socket_->request("set the MTU of " + interface, message);
}

void Netlink::add_address(const std::string& interface, Ipv4 address, int prefix_length) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
  auto* header = put_header<ifaddrmsg>(message);
  header->ifa_family = AF_INET;
  header->ifa_prefixlen = static_cast<unsigned char>(prefix_length);
  header->ifa_scope = RT_SCOPE_UNIVERSE;
  header->ifa_index = index_of(interface);
  mnl_attr_put_u32(message, IFA_LOCAL, htonl(address.value));
  mnl_attr_put_u32(message, IFA_ADDRESS, htonl(address.value));
  socket_->request("give " + interface + " the address " + to_string(address), message);
}

void Netlink::add_address(const std::string& interface, const Ipv6& address, int prefix_length) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
  auto* header = put_header<ifaddrmsg>(message);
  header->ifa_family = AF_INET6;
  header->ifa_prefixlen = static_cast<unsigned char>(prefix_length);
  header->ifa_scope = RT_SCOPE_UNIVERSE;
  header->ifa_index = index_of(interface);
  mnl_attr_put(message, IFA_LOCAL, address.bytes.size(), address.bytes.data());
  mnl_attr_put(message, IFA_ADDRESS, address.bytes.size(), address.bytes.data());
  // Nobody else has it: no waiting until that is found out.
  mnl_attr_put_u32(message, IFA_FLAGS, IFA_F_NODAD | IFA_F_NOPREFIXROUTE);
  socket_->request("give " + interface + " the address " + to_string(address), message);
}

void Netlink::add_route(const std::string& interface, Ipv4 destination, int prefix_length) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
  put_route(message, AF_INET, prefix_length, RTPROT_STATIC, RT_SCOPE_LINK);
  mnl_attr_put_u32(message, RTA_DST, htonl(destination.value));
  mnl_attr_put_u32(message, RTA_OIF, index_of(interface));
  socket_->request("route " + to_string(destination) + " through " + interface, message);
}

void Netlink::add_route(const std::string& interface, const Ipv6& destination, int prefix_length, const RouteMetrics& metrics) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
  put_route(message, AF_INET6, prefix_length, RTPROT_STATIC, RT_SCOPE_UNIVERSE);
  mnl_attr_put(message, RTA_DST, destination.bytes.size(), destination.bytes.data());
  mnl_attr_put_u32(message, RTA_OIF, index_of(interface));
  put_metrics(message, metrics);
  socket_->request("route " + to_string(destination) + " through " + interface, message);
}

void Netlink::set_route_metrics(const std::string& interface, Ipv4 address, int prefix_length, const RouteMetrics& metrics) {
  const std::uint32_t host_part = prefix_length >= 32 ? 0 : 0xffffffffU >> prefix_length;
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_NEWROUTE, NLM_F_REPLACE);
  // The kernel's own route for the subnet, which this replaces.
  put_route(message, AF_INET, prefix_length, RTPROT_KERNEL, RT_SCOPE_LINK);
  mnl_attr_put_u32(message, RTA_DST, htonl(address.value & ~host_part));
  mnl_attr_put_u32(message, RTA_PREFSRC, htonl(address.value));
  mnl_attr_put_u32(message, RTA_OIF, index_of(interface));
  put_metrics(message, metrics);
  socket_->request("set congestion control " + metrics.congestion_control + " and initial window " +
                       std::to_string(metrics.initial_window) + " for " + interface,
                   message);
}

std::uint32_t Netlink::mtu(const std::string& interface) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_GETLINK);
  auto* link = put_header<ifinfomsg>(message);
  link->ifi_family = AF_UNSPEC;
  link->ifi_index = static_cast<int>(index_of(interface));
  std::uint32_t result = 0;
  socket_->ask("read the MTU of " + interface, message, take_mtu, &result);
  return result;
}

RouteMetrics Netlink::route_metrics(Ipv4 destination) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_GETROUTE);
  auto* route = put_header<rtmsg>(message);
  route->rtm_family = AF_INET;
  route->rtm_dst_len = 32;
  mnl_attr_put_u32(message, RTA_DST, htonl(destination.value));
  RouteMetrics metrics;
  socket_->ask("read the route to " + to_string(destination), message, take_metrics, &metrics);
  return metrics;
}

RouteMetrics Netlink::route_metrics(const Ipv6& destination) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_GETROUTE);
  auto* route = put_header<rtmsg>(message);
  route->rtm_family = AF_INET6;
  route->rtm_dst_len = 128;
  mnl_attr_put(message, RTA_DST, destination.bytes.size(), destination.bytes.data());
  RouteMetrics metrics;
  socket_->ask("read the route to " + to_string(destination), message, take_metrics, &metrics);
  return metrics;
}

}  // namespace continuo
