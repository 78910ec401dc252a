// Poisson sources behind busy links of their own, where these are not played through: how much less is waited behind such links.
#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "model/terms/spaced.hh"
#include "model/waits.hh"

namespace continuo {
namespace {

constexpr double rounding = 1e-6;

}  // namespace

// The slowest of what all messages of a node pass that leave by this link: it, or the node's access link. No spacing: none has a rate, or what it carries, or packets are lost.
SpacedSenders Waits::sender_by(std::size_t index) const {
  const ClassLink& link = flows_.links[index];
  const double on_the_way = to_seconds(link.properties->delay_sd());
  const auto as_sender = [&](const QueueLoad& load) {
    if (load.work <= 0.0 || load.work >= 1.0 || packet_loss(*link.properties) > 0.0) return SpacedSenders{.rate = load.rate};
    const double spacing = load.work / load.rate;
    const double sd = std::sqrt(std::max(0.0, load.square / load.rate - spacing * spacing));
    return SpacedSenders{.rate = load.rate, .spacing = spacing, .jitter = std::hypot(on_the_way, sd > rounding * spacing ? sd : 0.0)};
  };
  SpacedSenders sender = as_sender(links_.link(index));
  for (const LinkLoads::Hop& hop : links_.hops(link)) {
    if (!hop.up) continue;
    const SpacedSenders by_access = as_sender(links_.access(hop));
    if (by_access.spacing > sender.spacing) sender = by_access;
  }
  return sender;
}

bool Waits::is_spaced_by(std::size_t index) const {
  return links_.link(index).work >= spacing_load_least || !scenario_.access.empty();
}

// Where all that comes is Poisson: waits there, in times of those of independent requests.
double Waits::left_behind_links(const Choice& choice) {
  const auto [known, is_new] = behind_links_.try_emplace(choice.station, 1.0);
  if (is_new) known->second = find_left(choice);
  return known->second;
}

double Waits::find_left(const Choice& choice) const {
  const bool by_any = std::ranges::any_of(flows_.sources, [&](const Source& source) {
    return std::ranges::any_of(source.choices, [&](const Choice& one) { return one.station == choice.station && one.share > 0.0 && !one.local() && is_spaced_by(one.there); });
  });
  if (!by_any) return 1.0;
  std::vector<SpacedSenders> from;
  std::vector<std::size_t> links;
  for (const Source& source : flows_.sources) {
    for (const Choice& one : source.choices) {
      if (one.station != choice.station || one.share <= 0.0 || one.local()) continue;
      const double of_one = source.rate_of_one(one);
      const auto known = std::ranges::find(links, one.there);
      if (known != links.end()) {  // another stream of the same nodes
        SpacedSenders& sender = from[static_cast<std::size_t>(known - links.begin())];
        sender.share = std::min(1.0, sender.share + of_one / sender.rate);
        continue;
      }
      SpacedSenders sender = sender_by(one.there);
      sender.count = source.rate_at(one, flows_.servers[one.server]) / of_one;
      sender.share = std::min(1.0, of_one / sender.rate);
      from.push_back(sender);
      links.push_back(one.there);
    }
  }
  return spaced_waiting(stations_.queue(choice.station), flows_.servers[choice.server].workers, from);
}

// The same of its answers at the link that they take back: they come as far from each other as requests have come, or as its one worker lets them.
double Waits::left_of_answers(const Source& source, const Choice& choice) const {
  const QueueLoad& load = links_.link(choice.back);
  const double own = source.rate_of_one(choice);
  if (scenario_.services[source.service].batch.most > 1) return 1.0;  // answers of a batch leave at once
  const bool one_worker = flows_.servers[choice.server].workers == 1;
  if (source.periodic || source.closed || load.work <= 0.0 || load.rate > own * (1 + rounding) || (!one_worker && !is_spaced_by(choice.there))) return 1.0;
  if (!fits_first_window(sent_by(source, choice, {.way = flows_.links[choice.back], .message = source.response, .is_request = false}))) return 1.0;  // flights of several meet
  SpacedSenders sender = sender_by(choice.there);
  const ServiceTime service = stations_.queue_service(choice);
  if (one_worker && service.mean > sender.spacing && own * service.mean < 1) sender = {.rate = own, .spacing = service.mean};
  sender.share = std::min(1.0, own / sender.rate);
  sender.jitter = std::hypot(sender.jitter, service.sd);
  return spaced_waiting(load, 1, std::array{sender});
}

}  // namespace continuo
