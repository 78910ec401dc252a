#include "result/test_support/schema_check.hh"

#include <cmath>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <boost/json.hpp>
#include <fmt/format.h>

namespace continuo {
namespace {

namespace json = boost::json;

class Validator {
 public:
  explicit Validator(const json::value& root) : root_{root} {}

  void check(const json::value& schema, const json::value& value, const std::string& place) {
    const json::object& rules = schema.as_object();
    for (const auto& [keyword, rule] : rules) {
      if (keyword == "$ref") check(resolve(rule), value, place);
      else if (keyword == "type") check_type(rule, value, place);
      else if (keyword == "const") require(value == rule, place, "is not " + json::serialize(rule));
      else if (keyword == "enum") check_enum(rule, value, place);
      else if (keyword == "minimum") check_bound(value, place, rule.to_number<double>(), -1);
      else if (keyword == "maximum") check_bound(value, place, rule.to_number<double>(), 1);
      else if (keyword == "minLength") check_length(rule, value, place);
      else if (keyword == "required") check_required(rule, value, place);
      else if (keyword == "items") check_items(rule, value, place);
      else if (keyword == "properties") check_members(rules, value, place);
      else if (keyword == "additionalProperties") { if (!rules.contains("properties")) check_members(rules, value, place); }
      else if (keyword != "$schema" && keyword != "$defs" && keyword != "title" && keyword != "description") {
        errors.push_back(fmt::format("schema: keyword \"{}\" is not supported", std::string_view{keyword}));
      }
    }
  }

  std::vector<std::string> errors;

 private:
  void require(bool holds, const std::string& place, const std::string& complaint) {
    if (!holds) errors.push_back(place + ": " + complaint);
  }

  const json::value& resolve(const json::value& reference) {
    const std::string_view pointer{reference.as_string()};
    if (!pointer.starts_with('#')) throw std::runtime_error{"schema: only local references are supported"};
    return root_.at_pointer(pointer.substr(1));
  }

  static bool has_type(std::string_view type, const json::value& value) {
    if (type == "object") return value.is_object();
    if (type == "array") return value.is_array();
    if (type == "string") return value.is_string();
    if (type == "boolean") return value.is_bool();
    if (type == "null") return value.is_null();
    if (type == "number") return value.is_number();
    if (type == "integer") {
      if (const double* number = value.if_double()) return std::trunc(*number) == *number;
      return value.is_number();
    }
    throw std::runtime_error{fmt::format("schema: no type \"{}\"", type)};
  }

  void check_type(const json::value& rule, const json::value& value, const std::string& place) {
    bool fits = false;
    if (rule.is_string()) {
      fits = has_type(rule.get_string(), value);
    } else {
      for (const json::value& type : rule.as_array()) fits = fits || has_type(type.as_string(), value);
    }
    require(fits, place, "is not of type " + json::serialize(rule));
  }

  void check_enum(const json::value& rule, const json::value& value, const std::string& place) {
    bool fits = false;
    for (const json::value& allowed : rule.as_array()) fits = fits || value == allowed;
    require(fits, place, "is none of " + json::serialize(rule));
  }

  void check_bound(const json::value& value, const std::string& place, double bound, int direction) {
    if (!value.is_number()) return;
    const double number = value.to_number<double>();
    const bool holds = direction < 0 ? number >= bound : number <= bound;
    require(holds, place, fmt::format("{} is {} {}", number, direction < 0 ? "below" : "above", bound));
  }

  void check_length(const json::value& rule, const json::value& value, const std::string& place) {
    if (!value.is_string()) return;
    require(value.get_string().size() >= rule.to_number<std::size_t>(), place, "is too short");
  }

  void check_required(const json::value& rule, const json::value& value, const std::string& place) {
    if (!value.is_object()) return;
    for (const json::value& key : rule.as_array()) {
      require(value.get_object().contains(key.as_string()), place, "lacks " + json::serialize(key));
    }
  }

  void check_items(const json::value& rule, const json::value& value, const std::string& place) {
    if (!value.is_array()) return;
    std::size_t index = 0;
    for (const json::value& element : value.get_array()) check(rule, element, fmt::format("{}[{}]", place, index++));
  }

  void check_members(const json::object& rules, const json::value& value, const std::string& place) {
    if (!value.is_object()) return;
    const json::value* known = rules.if_contains("properties");
    const json::value* others = rules.if_contains("additionalProperties");
    for (const auto& [key, member] : value.get_object()) {
      const std::string inside = fmt::format("{}.{}", place, std::string_view{key});
      const json::value* rule = known == nullptr ? nullptr : known->as_object().if_contains(key);
      if (rule != nullptr) check(*rule, member, inside);
      else if (others != nullptr && others->is_bool()) require(others->get_bool(), inside, "is not in the schema");
      else if (others != nullptr) check(*others, member, inside);
    }
  }

  const json::value& root_;
};

}  // namespace

std::vector<std::string> schema_errors(std::string_view schema, std::string_view document) {
  const json::value rules = json::parse(schema);
  boost::system::error_code error;
  const json::value value = json::parse(document, error);
  if (error) return {"$: not JSON: " + error.message()};
  Validator validator{rules};
  validator.check(rules, value, "$");
  return std::move(validator.errors);
}

std::vector<std::string> evaluation_schema_errors(std::string_view document) {
  std::ifstream file{CONTINUO_SOURCE_DIR "/docs/evaluation.schema.json"};
  if (!file) throw std::runtime_error{"docs/evaluation.schema.json cannot be read"};
  std::ostringstream text;
  text << file.rdbuf();
  return schema_errors(text.str(), document);
}

}  // namespace continuo
