// The probe: see hardware.hh.
#include "node/probe/hardware.hh"

#include <sys/utsname.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <set>
#include <sstream>

#include "node/probe/accelerators.hh"
#include "node/probe/cgroup_limits.hh"
#include "os/file_descriptor.hh"

namespace continuo {

namespace {

constexpr std::size_t cpuinfo_limit = std::size_t{16} << 20;  // 4 kB a core, thousands of cores

// The value behind "KEY :" or "KEY:" of the first such line.
std::optional<std::string> field(const std::string& text, std::string_view key) {
  std::istringstream lines{text};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key)) {
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos || line.find_first_not_of(" \t", key.size()) != colon) {
      continue;
    }
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    return begin == std::string::npos ? std::string{} : line.substr(begin);
  }
  return std::nullopt;
}

// "0-3,8" is five.
int count_list(const std::string& list) {
  int count = 0;
  std::istringstream parts{list};
  for (std::string part; std::getline(parts, part, ',');) {
    int first = 0;
    const char* const end = part.data() + part.size();
    const auto [dash, error] = std::from_chars(part.data(), end, first);
    int last = first;
    if (error != std::errc{} || (dash != end && (*dash != '-' || std::from_chars(dash + 1, end, last).ec != std::errc{}))) {
      return 0;
    }
    count += std::clamp(last - first + 1, 0, 65'536);
  }
  return count;
}

int count_cores(const std::filesystem::path& root, const std::string& cpuinfo) {
  int processors = 0;
  std::istringstream lines{cpuinfo};
  for (std::string line; std::getline(lines, line);) {
    processors += line.starts_with("processor") ? 1 : 0;
  }
  // The affinity of this process.
  const std::string status = read_file(root / "proc/self/status").value_or("");
  const int allowed = count_list(field(status, "Cpus_allowed_list").value_or(""));
  if (processors == 0 || allowed == 0) {
    return std::max({processors, allowed, 1});
  }
  return std::min(processors, allowed);
}

std::vector<std::string> instruction_sets(const std::string& cpuinfo) {
  // What kernels of inference libraries are written for; ARM64's asimd is what its libraries call neon.
  static constexpr std::array<std::string_view, 17> of_interest{
      "sse4_2",   "avx",      "f16c", "fma",     "avx2",    "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16",
      "amx_tile", "amx_int8", "neon", "asimdhp", "asimddp", "sve",      "sve2",    "i8mm"};
  const std::string flags = field(cpuinfo, "flags").value_or(field(cpuinfo, "Features").value_or(""));
  std::istringstream words{flags};
  std::set<std::string, std::less<>> present;
  for (std::string word; words >> word;) {
    present.insert(word == "asimd" ? "neon" : word);
  }
  std::vector<std::string> found;
  for (const std::string_view name : of_interest) {
    if (present.contains(name)) {
      found.emplace_back(name);
    }
  }
  return found;
}

// Where the kernel has no name for it, as on ARM, the numbers that tell CPUs apart.
std::string cpu_model(const std::string& cpuinfo) {
  if (auto name = field(cpuinfo, "model name")) return *name;
  const auto part = field(cpuinfo, "CPU part");
  if (!part) return "";
  return "implementer " + field(cpuinfo, "CPU implementer").value_or("?") + ", part " + *part;
}

std::string architecture(const std::filesystem::path& root) {
  if (auto told = read_file(root / "proc/sys/kernel/arch")) {
    told->erase(told->find_last_not_of(" \n") + 1);
    return *told;
  }
  utsname names{};
  return ::uname(&names) == 0 ? names.machine : "";
}

Bytes total_memory(const std::filesystem::path& root) {
  const std::string text = field(read_file(root / "proc/meminfo").value_or(""), "MemTotal").value_or("");
  std::int64_t kibibytes = 0;
  std::from_chars(text.data(), text.data() + text.size(), kibibytes);
  return Bytes::of(std::clamp<std::int64_t>(kibibytes, 0, std::int64_t{1} << 40) * 1024);
}

}  // namespace

Hardware probe_hardware(const ProbeOptions& options) {
  const std::filesystem::path& root = options.host_root;
  const std::string cpuinfo = read_file(root / "proc/cpuinfo", cpuinfo_limit).value_or("");
  const CgroupLimits limits = read_cgroup_limits(root);

  Hardware hardware;
  const int present = count_cores(root, cpuinfo);
  const double usable = std::min<double>(limits.cores.value_or(present), present);
  // A hair above a whole number is a whole number: 1.0000001 is not two cores.
  hardware.cores = options.cores.value_or(std::max(1, static_cast<int>(std::ceil(usable - 1e-6))));
  hardware.quota = options.quota.value_or(std::min(1.0, usable / hardware.cores));
  hardware.memory = total_memory(root);
  if (limits.memory && (hardware.memory == Bytes::zero() || *limits.memory < hardware.memory)) {
    hardware.memory = *limits.memory;
  }
  hardware.memory = options.memory.value_or(hardware.memory);
  hardware.architecture = architecture(root);
  hardware.cpu_model = cpu_model(cpuinfo);
  hardware.isa = instruction_sets(cpuinfo);
  hardware.accelerators = find_accelerators(root);
  return hardware;
}

void describe(const Hardware& hardware, Capability& capability) {
  capability.cores = hardware.cores;
  capability.quota = hardware.quota;
  capability.memory = hardware.memory;
  capability.architecture = hardware.architecture;
  capability.isa = hardware.isa;
  capability.accelerators = hardware.accelerators;
}

}  // namespace continuo
