// Images from strangers: every kind of JPEG and PNG that a client may send, and what it may send instead.
#include "node/pipeline/image.hh"

#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <png.h>

namespace continuo {
namespace {

using testing::HasSubstr;

cv::Mat gradient(int width, int height) {
  cv::Mat image(height, width, CV_8UC3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      image.at<cv::Vec3b>(y, x) = cv::Vec3b(static_cast<std::uint8_t>(x), static_cast<std::uint8_t>(y), 100);
    }
  }
  return image;
}

std::string error_of(std::span<const std::byte> file, const ImageLimits& limits = {}) {
  const auto decoded = decode_image(file, limits);
  const auto* error = std::get_if<std::string>(&decoded);
  return error == nullptr ? "none" : *error;
}

// A PNG of one pixel, in any of libpng's formats.
std::vector<std::byte> png_pixel(png_uint_32 format, const void* pixel) {
  png_image info{};
  info.version = PNG_IMAGE_VERSION;
  info.width = 1;
  info.height = 1;
  info.format = format;
  std::vector<std::byte> file(1000);
  png_alloc_size_t size = file.size();
  EXPECT_NE(png_image_write_to_memory(&info, file.data(), &size, 0, pixel, 0, nullptr), 0);
  file.resize(size);
  return file;
}

cv::Vec3b only_pixel(std::span<const std::byte> file) {
  const auto decoded = decode_image(file);
  const auto* image = std::get_if<cv::Mat>(&decoded);
  EXPECT_NE(image, nullptr) << error_of(file);
  return image == nullptr ? cv::Vec3b{} : image->at<cv::Vec3b>(0, 0);
}

TEST(DecodeImage, gives_back_every_pixel_of_a_png) {
  const cv::Mat image = gradient(50, 30);
  const auto decoded = decode_image(encode_png(image));
  ASSERT_TRUE(std::holds_alternative<cv::Mat>(decoded));
  EXPECT_EQ(cv::norm(std::get<cv::Mat>(decoded), image, cv::NORM_INF), 0);
}

TEST(DecodeImage, comes_close_to_every_pixel_of_a_jpeg) {
  const cv::Mat image = gradient(50, 30);
  const auto decoded = decode_image(encode_jpeg(image, 95));
  ASSERT_TRUE(std::holds_alternative<cv::Mat>(decoded));
  EXPECT_LE(cv::norm(std::get<cv::Mat>(decoded), image, cv::NORM_INF), 12);
}

TEST(DecodeImage, makes_bgr_of_grey_and_puts_transparent_pixels_on_white) {
  const png_byte grey = 77;
  EXPECT_EQ(only_pixel(png_pixel(PNG_FORMAT_GRAY, &grey)), (cv::Vec3b{77, 77, 77}));
  const png_byte transparent[]{10, 20, 30, 0};
  EXPECT_EQ(only_pixel(png_pixel(PNG_FORMAT_RGBA, transparent)), (cv::Vec3b{255, 255, 255}));
  const png_byte opaque[]{10, 20, 30, 255};
  EXPECT_EQ(only_pixel(png_pixel(PNG_FORMAT_RGBA, opaque)), (cv::Vec3b{30, 20, 10}));
}

TEST(DecodeImage, refuses_what_is_no_image) {
  EXPECT_THAT(error_of({}), HasSubstr("neither JPEG nor PNG"));
  const std::string text = "GIF89a and more";
  EXPECT_THAT(error_of(std::as_bytes(std::span{text})), HasSubstr("neither JPEG nor PNG"));
}

TEST(DecodeImage, refuses_every_cut_of_a_file) {
  constexpr std::size_t end_of_png = 12;  // the last chunk holds nothing, and may be missing
  for (const auto& file : {encode_png(gradient(20, 10)), encode_jpeg(gradient(20, 10), 80)}) {
    for (std::size_t size = 4; size < file.size() - end_of_png; size += 7) {
      EXPECT_NE(error_of(std::span{file}.first(size)), "none") << size << " of " << file.size();
    }
  }
}

TEST(DecodeImage, survives_every_flipped_byte) {
  for (const auto& file : {encode_png(gradient(20, 10)), encode_jpeg(gradient(20, 10), 80)}) {
    for (std::size_t position = 0; position < file.size(); ++position) {
      auto damaged = file;
      damaged[position] ^= std::byte{0x55};
      error_of(damaged, {.side_max = 1000, .pixels_max = 100'000});
    }
  }
}

TEST(DecodeImage, refuses_an_image_larger_than_the_limits_before_decoding_it) {
  for (const auto& file : {encode_png(gradient(200, 100)), encode_jpeg(gradient(200, 100), 80)}) {
    EXPECT_THAT(error_of(file, {.side_max = 199, .pixels_max = 1'000'000}), HasSubstr("too large: 200 x 100"));
    EXPECT_THAT(error_of(file, {.side_max = 1000, .pixels_max = 19'999}), HasSubstr("too large"));
    EXPECT_EQ(error_of(file, {.side_max = 200, .pixels_max = 20'000}), "none");
  }
}

}  // namespace
}  // namespace continuo
