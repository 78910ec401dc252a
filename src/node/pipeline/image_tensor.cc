// Pixels into floats.
#include "node/pipeline/image_tensor.hh"

#include <algorithm>

namespace continuo {

namespace {

// How far apart pixels, rows and channels are in the tensor.
struct Strides {
  std::size_t pixel;
  std::size_t row;
  std::size_t channel;
};

}  // namespace

Tensor image_tensor(std::string name, const cv::Mat& image, const Normalisation& normalisation, int width_min) {
  CV_Assert(image.type() == CV_8UC3);
  const auto height = static_cast<std::size_t>(image.rows);
  const auto width = static_cast<std::size_t>(std::max(image.cols, width_min));
  const bool planes = normalisation.layout == TensorLayout::nchw;
  const Strides strides = planes ? Strides{1, width, width * height} : Strides{3, 3 * width, 1};
  std::vector<std::int64_t> shape{1, static_cast<std::int64_t>(height), static_cast<std::int64_t>(width), 3};
  if (planes) {
    shape = {1, 3, static_cast<std::int64_t>(height), static_cast<std::int64_t>(width)};
  }
  Tensor tensor{std::move(name), Datatype::fp32, std::move(shape), std::vector<std::byte>(width * height * 3 * sizeof(float))};
  auto* values = reinterpret_cast<float*>(tensor.data.data());
  for (std::size_t channel = 0; channel < 3; ++channel) {
    // A table of the 256 values that a pixel can become: rounded once, and the same for every runtime.
    std::array<float, 256> table{};
    for (std::size_t level = 0; level < table.size(); ++level) {
      const double scaled = static_cast<double>(level) / normalisation.divisor;
      table[level] = static_cast<float>((scaled - normalisation.mean[channel]) / normalisation.deviation[channel]);
    }
    const std::size_t source = normalisation.order == ChannelOrder::bgr ? channel : 2 - channel;
    for (std::size_t y = 0; y < height; ++y) {
      const auto* row = image.ptr<std::uint8_t>(static_cast<int>(y)) + source;
      float* target = values + channel * strides.channel + y * strides.row;
      for (int x = 0; x < image.cols; ++x) {
        target[static_cast<std::size_t>(x) * strides.pixel] = table[row[3 * x]];
      }
    }
  }
  return tensor;
}

}  // namespace continuo
