// packet(7) and veth(4).
#include "os/packet_device.hh"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>

#include "os/error.hh"
#include "os/netlink.hh"

namespace continuo {

namespace {

// Locally administered, unicast.
constexpr std::array<std::uint8_t, 6> hardware_address{0x02, 0, 0, 0, 0, 0x01};

}  // namespace

EthernetHeader packet_device_header(int ip_version) {
  EthernetHeader header{};
  std::copy(hardware_address.begin(), hardware_address.end(), header.begin());
  std::copy(hardware_address.begin(), hardware_address.end(), header.begin() + 6);
  header[12] = ip_version == 6 ? 0x86 : 0x08;
  header[13] = ip_version == 6 ? 0xdd : 0x00;
  return header;
}

std::uint64_t packets_lost_before_reading(const FileDescriptor& device) {
  tpacket_stats statistics{};
  socklen_t size = sizeof statistics;
  const bool told = ::getsockopt(device.get(), SOL_PACKET, PACKET_STATISTICS, &statistics, &size) == 0;
  return told ? statistics.tp_drops : 0;
}

FileDescriptor open_packet_device(const std::string& name, std::uint32_t mtu) {
  const std::string other = name + "-fabric";
  Netlink netlink;
  netlink.add_veth(name, other);
  netlink.set_hardware_address(name, hardware_address);
  netlink.set_mtu(other, mtu);
  netlink.set_no_arp(name);
  netlink.set_no_arp(other);
  FileDescriptor socket{check("open a packet socket", ::socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))};
  const int yes = 1;
  check("ask for virtio headers", ::setsockopt(socket.get(), SOL_PACKET, PACKET_VNET_HDR, &yes, sizeof yes));
  // What was sent through this socket is not to come back by it.
  check("ignore what goes out", ::setsockopt(socket.get(), SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof yes));
  const int buffer = 4 << 20;  // as a TUN device's queue of 500 packets of 8 KiB; the host's rmem_max may cut it
  check("size the buffer of a packet socket", ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer));
  sockaddr_ll address{};
  address.sll_family = AF_PACKET;
  address.sll_protocol = htons(ETH_P_ALL);
  address.sll_ifindex = static_cast<int>(::if_nametoindex(other.c_str()));
  check("bind a packet socket to " + other,
        ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  netlink.set_up(other);
  return socket;
}

}  // namespace continuo
