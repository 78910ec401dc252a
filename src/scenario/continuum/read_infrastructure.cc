// The section [infrastructure]: nodes, the network between them, and who provides them.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "scenario/continuum/config_reader.hh"

namespace continuo {

namespace {

// The upper ends are those of a scenario (docs/scenario.md); Continuum has none.
constexpr Range<std::int64_t> node_counts{0, 500'000};
constexpr Range<std::int64_t> core_counts{1, 1024};
constexpr Range<std::int64_t> memory_gb{1, 65'536};
constexpr Range<double> quotas{0.1, 1.0};
constexpr Range<std::int64_t> disk_mb_per_second{0, 1'000'000};
constexpr Range<double> latencies_ms{0.0, 60'000.0};
constexpr Range<double> throughputs_mbit{1.0, 1'000'000.0};
constexpr Range<std::int64_t> octets{1, 254};

constexpr std::array roles{Role::cloud, Role::edge, Role::endpoint};

std::optional<BitRate> disk_rate(std::optional<std::int64_t> megabytes) {
  if (!megabytes || *megabytes == 0) return std::nullopt;
  return BitRate::bits_per_second(*megabytes * 8'000'000);
}

ContinuumTier read_tier(ConfigReader& reader, const std::string& name) {
  ContinuumTier tier;
  tier.nodes = static_cast<int>(reader.integer(name + "_nodes", node_counts).value_or(0));
  if (tier.nodes > 0) {
    const std::string reason = fmt::format("there are nodes of the {}", name);
    reader.require(name + "_cores", reason, "2", name + "_nodes");
    reader.require(name + "_memory", reason, "4", name + "_nodes");
    reader.require(name + "_quota", reason, "1.0", name + "_nodes");
  }
  tier.cores = static_cast<int>(reader.integer(name + "_cores", core_counts).value_or(1));
  tier.memory = Bytes::gibibytes(reader.integer(name + "_memory", memory_gb).value_or(1));
  tier.quota = reader.number(name + "_quota", quotas).value_or(1.0);
  tier.read_speed = disk_rate(reader.integer(name + "_read_speed", disk_mb_per_second));
  tier.write_speed = disk_rate(reader.integer(name + "_write_speed", disk_mb_per_second));
  return tier;
}

void read_network(ConfigReader& reader, ContinuumConfig& config) {
  config.network_emulation = reader.flag("network_emulation");
  config.wireless_network_preset = reader.word("wireless_network_preset", {"4g", "5g"}).value_or("4g");
  for (const ContinuumPathName& name : continuum_paths) {
    ContinuumPath& path = config.paths[{name.from, name.to}];
    if (const auto ms = reader.number_or_preset(fmt::format("{}_latency_avg", name.prefix), latencies_ms)) {
      path.latency_avg = from_milliseconds(*ms);
    }
    if (const auto ms = reader.number_or_preset(fmt::format("{}_latency_var", name.prefix), latencies_ms)) {
      path.latency_var = from_milliseconds(*ms);
    }
    if (const auto mbit = reader.number_or_preset(fmt::format("{}_throughput", name.prefix), throughputs_mbit)) {
      path.throughput = BitRate::megabits_per_second(*mbit);
    }
  }
}

// Two octets: "192.168".
bool is_address_prefix(std::string_view text) {
  int octet_count = 0;
  while (true) {
    const std::string_view octet = text.substr(0, text.find('.'));
    int value = -1;
    const auto [end, failure] = std::from_chars(octet.data(), octet.data() + octet.size(), value);
    if (failure != std::errc{} || end != octet.data() + octet.size() || value < 0 || value > 255) return false;
    ++octet_count;
    if (octet.size() == text.size()) return octet_count == 2;
    text.remove_prefix(octet.size() + 1);
  }
}

void read_addresses(ConfigReader& reader, ContinuumConfig& config) {
  if (reader.find("prefixIP") != nullptr) {
    config.prefix_ip = reader.text("prefixIP");
    if (!config.prefix_ip.empty() && !is_address_prefix(config.prefix_ip)) {
      reader.contradiction("prefixIP",
                           fmt::format("`prefixIP` must be two numbers from 0 to 255, not {}", in_quotes(config.prefix_ip)),
                           "write for example prefixIP = 192.168");
    }
  }
  config.middle_ip = static_cast<int>(reader.integer("middleIP", octets).value_or(config.middle_ip));
  config.middle_ip_base = static_cast<int>(reader.integer("middleIP_base", octets).value_or(config.middle_ip_base));
  if (config.middle_ip == config.middle_ip_base) {
    reader.contradiction(reader.find("middleIP") != nullptr ? "middleIP" : "middleIP_base",
                         fmt::format("`middleIP` and `middleIP_base` are both {}", config.middle_ip),
                         "give them different numbers");
  }
}

void read_machines(ConfigReader& reader, ContinuumConfig& config) {
  config.external_physical_machines = reader.list("external_physical_machines");
  for (const std::string& machine : config.external_physical_machines) {
    const auto at = machine.find('@');
    if (at != std::string::npos && at != 0 && at + 1 != machine.size()) continue;
    reader.contradiction("external_physical_machines",
                         fmt::format("{} in `external_physical_machines` is no user@host", in_quotes(machine)),
                         "write for example external_physical_machines = me@node2, me@node3");
  }
}

// The keys of both clouds are read in any case: an empty value is a mistake whoever provides the nodes.
void read_accounts(ConfigReader& reader, const ContinuumConfig& config) {
  const auto demand = [&](std::string_view key, ContinuumProvider provider, const char* reason, const char* example) {
    if (config.provider == provider) reader.require(key, reason, example, "provider");
    reader.text(key);
  };
  const auto of_account = [&](const std::string& account, ContinuumProvider provider, const char* machine,
                              const std::vector<std::pair<const char*, const char*>>& keys) {
    const std::string reason = fmt::format("`provider` is {}", account);
    for (const Role role : roles) {
      const std::string key = fmt::format("{}_{}", account, to_string(role));
      if (config.provider == provider && config.tiers.at(role).nodes > 0) reader.require(key, reason, machine, "provider");
      reader.text(key);
    }
    for (const auto& [key, example] : keys) demand(key, provider, reason.c_str(), example);
  };
  of_account("gcp", ContinuumProvider::gcp, "e2-highcpu-2",
             {{"gcp_region", "europe-west4"}, {"gcp_zone", "europe-west4-a"}, {"gcp_project", "my-project"},
              {"gcp_credentials", "key.json"}});
  of_account("aws", ContinuumProvider::aws, "t3.small",
             {{"aws_region", "eu-central-1"}, {"aws_zone", "eu-central-1a"}, {"aws_access_keys", "KEY"},
              {"aws_secret_access_keys", "KEY"}, {"aws_ami", "ami-1"}});
}

ContinuumProvider provider_from(const std::optional<std::string>& word) {
  if (word == "gcp") return ContinuumProvider::gcp;
  if (word == "aws") return ContinuumProvider::aws;
  return word == "baremetal" ? ContinuumProvider::baremetal : ContinuumProvider::qemu;
}

}  // namespace

void read_infrastructure(ConfigReader& reader, ContinuumConfig& config) {
  reader.require("provider", "it says who provides the nodes", "qemu");
  config.provider = provider_from(reader.word("provider", {"qemu", "gcp", "aws", "baremetal"}));
  config.infra_only = reader.flag("infra_only");
  std::int64_t nodes = 0;
  for (const Role role : roles) {
    config.tiers[role] = read_tier(reader, to_string(role));
    nodes += config.tiers[role].nodes;
  }
  if (nodes == 0) {
    reader.contradiction("cloud_nodes", "there are no nodes", "set at least one of cloud_nodes, edge_nodes and endpoint_nodes");
  }
  config.cpu_pin = reader.flag("cpu_pin");
  read_machines(reader, config);
  config.netperf = reader.flag("netperf");
  config.base_path = reader.text("base_path");
  read_addresses(reader, config);
  config.delete_at_end = reader.flag("delete");
  read_network(reader, config);
  read_accounts(reader, config);
}

}  // namespace continuo
