// Every kind of step there is. docs/service-package.md describes each with its options.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "node/pipeline/step.hh"

namespace continuo {

// Throws PackageError: no such kind, or options that make no sense; RuntimeError: a model cannot be loaded.
std::unique_ptr<PipelineStep> make_step(const Step& step, StepContext& context);
std::vector<std::string_view> step_kinds();

// Images into network inputs.
std::unique_ptr<PipelineStep> make_decode(StepOptions& options, StepContext& context);
std::unique_ptr<PipelineStep> make_letterbox(StepOptions& options, StepContext& context);
std::unique_ptr<PipelineStep> make_resize(StepOptions& options, StepContext& context);
std::unique_ptr<PipelineStep> make_centre_crop(StepOptions& options, StepContext& context);
std::unique_ptr<PipelineStep> make_normalise(StepOptions& options, StepContext& context);
// The network.
std::unique_ptr<PipelineStep> make_infer(StepOptions& options, StepContext& context);
// Network outputs into findings.
std::unique_ptr<PipelineStep> make_softmax(StepOptions& options, StepContext& context);
std::unique_ptr<PipelineStep> make_top_k(StepOptions& options, StepContext& context);
std::unique_ptr<PipelineStep> make_decode_anchors(StepOptions& options, StepContext& context);
std::unique_ptr<PipelineStep> make_non_maximum_suppression(StepOptions& options, StepContext& context);
std::unique_ptr<PipelineStep> make_detect_text(StepOptions& options, StepContext& context);
std::unique_ptr<PipelineStep> make_crop(StepOptions& options, StepContext& context);
std::unique_ptr<PipelineStep> make_classify_direction(StepOptions& options, StepContext& context);
std::unique_ptr<PipelineStep> make_recognise_text(StepOptions& options, StepContext& context);
// Findings into the service's outputs.
std::unique_ptr<PipelineStep> make_output(StepOptions& options, StepContext& context);

}  // namespace continuo
