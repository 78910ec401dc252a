// The processes of a sweep beside the first one. Each of them sends the first one a single word: that it is ready, or why it is not; and those
// that are ready wait until they are let go. So neither can wait for the other in vain, whatever goes wrong on either side.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "ranks.hh"

namespace continuo {

// Two processes for which these are the same mean the same by a point's number.
struct SweepDigests {
  std::string file;    // of the scenario, and of the profiles if there are
  std::string points;  // of all else that rows depend on
};

// A thread of a process: they exchange messages with the lane's number, from 1, as tag.
struct Lane {
  int rank = 0;
  int lane = 0;
};

// The word of a process that is not the first one.
void tell_ready(const Ranks& ranks, std::size_t lanes, const SweepDigests& digests);
void tell_failed(const Ranks& ranks, const std::string& reason);

// The first one's view. To be made before anything that can fail.
class OtherProcesses {
 public:
  explicit OtherProcesses(const Ranks* ranks) : ranks_{ranks} {}  // nullptr: there are none
  ~OtherProcesses();  // lets all of them go; waits until each has sent its word
  OtherProcesses(const OtherProcesses&) = delete;
  OtherProcesses& operator=(const OtherProcesses&) = delete;

  const Ranks* ranks() const { return ranks_; }
  // Waits for the word of each. Throws BadArgument (row_file.hh) if one failed or has other digests than these. `files`, as they were
  // given, is for messages.
  std::vector<Lane> lanes(const SweepDigests& own, const std::string& files);

 private:
  struct Word {
    std::size_t lanes = 0;  // 0: it failed
    SweepDigests digests;
    std::string host;
    std::string reason;
  };
  static Word read(const std::string& message);
  void hear_all();
  std::string wrong_with(const Word& word, const SweepDigests& own, const std::string& files) const;

  const Ranks* ranks_;
  std::vector<Word> words_;  // of ranks 1, 2, ...
};

}  // namespace continuo
