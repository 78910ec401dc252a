// Free lists by size.
#include "emulate/fabric/packet.hh"

#include <algorithm>
#include <cassert>

namespace continuo {

Packet::~Packet() {
  if (block_ != nullptr && --block_->references == 0) {
    block_->pool->give_back(block_);
  }
}

OutgoingPacket Packet::outgoing(SegmentHeaders& headers) const {
  if (count_ == block_->segmentation.count) {
    return {.header = block_->header, .head = block_->packet()};
  }
  return join_segments(block_->header, block_->packet(), block_->segmentation, first_, count_, headers);
}

bool Packet::join(const Packet& next) {
  if (block_ == nullptr || next.block_ != block_ || next.first_ != first_ + count_) {
    return false;
  }
  count_ += next.count_;
  return true;
}

PacketPool::~PacketPool() {
  delete next_;
  for (auto& blocks : spare_) {
    for (PacketBlock* block : blocks) {
      delete block;
    }
  }
}

PacketBlock* PacketPool::get(std::uint32_t size_class) {
  auto& blocks = spare_[size_class];
  if (!blocks.empty()) {
    PacketBlock* block = blocks.back();
    blocks.pop_back();
    return block;
  }
  ++allocations_;
  auto block = std::make_unique<PacketBlock>();
  block->pool = this;
  block->size_class = size_class;
  block->bytes = std::make_unique_for_overwrite<std::uint8_t[]>(bytes_of(size_class));
  // So that giving back never allocates.
  blocks.reserve(spare_bytes_max / bytes_of(size_class));
  return block.release();
}

void PacketPool::give_back(PacketBlock* block) noexcept {
  auto& blocks = spare_[block->size_class];
  if (blocks.size() < spare_bytes_max / bytes_of(block->size_class)) {
    blocks.push_back(block);
  } else {
    delete block;
  }
}

std::span<std::uint8_t> PacketPool::room() {
  if (next_ == nullptr) {
    next_ = get(classes - 1);
  }
  return {next_->bytes.get(), bytes_of(classes - 1)};
}

Packet PacketPool::take(const VirtioHeader& header, const Segmentation& segmentation, std::size_t size) {
  assert(next_ != nullptr);
  assert(size <= bytes_of(classes - 1));
  std::uint32_t size_class = 0;
  while (bytes_of(size_class) < size) {
    ++size_class;
  }
  PacketBlock* block = nullptr;
  if (size_class == classes - 1) {
    block = std::exchange(next_, nullptr);
  } else {
    block = get(size_class);
    std::copy_n(next_->bytes.get(), size, block->bytes.get());
  }
  block->size = static_cast<std::uint32_t>(size);
  block->header = header;
  block->segmentation = segmentation;
  return Packet{block, 0, segmentation.count};
}

}  // namespace continuo
