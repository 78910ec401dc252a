// libFuzzer target: configurations of the Continuum framework.
//
//   cmake --preset fuzz && cmake --build build/fuzz --target continuum_fuzz
//   build/fuzz/bin/continuum_fuzz -max_total_time=300 -max_len=8192 -timeout=10 build/fuzz/corpus-continuum \
//     src/scenario/testdata/continuum
//
// Beside memory and undefined behaviour it checks what is promised: errors with a place, or a scenario that is valid.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "scenario/continuum/import.hh"
#include "scenario/parse.hh"

namespace continuo {
namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr std::string_view manifest = R"(name: any
version: "1"
task: load
licence: MIT
inputs: [{name: image, datatype: BYTES, shape: [1]}]
outputs: []
variants: [{name: one, runtime: builtin, memory: 1 MiB, service_time: 1 ms}]
sample: {path: a.jpg, sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, size: 10}
)";

// Every package is there, and nothing else of the disk.
class PackagesOnly final : public Files {
 public:
  std::optional<std::string> read(const std::filesystem::path&, Bytes) const override { return std::string{manifest}; }
  std::vector<FoundFile> match(const std::filesystem::path&, const std::string&, std::size_t) const override { return {}; }
};

}  // namespace
}  // namespace continuo

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace continuo;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto parsed = parse_continuum(text, "folder/a.cfg");
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    require(!errors->empty());
    for (const ScenarioError& error : *errors) {
      require(!error.message.empty());
      require(error.line >= 0);
    }
    return 0;
  }
  const auto& config = std::get<ContinuumConfig>(parsed);
  // Nodes are made one by one, which is not what is looked for here.
  std::int64_t nodes = 0;
  for (const auto& [role, tier] : config.tiers) nodes += tier.nodes;
  if (nodes > 10'000) return 0;
  const ImportedScenario imported = import_continuum(config, {.services = "services"});
  for (const NotCarriedOver& note : imported.not_carried_over) require(!note.what.empty() && !note.instead.empty());
  require(std::holds_alternative<Scenario>(parse_scenario(imported.yaml, "folder/a.yaml", PackagesOnly{})));
  return 0;
}
