// What a running emulation answers to those who ask it over its socket.
#include <sys/syscall.h>
#include <unistd.h>

#include "emulate/addresses.hh"
#include "emulate/control/run_status.hh"
#include "emulate/emulation_run.hh"
#include "os/error.hh"
#include "scenario/event_action.hh"

namespace continuo {

namespace {

const char* to_string(EmulationProgress::Phase phase) {
  switch (phase) {
    case EmulationProgress::Phase::starting: return "starting";
    case EmulationProgress::Phase::placing: return "placing";
    case EmulationProgress::Phase::probing: return "probing";
    case EmulationProgress::Phase::loading: return "loading";
    case EmulationProgress::Phase::up: return "up";
    case EmulationProgress::Phase::finished: return "finished";
  }
  return "";
}

}  // namespace

void EmulationRun::stay_up() {
  enter(Phase::up);
  run_.load_start = clock_.now();
  for (;;) {
    step(Duration::max());
  }
}

ControlAnswer EmulationRun::answer(const ControlRequest& request) {
  if (const auto* entering = std::get_if<EnterRequest>(&request)) {
    return enter_node(entering->node);
  }
  if (const auto* acting = std::get_if<ActRequest>(&request)) {
    return {.reply = act(acting->action)};
  }
  return {.reply = {.ok = true, .text = status()}};
}

ControlReply EmulationRun::act(const std::string& line) {
  if (phase_ != Phase::up && !(phase_ == Phase::loading && load_begun_)) {
    return {.ok = false, .text = std::string{"not yet: the run is "} + to_string(phase_)};
  }
  const auto parsed = parse_action(line, scenario_, DiskFiles{});
  if (const auto* wrong = std::get_if<std::string>(&parsed)) {
    return {.ok = false, .text = *wrong};
  }
  const auto& action = std::get<NamedAction>(parsed);
  try {
    if (const auto why = apply(action.action, action.text)) {
      return {.ok = false, .text = action.text + " has no effect: " + *why};
    }
  } catch (const std::exception& error) {  // the run goes on, and says what was tried
    const std::string failed = action.text + " could not be done: " + error.what();
    events_.push_back({.at = clock_.now() - run_.load_start, .what = failed, .origin = EventOrigin::command});
    tell("asked: " + failed);
    return {.ok = false, .text = failed};
  }
  events_.push_back({.at = clock_.now() - run_.load_start, .what = action.text, .origin = EventOrigin::command});
  tell("asked: " + action.text);
  return {.ok = true, .text = action.text};
}

ControlAnswer EmulationRun::enter_node(const std::string& name) const {
  const auto found = std::ranges::find(scenario_.nodes, name, &Node::name);
  if (found == scenario_.nodes.end()) {
    return {.reply = {.ok = false, .text = "there is no node \"" + name + "\""}};
  }
  const auto node = static_cast<NodeIndex>(found - scenario_.nodes.begin());
  const EmulatedNode& emulated = infrastructure_.nodes().at(node);
  FileDescriptor first{static_cast<int>(::syscall(SYS_pidfd_open, emulated.first_process(), 0))};
  if (!emulated.is_alive() || !first.is_open()) {
    return {.reply = {.ok = false, .text = name + " has ended"}};
  }
  std::string files;
  for (const auto& file : infrastructure_.cgroup(node).process_files()) {
    files += file.string() + "\n";
  }
  return {.reply = {.ok = true, .text = files}, .descriptor = std::move(first)};
}

std::string EmulationRun::status() const {
  const InfrastructureState& state = disturbance_.state();
  RunStatus status{.scenario = scenario_.name,
                   .phase = to_string(phase_),
                   .up = clock_.now() - started_at_,
                   .scheduled = phase_ == Phase::up ? 0 : scheduled_,
                   .completed = requests_.completed(),
                   .failed = requests_.failed(),
                   .nodes = {},
                   .cut = {}};
  for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
    status.nodes.push_back({.name = scenario_.nodes[node].name,
                            .address = endpoint_of(node),
                            .state = continuo::to_string(state.state(node)),
                            .quota = state.quota(node)});
  }
  for (const auto& [from, to] : state.cut_pairs()) {
    if (from < to) {
      status.cut.emplace_back(scenario_.nodes[from].name, scenario_.nodes[to].name);
    }
  }
  if (load_begun_) {
    status.load = clock_.now() - run_.load_start;
  }
  return render(status, ControlServer::reply_size_max);
}

}  // namespace continuo
