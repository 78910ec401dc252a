// Links of the network that change while it runs, and what became of them in the end.
#include <vector>

#include "simulate/network.hh"

namespace continuo {

void MessageNetwork::refresh_all(Instant now) {
  for (LaneIndex lane = 0; lane < 2 * lanes_.size(); ++lane) refresh(at(lane).from, at(lane).to, now);
}

void MessageNetwork::refresh(NodeIndex from, NodeIndex to, Instant now) {
  const auto found = find_lane(from, to);
  if (!found) return;
  Lane& lane = at(*found);
  take_figures(lane);
  if (!has_hop(lane, Place::path)) return;
  const std::uint32_t hop = hop_of(lane, Place::path);
  LinkQueue<Parcel>& queue = hops_[hop]->queue;
  if (queue.properties() != state_.link(from, to)) queue.change(state_.link(from, to), now);
  if (queue.is_connected() == state_.is_cut(from, to)) queue.connect(!state_.is_cut(from, to), now);
  watch(hop, now);
}

void MessageNetwork::refresh_access(const std::vector<NodeIndex>& nodes, bool up, Instant now) {
  std::vector<bool> is_one(scenario_.nodes.size(), false);
  for (const NodeIndex node : nodes) is_one[node] = true;
  for (LaneIndex index = 0; index < 2 * lanes_.size(); ++index) {
    if (Lane& lane = at(index); is_one[up ? lane.from : lane.to]) take_figures(lane);
  }
  const auto& known = hop_index_[static_cast<std::size_t>(up ? Place::up : Place::down)];
  for (const NodeIndex node : nodes) {
    const auto found = known.find(node);
    if (found == known.end()) continue;
    hops_[found->second]->queue.change(state_.access(node, up), now);
    watch(found->second, now);
  }
}

std::vector<MessageNetwork::Link> MessageNetwork::links() const {
  std::vector<Link> links;
  for (const auto& hop : hops_) {
    const bool is_access = hop->place != Place::path;
    const NodeIndex owner = hop->place == Place::down ? hop->to : hop->from;
    links.push_back({.from = is_access ? owner : hop->from,
                     .to = is_access ? owner : hop->to,
                     .is_access = is_access,
                     .up = hop->place == Place::up,
                     .counters = &hop->queue.counters()});
  }
  return links;
}

}  // namespace continuo
