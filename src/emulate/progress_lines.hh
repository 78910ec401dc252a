// The progress of an emulation for people: a line for what happens, and on a terminal one line in place for what counts up.
#pragma once

#include <cstdio>
#include <string>

#include "emulate/emulation.hh"

namespace continuo {

// What a node said, as a person would.
std::string describe(const NodeEvent& event);

class ProgressLines {
 public:
  // `output`: null shows nothing. `terminal`: whether a line can be written over.
  ProgressLines(std::FILE* output, bool terminal) : output_{output}, terminal_{terminal} {}

  void show(const EmulationProgress& progress);
  // Takes away the line in place.
  void finish();

 private:
  void line(Duration elapsed, const std::string& text);
  void count(const EmulationProgress& progress);

  std::FILE* output_;
  bool terminal_;
  bool counting_ = false;
  Duration last_count_{};
  EmulationProgress::Phase phase_ = EmulationProgress::Phase::finished;
};

}  // namespace continuo
