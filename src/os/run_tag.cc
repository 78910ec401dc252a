// Reads /proc for who is alive.
#include "os/run_tag.hh"

#include <sys/stat.h>
#include <unistd.h>

#include <charconv>
#include <vector>

#include "os/error.hh"
#include "os/file_descriptor.hh"

namespace continuo {

namespace {

std::uint64_t own_pid_namespace() {
  struct stat status{};
  check("stat /proc/self/ns/pid", ::stat("/proc/self/ns/pid", &status));
  return status.st_ino;
}

std::optional<std::uint64_t> read_start_ticks(pid_t pid) {
  const auto stat = read_file("/proc/" + std::to_string(pid) + "/stat");
  return stat ? start_ticks_of(*stat) : std::nullopt;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

std::optional<std::uint64_t> start_ticks_of(std::string_view stat) {
  const auto name_end = stat.rfind(')');
  if (name_end == std::string_view::npos || name_end + 2 > stat.size()) {
    return std::nullopt;
  }
  stat.remove_prefix(name_end + 2);  // now at field 3
  for (int field = 3; field < 22; ++field) {
    const auto space = stat.find(' ');
    if (space == std::string_view::npos) {
      return std::nullopt;
    }
    stat.remove_prefix(space + 1);
  }
  return parse_number(stat.substr(0, stat.find_first_of(" \n")));
}

RunTag own_run_tag() {
  const pid_t pid = ::getpid();
  return {.pid = pid, .start_ticks = read_start_ticks(pid).value_or(0), .pid_namespace = own_pid_namespace()};
}

std::string to_string(const RunTag& tag) {
  return std::string{run_tag_prefix} + std::to_string(tag.pid) + "-" + std::to_string(tag.start_ticks) + "-" +
         std::to_string(tag.pid_namespace);
}

std::optional<RunTag> parse_run_tag(std::string_view name) {
  if (!name.starts_with(run_tag_prefix)) {
    return std::nullopt;
  }
  name.remove_prefix(run_tag_prefix.size());
  std::vector<std::uint64_t> numbers;
  while (numbers.size() < 3) {
    const auto dash = name.find('-');
    const auto number = parse_number(name.substr(0, dash));
    if (!number) {
      return std::nullopt;
    }
    numbers.push_back(*number);
    name = dash == std::string_view::npos ? std::string_view{} : name.substr(dash + 1);
  }
  return RunTag{.pid = static_cast<pid_t>(numbers[0]), .start_ticks = numbers[1], .pid_namespace = numbers[2]};
}

RunState state_of(const RunTag& tag) {
  if (tag.pid_namespace != own_pid_namespace()) {
    return RunState::elsewhere;
  }
  return read_start_ticks(tag.pid) == tag.start_ticks ? RunState::alive : RunState::dead;
}

}  // namespace continuo
