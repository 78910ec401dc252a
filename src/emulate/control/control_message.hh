// What is asked of a running emulation over its socket, and what it answers. Pure.
//
//   status        "ok" and a JSON object
//   enter NODE    "ok", the files of the node's control groups to join, and a descriptor of its first process
//   do ACTION     the words of scenario/event_action.hh; "ok" and what was done
//   anything else "error" and why
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace continuo {

struct StatusRequest {};
struct EnterRequest {
  std::string node;
};
struct ActRequest {
  std::string action;
};
using ControlRequest = std::variant<StatusRequest, EnterRequest, ActRequest>;

inline constexpr std::size_t control_request_size_max = 4200;

std::string serialise(const ControlRequest& request);
// Nothing: no request, too long, or with control characters.
std::optional<ControlRequest> parse_control_request(std::string_view bytes);

struct ControlReply {
  bool ok = false;
  std::string text;
};

std::string serialise(const ControlReply& reply);
std::optional<ControlReply> parse_control_reply(std::string_view bytes);

}  // namespace continuo
