// `continuo emulate`: nodes without load, and what one can ask of an emulation that runs.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>

#include "commands.hh"
#include "emulate/control/control_message.hh"
#include "emulate/control/enter_node.hh"
#include "emulate/control/run_folder.hh"
#include "emulate_run.hh"
#include "exit_status.hh"
#include "os/clock.hh"
#include "os/descriptor_passing.hh"
#include "os/unix_socket.hh"
#include "scenario_argument.hh"

namespace continuo {
namespace {

struct EmulateArguments {
  std::string scenario;
  std::string logs;
  bool quiet = false;
  std::vector<std::string> words;
};

struct Said {
  ControlReply reply;
  std::vector<FileDescriptor> descriptors;
};

Said ask(const std::filesystem::path& socket, const ControlRequest& request) {
  const FileDescriptor connection = connect_unix(socket);
  send_message(connection, serialise(request));
  auto message = receive_message(connection);
  const auto reply = message ? parse_control_reply(message->bytes) : std::nullopt;
  if (!reply) throw std::runtime_error("the emulation did not answer: it may just have ended");
  return {*reply, std::move(message->descriptors)};
}

// A first word of digits is the run's process id, and taken away; without one, the only run there is.
std::optional<std::filesystem::path> chosen_run(std::vector<std::string>& words) {
  const auto runs = running_emulations(own_run_folder_root());
  const bool named = !words.empty() && words[0].find_first_not_of("0123456789") == std::string::npos;
  if (named) {
    const auto found = std::ranges::find(runs, words[0], [](const RunningEmulation& run) { return std::to_string(run.pid); });
    if (found == runs.end()) {
      fmt::print(stderr, "continuo: no emulation {} runs here; `continuo emulate ls` lists those that do\n", words[0]);
      return std::nullopt;
    }
    words.erase(words.begin());
    return found->socket;
  }
  if (runs.size() == 1) {
    fmt::print(stderr, "continuo: run {}\n", runs[0].pid);
    return runs[0].socket;
  }
  if (runs.empty()) {
    fmt::print(stderr, "continuo: no emulation runs here; start one with `continuo run` or `continuo emulate up`\n");
  } else {
    fmt::print(stderr, "continuo: {} emulations run here: say which, by its number in `continuo emulate ls`\n", runs.size());
  }
  return std::nullopt;
}

int up(const EmulateArguments& arguments) {
  const MonotonicClock clock;
  const Duration started = clock.now();
  const auto scenario = scenario_or_complaint(arguments.scenario);
  if (!scenario || !can_be_provisioned(*scenario)) return exit_bad_input;
  return keep_up_with_progress(*scenario,
                               {.clock = &clock, .started = started, .logs = arguments.logs, .quiet = arguments.quiet});
}

int list() {
  const auto runs = running_emulations(own_run_folder_root());
  fmt::print("{:>8}  {:10}  {:>8}  {:>6}  {}\n", "RUN", "PHASE", "UP", "NODES", "SCENARIO");
  for (const RunningEmulation& run : runs) {
    try {
      const Said said = ask(run.socket, StatusRequest{});
      const auto status = boost::json::parse(said.reply.text).as_object();
      fmt::print("{:>8}  {:10}  {:>6.0f} s  {:>6}  {}\n", run.pid, std::string{status.at("phase").as_string()},
                 status.at("up_s").to_number<double>(), status.at("nodes").as_array().size(),
                 std::string{status.at("scenario").as_string()});
    } catch (const std::exception& error) {
      fmt::print("{:>8}  {}\n", run.pid, error.what());
    }
  }
  return exit_ok;
}

int control(std::vector<std::string> words) {
  const auto run = chosen_run(words);
  if (!run) return exit_bad_input;
  const std::string line = fmt::format("{}", fmt::join(words, " "));
  const ControlRequest request = line == "status" ? ControlRequest{StatusRequest{}} : ControlRequest{ActRequest{line}};
  if (serialise(request).size() > control_request_size_max) {
    fmt::print(stderr, "continuo: longer than a command can be\n");
    return exit_bad_input;
  }
  const Said said = ask(*run, request);
  fmt::print(said.reply.ok ? stdout : stderr, "{}{}\n", said.reply.ok ? "" : "continuo: ", said.reply.text);
  return said.reply.ok ? exit_ok : exit_bad_input;
}

int enter(std::vector<std::string> words, const std::vector<std::string>& default_program) {
  const auto run = chosen_run(words);
  if (!run) return exit_bad_input;
  if (words.empty() || (words.size() == 1 && default_program.empty())) {
    fmt::print(stderr, "continuo: say which node{}\n", default_program.empty() ? ", and after -- what to run there" : "");
    return exit_bad_input;
  }
  Said said = ask(*run, EnterRequest{words[0]});
  if (!said.reply.ok || said.descriptors.size() != 1) {
    fmt::print(stderr, "continuo: {}\n", said.reply.text);
    return exit_bad_input;
  }
  NodeEntrance entrance{.first_process = std::move(said.descriptors[0]), .process_files = {}};
  for (std::size_t begin = 0; begin < said.reply.text.size();) {
    const auto end = said.reply.text.find('\n', begin);
    entrance.process_files.emplace_back(said.reply.text.substr(begin, end - begin));
    begin = end + 1;
  }
  const std::vector<std::string> rest{words.begin() + 1, words.end()};
  return run_in_node(entrance, rest.empty() ? default_program : rest);
}

std::vector<std::string> shell_program() {
  const char* shell = std::getenv("SHELL");
  return {shell != nullptr && *shell != '\0' ? shell : "/bin/sh"};
}

CLI::App* add(CLI::App& app, const char* name, const char* what, const char* footer) {
  auto* command = app.add_subcommand(name, what);
  command->footer(footer);
  return command;
}

}  // namespace

void add_emulate(CLI::App& app, const std::vector<std::string>& behind_mark, Command& chosen) {
  auto* emulate = app.add_subcommand("emulate", "Keep a scenario's nodes up, look into a running emulation, and change it");
  emulate->require_subcommand(1);
  auto arguments = std::make_shared<EmulateArguments>();

  auto* keep = add(*emulate, "up", "Bring the nodes and services of a scenario up, without load, until Ctrl-C",
                   "Example: continuo emulate up examples/two-tier.yaml");
  keep->add_option("scenario", arguments->scenario, "Scenario file (YAML; docs/scenario.md)")->required();
  keep->add_option("--logs", arguments->logs, "Keep the logs of the nodes in this folder");
  keep->add_flag("--quiet", arguments->quiet, "No progress on stderr");
  keep->callback([arguments, &chosen] { chosen = [arguments] { return up(*arguments); }; });

  add(*emulate, "ls", "List the emulations that run on this machine", "")->callback([&chosen] { chosen = list; });

  auto* ctl = add(*emulate, "ctl", "Tell a running emulation what is to happen, in the words of `events:`",
                  "Examples:\n"
                  "  continuo emulate ctl kill edge-1                (pause, resume and restart alike)\n"
                  "  continuo emulate ctl change endpoint edge rate=1Mbit/s loss=5%\n"
                  "  continuo emulate ctl partition hall cloud       (heal alike; heal alone: everything)\n"
                  "  continuo emulate ctl quota edge-1 0.2\n"
                  "  continuo emulate ctl 4711 status                (JSON; 4711: the run, if there are several)");
  ctl->add_option("words", arguments->words, "[RUN] ACTION, or [RUN] status")->required();
  ctl->callback([arguments, &chosen] { chosen = [arguments] { return control(arguments->words); }; });

  auto* exec = add(*emulate, "exec", "Run a program in a node; its exit status is this command's",
                   "continuo emulate exec [RUN] NODE -- PROGRAM ARGUMENTS...\n\n"
                   "Example: continuo emulate exec endpoint-1 -- ping -c 3 edge-1");
  exec->add_option("words", arguments->words, "[RUN] NODE")->required();
  exec->callback([arguments, behind_mark, &chosen] {
    std::vector<std::string> words = arguments->words;
    words.insert(words.end(), behind_mark.begin(), behind_mark.end());
    chosen = [words] { return enter(words, {}); };
  });

  auto* shell = add(*emulate, "shell", "A shell in a node", "Example: continuo emulate shell edge-1");
  shell->add_option("words", arguments->words, "[RUN] NODE")->required();
  shell->callback([arguments, &chosen] { chosen = [arguments] { return enter(arguments->words, shell_program()); }; });
}

}  // namespace continuo
