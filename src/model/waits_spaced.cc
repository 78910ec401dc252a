// Poisson sources behind busy links of their own, where these are not played through: how much less is waited behind such links.
#include <algorithm>
#include <array>
#include <vector>

#include "model/terms/spaced.hh"
#include "model/waits.hh"

namespace continuo {
namespace {

constexpr double rounding = 1e-6;

}  // namespace

// The slowest of what all messages of a node pass that leave by this link: it, or the node's access link. No spacing: none has a rate, or what it carries.
SpacedSenders Waits::sender_by(std::size_t index) const {
  const ClassLink& link = flows_.links[index];
  const auto as_sender = [](const QueueLoad& load) {
    return load.work > 0.0 && load.work < 1.0 ? SpacedSenders{.rate = load.rate, .spacing = load.work / load.rate} : SpacedSenders{.rate = load.rate};
  };
  SpacedSenders sender = as_sender(links_.link(index));
  for (const LinkLoads::Hop& hop : links_.hops(link)) {
    if (!hop.up) continue;
    const SpacedSenders by_access = as_sender(links_.access(hop));
    if (by_access.spacing > sender.spacing) sender = by_access;
  }
  sender.jitter = to_seconds(link.properties->delay_sd());
  return sender;
}

bool Waits::is_spaced_by(std::size_t index) const {
  return links_.link(index).work >= spacing_load_least || !scenario_.access.empty();
}

// Where all that comes is Poisson: waits there, in times of those of independent requests.
double Waits::spaced(const Choice& choice) const {
  const bool by_any = std::ranges::any_of(flows_.sources, [&](const Source& source) {
    return std::ranges::any_of(source.choices, [&](const Choice& one) { return one.station == choice.station && one.share > 0.0 && !one.local() && is_spaced_by(one.there); });
  });
  if (!by_any) return 1.0;
  std::vector<SpacedSenders> from;
  std::vector<std::size_t> links;
  for (const Source& source : flows_.sources) {
    for (const Choice& one : source.choices) {
      if (one.station != choice.station || one.share <= 0.0) continue;
      const double of_one = source.rate_of_one(one);
      const auto known = std::ranges::find(links, one.there);
      if (known != links.end() && !one.local()) {  // another stream of the same nodes
        SpacedSenders& sender = from[static_cast<std::size_t>(known - links.begin())];
        sender.share = std::min(1.0, sender.share + of_one / sender.rate);
        continue;
      }
      SpacedSenders sender = one.local() ? SpacedSenders{.rate = of_one} : sender_by(one.there);
      sender.count = source.rate_at(one, flows_.servers[one.server]) / of_one;
      sender.share = std::min(1.0, of_one / sender.rate);
      from.push_back(sender);
      links.push_back(one.there);
    }
  }
  return spaced_waiting(stations_.queue(choice.station), flows_.servers[choice.server].workers, from);
}

// The same of its answers at the link that they take back: they come as far from each other as requests have come, or as its one worker lets them.
double Waits::spaced_back(const Source& source, const Choice& choice) const {
  const QueueLoad& load = links_.link(choice.back);
  const double own = source.rate_of_one(choice);
  const bool one_worker = flows_.servers[choice.server].workers == 1;
  if (source.periodic || source.closed || load.work <= 0.0 || load.rate > own * (1 + rounding) || (!one_worker && !is_spaced_by(choice.there))) return 1.0;
  if (!fits_first_window(sent_by(source, choice, {.way = flows_.links[choice.back], .message = source.response, .is_request = false}))) return 1.0;  // flights of several meet
  SpacedSenders sender = sender_by(choice.there);
  const double service = stations_.queue_service(choice).mean;
  if (one_worker && service > sender.spacing && own * service < 1) sender = {.rate = own, .spacing = service};
  sender.share = std::min(1.0, own / sender.rate);
  sender.jitter = 0.0;  // that of the way there is in the queue between
  return spaced_waiting(load, 1, std::array{sender});
}

}  // namespace continuo
