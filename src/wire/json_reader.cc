// Bounded JSON documents, and typed access to their keys.
#include "wire/internal/json_reader.hh"

#include <cassert>
#include <new>
#include <vector>

namespace continuo {

namespace json = boost::json;

// Boost.JSON names another alignment when it frees a key than when it allocated it; none is beyond that of plain new.
void* BoundedMemory::do_allocate(std::size_t bytes, std::size_t alignment) {
  assert(alignment <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
  if (bytes > left_) {
    throw std::bad_alloc{};
  }
  void* const memory = ::operator new(bytes);
  left_ -= bytes;
  return memory;
}

void BoundedMemory::do_deallocate(void* memory, std::size_t bytes, std::size_t) {
  left_ += bytes;
  ::operator delete(memory);
}

JsonDocument::JsonDocument(std::string_view text, const JsonLimits& limits) : memory_{limits.memory} {
  if (text.size() > limits.bytes) {
    error_ = "the document has " + std::to_string(text.size()) + " bytes, the limit is " + std::to_string(limits.bytes);
    too_large_ = true;
    return;
  }
  json::parse_options options;
  options.max_depth = limits.nesting;
  try {
    json::parser parser{json::storage_ptr{&memory_}, options};
    parser.reset(json::storage_ptr{&memory_});
    json::error_code code;
    const std::size_t read = parser.write(text, code);
    if (code) {
      error_ = "not valid JSON at byte " + std::to_string(read) + ": " + code.message();
      return;
    }
    json::value parsed = parser.release();
    if (!parsed.is_object()) {
      error_ = "expected a JSON object, not " + describe(parsed);
      return;
    }
    root_.emplace(std::move(parsed));
  } catch (const std::bad_alloc&) {
    error_ = "the JSON takes more than " + std::to_string(limits.memory >> 20) + " MiB once parsed";
    too_large_ = true;
  }
}

std::string describe(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return "null";
    case json::kind::bool_: return value.get_bool() ? "true" : "false";
    case json::kind::int64: return std::to_string(value.get_int64());
    case json::kind::uint64: return std::to_string(value.get_uint64());
    case json::kind::double_: return "the number " + json::serialize(value);
    case json::kind::string: return "a string";
    case json::kind::array: return "an array";
    case json::kind::object: return "an object";
  }
  return "something else";
}

void JsonReader::fail(std::string_view key, std::string_view what) {
  if (!error_) {
    error_ = path_ + std::string{key} + ": " + std::string{what};
  }
}

const json::value* JsonReader::find(std::string_view key, Presence presence) {
  if (error_) {
    return nullptr;
  }
  const json::value* const value = object_.if_contains(key);
  if (value == nullptr && presence == Presence::required) {
    fail(key, "is missing");
  }
  return value;
}

std::string JsonReader::text(std::string_view key, std::size_t longest, Presence presence) {
  const json::value* const value = find(key, presence);
  if (value == nullptr) {
    return {};
  }
  const json::string* const string = value->if_string();
  if (string == nullptr) {
    fail(key, "expected a string, not " + describe(*value));
    return {};
  }
  if (string->size() > longest) {
    fail(key, "longer than " + std::to_string(longest) + " bytes");
    return {};
  }
  return {string->data(), string->size()};
}

std::int64_t JsonReader::integer(std::string_view key, std::int64_t least, std::int64_t most, Presence presence) {
  const json::value* const value = find(key, presence);
  if (value == nullptr) {
    return least;
  }
  const std::int64_t* const integer = value->if_int64();
  if (integer == nullptr || *integer < least || *integer > most) {
    fail(key, "expected an integer from " + std::to_string(least) + " to " + std::to_string(most) + ", not " +
                  describe(*value));
    return least;
  }
  return *integer;
}

double JsonReader::number(std::string_view key, double least, double most, Presence presence) {
  const json::value* const value = find(key, presence);
  if (value == nullptr) {
    return least;
  }
  json::error_code code;
  const double number = value->is_number() ? value->to_number<double>(code) : 0.0;
  if (!value->is_number() || code || !(number >= least) || !(number <= most)) {
    fail(key, "expected a number from " + std::to_string(least) + " to " + std::to_string(most) + ", not " +
                  describe(*value));
    return least;
  }
  return number;
}

bool JsonReader::flag(std::string_view key, Presence presence) {
  const json::value* const value = find(key, presence);
  if (value == nullptr) {
    return false;
  }
  if (!value->is_bool()) {
    fail(key, "expected true or false, not " + describe(*value));
    return false;
  }
  return value->get_bool();
}

Duration JsonReader::duration(std::string_view key, Presence presence) {
  return Duration{integer(key, 0, std::numeric_limits<std::int64_t>::max(), presence)};
}

std::span<const json::value> JsonReader::array(std::string_view key, std::size_t most, Presence presence) {
  const json::value* const value = find(key, presence);
  if (value == nullptr) {
    return {};
  }
  const json::array* const array = value->if_array();
  if (array == nullptr) {
    fail(key, "expected an array, not " + describe(*value));
    return {};
  }
  if (array->size() > most) {
    fail(key, "has " + std::to_string(array->size()) + " elements, the limit is " + std::to_string(most));
    return {};
  }
  return {array->data(), array->size()};
}

std::vector<std::string> JsonReader::texts(std::string_view key, std::size_t most, std::size_t longest,
                                           Presence presence) {
  std::vector<std::string> result;
  for (const json::value& value : array(key, most, presence)) {
    const json::string* const string = value.if_string();
    if (string == nullptr || string->size() > longest) {
      fail(key, "expected strings of at most " + std::to_string(longest) + " bytes");
      return {};
    }
    result.emplace_back(string->data(), string->size());
  }
  return result;
}

}  // namespace continuo
