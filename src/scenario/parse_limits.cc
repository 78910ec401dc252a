// What bounds a node besides cores, quota and memory: pinned, processes, disk.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

constexpr std::int64_t host_core_max = 1023;
constexpr Range<std::size_t> pinned_counts{1, 1024};
// A node runs its program with some threads and a load generator: below this nothing starts.
constexpr Range<std::int64_t> process_counts{16, 4'000'000};
constexpr Range<BitRate> disk_rates{BitRate::bits_per_second(8 * 1024), BitRate::bits_per_second(8'000'000'000'000)};

void read_pinned(const YamlNode& node, const std::string& what, Tier& tier, Problems& problems) {
  const std::string named = "`pinned` of " + what;
  if (!check_list(node, named, pinned_counts, "0", problems)) return;
  for (const YamlNode& item : node.items) {
    const auto core = read_integer(item, "a core in " + named, {0, host_core_max}, problems);
    if (!core) return;
    if (std::ranges::find(tier.pinned, static_cast<int>(*core)) != tier.pinned.end()) {
      problems.add(item, fmt::format("core {} is listed twice in {}", *core, named), "name each core once");
      return;
    }
    tier.pinned.push_back(static_cast<int>(*core));
  }
  if (static_cast<int>(tier.pinned.size()) < tier.cores) {
    problems.add(node, fmt::format("{} has {} cores and is pinned to {}", what, tier.cores, tier.pinned.size()),
                 "pin it to at least as many cores of the host as it has, or lower `cores`");
  }
}

void read_disk(const YamlNode& node, const std::string& what, Tier& tier, Problems& problems) {
  const Fields fields{node, "`disk` of " + what, {"read", "write"}, problems};
  if (!node.is_mapping()) return;
  if (const YamlNode* value = fields.find("read")) {
    tier.disk_read = read_byte_rate(*value, "`read` of the disk of " + what, disk_rates, problems);
  }
  if (const YamlNode* value = fields.find("write")) {
    tier.disk_write = read_byte_rate(*value, "`write` of the disk of " + what, disk_rates, problems);
  }
}

}  // namespace

void read_limits(const Fields& fields, Tier& tier, Problems& problems) {
  if (const YamlNode* value = fields.find("pinned")) read_pinned(*value, fields.what(), tier, problems);
  if (const YamlNode* value = fields.find("processes")) {
    if (const auto count = read_integer(*value, "`processes` of " + fields.what(), process_counts, problems)) {
      tier.processes = static_cast<int>(*count);
    }
  }
  if (const YamlNode* value = fields.find("disk")) read_disk(*value, fields.what(), tier, problems);
}

}  // namespace continuo
