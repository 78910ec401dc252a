// Bounded reading of a model description.
#include "node/runtime/model_description.hh"

#include <fstream>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace continuo {

namespace {

constexpr std::size_t description_size_max = std::size_t{64} << 10;
constexpr double milliseconds_max = 3'600'000;

}  // namespace

boost::json::object read_model_description(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  std::string text(description_size_max + 1, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (stream.bad() || (!stream.eof() && stream.fail()) || !stream.is_open()) {
    throw RuntimeError(fmt::format("cannot read the model file {}", file.string()));
  }
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (text.size() > description_size_max) {
    throw RuntimeError(fmt::format("{} is larger than {} bytes: no model description", file.string(), description_size_max));
  }
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(text, error);
  if (error || !value.is_object()) {
    throw RuntimeError(fmt::format("{} is no model description: expected a JSON object", file.string()));
  }
  return std::move(value.as_object());
}

std::string text_of(const boost::json::object& description, std::string_view key, const std::filesystem::path& file) {
  const auto* value = description.if_contains(key);
  if (value == nullptr || !value->is_string()) {
    throw RuntimeError(fmt::format("{}: \"{}\" must be a string", file.string(), key));
  }
  return std::string{value->as_string()};
}

Duration milliseconds_of(const boost::json::object& description, std::string_view key,
                         const std::filesystem::path& file) {
  const auto* value = description.if_contains(key);
  if (value == nullptr || !value->is_number()) {
    throw RuntimeError(fmt::format("{}: \"{}\" must be a number of milliseconds", file.string(), key));
  }
  const double milliseconds = value->to_number<double>();
  if (!(milliseconds >= 0) || milliseconds > milliseconds_max) {
    throw RuntimeError(fmt::format("{}: \"{}\" must lie between 0 and {}", file.string(), key, milliseconds_max));
  }
  return from_milliseconds(milliseconds);
}

Datatype datatype_of(const boost::json::object& description, const std::filesystem::path& file) {
  const std::string name = text_of(description, "datatype", file);
  const auto datatype = datatype_from(name);
  if (!datatype) {
    throw RuntimeError(fmt::format("{}: there is no datatype '{}'", file.string(), name));
  }
  return *datatype;
}

}  // namespace continuo
