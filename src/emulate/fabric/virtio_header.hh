// What stands before each packet that a TUN device with IFF_VNET_HDR hands over or takes: how far the kernel has left the
// checksum and the segmentation to others. VIRTIO 1.2, section 5.1.6; declared here because <linux/virtio_net.h> is not C++.
#pragma once

#include <cstdint>

namespace continuo {

// In the byte order of the machine.
struct VirtioHeader {
  static constexpr std::uint8_t needs_checksum = 1;  // in flags: the checksum's field holds the pseudo-header's sum only
  static constexpr std::uint8_t no_segmentation = 0;
  static constexpr std::uint8_t tcp4 = 1;
  static constexpr std::uint8_t tcp6 = 4;
  static constexpr std::uint8_t with_ecn = 0x80;  // beside tcp4 or tcp6: CWR is set, in the first segment only

  std::uint8_t flags = 0;
  std::uint8_t segmentation = no_segmentation;
  std::uint16_t header_length = 0;    // a hint
  std::uint16_t segment_size = 0;     // TCP payload of each segment but the last
  std::uint16_t checksum_start = 0;   // the sum is from here to the end,
  std::uint16_t checksum_offset = 0;  // and is put so far behind the start

  friend bool operator==(const VirtioHeader&, const VirtioHeader&) = default;
};
static_assert(sizeof(VirtioHeader) == 10);

}  // namespace continuo
