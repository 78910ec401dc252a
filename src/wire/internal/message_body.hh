// An inference message's body: JSON, then binary tensors, cut apart where Inference-Header-Content-Length says.
#pragma once

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "wire/inference.hh"

namespace continuo {

struct Body {
  std::string_view header;          // JSON
  std::span<const std::byte> data;  // binary tensors not read yet
  bool binary = false;              // a header length was given
};

// Digits only, at most the body: "-1", "+5", "1e3", "" and 2^31 are refused.
inline std::variant<Body, Refusal> split_body(std::span<const std::byte> body, std::optional<std::string_view> header_length) {
  const std::string_view text{reinterpret_cast<const char*>(body.data()), body.size()};
  if (!header_length) {
    return Body{text, {}, false};
  }
  std::int32_t length = 0;
  const char* const end = header_length->data() + header_length->size();
  const auto [read, error] = std::from_chars(header_length->data(), end, length);
  if (error != std::errc{} || read != end || length < 0) {
    return Refusal{400, "Inference-Header-Content-Length must be the JSON's length in bytes, digits only"};
  }
  if (static_cast<std::size_t>(length) > body.size()) {
    return Refusal{400, "Inference-Header-Content-Length is " + std::to_string(length) + ", but the body has only " +
                            std::to_string(body.size()) + " bytes"};
  }
  return Body{text.substr(0, static_cast<std::size_t>(length)), body.subspan(static_cast<std::size_t>(length)), true};
}

}  // namespace continuo
