// An image as a network's input: FP32, one image a batch.
#pragma once

#include <array>
#include <string>

#include <opencv2/core.hpp>

#include "wire/tensor.hh"

namespace continuo {

enum class TensorLayout { nchw, nhwc };
enum class ChannelOrder { rgb, bgr };

// value = (pixel / divisor - mean) / deviation, with mean and deviation in the channel order of the network.
struct Normalisation {
  TensorLayout layout = TensorLayout::nchw;
  ChannelOrder order = ChannelOrder::rgb;
  double divisor = 255.0;
  std::array<double, 3> mean{};
  std::array<double, 3> deviation{1.0, 1.0, 1.0};
};

// `width_min`: columns to the right are added, with the value 0 *after* normalisation, until there are that many.
Tensor image_tensor(std::string name, const cv::Mat& image, const Normalisation& normalisation, int width_min = 0);

}  // namespace continuo
