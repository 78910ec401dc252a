// rtnetlink(7) messages, built and exchanged with libmnl.
#include "os/netlink.hh"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
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
    message->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
    message->nlmsg_seq = ++sequence;
    check(attempt, mnl_socket_sendto(handle, message, message->nlmsg_len));
    std::array<char, 8192> answer{};
    const auto size = check(attempt, mnl_socket_recvfrom(handle, answer.data(), answer.size()));
    check(attempt, mnl_cb_run(answer.data(), static_cast<std::size_t>(size), sequence, mnl_socket_get_portid(handle), nullptr,
                              nullptr));
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

}  // namespace

std::string to_string(Ipv4 address) {
  return std::to_string(address.value >> 24) + "." + std::to_string((address.value >> 16) & 0xff) + "." +
         std::to_string((address.value >> 8) & 0xff) + "." + std::to_string(address.value & 0xff);
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

void Netlink::add_route(const std::string& interface, Ipv4 destination, int prefix_length) {
  Buffer buffer;
  nlmsghdr* message = buffer.begin(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL);
  auto* route = put_header<rtmsg>(message);
  route->rtm_family = AF_INET;
  route->rtm_dst_len = static_cast<unsigned char>(prefix_length);
  route->rtm_table = RT_TABLE_MAIN;
  route->rtm_protocol = RTPROT_STATIC;
  route->rtm_scope = RT_SCOPE_LINK;
  route->rtm_type = RTN_UNICAST;
  mnl_attr_put_u32(message, RTA_DST, htonl(destination.value));
  mnl_attr_put_u32(message, RTA_OIF, index_of(interface));
  socket_->request("route " + to_string(destination) + " through " + interface, message);
}

}  // namespace continuo
