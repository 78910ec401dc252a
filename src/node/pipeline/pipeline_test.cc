// Pipelines of the small packages of services/: built from their manifests, strict about what they are sent.
#include "node/pipeline/pipeline.hh"

#include <gmock/gmock.h>

#include "node/pipeline/package_for_tests.hh"
#include "scenario/digest.hh"

namespace continuo {
namespace {

using testing::HasSubstr;

const std::vector<std::string> all_packages{
    "burn",           "face-detect",   "identity",       "profiled",       "read-text",       "simple",
    "identity/bool",  "identity/bf16", "identity/bytes", "identity/fp16",  "identity/fp32",   "identity/fp64",
    "identity/int8",  "identity/int16", "identity/int32", "identity/int64", "identity/uint8", "identity/uint16",
    "identity/uint32", "identity/uint64"};

class Packages : public test::PackageTest, public testing::WithParamInterface<std::string> {};

TEST_P(Packages, have_a_manifest_whose_digests_and_sizes_are_right) {
  const ServicePackage package = test::load_package(GetParam());
  std::vector<PackageFile> files;
  for (const Variant& variant : package.variants) {
    files.insert(files.end(), variant.files.begin(), variant.files.end());
  }
  if (package.sample) {
    files.push_back(*package.sample);
  }
  for (const PackageFile& file : files) {
    const std::string content = test::read_whole(package.folder / file.path);
    if (content.empty()) {
      GTEST_SKIP() << (package.folder / file.path).string() << " is absent: run scripts/setup";
    }
    EXPECT_EQ(sha256_hex(content), file.sha256) << file.path;
    EXPECT_EQ(static_cast<std::int64_t>(content.size()), file.size.count()) << file.path;
  }
}

TEST_P(Packages, load_and_answer_their_sample_or_small_tensors) {
  const ServicePackage package = test::load_package(GetParam());
  std::vector<Tensor> inputs;
  for (const TensorContract& input : package.inputs) {
    std::vector<std::int64_t> shape = input.shape;
    std::ranges::replace(shape, std::int64_t{-1}, std::int64_t{3});
    const auto count = static_cast<std::size_t>(element_count(shape).value());
    const auto datatype = datatype_from(input.datatype).value();
    if (datatype == Datatype::bytes) {
      const std::string content = package.sample ? test::read_whole(package.folder / package.sample->path) : "abc";
      inputs.push_back(make_bytes_tensor(input.name, shape, std::vector<std::string>(count, content)));
    } else {
      inputs.push_back({input.name, datatype, shape, std::vector<std::byte>(count * element_size(datatype).value())});
    }
  }
  for (const Variant& variant : package.variants) {
    const auto pipeline = load(package, variant.name);
    if (IsSkipped()) {
      return;
    }
    const auto answer = pipeline->run(inputs, {});
    ASSERT_TRUE(std::holds_alternative<std::vector<Tensor>>(answer)) << std::get<Refusal>(answer).error;
    const auto& tensors = std::get<std::vector<Tensor>>(answer);
    ASSERT_EQ(tensors.size(), package.outputs.size());
    for (std::size_t index = 0; index < tensors.size(); ++index) {
      EXPECT_EQ(tensors[index].name, package.outputs[index].name);
      EXPECT_EQ(to_string(tensors[index].datatype), package.outputs[index].datatype);
      EXPECT_EQ(tensors[index].shape.size(), package.outputs[index].shape.size());
    }
    const RequestParameters none;
    for (const auto& of_two : pipeline->run_batch(std::vector<BatchRequest>(2, {inputs, &none}))) {
      ASSERT_TRUE(std::holds_alternative<std::vector<Tensor>>(of_two)) << std::get<Refusal>(of_two).error;
      for (std::size_t index = 0; index < tensors.size(); ++index) {
        EXPECT_EQ(std::get<std::vector<Tensor>>(of_two).at(index).data, tensors[index].data);
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Packages, testing::ValuesIn(all_packages), [](const auto& package) {
  std::string name = package.param;
  std::ranges::replace_if(name, [](char letter) { return letter == '-' || letter == '/'; }, '_');
  return name;
});

class PipelineOfSimple : public test::PackageTest {
 protected:
  std::optional<Refusal> refusal_of(std::vector<Tensor> inputs) {
    const auto answer = pipeline_->run(inputs, {});
    const auto* refusal = std::get_if<Refusal>(&answer);
    return refusal == nullptr ? std::nullopt : std::optional{*refusal};
  }
  static Tensor sixteen(const std::string& name) {
    return make_tensor<std::int32_t>(name, Datatype::int32, {1, 16}, std::vector<std::int32_t>(16, 7));
  }

  std::unique_ptr<Pipeline> pipeline_ = load(test::load_package("simple"), "builtin");
};

TEST_F(PipelineOfSimple, answers_and_refuses_by_name_datatype_shape_and_size) {
  EXPECT_FALSE(refusal_of({sixteen("INPUT0"), sixteen("INPUT1")}));
  for (const auto& inputs : {std::vector{sixteen("INPUT0")}, std::vector{sixteen("INPUT0"), sixteen("INPUT2")},
                             std::vector{sixteen("INPUT0"), sixteen("INPUT0"), sixteen("INPUT1")}}) {
    ASSERT_TRUE(refusal_of(inputs));
    EXPECT_EQ(refusal_of(inputs)->status, 400);
  }
  Tensor wrong = sixteen("INPUT1");
  wrong.datatype = Datatype::uint32;
  EXPECT_THAT(refusal_of({sixteen("INPUT0"), wrong}).value().error, HasSubstr("has datatype UINT32; the model takes INT32"));
  wrong = sixteen("INPUT1");
  wrong.shape = {16};
  EXPECT_THAT(refusal_of({sixteen("INPUT0"), wrong}).value().error, HasSubstr("shape [16]; the model takes [-1,16]"));
}

TEST_F(PipelineOfSimple, refuses_alone_what_does_not_fit_in_a_batch) {
  const std::vector right{sixteen("INPUT0"), sixteen("INPUT1")};
  const std::vector wrong{sixteen("INPUT0")};
  std::vector other_shape = right;  // fits the contract, but not each other
  other_shape[0] = make_tensor<std::int32_t>("INPUT0", Datatype::int32, {2, 16}, std::vector<std::int32_t>(32, 7));
  const RequestParameters none;
  const auto answers = pipeline_->run_batch(std::vector<BatchRequest>{{right, &none}, {wrong, &none}, {other_shape, &none}, {right, &none}});
  ASSERT_EQ(answers.size(), 4U);
  for (const std::size_t fits : {0U, 3U}) {
    ASSERT_TRUE(std::holds_alternative<std::vector<Tensor>>(answers[fits]));
    EXPECT_EQ(elements<std::int32_t>(std::get<std::vector<Tensor>>(answers[fits])[0])[0], 14);
  }
  for (const std::size_t broken : {1U, 2U}) {
    ASSERT_TRUE(std::holds_alternative<Refusal>(answers[broken]));
    EXPECT_EQ(std::get<Refusal>(answers[broken]).status, 400);
  }
}

class BrokenPackage : public test::PackageTest {
 protected:
  std::string error_of(const ServicePackage& package) {
    try {
      load(package, package.variants.front().name);
    } catch (const PackageError& error) {
      return error.what();
    }
    return "none";
  }
};

TEST_F(BrokenPackage, says_what_is_wrong) {
  auto package = test::load_package("simple");
  package.variants[0].files.clear();
  EXPECT_THAT(error_of(package), HasSubstr("has no files"));

  package = test::load_package("simple");
  package.outputs[0].datatype = "FP32";
  EXPECT_THAT(error_of(package), HasSubstr("no output 'OUTPUT0' of datatype FP32"));

  package = test::load_package("simple");
  package.steps = {{"decode", {}}};
  EXPECT_THAT(error_of(package), HasSubstr("last step must be output"));

  package.steps = {{"infer", {{"file", std::string{"other"}}}}, {"output", {}}};
  EXPECT_THAT(error_of(package), HasSubstr("has no file 'other'"));
}

class DamagedImage : public test::PackageTest {};

TEST_F(DamagedImage, is_refused_with_400) {
  const auto pipeline = load(test::load_package("face-detect"), "blazeface-front-opencv");
  if (IsSkipped()) {
    return;
  }
  const std::vector inputs{test::image_input("\xff\xd8\xff\xe0 no jpeg")};
  const auto answer = pipeline->run(inputs, {});
  ASSERT_TRUE(std::holds_alternative<Refusal>(answer));
  EXPECT_EQ(std::get<Refusal>(answer).status, 400);
  EXPECT_THAT(std::get<Refusal>(answer).error, HasSubstr("input 'image': the JPEG image is damaged"));
}

}  // namespace
}  // namespace continuo
