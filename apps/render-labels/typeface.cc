#include "render-labels/typeface.hh"

#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <array>
#include <stdexcept>

namespace continuo {

namespace {

constexpr std::array files{
    "dejavu/DejaVuSans.ttf",
    "dejavu/DejaVuSans-Bold.ttf",
    "dejavu/DejaVuSansMono.ttf",
    "dejavu/DejaVuSansMono-Bold.ttf",
    "dejavu/DejaVuSerif.ttf",
    "dejavu/DejaVuSerif-Bold.ttf",
    "hack/Hack-Regular.ttf",
    "hack/Hack-Bold.ttf",
    "liberation/LiberationMono-Regular.ttf",
    "liberation/LiberationMono-Bold.ttf",
    "liberation/LiberationSans-Regular.ttf",
    "liberation/LiberationSans-Bold.ttf",
    "liberation/LiberationSansNarrow-Regular.ttf",
    "liberation/LiberationSansNarrow-Bold.ttf",
    "liberation/LiberationSerif-Regular.ttf",
    "liberation/LiberationSerif-Bold.ttf",
    "open-sans/OpenSans-Regular.ttf",
    "open-sans/OpenSans-Bold.ttf",
};

void check(FT_Error error, const std::string& attempt) {
  if (error != 0) throw std::runtime_error{attempt + ": FreeType error " + std::to_string(error)};
}

// Adds a glyph's coverage at (left, top), as far as it lies within the canvas.
void stamp(cv::Mat& canvas, const FT_Bitmap& glyph, int left, int top) {
  for (int y = 0; y < static_cast<int>(glyph.rows); ++y) {
    for (int x = 0; x < static_cast<int>(glyph.width); ++x) {
      if (left + x < 0 || left + x >= canvas.cols || top + y < 0 || top + y >= canvas.rows) continue;
      auto& pixel = canvas.at<std::uint8_t>(top + y, left + x);
      pixel = std::max(pixel, glyph.buffer[y * glyph.pitch + x]);
    }
  }
}

// The smallest rectangle that holds every pixel above 0.
cv::Rect ink(const cv::Mat& canvas) {
  int left = canvas.cols, top = canvas.rows, right = 0, bottom = 0;
  for (int y = 0; y < canvas.rows; ++y) {
    for (int x = 0; x < canvas.cols; ++x) {
      if (canvas.at<std::uint8_t>(y, x) == 0) continue;
      left = std::min(left, x);
      right = std::max(right, x + 1);
      top = std::min(top, y);
      bottom = std::max(bottom, y + 1);
    }
  }
  return right > left ? cv::Rect{left, top, right - left, bottom - top} : cv::Rect{0, 0, 1, 1};
}

}  // namespace

struct Typeface::Face {
  FT_Library library = nullptr;
  FT_Face face = nullptr;

  Face() = default;
  Face(const Face&) = delete;
  Face& operator=(const Face&) = delete;
  ~Face() {
    if (face != nullptr) FT_Done_Face(face);
    if (library != nullptr) FT_Done_FreeType(library);
  }
};

Typeface::Typeface(const std::filesystem::path& file) : face_{std::make_unique<Face>()} {
  check(FT_Init_FreeType(&face_->library), "start FreeType");
  check(FT_New_Face(face_->library, file.c_str(), 0, &face_->face),
        "open font " + file.string() + " (scripts/setup installs the fonts)");
}

Typeface::~Typeface() = default;
Typeface::Typeface(Typeface&&) noexcept = default;
Typeface& Typeface::operator=(Typeface&&) noexcept = default;

cv::Mat Typeface::draw(std::string_view text, int pixels) {
  FT_Face face = face_->face;
  check(FT_Set_Pixel_Sizes(face, 0, static_cast<FT_UInt>(pixels)), "set the size of a font");
  // Twice the em in height and an em a letter, and one more on the left: no upright Latin face needs more.
  cv::Mat canvas{2 * pixels, (static_cast<int>(text.size()) + 2) * 2 * pixels, CV_8UC1, cv::Scalar{0}};
  const int baseline = 3 * pixels / 2;
  FT_Pos pen = static_cast<FT_Pos>(pixels) * 64;  // in 1/64 pixel
  FT_UInt before = 0;
  for (const char letter : text) {
    const FT_UInt glyph = FT_Get_Char_Index(face, static_cast<unsigned char>(letter));
    FT_Vector kerning{};
    if (before != 0) FT_Get_Kerning(face, before, glyph, FT_KERNING_DEFAULT, &kerning);
    pen += kerning.x;
    check(FT_Load_Glyph(face, glyph, FT_LOAD_RENDER), std::string{"draw '"} + letter + "'");
    stamp(canvas, face->glyph->bitmap, static_cast<int>(pen / 64) + face->glyph->bitmap_left,
          baseline - face->glyph->bitmap_top);
    pen += face->glyph->advance.x;
    before = glyph;
  }
  return canvas(ink(canvas)).clone();
}

std::vector<Typeface> load_typefaces(const std::filesystem::path& folder) {
  std::vector<Typeface> faces;
  for (const char* file : files) faces.emplace_back(folder / file);
  return faces;
}

}  // namespace continuo
