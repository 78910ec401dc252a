// A packet on its way, and the memory it lies in. Segments of one super-packet share that memory.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "emulate/fabric/ip_packet.hh"
#include "emulate/fabric/segmentation.hh"
#include "emulate/fabric/virtio_header.hh"

namespace continuo {

class PacketPool;

// One packet as it was read. Made and kept by a PacketPool.
struct PacketBlock {
  PacketPool* pool = nullptr;
  std::uint32_t references = 0;
  std::uint32_t size_class = 0;
  std::uint32_t size = 0;
  VirtioHeader header;
  Segmentation segmentation;
  std::unique_ptr<std::uint8_t[]> bytes;

  std::span<std::uint8_t> packet() { return {bytes.get(), size}; }
};

// Segments [first, first + count) of a block, or a whole packet. Copies share the block. One thread at a time for all
// packets of a pool, which outlives them.
class Packet {
 public:
  Packet() = default;  // none
  Packet(PacketBlock* block, std::uint32_t first, std::uint32_t count) : block_{block}, first_{first}, count_{count} {
    ++block_->references;
  }
  Packet(const Packet& other) : block_{other.block_}, first_{other.first_}, count_{other.count_} {
    if (block_ != nullptr) {
      ++block_->references;
    }
  }
  Packet(Packet&& other) noexcept
      : block_{std::exchange(other.block_, nullptr)}, first_{other.first_}, count_{other.count_} {}
  Packet& operator=(Packet other) noexcept {
    std::swap(block_, other.block_);
    first_ = other.first_;
    count_ = other.count_;
    return *this;
  }
  ~Packet();

  bool is_none() const { return block_ == nullptr; }
  std::uint32_t segments() const { return count_; }
  // Whether other segments of its super-packet are on their own way.
  bool is_part() const { return count_ != block_->segmentation.count; }
  Packet segment(std::uint32_t index) const { return {block_, first_ + index, 1}; }
  // Of the IP packets that it stands for.
  std::size_t size() const { return size_of_segments(block_->segmentation, block_->size, first_, count_); }
  // `headers` must outlive what is returned, and be left alone.
  OutgoingPacket outgoing(SegmentHeaders& headers) const;
  // Takes the segments right behind its own, if `next` is these.
  bool join(const Packet& next);

 private:
  PacketBlock* block_ = nullptr;
  std::uint32_t first_ = 0;
  std::uint32_t count_ = 0;
};

// Blocks to use again, by size: once as many packets have been on the way as ever will, nothing is allocated.
class PacketPool {
 public:
  PacketPool() = default;
  PacketPool(const PacketPool&) = delete;
  PacketPool& operator=(const PacketPool&) = delete;
  ~PacketPool();

  // Where the next packet is to be read to: room for the largest.
  std::span<std::uint8_t> room();
  // The first `size` bytes of room(), with its header; a small packet is copied to a smaller block.
  Packet take(const VirtioHeader& header, const Segmentation& segmentation, std::size_t size);

  std::uint64_t allocations() const { return allocations_; }

 private:
  friend class Packet;
  // 2 KiB, 4 KiB, ..., 64 KiB: a block is at most twice as large as its packet, above 2 KiB.
  static constexpr std::size_t smallest = 2048;
  static constexpr std::uint32_t classes = 6;
  static constexpr std::size_t spare_bytes_max = std::size_t{16} << 20;  // of each size

  static constexpr std::size_t bytes_of(std::uint32_t size_class) { return smallest << size_class; }
  PacketBlock* get(std::uint32_t size_class);
  void give_back(PacketBlock* block) noexcept;

  std::array<std::vector<PacketBlock*>, classes> spare_;
  PacketBlock* next_ = nullptr;  // of the largest size: room()
  std::uint64_t allocations_ = 0;
};

}  // namespace continuo
