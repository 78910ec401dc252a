// TXT records and subtypes: see service_text.hh.
#include "discovery/service_text.hh"

#include <algorithm>
#include <cctype>
#include <map>

namespace continuo {

namespace {

constexpr std::size_t label_limit = 63;      // RFC 1035 section 2.3.4
constexpr std::size_t tier_limit = 32;       // keeps the record below 200 bytes
constexpr std::size_t digest_digits = 32;    // 128 bits
constexpr std::size_t record_limit = 1300;   // RFC 6763 section 6.2: more does not fit one packet
constexpr std::size_t strings_limit = 64;
constexpr std::size_t path_limit = 128;

bool printable(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) { return c > 0x20 && c != 0x7f; });
}

std::string lower(std::string_view text) {
  std::string result{text};
  std::ranges::transform(result, result.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return result;
}

// Letters and digits in lower case, anything else one hyphen, none at the ends.
std::string hyphenated(std::string_view name, std::size_t limit) {
  std::string label;
  for (const unsigned char c : name) {
    if (std::isalnum(c) != 0 && c < 0x80) {
      label += static_cast<char>(std::tolower(c));
    } else if (!label.empty() && label.back() != '-') {
      label += '-';
    }
    if (label.size() == limit) {
      break;
    }
  }
  while (!label.empty() && label.back() == '-') {
    label.pop_back();
  }
  return label;
}

using Pairs = std::map<std::string, std::string, std::less<>>;

std::string_view value_of(const Pairs& pairs, std::string_view key) {
  const auto found = pairs.find(key);
  return found == pairs.end() ? std::string_view{} : std::string_view{found->second};
}

Pairs pairs_of(std::span<const std::string> strings) {
  Pairs pairs;
  for (const std::string& text : strings) {
    const std::size_t equals = text.find('=');
    if (equals == 0 || text.empty()) {
      continue;  // RFC 6763 section 6.4: a string without a key is ignored
    }
    const std::string value = equals == std::string::npos ? std::string{} : text.substr(equals + 1);
    pairs.emplace(lower(text.substr(0, equals)), value);  // the first of a key wins
  }
  return pairs;
}

}  // namespace

std::vector<std::string> encode_text(const ServiceText& text) {
  return {"txtvers=1",
          "id=" + text.id.substr(0, label_limit),
          "tier=" + text.tier.substr(0, tier_limit),
          "proto=" + text.protocol,
          "digest=" + text.digest.substr(0, digest_digits),
          "path=" + text.path};
}

std::variant<ServiceText, std::string> parse_text(std::span<const std::string> strings) {
  if (strings.size() > strings_limit || encoded_size(strings) > record_limit) {
    return std::string{"the TXT record is larger than 1300 bytes or 64 strings"};
  }
  const Pairs pairs = pairs_of(strings);
  if (value_of(pairs, "txtvers") != "1") {
    return std::string{"txtvers is not 1"};
  }
  ServiceText text;
  text.id = value_of(pairs, "id");
  text.tier = value_of(pairs, "tier");
  text.protocol = value_of(pairs, "proto");
  text.digest = lower(value_of(pairs, "digest"));
  text.path = value_of(pairs, "path");
  if (text.id.empty() || text.id.size() > label_limit || !printable(text.id)) {
    return std::string{"id is not 1 to 63 printable bytes"};
  }
  if (text.tier.size() > tier_limit || !printable(text.tier)) {
    return std::string{"tier is not 0 to 32 printable bytes"};
  }
  if (text.protocol != "oip-v2") {
    return std::string{"proto is not oip-v2"};
  }
  const bool hex = std::ranges::all_of(text.digest, [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (text.digest.size() > 2 * digest_digits || !hex) {
    return std::string{"digest is not up to 64 hex digits"};
  }
  if (!text.path.starts_with('/') || text.path.size() > path_limit || !printable(text.path)) {
    return std::string{"path is not an absolute path of at most 128 printable bytes"};
  }
  return text;
}

std::size_t encoded_size(std::span<const std::string> strings) {
  std::size_t size = 0;
  for (const std::string& text : strings) {
    size += 1 + text.size();
  }
  return size;
}

std::string subtype_label(std::string_view name) { return "_" + hyphenated(name, label_limit - 1); }

std::vector<std::string> subtypes_of(const Capability& capability) {
  std::vector<std::string> labels;
  const auto add = [&](std::string_view name) {
    const std::string label = subtype_label(name);
    if (label.size() > 1 && std::ranges::find(labels, label) == labels.end()) {
      labels.push_back(label);
    }
  };
  for (const RuntimeCapability& runtime : capability.runtimes) {
    add(runtime.name);
  }
  for (const std::string& accelerator : capability.accelerators) {
    add(accelerator);
  }
  add(capability.architecture);
  return labels;
}

std::string host_label(std::string_view name) {
  const std::string label = hyphenated(name, label_limit);
  return label.empty() ? "continuo" : label;
}

}  // namespace continuo
