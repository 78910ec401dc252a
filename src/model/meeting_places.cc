#include "model/meeting_places.hh"

#include "model/equilibrium.hh"
#include "model/link_loads.hh"
#include "model/terms/serialisation.hh"

namespace continuo {
namespace {

// One way of one source.
struct Way {
  const Flows& flows;
  std::size_t source;
  std::size_t choice;

  // `nodes` of the source's send through one member of the place, `share` of what each of them sends.
  void visit(MeetingPlace& where, double nodes, double share, const MeetingPlace::Visit& times) const {
    const Source& from = flows.sources[source];
    if (share <= 0.0 || times.service <= 0.0) return;
    if (!from.closed) where.open.add(from.rate * nodes * share, times.service, times.sd);
    auto& visits = from.closed ? where.visits : where.open_visits;
    visits.push_back({source, choice, from.users * nodes, share, times.service, times.sd, times.alone, times.behind});
  }
};

}  // namespace

MeetingPlaces::MeetingPlaces(const Scenario& scenario, const Flows& flows) {
  const StationLoads stations = station_loads(flows);
  const LinkLoads links{scenario, flows};
  for (std::size_t index = 0; index < flows.sources.size(); ++index) {
    const Source& source = flows.sources[index];
    for (std::size_t number = 0; number < source.choices.size(); ++number) {
      const Choice& choice = source.choices[number];
      if (choice.share <= 0.0) continue;
      const Way way{flows, index, number};
      const ServerClass& server = flows.servers[choice.server];
      const double senders = choice.local() ? 1.0 : server.nodes == source.nodes ? source.count - 1 : source.count;
      const double to_one = choice.share / choice.spread;
      const ServiceTime busy = stations.queue_service(choice);
      const double slower = stations.stretch(choice.station);
      way.visit(place(MeetingPlace::Kind::station, choice.station, server.workers), senders, to_one,
                {.service = busy.mean * choice.fullest,
                 .sd = busy.sd * choice.fullest,
                 .alone = choice.service.mean * slower,
                 .behind = choice.service.behind * slower});
      if (choice.local()) continue;
      for (const bool is_request : {true, false}) {
        const std::size_t link = is_request ? choice.there : choice.back;
        const Bytes message = is_request ? source.request : source.response;
        const auto times = [&](std::optional<BitRate> rate) {
          const double seconds = serialisation_seconds(message, rate);
          return MeetingPlace::Visit{.service = seconds, .alone = seconds};
        };
        way.visit(place(MeetingPlace::Kind::link, link, 1), 1.0, to_one, times(flows.links[link].rate));
        for (const LinkLoads::Hop& hop : links.hops(flows.links[link])) {
          const bool at_source = hop.up == is_request;
          way.visit(place(hop.up ? MeetingPlace::Kind::up : MeetingPlace::Kind::down, hop.nodes, 1), at_source ? 1.0 : senders,
                    at_source ? choice.share : to_one, times(hop.rate));
        }
      }
    }
  }
}

const MeetingPlace* MeetingPlaces::find(MeetingPlace::Kind kind, std::size_t index) const {
  const auto found = numbers_.find({kind, index});
  return found == numbers_.end() ? nullptr : &places_[found->second];
}

MeetingPlace& MeetingPlaces::place(MeetingPlace::Kind kind, std::size_t index, int workers) {
  const auto [found, added] = numbers_.try_emplace({kind, index}, places_.size());
  if (added) places_.push_back({.kind = kind, .index = index, .workers = workers});
  return places_[found->second];
}

}  // namespace continuo
