// Printed text as a picture, by FreeType.
#pragma once

#include <filesystem>
#include <memory>
#include <opencv2/core.hpp>
#include <string_view>
#include <vector>

namespace continuo {

// One font file. Holds its own FreeType library, so that typefaces share nothing.
class Typeface {
 public:
  // Throws std::runtime_error with the file's name if it cannot be read as a font.
  explicit Typeface(const std::filesystem::path& file);
  ~Typeface();
  Typeface(Typeface&&) noexcept;
  Typeface& operator=(Typeface&&) noexcept;

  // The text in letters of `pixels` an em, cropped to its ink: 8 bits a pixel, 255 where the ink covers it wholly. ASCII.
  cv::Mat draw(std::string_view text, int pixels);

 private:
  struct Face;
  std::unique_ptr<Face> face_;
};

// The upright faces of packages that scripts/setup installs, regular and bold. Throws if one of them is absent.
std::vector<Typeface> load_typefaces(const std::filesystem::path& folder);

}  // namespace continuo
