// resize and centre-crop: an image into the size that a network wants.
#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "node/pipeline/steps.hh"

namespace continuo {

namespace {

constexpr int side_max = 8192;  // of what a network is given

enum class Fit { exact, longest, shortest };

struct Target {
  Fit fit = Fit::exact;
  int width = 0;
  int height = 0;
  int side = 0;        // of the longest or the shortest side
  bool enlarge = true;
  int multiple = 1;    // both sides are rounded to the nearest multiple, and are at least that
  int interpolation = cv::INTER_LINEAR;
};

class Resize final : public PipelineStep {
 public:
  explicit Resize(const Target& target) : target_{target} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    const cv::Size before = state.canvas.size();
    const cv::Size after = size_for(before);
    cv::Mat resized;
    cv::resize(state.canvas, resized, after, 0, 0, target_.interpolation);
    const cv::Point2d factor{static_cast<double>(after.width) / before.width,
                             static_cast<double>(after.height) / before.height};
    CanvasPlacement& placement = state.placement;
    placement.scale = {placement.scale.x * factor.x, placement.scale.y * factor.y};
    placement.offset = {placement.offset.x * factor.x, placement.offset.y * factor.y};
    state.canvas = resized;
    return std::nullopt;
  }

 private:
  cv::Size size_for(const cv::Size& before) const {
    if (target_.fit == Fit::exact) {
      return {target_.width, target_.height};
    }
    const int side = target_.fit == Fit::longest ? std::max(before.width, before.height)
                                                 : std::min(before.width, before.height);
    const double wanted = static_cast<double>(target_.side) / side;
    const double scale = target_.enlarge ? wanted : std::min(1.0, wanted);
    return {round_to_multiple(before.width * scale), round_to_multiple(before.height * scale)};
  }
  int round_to_multiple(double side) const {
    const double whole = std::nearbyint(side / target_.multiple) * target_.multiple;
    return std::clamp(static_cast<int>(whole), target_.multiple, side_max);
  }

  Target target_;
};

class CentreCrop final : public PipelineStep {
 public:
  CentreCrop(int width, int height) : width_{width}, height_{height} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    const cv::Size before = state.canvas.size();
    const int left = (before.width - width_) / 2;
    const int top = (before.height - height_) / 2;
    if (left < 0 || top < 0) {
      return Refusal{500, "step centre-crop: the image is smaller than the crop; a resize step must come before"};
    }
    state.canvas = state.canvas(cv::Rect{left, top, width_, height_}).clone();
    state.placement.offset -= cv::Point2d{static_cast<double>(left), static_cast<double>(top)};
    return std::nullopt;
  }

 private:
  int width_;
  int height_;
};

int needed_side(StepOptions& options, std::string_view name) {
  const int side = options.integer(name, 0, 1, side_max);
  if (side == 0) {
    options.fail(name, "is missing");
  }
  return side;
}

}  // namespace

std::unique_ptr<PipelineStep> make_resize(StepOptions& options, StepContext&) {
  static constexpr std::array<std::string_view, 2> filters{"bilinear", "area"};
  Target target;
  if (options.has("longest") || options.has("shortest")) {
    target.fit = options.has("longest") ? Fit::longest : Fit::shortest;
    target.side = needed_side(options, target.fit == Fit::longest ? "longest" : "shortest");
    target.enlarge = options.flag("enlarge", true);
    target.multiple = options.integer("multiple", 1, 1, 256);
  } else {
    target.width = needed_side(options, "width");
    target.height = needed_side(options, "height");
  }
  target.interpolation = options.choice("filter", filters) == 0 ? cv::INTER_LINEAR : cv::INTER_AREA;
  return std::make_unique<Resize>(target);
}

std::unique_ptr<PipelineStep> make_centre_crop(StepOptions& options, StepContext&) {
  const int width = needed_side(options, "width");
  return std::make_unique<CentreCrop>(width, needed_side(options, "height"));
}

}  // namespace continuo
