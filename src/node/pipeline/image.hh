// JPEG and PNG files from strangers into images: bounded, and an error in words instead of an exception.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <opencv2/core.hpp>

namespace continuo {

struct ImageLimits {
  int side_max = 16'384;                         // pixels
  std::int64_t pixels_max = 50'000'000;          // 150 MB once decoded
};

// 8 bits a channel, BGR, whatever the file holds; transparent pixels come out on white, and EXIF orientation is not
// applied. The error is one sentence for the client.
std::variant<cv::Mat, std::string> decode_image(std::span<const std::byte> file, const ImageLimits& limits = {});

// For tools and tests. `quality` from 1 to 100.
std::vector<std::byte> encode_jpeg(const cv::Mat& image, int quality);
std::vector<std::byte> encode_png(const cv::Mat& image);

}  // namespace continuo
