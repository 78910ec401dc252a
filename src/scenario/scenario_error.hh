// What is wrong in a file of the user's, where, and what would be right.
#pragma once

#include <span>
#include <string>

namespace continuo {

struct ScenarioError {
  std::string file;
  int line = 0;    // from 1; 0: the file as a whole
  int column = 0;  // from 1
  std::string message;
  std::string hint;  // what would be right; empty: the message says it
};

// file:line:column: message
//   hint
// What is quoted of the user's is shown as text, whatever it is.
std::string to_string(const ScenarioError& error);
std::string to_string(std::span<const ScenarioError> errors);

}  // namespace continuo
