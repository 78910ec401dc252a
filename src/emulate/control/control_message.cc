#include "emulate/control/control_message.hh"

#include <algorithm>

namespace continuo {

namespace {

constexpr std::string_view status = "status";
constexpr std::string_view enter = "enter ";
constexpr std::string_view act = "do ";
constexpr std::string_view ok = "ok\n";
constexpr std::string_view error = "error\n";

}  // namespace

std::string serialise(const ControlRequest& request) {
  if (const auto* entering = std::get_if<EnterRequest>(&request)) {
    return std::string{enter} + entering->node;
  }
  if (const auto* acting = std::get_if<ActRequest>(&request)) {
    return std::string{act} + acting->action;
  }
  return std::string{status};
}

std::optional<ControlRequest> parse_control_request(std::string_view bytes) {
  const bool text = std::ranges::all_of(bytes, [](char letter) { return static_cast<unsigned char>(letter) >= 0x20; });
  if (bytes.size() > control_request_size_max || !text) {
    return std::nullopt;
  }
  if (bytes == status) {
    return StatusRequest{};
  }
  if (bytes.starts_with(enter) && bytes.size() > enter.size()) {
    return EnterRequest{std::string{bytes.substr(enter.size())}};
  }
  if (bytes.starts_with(act) && bytes.size() > act.size()) {
    return ActRequest{std::string{bytes.substr(act.size())}};
  }
  return std::nullopt;
}

std::string serialise(const ControlReply& reply) { return std::string{reply.ok ? ok : error} + reply.text; }

std::optional<ControlReply> parse_control_reply(std::string_view bytes) {
  if (bytes.starts_with(ok)) {
    return ControlReply{.ok = true, .text = std::string{bytes.substr(ok.size())}};
  }
  if (bytes.starts_with(error)) {
    return ControlReply{.ok = false, .text = std::string{bytes.substr(error.size())}};
  }
  return std::nullopt;
}

}  // namespace continuo
