// `continuo node`: serves inference on this machine, and finds, and is found by, the other nodes.

#include "node/running_node.hh"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "commands.hh"
#include "exit_status.hh"
#include "hub/hub.hh"
#include "os/own_address.hh"
#include "os/thread_clock.hh"
#include "runtimes_here.hh"
#include "scenario_argument.hh"
#include "validators.hh"

namespace continuo {
namespace {

namespace fs = std::filesystem;

struct NodeArguments {
  std::string name;
  std::string tier = "edge";
  std::string listen = "127.0.0.1";
  std::uint16_t port = 8000;
  std::string advertise;
  std::string store;
  std::vector<std::string> packages;
  std::string hub;
  std::vector<std::string> changes;  // in the hub's scenario
  std::vector<std::string> peers;
  std::optional<std::string> runtimes;
  std::optional<int> cores;
  std::optional<double> quota;
  std::optional<std::int64_t> memory;
  std::string host_root = "/";
  std::uint64_t seed = 1;
  bool multicast = true;
  bool events = false;
};

// Where files from other nodes are kept: the XDG base directory for data, or beside the other things of this user.
fs::path default_store(const std::string& name) {
  if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data == '/') {
    return fs::path{data} / "continuo" / name;
  }
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') {
    return fs::path{home} / ".local/share/continuo" / name;
  }
  return fs::temp_directory_path() / "continuo-store" / name;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> words;
  std::istringstream stream{list};
  for (std::string word; std::getline(stream, word, ',');) {
    if (!word.empty()) words.push_back(word);
  }
  return words;
}

NodeOptions node_options(const NodeArguments& arguments) {
  NodeOptions options;
  options.id = arguments.name.empty() ? own_host_name() : arguments.name;
  options.tier = arguments.tier;
  options.listen = arguments.listen;
  options.port = arguments.port;
  options.advertise = arguments.advertise;
  options.store = arguments.store.empty() ? default_store(options.id) : fs::path{arguments.store};
  options.packages.assign(arguments.packages.begin(), arguments.packages.end());
  options.peers = arguments.peers;
  if (arguments.runtimes) options.runtimes = split(*arguments.runtimes);
  const RuntimeTableOptions runtimes = runtimes_beside_program();
  options.onnxruntime_folders = runtimes.onnxruntime_folders;
  options.module_folder = runtimes.module_folder;
  options.hardware = {.host_root = arguments.host_root,
                      .cores = arguments.cores,
                      .quota = arguments.quota,
                      .memory = {}};
  if (arguments.memory) options.hardware.memory = Bytes::of(*arguments.memory);
  options.seed = Seed{arguments.seed};
  options.multicast = arguments.multicast;
  options.load_everything = arguments.hub.empty();
  return options;
}

void print_event(const NodeEvent& event) {
  fmt::print("{}\n", serialise(event));
  std::fflush(stdout);
}

void log_event(const NodeEvent& event) {
  if (event.kind == "listening") spdlog::info("{} listens on http://{}", event.node, event.text);
  else if (event.kind == "discovered") spdlog::info("discovered {} by {}", event.peer, event.text);
  else if (event.kind == "lost") spdlog::warn("lost {}: {}", event.peer, event.text);
  else if (event.kind == "ready") {
    spdlog::info("{} ({}) is ready: {:.1f} ms a request", event.service, event.variant,
                 to_milliseconds(event.service_time));
  } else if (event.kind == "failed") spdlog::error("{} ({}) failed: {}", event.service, event.variant, event.text);
  else if (event.kind == "warning") spdlog::warn("{}", event.text);
  else if (event.kind == "placed") spdlog::info("placement: {}", event.text);
  else spdlog::info("{} {} {}", event.kind, event.service, event.variant);
}

// What the hub sees and does goes through the node that it runs in.
Hub::Surroundings hub_surroundings(RunningNode& node, const Clock& clock, const RunningNode::OnEvent& on_event) {
  const auto tell = [&node, &clock, on_event](const std::string& text) {
    on_event({.kind = "placed", .node = node.id(), .at = clock.now(), .text = text});
  };
  return {.capabilities = [&node] { return node.capabilities(); },
          .send = [&node](HttpCall call, HttpClient::Done done) {
            node.client().send(std::move(call), std::move(done));
          },
          .placed = tell,
          .complete = [tell] { tell("complete"); }};
}

