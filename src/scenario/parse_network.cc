// `network:` of the scenario and of a tier: the settings of the nodes' TCP/IP stacks.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

// The kernel's own limit for the name of an algorithm, TCP_CA_NAME_MAX, is 16 with the byte that ends it.
constexpr std::size_t algorithm_length_max = 15;
constexpr Range<std::int64_t> initial_windows{1, 1000};
constexpr Range<Bytes> buffers{Bytes::kibibytes(4), Bytes::gibibytes(1)};
constexpr Range<Bytes> mtus{Bytes::of(1280), Bytes::of(65535)};  // from the least that IPv6 allows

bool is_algorithm(std::string_view name) {
  const auto is_letter = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
  };
  return !name.empty() && name.size() <= algorithm_length_max && std::ranges::all_of(name, is_letter);
}

void read_congestion(const YamlNode& node, const std::string& what, NetworkStack& stack, Problems& problems) {
  const auto name = read_text(node, what, problems);
  if (!name) return;
  if (is_algorithm(*name)) {
    stack.congestion_control = *name;
  } else {
    problems.add(node, fmt::format("{} is not the name of a congestion control", in_quotes(*name)),
                 "for example congestion: cubic; /proc/sys/net/ipv4/tcp_available_congestion_control lists the kernel's");
  }
}

void read_mtu(const YamlNode& node, const std::string& what, NetworkStack& stack, Problems& problems) {
  if (node.is_scalar() && !node.text.empty() && node.text.find_first_not_of("0123456789") == std::string::npos) {
    problems.add(node, fmt::format("{}: {} has no unit", what, in_quotes(node.text)), "write it in bytes, for example 1500 B");
    return;
  }
  stack.mtu = read_bytes(node, what, mtus, problems).value_or(stack.mtu);
}

}  // namespace

void read_network(const YamlNode& node, const std::string& of, NetworkStack& stack, Problems& problems) {
  const Fields fields{node, "`network` of " + of,
                      {"congestion", "initial-window", "slow-start-after-idle", "receive-buffer", "send-buffer", "mtu"},
                      problems};
  if (!node.is_mapping()) return;
  const auto named = [&](const char* key) { return fmt::format("`{}` of the network of {}", key, of); };
  if (const YamlNode* value = fields.find("congestion")) read_congestion(*value, named("congestion"), stack, problems);
  if (const YamlNode* value = fields.find("initial-window")) {
    stack.initial_window =
        static_cast<int>(read_integer(*value, named("initial-window"), initial_windows, problems).value_or(10));
  }
  if (const YamlNode* value = fields.find("slow-start-after-idle")) {
    if (value->is_scalar() && (value->text == "true" || value->text == "false")) {
      stack.slow_start_after_idle = value->text == "true";
    } else {
      problems.add(*value, named("slow-start-after-idle") + " must be true or false", "true is Linux's default");
    }
  }
  if (const YamlNode* value = fields.find("receive-buffer")) {
    stack.receive_buffer_max =
        read_bytes(*value, named("receive-buffer"), buffers, problems).value_or(stack.receive_buffer_max);
  }
  if (const YamlNode* value = fields.find("send-buffer")) {
    stack.send_buffer_max = read_bytes(*value, named("send-buffer"), buffers, problems).value_or(stack.send_buffer_max);
  }
  if (const YamlNode* value = fields.find("mtu")) {
    read_mtu(*value, named("mtu"), stack, problems);
  }
}

}  // namespace continuo
