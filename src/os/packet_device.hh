// A network device without /dev/net/tun: one end of a veth pair, whose frames are taken at the other end by an AF_PACKET
// socket. For where a TUN device may not be opened; each packet passes the stack once more.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "os/file_descriptor.hh"

namespace continuo {

// The Ethernet header that stands before each packet.
inline constexpr std::size_t ethernet_header_size = 14;
using EthernetHeader = std::array<std::uint8_t, ethernet_header_size>;
// To the device, for a packet of IP version 4 or 6. All devices have the same hardware address, each in its own namespace.
EthernetHeader packet_device_header(int ip_version);

// Makes the device in the network namespace of the calling thread, for as long as the namespace lives. The descriptor is
// non-blocking; each read and write is one frame behind a virtio_net_hdr of 10 bytes, whose offsets count from the Ethernet
// header. The device asks nobody for hardware addresses: every frame is for whoever holds the other end. That is up and has no
// address.
FileDescriptor open_packet_device(const std::string& name, std::uint32_t mtu = 1500);
// Since the last call: what came when the socket's buffer was full. Unlike a TUN device, this one does not hold senders back.
std::uint64_t packets_lost_before_reading(const FileDescriptor& device);

}  // namespace continuo
