// The Evaluation as JSON, schema "continuo.evaluation/1": docs/evaluation.schema.json.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "result/evaluation.hh"

namespace continuo {

// Figures that are not known (not finite) become null, and so does a latency where nothing was completed. Beside the
// figures stand the histograms' buckets, so that a report can be drawn again from the file.
std::string serialise(const Evaluation& evaluation);
// A list, one a fidelity: what `--json` writes. Ends with a line feed.
std::string serialise(std::span<const Evaluation> evaluations);

constexpr std::size_t evaluation_json_size_max = std::size_t{256} << 20;  // hundreds of services with full histograms

// Reads what serialise wrote. Throws std::runtime_error that says what is wrong and where.
Evaluation parse_evaluation(std::string_view text);
std::vector<Evaluation> parse_evaluations(std::string_view text);

}  // namespace continuo
