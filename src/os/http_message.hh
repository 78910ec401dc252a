// An HTTP/1.1 request and response as values, the same on the server's and on the client's side.
#pragma once

#include <cstddef>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

// Header fields in the order they came. Names compare without case.
class HttpHeaders {
 public:
  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_{fields} {}

  // The first field of that name.
  std::optional<std::string_view> find(std::string_view name) const;
  // Replaces every field of that name.
  void set(std::string_view name, std::string value);
  // Adds a field, whatever is there already.
  void append(std::string name, std::string value);
  auto begin() const { return fields_.begin(); }
  auto end() const { return fields_.end(); }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";  // as sent: percent-encoded, with its query
  HttpHeaders headers;
  std::vector<std::byte> body;
  // Filled by the server:
  std::string peer;             // "10.77.0.2:41234"
  Duration arrived{};           // CLOCK_MONOTONIC when the whole request had been read
  Bytes size = Bytes::zero();   // header and body on the wire
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::vector<std::byte> body;
  // Set: the body is this file's content, streamed from disk, and `body` is ignored. A file that cannot be opened is
  // a 404.
  std::optional<std::filesystem::path> file = std::nullopt;
};

std::vector<std::byte> to_body(std::string_view text);
std::string_view as_text(std::span<const std::byte> body);  // a view of the same bytes

// A response whose body is `json`, with its content type.
HttpResponse json_response(int status, std::string_view json);
// {"error": "..."}: the only shape an error of ours has.
HttpResponse error_response(int status, std::string_view error);

}  // namespace continuo