int serve(const NodeArguments& arguments) {
  wake_punctually();
  spdlog::set_default_logger(spdlog::stderr_color_mt("continuo"));
  NodeOptions options = node_options(arguments);
  std::optional<Scenario> scenario;
  if (!arguments.hub.empty()) {
    scenario = scenario_or_complaint(arguments.hub, Notes::untold, arguments.changes);
    if (!scenario) return exit_bad_input;
    for (const auto& service : scenario->services) options.packages.push_back(service.package.folder);
  }
  const MonotonicClock clock;
  boost::asio::io_context context{1};
  const auto on_event = [&arguments](const NodeEvent& event) {
    log_event(event);
    if (arguments.events) print_event(event);
  };
  auto node = std::make_unique<RunningNode>(context, clock, options, on_event);
  std::unique_ptr<Hub> hub;
  if (scenario) {
    hub = std::make_unique<Hub>(*scenario, node->id(), clock, hub_surroundings(*node, clock, on_event));
    hub->start(context);
  }
  boost::asio::signal_set signals{context, SIGINT, SIGTERM};
  signals.async_wait([&context](const boost::system::error_code&, int) { context.stop(); });
  context.run();
  hub.reset();
  node.reset();
  return exit_ok;
}

void add_identity(CLI::App& command, NodeArguments& arguments) {
  command.add_option("--name", arguments.name, "Unique name; without it: the host name");
  command.add_option("--tier", arguments.tier, "Tier that the node belongs to")->capture_default_str();
  command.add_option("--listen", arguments.listen, "Numeric address to listen on; 0.0.0.0 for the whole network")
      ->check(must_be_numeric_address)
      ->capture_default_str();
  command.add_option("--port", arguments.port, "Port; 0 for any free one")->check(must_be_port)->capture_default_str();
  command
      .add_option("--advertise", arguments.advertise,
                  "HOST:PORT that others reach this node by, if it cannot be found out")
      ->check(must_be_host_and_port);
  command.add_option("--peer", arguments.peers, "HOST:PORT of a node out of multicast reach; may be repeated")
      ->check(must_be_host_and_port);
  command.add_flag("!--no-mdns", arguments.multicast, "Neither announce nor browse by multicast DNS");
}

void add_hardware(CLI::App& command, NodeArguments& arguments) {
  command.add_option("--runtimes", arguments.runtimes, "Comma-separated: only these; without it: those that are found")
      ->check(must_be_runtimes);
  command.add_option("--cores", arguments.cores, "Instead of what the probe finds")->check(CLI::Range(1, 4096));
  command.add_option("--quota", arguments.quota, "Share of each core, instead of what the probe finds")
      ->check(must_be_quota);
  command.add_option("--memory", arguments.memory, "Bytes, instead of what the probe finds")
      ->check(CLI::PositiveNumber);
  command.add_option("--host-root", arguments.host_root, "Where /proc, /sys and /dev are looked for")
      ->capture_default_str();
}

}  // namespace

void add_node(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("node", "Serve inference on this machine");
  auto arguments = std::make_shared<NodeArguments>();
  add_identity(*command, *arguments);
  add_hardware(*command, *arguments);
  command->add_option("--store", arguments->store, "Folder for files that other nodes send");
  command->add_option("--packages", arguments->packages, "Folder of a service package, or of several; may be repeated")
      ->check(CLI::ExistingDirectory);
  command->add_option("--hub", arguments->hub, "Keep the placement of this scenario's services on all nodes")
      ->check(CLI::ExistingFile);
  command
      ->add_option("--set", arguments->changes, "PATH=VALUE: this value in the scenario of --hub instead of what the file says; may be repeated")
      ->delimiter('\0')
      ->allow_extra_args(false);
  command->add_option("--seed", arguments->seed, "Of what the profiled runtime draws; each node draws its own")
      ->capture_default_str();
  command->add_flag("--events", arguments->events, "Print what happens as JSON lines on stdout");
  command->footer(
      "Examples:\n"
      "  continuo node --packages services                          on loopback, with every service it can run\n"
      "  continuo node --listen 0.0.0.0                             a node that gets its services from others\n"
      "  continuo node --listen 0.0.0.0 --hub examples/factory.yaml keeps the placement\n"
      "Stop it with Ctrl-C: it says goodbye to the network.");
  command->callback([arguments, &chosen] { chosen = [arguments] { return serve(*arguments); }; });
}

}  // namespace continuo
