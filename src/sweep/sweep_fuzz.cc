// What comes from a command line or an earlier sweep's file is read or refused, never more.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sweep/axis.hh"
#include "sweep/sweep_table.hh"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace continuo;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto axis = parse_axis(text);
  if (const auto* parsed = std::get_if<Axis>(&axis)) {
    YamlNode root;
    (void)put_value(root, parsed->path, parsed->values.front());
  }
  const SweepHead head{.parameters = {"a"}, .scenario = "0", .fidelity = Fidelity::model, .seed = Seed{1}, .services = {"s"}};
  const auto rows = read_sweep(text, head);
  if (const auto* read = std::get_if<SweepRows>(&rows)) {
    if (read->whole > size) std::abort();
  }
  return 0;
}
