#include "render-labels/label.hh"

#include <fmt/format.h>

#include "render-labels/image_file.hh"
#include "render-labels/label_image.hh"
#include "render-labels/label_text.hh"

namespace continuo {

namespace {

// A surface around the label grows by this until the file is large enough.
constexpr int margin_step = 16;

struct Camera {
  double noise;  // standard deviation, of 255
  int quality;
};

Camera draw_camera(LabelKind kind, Rng& rng) {
  if (kind == LabelKind::clean) {
    const double noise = 5.0 * rng.uniform();
    return {noise, 85 + static_cast<int>(rng.below(16))};
  }
  const double noise = 8.0 + 7.0 * rng.uniform();
  return {noise, 40 + static_cast<int>(rng.below(31))};
}

}  // namespace

Label make_label(Seed seed, int number, LabelKind kind, std::vector<Typeface>& typefaces) {
  const Seed own = seed.derive(fmt::format("{}/{}", kind == LabelKind::clean ? "clean" : "degraded", number));
  Rng words{own.derive("text")};
  Rng look{own.derive("look")};
  Label label;
  label.text = draw_text(label_forms[static_cast<std::size_t>(number) % label_forms.size()], words);
  Typeface& typeface = typefaces[look.below(typefaces.size())];
  const LabelStyle style = draw_style(look);
  cv::Mat drawn = draw_label(label.text, typeface, style);
  const Camera camera = draw_camera(kind, look);
  if (kind == LabelKind::degraded) drawn = take_askew(drawn, style.plate, look);
  for (int margin = 0;; margin += margin_step) {
    cv::Mat seen = surround(drawn, style.plate, margin);
    Rng noise{own.derive("noise")};
    add_noise(seen, camera.noise, noise);
    label.jpeg = to_jpeg(seen, camera.quality);
    if (Bytes::of(static_cast<std::int64_t>(label.jpeg.size())) >= label_size_min) return label;
  }
}

}  // namespace continuo
