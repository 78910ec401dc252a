#include "os/host_activity.hh"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "os/affinity.hh"
#include "os/file_descriptor.hh"

namespace continuo {

namespace {

// The next number of blank-separated ones; nothing: none there.
std::optional<std::int64_t> next_number(std::string_view& text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data() + begin, text.data() + text.size(), number);
  if (failure != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

Duration of_ticks(std::int64_t ticks, std::int64_t ticks_per_second) {
  return from_seconds(static_cast<double>(ticks) / static_cast<double>(ticks_per_second));
}

std::int64_t clock_ticks() { return ::sysconf(_SC_CLK_TCK); }

}  // namespace

std::optional<HostCpu> parse_host_cpu(std::string_view text, const std::vector<int>& cores, std::int64_t ticks_per_second) {
  if (!text.starts_with("cpu ")) return std::nullopt;
  HostCpu host;
  for (auto line = text.find("\ncpu"); line != std::string_view::npos; line = text.find("\ncpu", line + 1)) {
    std::string_view numbers = text.substr(line + 4);
    numbers = numbers.substr(0, numbers.find('\n'));
    const bool numbered = !numbers.empty() && numbers.front() >= '0' && numbers.front() <= '9';
    const auto core = numbered ? next_number(numbers) : std::nullopt;
    if (!core || std::ranges::find(cores, *core) == cores.end()) continue;
    // user nice system idle iowait irq softirq steal
    std::array<std::int64_t, 8> ticks{};
    for (auto& count : ticks) {
      const auto number = next_number(numbers);
      if (!number) return std::nullopt;
      count = *number;
    }
    ++host.cores;
    host.busy += of_ticks(ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6], ticks_per_second);
    host.stolen += of_ticks(ticks[7], ticks_per_second);
  }
  return host.cores == 0 ? std::nullopt : std::optional{host};
}

std::optional<ProcessCpu> parse_process_cpu(std::string_view text, std::int64_t ticks_per_second) {
  // The name may itself hold spaces and brackets: it ends at the last one.
  const auto open = text.find('(');
  const auto close = text.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open || close + 4 > text.size()) {
    return std::nullopt;
  }
  ProcessCpu process{.name = std::string{text.substr(open + 1, close - open - 1)}, .parent = 0, .used = {}};
  std::string_view numbers = text.substr(close + 3);  // behind ") S"
  const auto parent = next_number(numbers);
  if (!parent) return std::nullopt;
  process.parent = static_cast<pid_t>(*parent);
  // pgrp session tty tpgid flags minflt cminflt majflt cmajflt, then utime, stime, cutime and cstime
  std::int64_t used = 0;
  std::int64_t waited_for = 0;
  for (int field = 0; field < 13; ++field) {
    const auto number = next_number(numbers);
    if (!number) return std::nullopt;
    if (field >= 9) (field < 11 ? used : waited_for) += *number;
  }
  process.used = of_ticks(used, ticks_per_second);
  process.waited_for = of_ticks(waited_for, ticks_per_second);
  return process;
}

HostCpu host_cpu(const std::filesystem::path& proc) {
  return parse_host_cpu(read_file(proc / "stat").value_or(""), usable_core_numbers(), clock_ticks()).value_or(HostCpu{});
}

ProcessTable running_processes(const std::filesystem::path& proc) {
  ProcessTable processes;
  std::error_code failure;
  for (const auto& entry : std::filesystem::directory_iterator{proc, failure}) {
    const std::string name = entry.path().filename().string();
    pid_t pid = 0;
    const auto [end, wrong] = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (wrong != std::errc{} || end != name.data() + name.size()) continue;
    const auto text = read_file(entry.path() / "stat");
    if (!text) continue;  // it has ended meanwhile
    if (auto process = parse_process_cpu(*text, clock_ticks())) processes.emplace(pid, std::move(*process));
  }
  return processes;
}

Duration family_cpu(const ProcessTable& processes, pid_t eldest) {
  constexpr int generations_max = 1000;  // parents that change while the table is read could seem to go round
  Duration sum{};
  for (const auto& [pid, process] : processes) {
    pid_t ancestor = pid;
    for (int generation = 0; ancestor != eldest && ancestor > 0 && generation < generations_max; ++generation) {
      const auto found = processes.find(ancestor);
      ancestor = found == processes.end() ? 0 : found->second.parent;
    }
    if (ancestor == eldest) sum += process.used + process.waited_for;
  }
  return sum;
}

Duration own_cpu_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto sum = [](const timeval& time) { return std::chrono::seconds{time.tv_sec} + std::chrono::microseconds{time.tv_usec}; };
  return sum(usage.ru_utime) + sum(usage.ru_stime);
}

}  // namespace continuo
