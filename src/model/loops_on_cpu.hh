// What users of closed loops, and open streams beside them, take at nodes whose CPU several services share.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "model/flows.hh"
#include "model/meeting_places.hh"
#include "model/terms/played_loops.hh"

namespace continuo {

// A request slows those of other services while it runs, and its own service has no more workers than cores: neither how long one waits nor how
// long it then runs is that of a queue of its own. All that such a node serves is played through, as long as those who come round are away
// elsewhere: again whenever that has changed. Not where requests run in batches, nor where open streams alone fill the node.
class LoopsOnCpu {
 public:
  LoopsOnCpu(const Scenario& scenario, const Flows& flows) : scenario_{scenario}, flows_{flows} {}

  // Of these places, those to play.
  void find(const MeetingPlaces& places);
  // `rounds` with what was last played, `fixed` without any wait; by source.
  void play(const std::vector<double>& rounds, const std::vector<double>& fixed);

  struct Taken {
    double more = 0.0;  // seconds in the mean beside those of a visit that is `alone`
    Waiting waiting;    // with `served`
  };
  // nullptr: not played.
  const Taken* at(std::size_t source, std::size_t choice) const;

 private:
  struct Stream {
    std::size_t source = 0;
    std::size_t choice = 0;
    double alone = 0.0;
    double per_round = 0.0;
    LoopStream played{};
    double away = -1.0;  // when it was played last
  };
  struct Cpu {
    PlayedCpu cpu{};
    std::vector<Stream> streams{};
  };

  void add(const MeetingPlace& where, const MeetingPlace::Visit& by, Cpu& cpu) const;
  bool is_worth_it(const Cpu& cpu) const;
  void play(Cpu& cpu);

  const Scenario& scenario_;
  const Flows& flows_;
  std::vector<Cpu> cpus_;
  std::map<std::pair<std::size_t, std::size_t>, Taken> taken_;  // by source and choice
  int plays_ = 0;
};

}  // namespace continuo
