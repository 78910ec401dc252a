// One LinkQueue a directed pair and a direction of an access link, and a heap of the first departure of each.
#include "emulate/fabric/fabric.hh"

#include <algorithm>
#include <cassert>
#include <string>

#include "emulate/fabric/ip_packet.hh"

namespace continuo {

Fabric::Fabric(FabricOptions options)
    : options_{std::move(options)}, hops_(options_.ports.size() * (options_.ports.size() + 2)) {
  assert(options_.access.empty() || options_.access.size() == options_.ports.size());
  for (Port port = 0; port < options_.ports.size(); ++port) {
    by_address_.emplace(options_.ports[port].address.value, port);
    if (options_.ports[port].address6 != Ipv6{}) {
      by_address6_.emplace(options_.ports[port].address6, port);
    }
  }
}

Fabric::Hop& Fabric::hop(HopIndex index) {
  auto& slot = hops_[index];
  if (slot) {
    return *slot;
  }
  const std::size_t ports = options_.ports.size();
  if (is_path(index)) {
    const Port from = index / ports;
    const Port to = index % ports;
    const Seed seed = options_.seed.derive("fabric/" + std::to_string(from) + "/" + std::to_string(to));
    const LinkProperties link = options_.link(from, to);
    slot = std::make_unique<Hop>(link, seed, trace_start_);
    slot->link_class = options_.link_class(from, to);
    if (slot->link_class >= delays_.size()) {
      delays_.resize(slot->link_class + 1);
    }
    slot->is_captured = std::ranges::any_of(
        options_.captures, [&](const PathCapture& capture) { return capture.from == from && capture.to == to; });
  } else {
    const Port port = (index - up(0)) % ports;
    const bool is_up = index < down(0);
    const AccessLink& access = options_.access.at(port);
    const Seed seed = options_.seed.derive((is_up ? "fabric/up/" : "fabric/down/") + std::to_string(port));
    slot = std::make_unique<Hop>(is_up ? *access.up_link() : *access.down_link(), seed, trace_start_);
  }
  return *slot;
}

// Entries of due_ that count no more stay until their time.
void Fabric::schedule(HopIndex index) {
  Hop& there = hop(index);
  const auto next = there.queue.next_departure();
  if (next && (!there.scheduled || *next < *there.scheduled)) {
    there.scheduled = next;
    due_.emplace(*next, index);
  }
}

void Fabric::enter(HopIndex index, Carried carried, Instant now) {
  auto& queue = hop(index).queue;
  const auto size_of = [](const Packet& packet) { return Bytes::of(static_cast<std::int64_t>(packet.size())); };
  const Packet& packet = carried.packet;
  // A super-packet is taken apart before a link that would tell its packets apart.
  if (packet.segments() > 1 && queue.properties().acts_on_each_packet()) {
    for (std::uint32_t segment = 0; segment < packet.segments(); ++segment) {
      Carried part = carried;
      part.packet = packet.segment(segment);
      const Bytes size = size_of(part.packet);
      queue.accept(std::move(part), size, now);
    }
  } else {
    const Bytes size = size_of(packet);
    queue.accept(std::move(carried), size, now);
  }
  schedule(index);
}

void Fabric::enter_path(const Carried& carried, Instant now) {
  if (carried.to != everyone) {
    enter(path(carried.from, carried.to), carried, now);
    return;
  }
  for (Port to = 0; to < options_.ports.size(); ++to) {
    if (to != carried.from && options_.ports[to].site == options_.ports[carried.from].site) {
      Carried copy = carried;
      copy.to = to;
      enter(path(carried.from, to), std::move(copy), now);
    }
  }
}

void Fabric::change(Port from, Port to, const LinkProperties& link, Instant now) {
  change(path(from, to), link, now);
}

void Fabric::change_access(Port port, bool is_up, const LinkProperties& link, Instant now) {
  assert(is_up ? has_up(port) : has_down(port));
  change(is_up ? up(port) : down(port), link, now);
}

void Fabric::change(HopIndex index, const LinkProperties& link, Instant now) {
  Hop& changed = hop(index);
  changed.queue.change(link, now);
  changed.meter.change(DelayProcess::correlation_time_of(link));
  schedule(index);
}

void Fabric::connect(Port from, Port to, bool connected, Instant now) {
  hop(path(from, to)).queue.connect(connected, now);
  schedule(path(from, to));
}

void Fabric::start_traces(Instant now) {
  trace_start_ = now;
  for (HopIndex index = 0; index < hops_.size(); ++index) {
    if (hops_[index]) {
      hops_[index]->queue.start_trace(now);
      schedule(index);
    }
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
  const bool is_for_many = std::visit(to_many, *destination);
  const auto to = is_for_many ? std::optional{everyone} : port_of(*destination);
  if (!to || *to == from) {
    ++drops_.unroutable;
    return;
  }
  const Carried carried{.packet = pool_.take(header, *segmentation, size), .from = from, .to = *to};
  if (has_up(from)) {
    enter(up(from), carried, now);
  } else {
    enter_path(carried, now);
  }
}

std::optional<Instant> Fabric::next_departure() const {
  return due_.empty() ? std::nullopt : std::optional{due_.top().first};
}

void Fabric::deliver_due(Instant now, FabricOutput& output) {
  while (!due_.empty() && due_.top().first <= now) {
    const auto [at, index] = due_.top();
    due_.pop();
    if (hop(index).scheduled != at) {
      continue;
    }
    hop(index).scheduled.reset();
    const bool is_last = is_path(index) ? !has_down(index % options_.ports.size()) : index >= down(0);
    if (is_last) {
      deliver(index, now, output);
    } else {
      pass_on(index, at);
    }
    schedule(index);
  }
}

// At the very instants at which they arrive, in the order of all hops: how often this is called changes nothing.
void Fabric::pass_on(HopIndex index, Instant at) {
  while (auto departure = hop(index).queue.depart(at)) {
    Carried carried = std::move(departure->packet);
    if (departure->flipped_bit) {
      carried.packet = corrupted(carried.packet, *departure->flipped_bit);
      carried.corrupted = true;
    }
    const Instant arrival = departure->passage.due;
    if (!is_path(index)) {
      hop(index).meter.delivered(departure->size, departure->passage, arrival);
      hop(index).waiting.add(departure->passage.waited());
    }
    for (int copy = 0; copy < (departure->twice ? 2 : 1); ++copy) {
      if (is_path(index)) {
        carried.on_path = departure->passage;
        enter(down(carried.to), carried, arrival);
      } else {
        enter_path(carried, arrival);
      }
    }
  }
}

// The next packet of a last hop, and with it the segments behind it that are due too.
void Fabric::deliver(HopIndex index, Instant now, FabricOutput& output) {
  auto& queue = hop(index).queue;
  Carried gathered;
  for (auto departure = queue.depart(now); departure; departure = queue.depart(now)) {
    Carried& arrived = departure->packet;
    const bool is_alone = departure->twice || departure->flipped_bit || arrived.corrupted;
    if (is_alone || !gathered.packet.join(arrived.packet)) {
      write(gathered, output);
      gathered = std::move(arrived);
    }
    if (departure->flipped_bit) {
      gathered.packet = corrupted(gathered.packet, *departure->flipped_bit);
      gathered.corrupted = true;
    }
    const Part part{.size = departure->size,
                    .on_path = is_path(index) ? departure->passage : arrived.on_path,
                    .last = departure->passage};
    parts_.push_back(part);
    if (departure->twice) {
      Carried copy = gathered;
      write(copy, output);
      parts_.push_back(part);
    }
    if (is_alone || !gathered.packet.is_part()) {
      break;
    }
  }
  write(gathered, output);
}

void Fabric::write(Carried& carried, FabricOutput& output) {
  if (!carried.packet.is_none()) {
    SegmentHeaders headers;
    Hop& way = hop(path(carried.from, carried.to));
    if (const auto written = output.write(carried.to, carried.packet.outgoing(headers))) {
      for (const Part& part : parts_) {
        // What the access link of the receiver took is not the path's.
        const Duration behind_path = part.last.due - part.on_path.due;
        way.meter.delivered(part.size, part.on_path, *written - behind_path);
        if (!part.on_path.behind_change) {
          delays_[way.link_class].add(*written - behind_path - part.on_path.transmission_end);
        }
        way.waiting.add(part.on_path.waited());
        if (has_down(carried.to)) {
          Hop& last = hop(down(carried.to));
          last.meter.delivered(part.size, part.last, *written);
          last.waiting.add(part.last.waited());
        }
        lateness_.add(*written - part.last.due);
      }
      if (way.is_captured) {
        capture(carried, *written, output);
      }
    } else {
      (carried.corrupted ? drops_.corrupted : drops_.refused) += parts_.size();
    }
  }
  parts_.clear();
}

// A copy of its own, with the checksum that the sender has left to others: the receiver is to find out.
Packet Fabric::corrupted(const Packet& packet, std::uint64_t bit) {
  SegmentHeaders headers;
  const OutgoingPacket original = packet.outgoing(headers);
  VirtioHeader header = original.header;
  const auto bytes = pool_.room().first(original.size());
  std::ranges::copy(original.payload, std::ranges::copy(original.head, bytes.begin()).out);
  complete_checksum(header, bytes);
  bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (0x80U >> (bit % 8)));
  return pool_.take(header, {}, bytes.size());
}

void Fabric::capture(const Carried& carried, Instant at, FabricOutput& output) {
  SegmentHeaders headers;
  for (std::uint32_t segment = 0; segment < carried.packet.segments(); ++segment) {
    output.captured(carried.from, carried.to, carried.packet.segment(segment).outgoing(headers), at);
  }
}

void FabricOutput::captured(Port, Port, const OutgoingPacket&, Instant) {}

FabricCounters Fabric::counters() const {
  FabricCounters counters{.paths = {}, .access = {}, .drops = drops_, .lateness = lateness_, .delays = delays_};
  for (const auto& hop : hops_) {
    counters.drops.held += hop ? hop->queue.counters().held_packets : 0;
  }
  for (HopIndex index = 0; is_path(index); ++index) {
    if (hops_[index] && hops_[index]->queue.counters().offered_packets > 0) {
      counters.paths.push_back({.from = index / options_.ports.size(),
                                .to = index % options_.ports.size(),
                                .link = hops_[index]->queue.counters(),
                                .measure = hops_[index]->meter.measure(),
                                .link_class = hops_[index]->link_class,
                                .waiting = hops_[index]->waiting});
    }
  }
  for (HopIndex index = up(0); index < hops_.size(); ++index) {
    if (hops_[index] && hops_[index]->queue.counters().offered_packets > 0) {
      counters.access.push_back({.port = (index - up(0)) % options_.ports.size(),
                                 .up = index < down(0),
                                 .link = hops_[index]->queue.counters(),
                                 .measure = hops_[index]->meter.measure(),
                                 .waiting = hops_[index]->waiting});
    }
  }
  return counters;
}

FabricCounters FabricCounters::measured_since(const FabricCounters& earlier) const {
  FabricCounters since = *this;
  since.lateness = lateness.since(earlier.lateness);
  for (std::size_t index = 0; index < std::min(delays.size(), earlier.delays.size()); ++index) {
    since.delays[index] = delays[index].since(earlier.delays[index]);
  }
  // All are in the order of their ends, and none is ever forgotten.
  auto before = earlier.paths.begin();
  for (PathCounters& path : since.paths) {
    if (before != earlier.paths.end() && before->from == path.from && before->to == path.to) {
      path.measure = path.measure.since(before->measure);
      ++before;
    }
  }
  auto access_before = earlier.access.begin();
  for (AccessCounters& link : since.access) {
    if (access_before != earlier.access.end() && access_before->is_same_as(link)) {
      link.measure = link.measure.since(access_before->measure);
      ++access_before;
    }
  }
  return since;
}

}  // namespace continuo
