// Where requests of several sources, or of several users of one, wait for each other, and who comes by.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "model/flows.hh"

namespace continuo {

// Where requests wait for each other: a station, a link or an access link, of one member of its class.
struct MeetingPlace {
  enum class Kind { station, link, up, down };

  // One way of one source through it.
  struct Visit {
    std::size_t source = 0;
    std::size_t choice = 0;
    double users = 0.0;      // who may come by here
    double per_round = 0.0;  // of one of them
    double service = 0.0;    // seconds, while others wait
    double sd = 0.0;
    double alone = 0.0;      // seconds, while nobody does
    double behind = 0.0;     // more than that, as the term of service has it, for those who waited
  };

  Kind kind = Kind::station;
  std::size_t index = 0;
  int workers = 1;
  std::vector<Visit> visits{};       // of users
  std::vector<Visit> open_visits{};  // of everybody else, by node
  QueueLoad open{};                  // of these
  Waiting wait{};                    // of users
};

// Those of all sources, under the shares and rates that they have.
class MeetingPlaces {
 public:
  MeetingPlaces() = default;
  MeetingPlaces(const Scenario& scenario, const Flows& flows);

  std::vector<MeetingPlace>& all() { return places_; }
  const std::vector<MeetingPlace>& all() const { return places_; }
  // nullptr: nobody comes by there.
  const MeetingPlace* find(MeetingPlace::Kind kind, std::size_t index) const;

 private:
  MeetingPlace& place(MeetingPlace::Kind kind, std::size_t index, int workers);

  std::vector<MeetingPlace> places_;
  std::map<std::pair<MeetingPlace::Kind, std::size_t>, std::size_t> numbers_;
};

}  // namespace continuo
