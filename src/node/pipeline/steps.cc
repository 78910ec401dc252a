// The table of steps.
#include "node/pipeline/steps.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace continuo {

namespace {

struct Row {
  std::string_view kind;
  std::unique_ptr<PipelineStep> (*make)(StepOptions&, StepContext&);
};

constexpr std::array rows{
    Row{"decode", make_decode},
    Row{"letterbox", make_letterbox},
    Row{"resize", make_resize},
    Row{"centre-crop", make_centre_crop},
    Row{"normalise", make_normalise},
    Row{"infer", make_infer},
    Row{"softmax", make_softmax},
    Row{"top-k", make_top_k},
    Row{"decode-anchors", make_decode_anchors},
    Row{"non-maximum-suppression", make_non_maximum_suppression},
    Row{"detect-text", make_detect_text},
    Row{"crop", make_crop},
    Row{"classify-direction", make_classify_direction},
    Row{"recognise-text", make_recognise_text},
    Row{"output", make_output},
};

}  // namespace

std::unique_ptr<PipelineStep> make_step(const Step& step, StepContext& context) {
  const auto* row = std::ranges::find(rows, step.kind, &Row::kind);
  if (row == rows.end()) {
    throw PackageError(fmt::format("there is no step '{}'; there are {}", step.kind, fmt::join(step_kinds(), ", ")));
  }
  StepOptions options{step};
  auto made = row->make(options, context);
  options.finish();
  return made;
}

std::vector<std::string_view> step_kinds() {
  std::vector<std::string_view> kinds;
  std::ranges::transform(rows, std::back_inserter(kinds), &Row::kind);
  return kinds;
}

}  // namespace continuo
