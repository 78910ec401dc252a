// What a node says of itself in DNS-SD: the TXT record and the subtypes of its `_inference._tcp` service.
//
// A TXT record is a list of strings, each a length byte and at most 255 bytes (RFC 6763 section 6):
//
//   txtvers=1 | id=edge-1 | tier=edge | proto=oip-v2 | digest=32 hex digits | path=/continuo/v1/capability
//
// It stays below the 200 bytes that RFC 6763 section 6.2 advises: so the digest is the first 128 bits of the SHA-256 of the
// capability document. It tells a reader that the document has changed; it does not vouch for it. Everything else is in the
// document.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wire/capability.hh"

namespace continuo {

inline constexpr std::string_view inference_service_type = "_inference._tcp";
inline constexpr std::string_view capability_path = "/continuo/v1/capability";

struct ServiceText {
  std::string id;
  std::string tier;
  std::string protocol = "oip-v2";
  std::string digest;  // of the capability document: SHA-256 in hex, whole or its first 32 digits
  std::string path{capability_path};

  bool operator==(const ServiceText&) const = default;
};

// The strings of the TXT record, txtvers first. An id beyond 63 bytes or a tier beyond 32 is cut.
std::vector<std::string> encode_text(const ServiceText& text);
// Strict in what it uses, blind to what it does not know. A key counts where it first comes, in any case. The error says what
// is wrong. Never throws.
std::variant<ServiceText, std::string> parse_text(std::span<const std::string> strings);
// Bytes of the record on the wire.
std::size_t encoded_size(std::span<const std::string> strings);

// Labels to browse by: runtimes, accelerators and architecture, as "_onnxruntime", "_x86-64"; at most 63 bytes each.
std::vector<std::string> subtypes_of(const Capability& capability);
std::string subtype_label(std::string_view name);

// A name made fit for a host label: letters, digits and inner hyphens, at most 63.
std::string host_label(std::string_view name);

}  // namespace continuo
