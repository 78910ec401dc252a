#include "model/left_out.hh"

#include <algorithm>

#include <fmt/format.h>

#include "model/terms/slow_start.hh"

namespace continuo {
namespace {

// Of a message's packets, those that the link's queue holds; more than there are: all.
double held(const LinkProperties& link, const ClassLink& way, double segments, Bytes message) {
  const QueueProperties& queue = link.queue;
  double packets = segments;
  const double of_one = static_cast<double>(message.count()) / segments;  // bytes
  if (queue.packets) packets = std::min(packets, static_cast<double>(*queue.packets));
  if (queue.bytes) packets = std::min(packets, static_cast<double>(queue.bytes->count()) / of_one);
  if (queue.time && way.rate) packets = std::min(packets, to_seconds(*queue.time) * static_cast<double>(way.rate->bits_per_second()) / 8 / of_one);
  return packets;
}

}  // namespace

std::string short_link_queue(const Scenario& scenario, const Flows& flows) {
  for (const Source& source : flows.sources) {
    for (const Choice& choice : source.choices) {
      if (choice.share <= 0.0 || choice.local()) continue;
      for (const bool is_request : {true, false}) {
        const ClassLink& way = flows.links[is_request ? choice.there : choice.back];
        const Bytes message = is_request ? source.request : source.response;
        if (!way.rate) continue;  // nothing queues
        const double segments = segments_of(message, scenario.tiers[flows.classes[way.from].tier].network);
        const double packets = held(*way.properties, way, segments, message);
        if (packets >= segments) continue;
        return fmt::format("from {} to {} a message has {:.0f} packets, and the link's queue holds {:.0f}", scenario.nodes[way.from_node].name,
                           scenario.nodes[way.to_node].name, segments, packets);
      }
    }
  }
  return {};
}

}  // namespace continuo
