// Strict, bounded reading of JSON that came from outside.
#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "units/time.hh"

namespace continuo {

struct JsonLimits {
  std::size_t bytes = std::size_t{1} << 20;
  std::size_t nesting = 16;
  // Of the parsed document: an element of two bytes of text takes 24 bytes and more in memory.
  std::size_t memory = std::size_t{16} << 20;
};

// A memory resource that refuses (std::bad_alloc) beyond a limit.
class BoundedMemory final : public boost::json::memory_resource {
 public:
  explicit BoundedMemory(std::size_t limit) : left_{limit} {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* memory, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const memory_resource& other) const noexcept override { return this == &other; }

  std::size_t left_;
};

// A parsed document and the memory it lives in.
class JsonDocument {
 public:
  JsonDocument(std::string_view text, const JsonLimits& limits);
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  // Null: not JSON, not an object, or beyond the limits; error() says which.
  const boost::json::object* object() const { return root_ ? root_->if_object() : nullptr; }
  const std::string& error() const { return error_; }
  bool too_large() const { return too_large_; }

 private:
  BoundedMemory memory_;
  std::optional<boost::json::value> root_;
  std::string error_;
  bool too_large_ = false;
};

// "a string", "true", "1.5", "an object", ...: what stands where something else should.
std::string describe(const boost::json::value& value);

enum class Presence { required, optional };

// Reads the keys of one object. The first problem is kept in `error`, which all readers of a document share and which
// names the key; what is read after it is a default that nobody uses.
class JsonReader {
 public:
  JsonReader(const boost::json::object& object, std::string path, std::optional<std::string>& error)
      : object_{object}, path_{std::move(path)}, error_{error} {}

  std::string text(std::string_view key, std::size_t longest, Presence presence = Presence::required);
  std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most,
                       Presence presence = Presence::required);
  double number(std::string_view key, double least, double most, Presence presence = Presence::required);
  bool flag(std::string_view key, Presence presence = Presence::required);
  // An integer of nanoseconds, not negative.
  Duration duration(std::string_view key, Presence presence = Presence::required);
  // Empty if absent and optional.
  std::span<const boost::json::value> array(std::string_view key, std::size_t most,
                                            Presence presence = Presence::required);
  std::vector<std::string> texts(std::string_view key, std::size_t most, std::size_t longest,
                                 Presence presence = Presence::required);
  bool has(std::string_view key) const { return object_.contains(key); }
  bool failed() const { return error_.has_value(); }
  void fail(std::string_view key, std::string_view what);

  // Calls `each(JsonReader)` for the objects of an array.
  template <class Each>
  void objects(std::string_view key, std::size_t most, Presence presence, Each each) {
    std::size_t index = 0;
    for (const boost::json::value& value : array(key, most, presence)) {
      const std::string path = path_ + std::string{key} + "[" + std::to_string(index++) + "]";
      if (const auto* object = value.if_object()) {
        each(JsonReader{*object, path + ".", error_});
      } else if (!error_) {
        error_ = path + ": expected an object, not " + describe(value);
      }
      if (error_) {
        return;
      }
    }
  }

 private:
  // Null if absent or if something failed before.
  const boost::json::value* find(std::string_view key, Presence presence);

  const boost::json::object& object_;
  std::string path_;
  std::optional<std::string>& error_;
};

}  // namespace continuo
