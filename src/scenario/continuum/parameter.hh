// Every parameter of Continuum's configuration files, and what stands here in place of those that are not carried over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace continuo {

struct ContinuumParameter {
  std::string section;
  std::string key;      // as Continuum writes it
  std::string instead;  // what is done instead of what it says; empty: it is carried over
  bool secret = false;  // its value is shown nowhere
};

const std::vector<ContinuumParameter>& continuum_parameters();

// Whatever the case of its letters; nullptr: there is none.
const ContinuumParameter* find_continuum_parameter(std::string_view key);

}  // namespace continuo
