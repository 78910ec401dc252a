// letterbox: the whole image, its shape kept, in the middle of a square; the rest is one colour.
#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

#include "node/pipeline/steps.hh"

namespace continuo {

namespace {

class Letterbox final : public PipelineStep {
 public:
  Letterbox(int size, int fill) : size_{size}, fill_{fill} {}

  std::optional<Refusal> run(PipelineState& state) const override {
    const cv::Mat& image = state.canvas;
    const double scale = static_cast<double>(size_) / std::max(image.cols, image.rows);
    const int width = std::max(1, static_cast<int>(std::lround(image.cols * scale)));
    const int height = std::max(1, static_cast<int>(std::lround(image.rows * scale)));
    const cv::Rect inner{(size_ - width) / 2, (size_ - height) / 2, width, height};
    cv::Mat square(size_, size_, image.type(), cv::Scalar::all(fill_));
    cv::resize(image, square(inner), inner.size(), 0, 0, scale < 1 ? cv::INTER_AREA : cv::INTER_LINEAR);
    state.placement = {{static_cast<double>(width) / image.cols, static_cast<double>(height) / image.rows},
                       {static_cast<double>(inner.x), static_cast<double>(inner.y)}};
    state.canvas = square;
    return std::nullopt;
  }

 private:
  int size_;
  int fill_;
};

}  // namespace

std::unique_ptr<PipelineStep> make_letterbox(StepOptions& options, StepContext&) {
  const int size = options.integer("size", 0, 1, 4096);
  if (size == 0) {
    options.fail("size", "is missing");
  }
  return std::make_unique<Letterbox>(size, options.integer("fill", 0, 0, 255));
}

}  // namespace continuo
