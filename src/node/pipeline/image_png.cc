// PNG by libpng's simplified interface, which turns every kind of PNG into 8-bit BGR.
#include <png.h>

#include <fmt/format.h>

#include "node/pipeline/image_format.hh"

namespace continuo {

namespace {

struct PngImage {
  png_image info{};
  PngImage() {
    info.version = PNG_IMAGE_VERSION;
    info.opaque = nullptr;
  }
  PngImage(const PngImage&) = delete;
  PngImage& operator=(const PngImage&) = delete;
  ~PngImage() { png_image_free(&info); }
};

std::string damaged(const PngImage& png) {
  return fmt::format("the PNG image is damaged or incomplete: {}", png.info.message);
}

}  // namespace

std::variant<cv::Mat, std::string> decode_png(std::span<const std::byte> file, const ImageLimits& limits) {
  PngImage png;
  if (png_image_begin_read_from_memory(&png.info, file.data(), file.size()) == 0) {
    return damaged(png);
  }
  if (auto refusal = refuse_size(png.info.width, png.info.height, limits)) {
    return *refusal;
  }
  png.info.format = PNG_FORMAT_BGR;
  png.info.flags |= PNG_IMAGE_FLAG_16BIT_sRGB;  // 16-bit files are rarely linear, whatever the standard assumes
  cv::Mat image(static_cast<int>(png.info.height), static_cast<int>(png.info.width), CV_8UC3);
  const png_color white{255, 255, 255};
  const auto stride = static_cast<png_int_32>(PNG_IMAGE_ROW_STRIDE(png.info));
  if (png_image_finish_read(&png.info, &white, image.data, stride, nullptr) == 0) {
    return damaged(png);
  }
  return image;
}

std::vector<std::byte> encode_png(const cv::Mat& image) {
  CV_Assert(image.type() == CV_8UC3 && image.isContinuous());
  PngImage png;
  png.info.width = static_cast<png_uint_32>(image.cols);
  png.info.height = static_cast<png_uint_32>(image.rows);
  png.info.format = PNG_FORMAT_BGR;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png.info);
  std::vector<std::byte> file(size);
  CV_Assert(png_image_write_to_memory(&png.info, file.data(), &size, 0, image.data, 0, nullptr) != 0);
  file.resize(size);
  return file;
}

}  // namespace continuo
