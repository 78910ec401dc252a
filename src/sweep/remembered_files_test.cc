#include "sweep/remembered_files.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

// Counts how often it is asked.
class CountedFiles final : public Files {
 public:
  std::optional<std::string> read(const std::filesystem::path& path, Bytes) const override {
    ++asked;
    if (path == "none") return std::nullopt;
    return "text of " + path.string();
  }
  std::vector<FoundFile> match(const std::filesystem::path& folder, const std::string& pattern, std::size_t) const override {
    ++asked;
    return {{folder / pattern, 3_B}};
  }
  mutable int asked = 0;
};

TEST(RememberedFiles, asks_once_for_each_file_and_once_for_one_that_is_not_there) {
  const CountedFiles files;
  const RememberedFiles remembered{files};
  for (int again = 0; again < 3; ++again) {
    EXPECT_EQ(remembered.read("a", 100_B), "text of a");
    EXPECT_EQ(remembered.read("b", 100_B), "text of b");
    EXPECT_EQ(remembered.read("none", 100_B), std::nullopt);
  }
  EXPECT_EQ(files.asked, 3);
}

TEST(RememberedFiles, asks_once_for_each_pattern_of_a_folder) {
  const CountedFiles files;
  const RememberedFiles remembered{files};
  for (int again = 0; again < 3; ++again) {
    EXPECT_EQ(remembered.match("inputs", "*.jpg", 10).front().path, "inputs/*.jpg");
    EXPECT_EQ(remembered.match("inputs", "*.png", 10).front().path, "inputs/*.png");
    EXPECT_EQ(remembered.match("photos", "*.jpg", 10).front().path, "photos/*.jpg");
  }
  EXPECT_EQ(files.asked, 3);
}

}  // namespace
}  // namespace continuo
