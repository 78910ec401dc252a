// One LinkQueue a directed pair, and a heap of the first departure of each.
#include "emulate/fabric/fabric.hh"

#include <algorithm>
#include <string>

#include "emulate/fabric/ip_packet.hh"

namespace continuo {

bool acts_on_each_packet(const LinkQueueOptions& options) {
  return options.rate || options.jitter != Duration::zero() || options.loss != Probability::never();
}

Fabric::Fabric(FabricOptions options) : options_{std::move(options)}, paths_(options_.ports.size() * options_.ports.size()) {
  for (Port port = 0; port < options_.ports.size(); ++port) {
    by_address_.emplace(options_.ports[port].address.value, port);
    if (options_.ports[port].address6 != Ipv6{}) {
      by_address6_.emplace(options_.ports[port].address6, port);
    }
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

void Fabric::send(Port from, Port to, const Packet& packet, Instant now) {
  const std::size_t index = from * options_.ports.size() + to;
  Path& way = path(index);
  const bool was_empty = !way.queue.next_departure();
  const auto put = [&](Packet part) {
    const Bytes size = Bytes::of(static_cast<std::int64_t>(part.size()));
    way.queue.accept(std::move(part), size, now);
  };
  if (packet.segments() > 1 && acts_on_each_packet(way.queue.options())) {
    for (std::uint32_t segment = 0; segment < packet.segments(); ++segment) {
      put(packet.segment(segment));
    }
  } else {
    put(packet);
  }
  if (was_empty && way.queue.next_departure()) {
    due_.emplace(*way.queue.next_departure(), index);
  }
}

std::optional<Port> Fabric::port_of(const std::variant<Ipv4, Ipv6>& address) const {
  if (const auto* six = std::get_if<Ipv6>(&address)) {
    const auto found = by_address6_.find(*six);
    return found == by_address6_.end() ? std::nullopt : std::optional{found->second};
  }
  const auto found = by_address_.find(std::get<Ipv4>(address).value);
  return found == by_address_.end() ? std::nullopt : std::optional{found->second};
}

void Fabric::accept(Port from, std::span<const std::uint8_t> packet, Instant now, const VirtioHeader& header) {
  const auto room = pool_.room();
  if (packet.size() > room.size()) {
    ++drops_.malformed;
    return;
  }
  std::copy(packet.begin(), packet.end(), room.begin());
  accept(from, header, packet.size(), now);
}

void Fabric::accept(Port from, const VirtioHeader& header, std::size_t size, Instant now) {
  const auto bytes = pool_.room().first(size);
  const auto destination = destination_of(bytes);
  const auto segmentation = destination ? segmentation_of(header, bytes) : std::nullopt;
  if (!segmentation) {
    ++drops_.malformed;
    return;
  }
  if (is_group_report(bytes)) {
    ++drops_.group_reports;
    return;
  }
  const auto to_many = [this](const auto& address) { return reaches_many(address, options_.prefix_length); };
  if (std::visit(to_many, *destination)) {
    const Packet packet = pool_.take(header, *segmentation, size);
    for (Port to = 0; to < options_.ports.size(); ++to) {
      if (to != from && options_.ports[to].site == options_.ports[from].site) {
        send(from, to, packet, now);
      }
    }
    return;
  }
  const auto to = port_of(*destination);
  if (!to || *to == from) {
    ++drops_.unroutable;
    return;
  }
  send(from, *to, pool_.take(header, *segmentation, size), now);
}

std::optional<Instant> Fabric::next_departure() const {
  return due_.empty() ? std::nullopt : std::optional{due_.top().first};
}

void Fabric::deliver_due(Instant now, FabricOutput& output) {
  while (!due_.empty() && due_.top().first <= now) {
    const std::size_t index = due_.top().second;
    due_.pop();
    deliver(index, now, output);
    if (const auto next = path(index).queue.next_departure()) {
      due_.emplace(*next, index);
    }
  }
}

// The next packet of a path, and with it the segments behind it that are due too.
void Fabric::deliver(std::size_t index, Instant now, FabricOutput& output) {
  auto& queue = path(index).queue;
  Packet packet;
  for (auto departure = queue.depart(now); departure; departure = queue.depart(now)) {
    if (!packet.join(departure->packet)) {
      write(index, packet, output);
      packet = std::move(departure->packet);
    }
    parts_.push_back({.size = departure->size, .passage = departure->passage});
    if (!packet.is_part()) {
      break;
    }
  }
  write(index, packet, output);
}

void Fabric::write(std::size_t index, const Packet& packet, FabricOutput& output) {
  if (!packet.is_none()) {
    SegmentHeaders headers;
    if (const auto written = output.write(index % options_.ports.size(), packet.outgoing(headers))) {
      for (const Part& part : parts_) {
        path(index).meter.delivered(part.size, part.passage, *written);
        lateness_.add(*written - part.passage.due);
      }
    } else {
      drops_.refused += parts_.size();
    }
  }
  parts_.clear();
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
