// read-text on a scanned page and on labels, whose text is known.
#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "node/pipeline/package_for_tests.hh"

namespace continuo {
namespace {

std::string without_spaces(std::string text) {
  std::erase(text, ' ');
  return text;
}

std::vector<std::string> read(Pipeline& pipeline, const std::string& image, const RequestParameters& parameters = {}) {
  const std::vector inputs{test::image_input(image)};
  const auto answer = pipeline.run(inputs, parameters);
  if (const auto* refusal = std::get_if<Refusal>(&answer)) {
    ADD_FAILURE() << refusal->error;
    return {};
  }
  const auto& tensors = std::get<std::vector<Tensor>>(answer);
  std::vector<std::string> lines;
  const auto texts = bytes_elements(tensors.at(0)).value();
  for (const std::string_view text : texts) {
    lines.emplace_back(text);
  }
  EXPECT_EQ(tensors.at(1).shape, (std::vector<std::int64_t>{static_cast<std::int64_t>(lines.size())}));
  EXPECT_EQ(tensors.at(2).shape, (std::vector<std::int64_t>{static_cast<std::int64_t>(lines.size()), 4, 2}));
  return lines;
}

cv::Mat label(const std::string& text) {
  cv::Mat image(80, 440, CV_8UC3, cv::Scalar{225, 230, 235});
  cv::putText(image, text, {30, 54}, cv::FONT_HERSHEY_SIMPLEX, 1.3, cv::Scalar{30, 25, 20}, 3, cv::LINE_AA);
  return image;
}

std::string as_file(const cv::Mat& image) {
  const auto bytes = encode_png(image);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class ReadText : public test::PackageTest {
 protected:
  std::unique_ptr<Pipeline> load_variant() { return load(test::load_package("read-text"), "pp-ocr-v4-onnx"); }
};

TEST_F(ReadText, finds_the_seven_lines_of_page_and_reads_six_of_them) {
  const std::vector<std::string> truth{
      "Region-based segmentation",
      "Let us first determine markers of the coins and the",
      "background. These markers are pixels that we can label",
      "unambiguously as either object or background. Here,",
      "the markers are found at the two extreme parts of the",
      "histogram of grey values:",
      ">>> markers = np.zeros_like(coins)",
  };
  const auto photo = this->photo("page.png");
  const auto pipeline = load_variant();
  if (IsSkipped()) {
    return;
  }
  const auto lines = read(*pipeline, photo);
  ASSERT_EQ(lines.size(), truth.size());
  int right = 0;
  for (std::size_t index = 0; index < truth.size(); ++index) {
    right += without_spaces(lines[index]) == without_spaces(truth[index]) ? 1 : 0;
  }
  EXPECT_GE(right, 6) << testing::PrintToString(lines);
}

TEST_F(ReadText, reads_a_label) {
  const auto pipeline = load_variant();
  if (IsSkipped()) {
    return;
  }
  const auto lines = read(*pipeline, as_file(label("SN-48213-KM")), {{"unclip", 2.0}});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(without_spaces(lines[0]), "SN-48213-KM");
}

TEST_F(ReadText, turns_a_label_that_is_upside_down) {
  const auto pipeline = load_variant();
  if (IsSkipped()) {
    return;
  }
  cv::Mat turned;
  cv::rotate(label("SN-48213-KM"), turned, cv::ROTATE_180);
  const auto lines = read(*pipeline, as_file(turned), {{"unclip", std::int64_t{2}}});
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_EQ(without_spaces(lines[0]), "SN-48213-KM");
}

TEST_F(ReadText, finds_nothing_where_no_text_is) {
  const auto photo = this->photo("brick.png");
  const auto pipeline = load_variant();
  if (IsSkipped()) {
    return;
  }
  EXPECT_TRUE(read(*pipeline, photo).empty());
}

TEST_F(ReadText, refuses_a_parameter_out_of_its_range) {
  const auto pipeline = load_variant();
  if (IsSkipped()) {
    return;
  }
  const std::vector inputs{test::image_input(as_file(label("A")))};
  for (const RequestParameter& bad : {RequestParameter{0.4}, RequestParameter{std::int64_t{5}},
                                      RequestParameter{std::string{"2"}}, RequestParameter{true}}) {
    const auto answer = pipeline->run(inputs, {{"unclip", bad}});
    ASSERT_TRUE(std::holds_alternative<Refusal>(answer));
    EXPECT_EQ(std::get<Refusal>(answer).status, 400);
  }
}

}  // namespace
}  // namespace continuo
