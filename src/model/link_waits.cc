// How long messages wait for their links.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "model/terms/played_link.hh"
#include "model/terms/points.hh"
#include "model/terms/serialisation.hh"
#include "model/waits.hh"
#include "workload/schedule.hh"

namespace continuo {
namespace {

constexpr double load_least = 0.02;    // of a link that is played: below, hardly any messages meet there,
constexpr double at_once_least = 2.0;  // or messages under way: below, hardly any take each other's connections
constexpr double load_most = 0.98;     // above, waits take longer to settle than is played
constexpr double messages_played = 4000;
constexpr std::size_t rows_most = 8;   // nodes alike, each with phases of its own
constexpr double whole = 1 - 0.01;     // share of a periodic source's messages that counts as all

// Of sorted values as many as a distribution has points, at most: means of equal shares of them, so that the mean stays.
std::vector<double> thinned(const std::vector<double>& sorted) {
  if (sorted.size() <= points_most) return sorted;
  std::vector<double> means(points_most);
  for (std::size_t place = 0; place < means.size(); ++place) {
    const auto first = sorted.begin() + static_cast<std::ptrdiff_t>(place * sorted.size() / means.size());
    const auto last = sorted.begin() + static_cast<std::ptrdiff_t>((place + 1) * sorted.size() / means.size());
    means[place] = std::accumulate(first, last, 0.0) / static_cast<double>(last - first);
  }
  return means;
}

const LinkProperties* varying(const LinkProperties& way) { return way.delay_sd() > Duration::zero() ? &way : nullptr; }

}  // namespace

std::optional<LinkStream> Waits::link_stream(const Source& source, const Choice& choice) const {
  const ClassLink& there = flows_.links[choice.there];
  const ClassLink& back = flows_.links[choice.back];
  const auto sizes = options_.input_sizes.find(source.stream);
  const Bytes size = scenario_.workload[source.stream].input_size;
  const bool alike = sizes == options_.input_sizes.end() || std::ranges::all_of(sizes->second, [&](Bytes one) { return one == size; });
  if (source.closed || source.transport.one_connection || !alike || packet_loss(*there.properties) > 0.0) return std::nullopt;
  LinkStream stream{.message = source.request,
                    .interval = 1.0 / source.rate_of_one(choice),
                    .periodic = source.periodic && choice.share > whole && choice.spread == 1.0,
                    .round_trip = there.delay + back.delay,
                    .there = varying(*there.properties),
                    .back = varying(*back.properties),
                    .busy_sd = stations_.queue_service(choice).sd,
                    .messages = to_seconds(scenario_.workload[source.stream].duration) * source.rate_of_one(choice),
                    .pool = choice.there};
  // A periodic source hardly ever waits for itself, and not at all where each has a worker that is done before its next request.
  const QueueLoad queue = stream.periodic ? stations_.queue_without(source, choice) : stations_.queue(choice.station);
  const int workers = flows_.servers[choice.server].workers;
  const Arriving all = arriving(choice);
  if (queue.work < workers && !(all.whole && all.sources <= workers && choice.service.mean < stream.interval)) {
    const Waiting wait = poisson_waiting(queue, workers);
    stream.waits = wait.mean * steadier(all, queue, queue.work / workers);
    stream.waiting = wait.probability;
  }
  stream.busy = std::max(0.0, elsewhere(source, choice) - serialisation_seconds(source.request, there.path));
  const NodeClass& nodes = flows_.classes[source.nodes];
  for (std::size_t member = 0; stream.periodic && member < std::min(nodes.count, rows_most); ++member) {
    const auto at = Schedule{scenario_, source.stream, nodes.node(member)}.next();
    if (!at) return std::nullopt;
    stream.first.push_back(to_seconds(at->at - scenario_start));
  }
  return stream;
}

// Nobody else sends to these nodes: their access link is part of the source's own way.
bool Waits::sends_alone(const Source& source, const Choice& choice) const {
  if (flows_.classes[source.nodes].count > 1 || flows_.servers[choice.server].count > 1) return false;
  return std::ranges::all_of(flows_.sources, [&](const Source& other) {
    return other.nodes == source.nodes || std::ranges::none_of(other.choices, [&](const Choice& one) {
      return one.share > 0.0 && !one.local() && flows_.servers[one.server].nodes == flows_.servers[choice.server].nodes;
    });
  });
}

// The narrowest link that a source's messages have to themselves: the pair's, the access link of its node, or that of the node that serves
// where nobody else sends there. Nothing: a narrower one is shared with others, and windows are those of that one.
std::optional<Waits::OwnLink> Waits::own_link(const Source& source, const Choice& choice) const {
  const ClassLink& link = flows_.links[choice.there];
  OwnLink own{.rate = link.rate};
  for (const LinkLoads::Hop& hop : links_.hops(link)) {
    if (!hop.up) continue;
    if (own.rate && *own.rate <= hop.rate) continue;
    own.rate = hop.rate;
    own.by_access = true;
  }
  if (!link.path || (own.rate && *own.rate <= *link.path)) return own;
  if (!sends_alone(source, choice)) return std::nullopt;
  own.rate = link.path;
  return own;
}

template <class Take>
void Waits::for_each_sent(const Source& source, const Choice& choice, const OwnLink& own, Take take) const {
  for (const Source& other : flows_.sources) {
    if (other.nodes != source.nodes) continue;
    for (const Choice& one : other.choices) {
      if (one.share > 0.0 && !one.local() && (own.by_access || one.there == choice.there)) take(other, one);
    }
  }
}

// Whether messages meet there, or exchanges take each other's connections, so often that they are worth playing through.
bool Waits::is_played(const Source& source, const Choice& choice, const OwnLink& own) const {
  double load = 0.0;
  bool in_windows = false;
  int streams = 0;
  const NetworkStack& stack = scenario_.tiers[flows_.classes[source.nodes].tier].network;
  for_each_sent(source, choice, own, [&](const Source& other, const Choice& one) {
    load += serialisation_seconds(other.request, own.rate) * other.rate_of_one(one);
    in_windows = in_windows || other.request.count() > stack.initial_window * tcp_segment(stack).count();
    ++streams;
  });
  if (load > load_most || (!in_windows && streams < 2)) return false;
  if (load >= load_least || !in_windows) return load >= load_least;
  double at_once = 0.0;
  for_each_sent(source, choice, own, [&](const Source& other, const Choice& one) { at_once += elsewhere(other, one) * other.rate_of_one(one); });
  return at_once >= at_once_least;
}

// Most links are not played; what is asked of one of these is asked twice in a row.
const FollowedRow* Waits::played_link(const Source& source, const Choice& choice) {
  if (choice.there == not_played_) return nullptr;
  auto known = played_links_.find(choice.there);
  if (known == played_links_.end()) {
    const auto own = own_link(source, choice);
    if (!own || !is_played(source, choice, *own)) {
      not_played_ = choice.there;
      return nullptr;
    }
    known = played_links_.emplace(choice.there, play_own_link(source, choice, *own)).first;
  }
  const auto one = known->second.find(source.stream);
  return one == known->second.end() ? nullptr : &one->second;
}

// Nothing: it cannot be played.
std::optional<Waits::OwnPlayed> Waits::own_played(const Source& source, const Choice& choice, const OwnLink& own) const {
  OwnPlayed played{.link = {.rate = own.rate, .stack = scenario_.tiers[flows_.classes[source.nodes].tier].network, .streams = {},
                            .rows = std::min(flows_.classes[source.nodes].count, rows_most)},
                   .streams = {}};
  std::map<std::size_t, std::size_t> pools;  // by link, counted from 0
  bool all = true;
  for_each_sent(source, choice, own, [&](const Source& other, const Choice& one) {
    const auto stream = link_stream(other, one);
    all = all && stream.has_value();
    if (!all) return;
    played.link.streams.push_back(*stream);
    played.link.streams.back().pool = pools.try_emplace(stream->pool, pools.size()).first->second;
    played.streams.emplace_back(other.stream, one.there == choice.there);
  });
  if (!all) return std::nullopt;
  return played;
}

std::map<StreamIndex, FollowedRow> Waits::play_own_link(const Source& source, const Choice& choice, const OwnLink& own) const {
  std::map<StreamIndex, FollowedRow> rows;
  const auto played = own_played(source, choice, own);
  if (!played) return rows;
  auto taken = play_link(played->link, messages_played);
  for (std::size_t place = 0; place < taken.size(); ++place) {
    const auto& [stream, by_this] = played->streams[place];
    if (!by_this || taken[place].empty()) continue;
    std::ranges::sort(taken[place]);  // so that few points of a distribution take them evenly
    rows[stream] = {.stalls = thinned(taken[place])};
  }
  return rows;
}

// Of two links one behind the other that the same messages pass only the narrower one makes them wait.
Waits::Narrowest Waits::narrowest(const Source& source, const Choice& choice) const {
  const ClassLink& link = flows_.links[choice.there];
  if (!link.rate || scenario_.access.empty()) return {};
  for (const LinkLoads::Hop& hop : links_.hops(link)) {
    if (!hop.up) continue;
    bool same = true;
    for_each_sent(source, choice, {.rate = hop.rate, .by_access = true},
                  [&](const Source&, const Choice& one) { same = same && one.there == choice.there; });
    return {.pair = same && *link.rate <= hop.rate, .access = same && hop.rate < *link.rate};
  }
  return {};
}

Waiting Waits::for_link(const Source& source, const Choice& choice, bool answer) {
  if (choice.closed_waits != no_waits) {
    const ClosedWaits& closed = flows_.closed_waits[choice.closed_waits];
    return answer ? closed.back : closed.there;
  }
  if (has_link_in_wait(choice)) return {};
  const std::size_t index = answer ? choice.back : choice.there;
  const ClassLink& link = flows_.links[index];
  const Bytes message = answer ? source.response : source.request;
  const double own = source.rate_of_one(choice);
  const bool windows = !answer && played_link(source, choice) != nullptr;  // these waits are in what its messages take there
  const auto [by_pair, by_access] = windows || answer ? Narrowest{} : narrowest(source, choice);
  QueueLoad others = windows || by_access ? QueueLoad{} : links_.link(index);
  if (source.periodic && !windows && !by_access) others.remove(own, serialisation_seconds(message, link.rate), 0.0);
  Waiting wait = poisson_waiting(others, 1);
  if (answer) wait = behind_links(wait, left_of_answers(source, choice));
  const auto replayed = replayed_.find({choice.station, source.stream});
  const auto on_cpu = played_.find(choice.server);
  const bool played = !answer && ((replayed != replayed_.end() && replayed->second && !replayed->second->before.empty()) ||
                                  (on_cpu != played_.end() && !on_cpu->second.empty() && on_shared_link(source, choice) > 0.0));
  for (const LinkLoads::Hop& hop : links_.hops(link)) {
    if (played && !hop.up) continue;  // it is part of the wait for a worker
    if (windows && (hop.up || sends_alone(source, choice))) continue;
    if (hop.up && by_pair) continue;
    QueueLoad there = links_.access(hop);
    const bool at_source = hop.up != answer;
    if (source.periodic) there.remove(at_source ? source.rate * choice.share : own, serialisation_seconds(message, hop.rate), 0.0);
    const Waiting more = poisson_waiting(there, 1);
    wait = {wait.mean + more.mean, 1 - (1 - wait.probability) * (1 - more.probability)};
  }
  return wait;
}

}  // namespace continuo
