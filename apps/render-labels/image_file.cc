#include "render-labels/image_file.hh"

#include <png.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <vector>

// After <cstdio>, which it needs.
#include <jpeglib.h>

namespace continuo {

namespace {

[[noreturn]] void fail(j_common_ptr state) {
  char message[JMSG_LENGTH_MAX];
  state->err->format_message(state, message);
  throw std::runtime_error{std::string{"compress a picture: "} + message};
}

}  // namespace

std::string to_jpeg(const cv::Mat& image, int quality) {
  jpeg_error_mgr errors;
  jpeg_compress_struct state{};
  state.err = jpeg_std_error(&errors);
  errors.error_exit = fail;
  jpeg_create_compress(&state);
  const std::unique_ptr<jpeg_compress_struct, void (*)(j_compress_ptr)> compressor{&state, jpeg_destroy_compress};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&state, &bytes, &size);
  state.image_width = static_cast<JDIMENSION>(image.cols);
  state.image_height = static_cast<JDIMENSION>(image.rows);
  state.input_components = 3;
  state.in_color_space = JCS_EXT_BGR;
  jpeg_set_defaults(&state);
  jpeg_set_quality(&state, quality, TRUE);
  jpeg_start_compress(&state, TRUE);
  while (state.next_scanline < state.image_height) {
    auto* row = const_cast<JSAMPLE*>(image.ptr<JSAMPLE>(static_cast<int>(state.next_scanline)));
    jpeg_write_scanlines(&state, &row, 1);
  }
  jpeg_finish_compress(&state);
  // The buffer is malloc's: ours to free once the compressor is done with it.
  const std::unique_ptr<unsigned char, void (*)(void*)> owner{bytes, std::free};
  return std::string(reinterpret_cast<const char*>(bytes), size);
}

cv::Mat read_png(const std::filesystem::path& file) {
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_file(&header, file.c_str()) == 0) {
    throw std::runtime_error{"read " + file.string() + ": " + header.message};
  }
  const std::unique_ptr<png_image, void (*)(png_image*)> owner{&header, png_image_free};
  header.format = PNG_FORMAT_BGR;
  // Round brackets: with braces it would be a matrix of these three numbers.
  cv::Mat image(static_cast<int>(header.height), static_cast<int>(header.width), CV_8UC3);
  const png_color black{};
  if (png_image_finish_read(&header, &black, image.data, static_cast<png_int_32>(image.step[0]), nullptr) == 0) {
    throw std::runtime_error{"read " + file.string() + ": " + header.message};
  }
  return image;
}

}  // namespace continuo
