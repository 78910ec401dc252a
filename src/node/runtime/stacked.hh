// Several requests in one run of a model: their inputs stacked along the first axis, its outputs split again.
#pragma once

#include "node/runtime/runtime.hh"

namespace continuo {

// The answers of model.run() to each, in one run where every input and output has a first axis of any length and the requests differ in
// that alone; else, or where the outputs are not as long as the inputs, of one after the other. Throws as run() does, if any does.
std::vector<std::vector<Tensor>> run_stacked(LoadedModel& model, std::span<const std::span<const Tensor>> requests);

}  // namespace continuo
