// One LinkQueue a directed pair, and a heap of the first departure of each.
#include "emulate/fabric/fabric.hh"

#include <string>

#include "emulate/fabric/ip_packet.hh"

namespace continuo {

namespace {

constexpr std::size_t spare_buffers_max = 4096;

}  // namespace

Fabric::Fabric(FabricOptions options) : options_{std::move(options)}, paths_(options_.ports.size() * options_.ports.size()) {
  for (Port port = 0; port < options_.ports.size(); ++port) {
    by_address_.emplace(options_.ports[port].address.value, port);
  }
}

Fabric::Path& Fabric::path(std::size_t index) {
  auto& slot = paths_[index];
  if (!slot) {
    const Port from = index / options_.ports.size();
    const Port to = index % options_.ports.size();
    const Seed seed = options_.seed.derive("fabric/" + std::to_string(from) + "/" + std::to_string(to));
    slot = std::make_unique<Path>(options_.link(from, to), seed);
  }
  return *slot;
}

Fabric::Buffer Fabric::copy_of(std::span<const std::uint8_t> packet) {
  Buffer buffer;
  if (!spare_.empty()) {
    buffer = std::move(spare_.back());
    spare_.pop_back();
  }
  buffer.assign(packet.begin(), packet.end());
  return buffer;
}

void Fabric::send(Port from, Port to, std::span<const std::uint8_t> packet, Instant now) {
  const std::size_t index = from * options_.ports.size() + to;
  Path& way = path(index);
  const bool was_empty = !way.queue.next_departure();
  way.queue.accept(copy_of(packet), Bytes::of(static_cast<std::int64_t>(packet.size())), now);
  if (was_empty && way.queue.next_departure()) {
    due_.emplace(*way.queue.next_departure(), index);
  }
}

void Fabric::accept(Port from, std::span<const std::uint8_t> packet, Instant now) {
  const auto destination = destination_of(packet);
  if (!destination) {
    ++drops_.malformed;
    return;
  }
  if (is_multicast(*destination) || is_broadcast(*destination, options_.prefix_length)) {
    for (Port to = 0; to < options_.ports.size(); ++to) {
      if (to != from && options_.ports[to].site == options_.ports[from].site) {
        send(from, to, packet, now);
      }
    }
    return;
  }
  const auto found = by_address_.find(destination->value);
  if (found == by_address_.end() || found->second == from) {
    ++drops_.unroutable;
    return;
  }
  send(from, found->second, packet, now);
}

std::optional<Instant> Fabric::next_departure() const {
  return due_.empty() ? std::nullopt : std::optional{due_.top().first};
}

void Fabric::deliver_due(Instant now, FabricOutput& output) {
  while (!due_.empty() && due_.top().first <= now) {
    const std::size_t index = due_.top().second;
    due_.pop();
    Path& way = path(index);
    if (auto departure = way.queue.depart(now)) {
      if (const auto written = output.write(index % options_.ports.size(), departure->packet)) {
        way.meter.delivered(departure->size, departure->passage, *written);
        lateness_.add(*written - departure->passage.due);
      } else {
        ++drops_.refused;
      }
      if (spare_.size() < spare_buffers_max) {
        spare_.push_back(std::move(departure->packet));
      }
    }
    if (const auto next = way.queue.next_departure()) {
      due_.emplace(*next, index);
    }
  }
}

FabricCounters Fabric::counters() const {
  FabricCounters counters{.paths = {}, .drops = drops_, .lateness = lateness_};
  for (std::size_t index = 0; index < paths_.size(); ++index) {
    if (paths_[index]) {
      counters.paths.push_back({.from = index / options_.ports.size(),
                                .to = index % options_.ports.size(),
                                .link = paths_[index]->queue.counters(),
                                .measure = paths_[index]->meter.measure()});
    }
  }
  return counters;
}

}  // namespace continuo
