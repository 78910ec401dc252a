// Options and parameters, read strictly.
#include "node/pipeline/step.hh"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace continuo {

void StepOptions::fail(std::string_view option, const std::string& what) const {
  throw PackageError(fmt::format("step {}: option '{}' {}", step_.kind, option, what));
}

const StepOption* StepOptions::find(std::string_view name) {
  asked_.emplace_back(name);
  const auto found = step_.options.find(std::string{name});
  return found == step_.options.end() ? nullptr : &found->second;
}

double StepOptions::number(std::string_view name, double otherwise, double least, double most) {
  const StepOption* option = find(name);
  if (option == nullptr) {
    return otherwise;
  }
  const double* value = std::get_if<double>(option);
  if (value == nullptr || !(*value >= least && *value <= most)) {
    fail(name, fmt::format("must be a number between {} and {}", least, most));
  }
  return *value;
}

int StepOptions::integer(std::string_view name, int otherwise, int least, int most) {
  const double value = number(name, otherwise, least, most);
  if (value != std::floor(value)) {
    fail(name, "must be a whole number");
  }
  return static_cast<int>(value);
}

bool StepOptions::flag(std::string_view name, bool otherwise) {
  const StepOption* option = find(name);
  if (option == nullptr) {
    return otherwise;
  }
  const bool* value = std::get_if<bool>(option);
  if (value == nullptr) {
    fail(name, "must be true or false");
  }
  return *value;
}

std::string StepOptions::text(std::string_view name, std::string_view otherwise) {
  const StepOption* option = find(name);
  if (option == nullptr) {
    return std::string{otherwise};
  }
  const auto* value = std::get_if<std::string>(option);
  if (value == nullptr || value->empty()) {
    fail(name, "must be a word");
  }
  return *value;
}

std::string StepOptions::text(std::string_view name) {
  if (!has(name)) {
    fail(name, "is missing");
  }
  return text(name, "");
}

std::vector<double> StepOptions::numbers(std::string_view name, std::vector<double> otherwise) {
  const StepOption* option = find(name);
  if (option == nullptr) {
    return otherwise;
  }
  if (const double* value = std::get_if<double>(option)) {
    return {*value};
  }
  const auto* text = std::get_if<std::string>(option);
  std::string list = text == nullptr ? "" : *text;
  std::ranges::replace(list, ',', ' ');
  std::istringstream stream{list};
  std::vector<double> values;
  for (double value = 0; stream >> value;) {
    values.push_back(value);
  }
  if (values.empty() || !stream.eof()) {
    fail(name, "must be numbers with spaces between them");
  }
  return values;
}

std::vector<std::string> StepOptions::words(std::string_view name) {
  std::istringstream stream{text(name)};
  std::vector<std::string> list;
  for (std::string word; stream >> word;) {
    list.push_back(word);
  }
  return list;
}

std::size_t StepOptions::choice(std::string_view name, std::span<const std::string_view> words) {
  const std::string given = text(name, words.front());
  const auto found = std::ranges::find(words, given);
  if (found == words.end()) {
    fail(name, fmt::format("must be one of {}", fmt::join(words, ", ")));
  }
  return static_cast<std::size_t>(found - words.begin());
}

void StepOptions::finish() const {
  for (const auto& [name, value] : step_.options) {
    if (std::ranges::find(asked_, name) == asked_.end()) {
      throw PackageError(fmt::format("step {} has no option '{}'; it has {}", step_.kind, name,
                                     asked_.empty() ? "none" : fmt::format("{}", fmt::join(asked_, ", "))));
    }
  }
}

std::variant<double, Refusal> number_parameter(const RequestParameters& parameters, std::string_view name,
                                               double otherwise, double least, double most) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) {
    return otherwise;
  }
  std::optional<double> value;
  if (const auto* real = std::get_if<double>(&found->second)) {
    value = *real;
  } else if (const auto* whole = std::get_if<std::int64_t>(&found->second)) {
    value = static_cast<double>(*whole);
  }
  if (!value || !(*value >= least && *value <= most)) {
    return Refusal{400, fmt::format("parameter '{}' must be a number between {} and {}", name, least, most)};
  }
  return *value;
}

}  // namespace continuo
