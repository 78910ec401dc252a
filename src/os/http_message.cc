// Headers, and bodies as text.
#include "os/http_message.hh"

#include <algorithm>

namespace continuo {

namespace {

char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter; }

bool equal_without_case(std::string_view one, std::string_view other) {
  return std::ranges::equal(one, other, {}, lower, lower);
}

// A string of JSON. Bytes from 0x80 on pass as they are: our own sentences are UTF-8, and foreign ones are escaped
// before.
std::string quoted(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string result = "\"";
  for (const char letter : text) {
    const auto code = static_cast<unsigned char>(letter);
    if (letter == '"' || letter == '\\') {
      result += '\\';
      result += letter;
    } else if (code < 0x20) {
      result += "\\u00";
      result += digits[code >> 4];
      result += digits[code & 15];
    } else {
      result += letter;
    }
  }
  return result + '"';
}

}  // namespace

std::optional<std::string_view> HttpHeaders::find(std::string_view name) const {
  for (const auto& [field, value] : fields_) {
    if (equal_without_case(field, name)) {
      return value;
    }
  }
  return std::nullopt;
}

void HttpHeaders::set(std::string_view name, std::string value) {
  std::erase_if(fields_, [&](const auto& field) { return equal_without_case(field.first, name); });
  fields_.emplace_back(name, std::move(value));
}

void HttpHeaders::append(std::string name, std::string value) {
  fields_.emplace_back(std::move(name), std::move(value));
}

std::vector<std::byte> to_body(std::string_view text) {
  const auto raw = std::as_bytes(std::span{text});
  return {raw.begin(), raw.end()};
}

std::string_view as_text(std::span<const std::byte> body) {
  return {reinterpret_cast<const char*>(body.data()), body.size()};
}

HttpResponse json_response(int status, std::string_view json) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = to_body(json)};
}

HttpResponse error_response(int status, std::string_view error) {
  return json_response(status, "{\"error\":" + quoted(error) + "}");
}

}  // namespace continuo
