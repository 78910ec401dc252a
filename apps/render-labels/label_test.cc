// Labels are decided by seed and number alone, and are as large as said.
#include "render-labels/label.hh"

#include <gtest/gtest.h>

#include <algorithm>

namespace continuo {
namespace {

class LabelTest : public testing::Test {
 protected:
  std::vector<Typeface> typefaces = load_typefaces("/usr/share/fonts/truetype");
};

TEST_F(LabelTest, is_the_same_for_the_same_seed_whatever_was_made_before) {
  const Label alone = make_label(Seed{7}, 5, LabelKind::degraded, typefaces);
  make_label(Seed{7}, 4, LabelKind::degraded, typefaces);
  make_label(Seed{9}, 5, LabelKind::clean, typefaces);
  const Label again = make_label(Seed{7}, 5, LabelKind::degraded, typefaces);
  EXPECT_EQ(alone.text, again.text);
  EXPECT_EQ(alone.jpeg, again.jpeg);
}

TEST_F(LabelTest, differs_for_another_seed_number_or_kind) {
  const Label label = make_label(Seed{7}, 0, LabelKind::clean, typefaces);
  EXPECT_NE(label.text, make_label(Seed{8}, 0, LabelKind::clean, typefaces).text);
  EXPECT_NE(label.text, make_label(Seed{7}, 7, LabelKind::clean, typefaces).text);  // the same form again
  EXPECT_NE(label.jpeg, make_label(Seed{7}, 0, LabelKind::degraded, typefaces).jpeg);
}

TEST_F(LabelTest, is_a_jpeg_of_5_to_150_kB) {
  for (int number = 0; number < 14; ++number) {
    for (const LabelKind kind : {LabelKind::clean, LabelKind::degraded}) {
      const Label label = make_label(Seed{7}, number, kind, typefaces);
      EXPECT_EQ(label.jpeg.substr(0, 3), "\xff\xd8\xff");
      EXPECT_GE(label.jpeg.size(), 5000U);
      EXPECT_LE(label.jpeg.size(), 150000U);
    }
  }
}

TEST(Typeface, crops_the_text_to_its_ink) {
  Typeface typeface{"/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"};
  const cv::Mat drawn = typeface.draw("H", 40);
  // An H has ink on all four sides: in its first and last column from top to bottom.
  EXPECT_GT(drawn.at<std::uint8_t>(0, 0), 0);
  EXPECT_GT(drawn.at<std::uint8_t>(drawn.rows - 1, drawn.cols - 1), 0);
  // DejaVu Sans' capitals are 1493 of 2048 units high: 29.2 of 40 pixels.
  EXPECT_NEAR(drawn.rows, 29, 1);
}

TEST(Typeface, says_which_file_it_could_not_open) {
  try {
    Typeface typeface{"/nowhere/font.ttf"};
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string{error.what()}.find("/nowhere/font.ttf"), std::string::npos);
  }
}

}  // namespace
}  // namespace continuo
