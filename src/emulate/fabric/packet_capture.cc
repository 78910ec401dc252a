// Written through a large buffer: a write to the disk, which may take milliseconds, is rare.
#include "emulate/fabric/packet_capture.hh"

#include <algorithm>

#include "os/error.hh"

namespace continuo {

namespace {

constexpr std::size_t buffer_size = std::size_t{1} << 20;

struct FileHeader {
  std::uint32_t magic = 0xa1b23c4d;  // nanoseconds
  std::uint16_t major = 2;
  std::uint16_t minor = 4;
  std::uint32_t reserved[2] = {0, 0};
  std::uint32_t length_max = 65535;
  std::uint32_t link_type = 101;  // LINKTYPE_RAW
};
static_assert(sizeof(FileHeader) == 24);

struct PacketHeader {
  std::uint32_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  std::uint32_t captured = 0;
  std::uint32_t length = 0;
};
static_assert(sizeof(PacketHeader) == 16);

}  // namespace

PacketCapture::PacketCapture(const std::filesystem::path& file) : file_{std::fopen(file.c_str(), "wbe")} {
  if (!file_) {
    throw_system_error("write the packet capture " + file.string());
  }
  std::setvbuf(file_.get(), nullptr, _IOFBF, buffer_size);
  const FileHeader header;
  if (std::fwrite(&header, sizeof header, 1, file_.get()) != 1) {
    throw_system_error("write the packet capture " + file.string());
  }
}

void PacketCapture::add(Instant at, const OutgoingPacket& packet) {
  packet_.assign(packet.head.begin(), packet.head.end());
  packet_.insert(packet_.end(), packet.payload.begin(), packet.payload.end());
  VirtioHeader header = packet.header;
  complete_checksum(header, packet_);
  const auto nanoseconds = std::max<std::int64_t>(0, (at - scenario_start).count());
  const PacketHeader before{.seconds = static_cast<std::uint32_t>(nanoseconds / 1'000'000'000),
                            .nanoseconds = static_cast<std::uint32_t>(nanoseconds % 1'000'000'000),
                            .captured = static_cast<std::uint32_t>(packet_.size()),
                            .length = static_cast<std::uint32_t>(packet_.size())};
  if (std::fwrite(&before, sizeof before, 1, file_.get()) != 1 ||
      std::fwrite(packet_.data(), packet_.size(), 1, file_.get()) != 1) {
    ++lost_;
  }
}

}  // namespace continuo
