// The same Infrastructure that a run brings up.
#include "bench/nodes/two_nodes.hh"

#include <fcntl.h>
#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include "emulate/addresses.hh"
#include "os/error.hh"

namespace continuo::bench {

namespace {

std::filesystem::path program_beside_this_one(const char* name) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / name;
}

}  // namespace

std::string init_program() { return program_beside_this_one("continuo-init"); }

std::string traffic_program() { return program_beside_this_one("bench_traffic"); }

Scenario two_tiers(int cloud_nodes, int endpoint_nodes, const LinkProperties& there, const LinkProperties& back) {
  Scenario scenario;
  scenario.name = "bench";
  Tier cloud;
  cloud.name = "cloud";
  cloud.role = Role::cloud;
  cloud.nodes = cloud_nodes;
  cloud.cores = 2;
  Tier endpoint = cloud;
  endpoint.name = "endpoint";
  endpoint.role = Role::endpoint;
  endpoint.nodes = endpoint_nodes;
  scenario.tiers = {cloud, endpoint};
  Site site{.name = "all", .nodes = {}};
  for (TierIndex tier = 0; tier < 2; ++tier) {
    for (int node = 1; node <= scenario.tiers[tier].nodes; ++node) {
      site.nodes.push_back(scenario.nodes.size());
      scenario.nodes.push_back({scenario.tiers[tier].name + "-" + std::to_string(node), tier});
    }
  }
  scenario.sites = {site};
  scenario.links = {{0, 0, there, ""}, {0, 1, there, ""}, {1, 0, back, ""}, {1, 1, there, ""}};
  return scenario;
}

TwoNodes::TwoNodes(const LinkProperties& there, const LinkProperties& back)
    : scenario_{two_tiers(1, 1, there, back)},
      infrastructure_{std::make_unique<Infrastructure>(scenario_, init_program(), clock_)} {}

Running::Running(EmulatedNode& node, std::vector<std::string> words) {
  words.insert(words.begin(), traffic_program());
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  const FileDescriptor network = open_file("/proc/" + std::to_string(node.first_process()) + "/ns/net", O_RDONLY);
  Pipe pipe = make_pipe();
  pid_ = check("fork", ::fork());
  if (pid_ == 0) {
    const bool inside = ::setns(network.get(), CLONE_NEWNET) == 0 && ::dup2(pipe.writer.get(), STDOUT_FILENO) >= 0;
    if (inside) {
      ::execv(arguments[0], arguments.data());
    }
    ::_exit(127);
  }
  output_ = ::fdopen(pipe.reader.release(), "r");
}

Running::~Running() {
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  std::fclose(output_);
}

std::string Running::line() {
  std::string text;
  int letter = std::fgetc(output_);
  if (letter == EOF) {
    throw std::runtime_error("a program in a node ended early");
  }
  for (; letter != EOF && letter != '\n'; letter = std::fgetc(output_)) {
    text += static_cast<char>(letter);
  }
  return text;
}

UdpResult send_udp(EmulatedNode& from, EmulatedNode& to, const std::string& address, std::int64_t packets, int size,
                   Duration gap, Duration window) {
  Running receiver{to, {"udp-receive", "5001", std::to_string(packets), std::to_string(window.count())}};
  receiver.line();
  Running sender{from, {"udp-send", address, "5001", std::to_string(packets), std::to_string(size), std::to_string(gap.count())}};
  std::istringstream fields{receiver.line()};
  UdpResult result;
  double mean = 0.0, sd = 0.0, p99 = 0.0, bytes = 0.0, span = 0.0;
  fields >> result.packets >> mean >> sd >> p99 >> bytes >> span >> result.distinct >> result.window_bytes;
  result.mean_ms = mean / 1e6;
  result.sd_ms = sd / 1e6;
  result.p99_ms = p99 / 1e6;
  result.bits_per_second = bytes * 8e9 / span;
  return result;
}

TcpResult send_tcp(EmulatedNode& from, EmulatedNode& to, const std::string& address, Duration ramp, Duration time, int buffer,
                   const FabricThread* fabric) {
  const auto milliseconds = [](Duration duration) { return std::to_string(duration / std::chrono::milliseconds{1}); };
  Running receiver{to, {"tcp-receive", "5001", milliseconds(ramp), milliseconds(time), std::to_string(buffer)}};
  receiver.line();
  Running sender{from, {"tcp-send", address, "5001", std::to_string(buffer)}};
  receiver.line();
  const Duration cpu_before = fabric == nullptr ? Duration::zero() : fabric->cpu_time();
  std::istringstream fields{receiver.line()};
  const Duration cpu_after = fabric == nullptr ? Duration::zero() : fabric->cpu_time();
  double bytes = 0.0, span = 0.0;
  fields >> bytes >> span;
  return {.bits_per_second = bytes * 8e9 / span,
          .fabric_cpu = static_cast<double>((cpu_after - cpu_before).count()) / span};
}

}  // namespace continuo::bench
