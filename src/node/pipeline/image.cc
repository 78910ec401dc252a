// Which format, and how large.
#include "node/pipeline/image.hh"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "node/pipeline/image_format.hh"

namespace continuo {

namespace {

constexpr std::array jpeg_start{std::byte{0xff}, std::byte{0xd8}, std::byte{0xff}};
constexpr std::array png_start{std::byte{0x89}, std::byte{'P'}, std::byte{'N'}, std::byte{'G'}};

bool starts_with(std::span<const std::byte> file, std::span<const std::byte> start) {
  return file.size() >= start.size() && std::ranges::equal(file.first(start.size()), start);
}

}  // namespace

std::variant<cv::Mat, std::string> decode_image(std::span<const std::byte> file, const ImageLimits& limits) {
  if (starts_with(file, jpeg_start)) {
    return decode_jpeg(file, limits);
  }
  if (starts_with(file, png_start)) {
    return decode_png(file, limits);
  }
  return fmt::format("the image is neither JPEG nor PNG ({} bytes)", file.size());
}

std::optional<std::string> refuse_size(std::uint64_t width, std::uint64_t height, const ImageLimits& limits) {
  if (width == 0 || height == 0) {
    return "the image has no pixels";
  }
  const auto side_max = static_cast<std::uint64_t>(limits.side_max);
  if (width > side_max || height > side_max || width * height > static_cast<std::uint64_t>(limits.pixels_max)) {
    return fmt::format("the image is too large: {} x {}; at most {} pixels a side and {} in all", width, height,
                       limits.side_max, limits.pixels_max);
  }
  return std::nullopt;
}

}  // namespace continuo
