// JPEG by libjpeg-turbo.
#include <cstdio>  // jpeglib.h needs it first

#include <jerror.h>
#include <jpeglib.h>

#include <array>
#include <csetjmp>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "node/pipeline/image_format.hh"

namespace continuo {

namespace {

// A progressive file may hold any number of scans of the whole image, each of a few bytes: decoding time without bound.
constexpr int scans_max = 100;

// libjpeg reports by function pointers and leaves by longjmp. Data that it had to invent is an error here.
struct Decoder {
  jpeg_decompress_struct info{};
  jpeg_error_mgr errors{};
  jpeg_progress_mgr progress{};
  std::jmp_buf escape{};
  std::array<char, JMSG_LENGTH_MAX> reason{};
};

Decoder& decoder_of(j_common_ptr info) { return *static_cast<Decoder*>(info->client_data); }

[[noreturn]] void leave(j_common_ptr info) {
  Decoder& decoder = decoder_of(info);
  decoder.errors.format_message(info, decoder.reason.data());
  std::longjmp(decoder.escape, 1);
}

void weigh_message(j_common_ptr info, int level) {
  // Level -1 is a warning: the data is bad and libjpeg goes on with grey. Stray bytes between markers do no harm.
  if (level < 0 && info->err->msg_code != JWRN_EXTRANEOUS_DATA) {
    leave(info);
  }
}

void count_scans(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number > scans_max) {
    Decoder& decoder = decoder_of(info);
    std::snprintf(decoder.reason.data(), decoder.reason.size(), "more than %d scans", scans_max);
    std::longjmp(decoder.escape, 1);
  }
}

// False: `reason` says why. Nothing in here may need a destructor, since longjmp runs none.
bool read_header(Decoder& decoder, std::span<const std::byte> file) {
  if (setjmp(decoder.escape) != 0) {
    return false;
  }
  jpeg_create_decompress(&decoder.info);
  jpeg_mem_src(&decoder.info, reinterpret_cast<const unsigned char*>(file.data()), file.size());
  jpeg_read_header(&decoder.info, TRUE);
  return true;
}

bool read_pixels(Decoder& decoder, cv::Mat& image) {
  if (setjmp(decoder.escape) != 0) {
    return false;
  }
  decoder.info.out_color_space = JCS_EXT_BGR;
  decoder.info.progress = &decoder.progress;
  jpeg_start_decompress(&decoder.info);
  while (decoder.info.output_scanline < decoder.info.output_height) {
    JSAMPROW row = image.ptr(static_cast<int>(decoder.info.output_scanline));
    jpeg_read_scanlines(&decoder.info, &row, 1);
  }
  jpeg_finish_decompress(&decoder.info);
  return true;
}

struct DecoderGuard {
  Decoder& decoder;
  ~DecoderGuard() { jpeg_destroy_decompress(&decoder.info); }
};

std::string damaged(const Decoder& decoder) {
  return fmt::format("the JPEG image is damaged or incomplete: {}", decoder.reason.data());
}

}  // namespace

std::variant<cv::Mat, std::string> decode_jpeg(std::span<const std::byte> file, const ImageLimits& limits) {
  Decoder decoder;
  decoder.info.err = jpeg_std_error(&decoder.errors);
  decoder.info.client_data = &decoder;
  decoder.errors.error_exit = leave;
  decoder.errors.emit_message = weigh_message;
  decoder.progress.progress_monitor = count_scans;
  const DecoderGuard guard{decoder};
  if (!read_header(decoder, file)) {
    return damaged(decoder);
  }
  if (auto refusal = refuse_size(decoder.info.image_width, decoder.info.image_height, limits)) {
    return *refusal;
  }
  if (decoder.info.jpeg_color_space == JCS_CMYK || decoder.info.jpeg_color_space == JCS_YCCK) {
    return "the JPEG image is in CMYK; convert it to RGB or grey";
  }
  cv::Mat image(static_cast<int>(decoder.info.image_height), static_cast<int>(decoder.info.image_width), CV_8UC3);
  if (!read_pixels(decoder, image)) {
    return damaged(decoder);
  }
  return image;
}

std::vector<std::byte> encode_jpeg(const cv::Mat& image, int quality) {
  CV_Assert(image.type() == CV_8UC3);
  jpeg_compress_struct info{};
  jpeg_error_mgr errors{};
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &buffer, &size);
  info.image_width = static_cast<JDIMENSION>(image.cols);
  info.image_height = static_cast<JDIMENSION>(image.rows);
  info.input_components = 3;
  info.in_color_space = JCS_EXT_BGR;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, quality, TRUE);
  jpeg_start_compress(&info, TRUE);
  for (int row = 0; row < image.rows; ++row) {
    JSAMPROW line = const_cast<JSAMPROW>(image.ptr(row));
    jpeg_write_scanlines(&info, &line, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  const auto raw = std::as_bytes(std::span{buffer, size});
  std::vector<std::byte> file{raw.begin(), raw.end()};
  std::free(buffer);
  return file;
}

}  // namespace continuo
