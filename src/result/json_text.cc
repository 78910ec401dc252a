#include "result/json_text.hh"

#include <cmath>

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <fmt/format.h>

namespace continuo {
namespace {

namespace json = boost::json;

constexpr std::size_t one_line_max = 110;

bool all_numbers(const json::array& array) {
  for (const json::value& element : array) {
    if (!element.is_number()) return false;
  }
  return true;
}

bool nested(const json::value& value) { return value.is_object() || value.is_array(); }

void write_flat(const json::value& value, std::string& out) {
  if (const json::object* object = value.if_object()) {
    out += '{';
    const char* separator = "";
    for (const auto& [key, member] : *object) {
      out += separator + json::serialize(json::string{key}) + ": ";
      write_flat(member, out);
      separator = ", ";
    }
    out += '}';
  } else if (const json::array* array = value.if_array()) {
    out += '[';
    const char* separator = "";
    for (const json::value& element : *array) {
      out += separator;
      write_flat(element, out);
      separator = all_numbers(*array) ? "," : ", ";
    }
    out += ']';
  } else if (const double* number = value.if_double()) {
    out += std::isfinite(*number) ? fmt::format("{:.12g}", *number) : "null";
  } else {
    out += json::serialize(value);
  }
}

void write(const json::value& value, std::size_t indent, std::string& out) {
  std::string flat;
  write_flat(value, flat);
  const bool numbers = value.is_array() && all_numbers(value.get_array());
  if (!nested(value) || numbers || indent + flat.size() <= one_line_max) {
    out += flat;
    return;
  }
  const std::string margin(indent + 2, ' ');
  const char* separator = "\n";
  const auto begin_element = [&] {
    out += separator;
    out += margin;
    separator = ",\n";
  };
  if (const json::object* object = value.if_object()) {
    out += '{';
    for (const auto& [key, member] : *object) {
      begin_element();
      out += json::serialize(json::string{key}) + ": ";
      write(member, indent + 2, out);
    }
    out += '\n' + std::string(indent, ' ') + '}';
  } else {
    out += '[';
    for (const json::value& element : value.get_array()) {
      begin_element();
      write(element, indent + 2, out);
    }
    out += '\n' + std::string(indent, ' ') + ']';
  }
}

}  // namespace

std::string to_text(const json::value& value) {
  std::string out;
  write(value, 0, out);
  return out;
}

}  // namespace continuo
