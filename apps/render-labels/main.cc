// render-labels: makes the inputs of the example whose answers are known, and compresses its photographs.
#include <CLI/CLI.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "render-labels/image_file.hh"
#include "render-labels/label.hh"

namespace {

using namespace continuo;
namespace fs = std::filesystem;

void write(const fs::path& file, const std::string& bytes) {
  std::ofstream out{file, std::ios::binary};
  out << bytes;
  out.close();
  if (!out) throw std::runtime_error{"write " + file.string() + " failed"};
}

void render(const fs::path& folder, Seed seed, int count, LabelKind kind, const fs::path& fonts) {
  auto typefaces = load_typefaces(fonts);
  for (int number = 0; number < count; ++number) {
    const Label label = make_label(seed, number, kind, typefaces);
    auto name = std::to_string(number);
    name = "label-" + std::string(4 - std::min<std::size_t>(4, name.size()), '0') + name + ".jpg";
    write(folder / name, label.jpeg);
    // The forms of text hold nothing that JSON would escape.
    write(folder / (name + ".expect.json"), "{\"text\": \"" + label.text + "\"}\n");
  }
}

void compress(const std::vector<std::string>& photos, const fs::path& folder, int quality) {
  for (const fs::path photo : photos) {
    write(folder / photo.filename().replace_extension(".jpg"), to_jpeg(read_png(photo), quality));
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Renders labels with known texts, the same for the same seed; or compresses photographs."};
  std::string out;
  std::string fonts = "/usr/share/fonts/truetype";
  std::uint64_t seed = 1;
  int count = 200;
  int quality = 89;
  LabelKind kind = LabelKind::clean;
  std::vector<std::string> photos;
  app.add_option("--out", out, "Folder for NAME.jpg and NAME.jpg.expect.json; made if absent")->required();
  app.add_option("--seed", seed, "Decides every label")->capture_default_str();
  app.add_option("--count", count, "How many labels")->check(CLI::Range(1, 10000))->capture_default_str();
  app.add_option("--kind", kind, "clean, or degraded: rotated, blurred, noisy, strongly compressed")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, LabelKind>{{"clean", LabelKind::clean}, {"degraded", LabelKind::degraded}}));
  app.add_option("--fonts", fonts, "Folder of the system's TrueType fonts")->capture_default_str();
  app.add_option("--photo", photos, "PNG files to write as JPEG instead of labels");
  app.add_option("--quality", quality, "Of those JPEG files")->check(CLI::Range(1, 100))->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  try {
    fs::create_directories(out);
    if (photos.empty()) {
      render(out, Seed{seed}, count, kind, fonts);
    } else {
      compress(photos, out, quality);
    }
  } catch (const std::exception& error) {
    std::cerr << "render-labels: " << error.what() << '\n';
    return 1;
  }
  return 0;
}
