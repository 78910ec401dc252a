// `continuo discover`: which nodes are on this network, and what each can do.

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <memory>
#include <string>
#include <vector>

#include "commands.hh"
#include "discovery/find.hh"
#include "exit_status.hh"
#include "validators.hh"

namespace continuo {
namespace {

struct DiscoverArguments {
  std::string task;
  std::vector<std::string> addresses;
  double seconds = 3.0;
  bool json = false;
  bool watch = false;
  bool multicast = true;
};

std::string instances_of(const Capability& capability) {
  std::string text;
  for (const auto& instance : capability.instances) {
    text += fmt::format("{}{} ({}, {}", text.empty() ? "" : ", ", instance.service, instance.variant,
                        to_string(instance.state));
    if (instance.service_time.count() > 0) text += fmt::format(", {:.1f} ms", to_milliseconds(instance.service_time));
    text += ")";
  }
  return text.empty() ? "no service loaded" : text;
}

std::string runtimes_of(const Capability& capability) {
  std::string text;
  for (const auto& runtime : capability.runtimes) text += (text.empty() ? "" : " ") + runtime.name;
  return text.empty() ? "no runtime" : text;
}

void print_node(const FoundNode& found) {
  const Capability& node = found.capability;
  fmt::print("{:<16} {:<22} {:<10} {:.2f} cores  {:>5} MiB  {}\n{:16} {}\n", node.id, found.address, node.tier,
             node.cores * node.quota, node.memory.count() >> 20, runtimes_of(node), "", instances_of(node));
}

void print_json(const std::vector<FoundNode>& nodes) {
  fmt::print("[");
  for (std::size_t index = 0; index < nodes.size(); ++index) {
    fmt::print("{}{}", index == 0 ? "" : ",\n ", serialise(nodes[index].capability));
  }
  fmt::print("]\n");
}

int watch(const FindOptions& options, bool json) {
  boost::asio::io_context context;
  Finder finder{context, options,
                {.changed =
                     [json](const FoundNode& node) {
                       if (json) {
                         fmt::print("{}\n", serialise(node.capability));
                       } else {
                         print_node(node);
                       }
                       std::fflush(stdout);
                     },
                 .gone =
                     [json](const FoundNode& node, const std::string& why) {
                       if (!json) fmt::print("{:<16} gone: {}\n", node.capability.id, why);
                       std::fflush(stdout);
                     }}};
  boost::asio::signal_set signals{context, SIGINT, SIGTERM};
  signals.async_wait([&context](const boost::system::error_code&, int) { context.stop(); });
  context.run();
  return exit_ok;
}

int discover(const DiscoverArguments& arguments) {
  FindOptions options;
  options.addresses = arguments.addresses;
  options.multicast = arguments.multicast;
  if (!arguments.task.empty()) options.task = arguments.task;
  if (arguments.watch) return watch(options, arguments.json);
  const auto nodes = find_nodes(options, from_seconds(arguments.seconds));
  if (arguments.json) {
    print_json(nodes);
  } else if (nodes.empty()) {
    fmt::print("No node answered within {:.1f} s{}. Start one with: "
               "continuo node --listen 0.0.0.0 --packages services\n",
               arguments.seconds, arguments.task.empty() ? "" : " that offers " + arguments.task);
  } else {
    for (const auto& node : nodes) print_node(node);
  }
  return nodes.empty() ? exit_failed : exit_ok;
}

}  // namespace

void add_discover(CLI::App& app, Command& chosen) {
  auto* command = app.add_subcommand("discover", "List the nodes of this network and what each can do");
  auto arguments = std::make_shared<DiscoverArguments>();
  command->add_option("--task", arguments->task, "Only nodes that offer this task, e.g. face-detection");
  command->add_option("--address", arguments->addresses, "Ask this HOST:PORT too; may be repeated")
      ->check(must_be_host_and_port);
  command->add_option("--seconds", arguments->seconds, "How long to look")
      ->check(must_be_between(0.1, 3600.0))
      ->capture_default_str();
  command->add_flag("--json", arguments->json, "Print the capability documents");
  command->add_flag("--watch", arguments->watch, "Go on until Ctrl-C, printing what changes");
  command->add_flag("!--no-mdns", arguments->multicast, "Do not browse; only ask the addresses given");
  command->footer(
      "Examples:\n  continuo discover\n  continuo discover --task text-recognition --json\n"
      "  continuo discover --watch");
  command->callback([arguments, &chosen] { chosen = [arguments] { return discover(*arguments); }; });
}

}  // namespace continuo
