#include "assumed.hh"

#include <cstdint>
#include <filesystem>
#include <system_error>

#include "commit.hh"

namespace continuo {

Assumptions assumptions_of(const Scenario& scenario) {
  Assumptions options;
  options.commit = built_commit;
  for (StreamIndex stream = 0; stream < scenario.workload.size(); ++stream) {
    auto& sizes = options.input_sizes[stream];
    for (const auto& input : scenario.workload[stream].inputs) {
      std::error_code gone;
      const auto size = std::filesystem::file_size(input, gone);
      if (!gone) sizes.push_back(Bytes::of(static_cast<std::int64_t>(size)));
    }
  }
  return options;
}

}  // namespace continuo
