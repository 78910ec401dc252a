// libFuzzer target: configurations of the Continuum framework.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target continuum_fuzz
//   build/fuzz/bin/continuum_fuzz -max_total_time=300 -max_len=8192 -timeout=10 build/fuzz/corpus-continuum \
//     src/scenario/testdata/continuum
//
// Beside memory and undefined behaviour it checks what is promised: errors with a place, or a scenario that is valid.
#include <cstddef>
#include <cstdint>

#include "scenario/continuum/import.hh"
#include "scenario/fuzz_checks.hh"
#include "scenario/parse.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace continuo;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto parsed = parse_continuum(text, "folder/a.cfg");
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    check_errors(*errors);
    return 0;
  }
  const auto& config = std::get<ContinuumConfig>(parsed);
  // Nodes are made one by one, which is not what is looked for here.
  std::int64_t nodes = 0;
  for (const auto& [role, tier] : config.tiers) nodes += tier.nodes;
  if (nodes > 10'000) return 0;
  const ImportedScenario imported = import_continuum(config, {.services = "services"});
  for (const NotCarriedOver& note : imported.not_carried_over) require(!note.what.empty() && !note.instead.empty());
  require(std::holds_alternative<Scenario>(parse_scenario(imported.yaml, "folder/a.yaml", NoDisk{})));
  return 0;
}
