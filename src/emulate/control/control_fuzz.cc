// libFuzzer target: what a client says to a running emulation, down to the action that it asks for.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target control_fuzz
//   build/fuzz/bin/control_fuzz -max_total_time=300 -max_len=5000
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "emulate/control/control_message.hh"
#include "scenario/event_action.hh"
#include "scenario/infrastructure_state.hh"

namespace continuo {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// A fuzzer does not get to see the disk.
class NoDisk final : public Files {
 public:
  std::optional<std::string> read(const std::filesystem::path&, Bytes) const override { return "1\n2\n"; }
  std::vector<FoundFile> match(const std::filesystem::path&, const std::string&, std::size_t) const override { return {}; }
};

const Scenario& known_scenario() {
  static const Scenario scenario = [] {
    Scenario made;
    made.tiers = {{.name = "cloud"}, {.name = "edge", .nodes = 2}};
    made.nodes = {{"cloud-1", 0}, {"edge-1", 1}, {"edge-2", 1}};
    made.sites = {{"hall", {1, 2}}, {"cloud", {0}}};
    return made;
  }();
  return scenario;
}

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace continuo;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  parse_control_reply(bytes);
  const auto request = parse_control_request(bytes);
  if (!request) return 0;
  require(serialise(*request) == bytes);
  if (const auto* act = std::get_if<ActRequest>(&*request)) {
    const auto parsed = parse_action(act->action, known_scenario(), NoDisk{});
    if (const auto* action = std::get_if<NamedAction>(&parsed)) {
      InfrastructureState{known_scenario()}.apply(action->action);
    } else {
      require(!std::get<std::string>(parsed).empty());
    }
  }
  return 0;
}
