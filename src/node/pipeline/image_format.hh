// The two formats behind decode_image().
#pragma once

#include <optional>

#include "node/pipeline/image.hh"

namespace continuo {

std::variant<cv::Mat, std::string> decode_jpeg(std::span<const std::byte> file, const ImageLimits& limits);
std::variant<cv::Mat, std::string> decode_png(std::span<const std::byte> file, const ImageLimits& limits);

// The error if an image of that size is too large or empty.
std::optional<std::string> refuse_size(std::uint64_t width, std::uint64_t height, const ImageLimits& limits);

}  // namespace continuo
