// Pictures to and from bytes: JPEG by libjpeg-turbo, PNG by libpng.
#pragma once

#include <filesystem>
#include <opencv2/core.hpp>
#include <string>

namespace continuo {

// 8 bits, blue green red; quality 1 to 100.
std::string to_jpeg(const cv::Mat& image, int quality);

// As 8 bits, blue green red. Throws std::runtime_error with the file's name.
cv::Mat read_png(const std::filesystem::path& file);

}  // namespace continuo
