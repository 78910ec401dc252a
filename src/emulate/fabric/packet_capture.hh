// The packets of one path, as a file for tshark, Wireshark and tcpdump.
#pragma once

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "emulate/fabric/segmentation.hh"
#include "units/time.hh"

namespace continuo {

// Which path to capture: what reaches node `to` from node `from`.
struct PathCapture {
  std::size_t from = 0;
  std::size_t to = 0;
  std::filesystem::path file;
};

// pcap with nanoseconds (draft-ietf-opsawg-pcap), link type RAW: IP packets without anything before them. Its time 0 is the
// start of the fabric. Checksums that a kernel has left to its device are put in, so that no reader complains of them.
class PacketCapture {
 public:
  // Makes the file, or empties it. Throws std::system_error.
  explicit PacketCapture(const std::filesystem::path& file);

  // A packet that is no super-packet. What cannot be written is lost, and counted.
  void add(Instant at, const OutgoingPacket& packet);
  std::uint64_t lost() const { return lost_; }
  // Whether all that was added is in the file by now. What lies in the buffer is written first.
  bool is_complete() const { return std::fflush(file_.get()) == 0 && std::ferror(file_.get()) == 0 && lost_ == 0; }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::vector<std::uint8_t> packet_;
  std::uint64_t lost_ = 0;
};

}  // namespace continuo
