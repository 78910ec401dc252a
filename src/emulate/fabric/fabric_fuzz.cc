// libFuzzer target: packets that enter the fabric, with the header that a device puts before them.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target fabric_fuzz
//   build/fuzz/bin/fabric_fuzz -max_total_time=600 -max_len=16384 build/fuzz/corpus-fabric
//
// The input is a row of packets: port, flags, virtio header (10 bytes), length (2), bytes. Beside memory and undefined behaviour
// it checks what is promised: whatever leaves the fabric is a whole packet whose header fits it, segments are single packets,
// and every packet is accounted for.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "emulate/fabric/fabric.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t ports = 3;

void require(bool condition) {
  if (!condition) std::abort();
}

class Checker final : public FabricOutput {
 public:
  std::optional<Instant> write(Port port, const OutgoingPacket& packet) override {
    require(port < ports);
    check(packet);
    ++writes;
    return writes % 7 == 0 ? std::nullopt : std::optional{now};
  }
  void captured(Port, Port, const OutgoingPacket& packet, Instant) override {
    std::vector<std::uint8_t> bytes = check(packet);
    VirtioHeader header = packet.header;
    complete_checksum(header, bytes);
    require((header.flags & VirtioHeader::needs_checksum) == 0);
    require(segmentation_of(packet.header, bytes)->count == 1);
  }
  Instant now{};
  std::uint64_t writes = 0;

 private:
  static std::vector<std::uint8_t> check(const OutgoingPacket& packet) {
    std::vector<std::uint8_t> bytes{packet.head.begin(), packet.head.end()};
    bytes.insert(bytes.end(), packet.payload.begin(), packet.payload.end());
    require(destination_of(bytes).has_value());
    require(segmentation_of(packet.header, bytes).has_value());
    return bytes;
  }
};

// Over port 0's links packets are told apart, over the others they pass as they are.
FabricOptions fabric_options() {
  FabricOptions options;
  for (std::uint32_t port = 0; port < ports; ++port) {
    options.ports.push_back({.address = Ipv4::of(10, 77, 0, port + 1)});
    options.ports.back().address6.bytes[0] = 0xfd;
    options.ports.back().address6.bytes[15] = static_cast<std::uint8_t>(port + 1);
    options.captures.push_back({.from = port, .to = (port + 1) % ports, .file = ""});
  }
  options.link = [](Port from, Port) {
    decltype(FabricOptions::link)::result_type link;
    link.delay = 1ms;
    if (from == 0) link.rate = BitRate::megabits_per_second(100);
    return link;
  };
  return options;
}

// Makes the packet one that is worth looking at: with its right length, and for a node.
void mend(std::span<std::uint8_t> packet, std::uint8_t how) {
  if (packet.size() < 40) return;
  if ((how & 1) != 0) {
    packet[0] = static_cast<std::uint8_t>(0x40 | (packet[0] & 0x0f));
    write_16(packet, 2, static_cast<std::uint16_t>(packet.size()));
    write_32(packet, 16, Ipv4::of(10, 77, 0, 1U + how % 4U).value);
    if ((how & 4) != 0) packet[9] = 6;
    if ((how & 8) != 0) packet[6] = packet[7] = 0;
  } else if ((how & 2) != 0) {
    packet[0] = 0x60;
    write_16(packet, 4, static_cast<std::uint16_t>(packet.size() - 40));
    std::memset(&packet[24], 0, 16);
    packet[24] = 0xfd;
    packet[39] = static_cast<std::uint8_t>(1 + how % 4);
    if ((how & 4) != 0) packet[6] = 6;
  }
}

void feed(std::span<const std::uint8_t> input) {
  Fabric fabric{fabric_options()};
  Checker output;
  while (input.size() >= 14) {
    VirtioHeader header;
    std::memcpy(&header, &input[2], sizeof header);
    const std::size_t size = std::min<std::size_t>(input.size() - 14, read_16(input, 12));
    std::vector<std::uint8_t> packet{input.begin() + 14, input.begin() + 14 + static_cast<std::ptrdiff_t>(size)};
    mend(packet, input[1]);
    fabric.accept(input[0] % ports, packet, output.now, header);
    output.now += std::chrono::microseconds{input[1]};
    fabric.deliver_due(output.now, output);
    input = input.subspan(14 + size);
  }
  for (auto next = fabric.next_departure(); next; next = fabric.next_departure()) {
    output.now = std::max(output.now, *next);
    fabric.deliver_due(output.now, output);
  }
  for (const PathCounters& path : fabric.counters().paths) {
    const auto& link = path.link;
    require(link.offered_packets + link.duplicated_packets == link.delivered_packets + link.dropped_packets());
  }
}

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  continuo::feed({data, size});
  return 0;
}
