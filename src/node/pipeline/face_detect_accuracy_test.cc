// face-detect on photographs whose faces are known, by both runtimes.
#include <cmath>

#include "node/pipeline/package_for_tests.hh"
#include "node/pipeline/suppression.hh"

namespace continuo {
namespace {

const std::vector<std::string> photos_without_faces{"brick.png", "grass.png", "coffee.png", "motorcycle_left.png",
                                                    "rocket.jpg"};

struct Faces {
  std::vector<float> boxes;  // x0, y0, x1, y1
  std::vector<float> scores;
  std::vector<float> keypoints;
};

Faces find_faces(Pipeline& pipeline, const std::string& photo) {
  const std::vector inputs{test::image_input(photo)};
  const auto answer = pipeline.run(inputs, {});
  if (const auto* refusal = std::get_if<Refusal>(&answer)) {
    ADD_FAILURE() << refusal->error;
    return {};
  }
  const auto& tensors = std::get<std::vector<Tensor>>(answer);
  const auto values = [&](std::size_t index) {
    const auto view = elements<float>(tensors.at(index));
    return std::vector<float>(view.begin(), view.end());
  };
  return {values(0), values(1), values(2)};
}

class FaceDetect : public test::PackageTest, public testing::WithParamInterface<const char*> {};

TEST_P(FaceDetect, finds_the_one_face_of_astronaut) {
  const auto package = test::load_package("face-detect");
  const auto photo = this->photo("astronaut.png");
  const auto pipeline = load(package, GetParam());
  if (IsSkipped()) {
    return;
  }
  const Faces faces = find_faces(*pipeline, photo);
  ASSERT_EQ(faces.scores.size(), 1U);
  EXPECT_NEAR(faces.scores[0], 0.923, 0.001);
  ASSERT_EQ(faces.boxes.size(), 4U);
  Finding found;
  found.corners = {{{faces.boxes[0], faces.boxes[1]}, {}, {faces.boxes[2], faces.boxes[3]}, {}}};
  Finding stated;
  stated.corners = {{{178.1F, 80.9F}, {}, {272.1F, 175.0F}, {}}};
  EXPECT_GE(overlap(found, stated), 0.9) << faces.boxes[0] << ' ' << faces.boxes[1] << ' ' << faces.boxes[2] << ' '
                                         << faces.boxes[3];
  ASSERT_EQ(faces.keypoints.size(), 12U);
  // The eyes lie in the upper half of the box and the mouth in the lower.
  const float middle = (faces.boxes[1] + faces.boxes[3]) / 2;
  EXPECT_LT(faces.keypoints[1], middle);
  EXPECT_LT(faces.keypoints[3], middle);
  EXPECT_GT(faces.keypoints[7], middle);
}

TEST_P(FaceDetect, finds_none_where_there_is_none) {
  const auto package = test::load_package("face-detect");
  const auto pipeline = load(package, GetParam());
  for (const std::string& name : photos_without_faces) {
    const auto photo = this->photo(name);
    if (IsSkipped()) {
      return;
    }
    EXPECT_TRUE(find_faces(*pipeline, photo).scores.empty()) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(Variants, FaceDetect, testing::Values("blazeface-front-onnx", "blazeface-front-opencv"),
                         [](const auto& variant) { return std::string{variant.param}.substr(16); });

class FaceDetectRuntimes : public test::PackageTest {};

TEST_F(FaceDetectRuntimes, agree) {
  auto package = test::load_package("face-detect");
  // A lower bar gives many more boxes to compare.
  for (Step& step : package.steps) {
    if (step.kind == "decode-anchors") {
      step.options["score_min"] = 0.1;
    }
  }
  const auto onnx = load(package, "blazeface-front-onnx");
  const auto opencv = load(package, "blazeface-front-opencv");
  std::vector<std::string> names = photos_without_faces;
  names.emplace_back("astronaut.png");
  std::size_t compared = 0;
  for (const std::string& name : names) {
    const auto photo = this->photo(name);
    if (IsSkipped()) {
      return;
    }
    const Faces one = find_faces(*onnx, photo);
    const Faces other = find_faces(*opencv, photo);
    ASSERT_EQ(one.scores.size(), other.scores.size()) << name;
    compared += one.scores.size();
    for (std::size_t index = 0; index < one.scores.size(); ++index) {
      EXPECT_NEAR(one.scores[index], other.scores[index], 1e-5) << name;
    }
    for (std::size_t index = 0; index < one.boxes.size(); ++index) {
      EXPECT_NEAR(one.boxes[index], other.boxes[index], 0.1) << name;
    }
  }
  EXPECT_GE(compared, 5U);
}

}  // namespace
}  // namespace continuo
