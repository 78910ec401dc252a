// What every runtime promises, checked for each runtime with a model that it can run.
#include <algorithm>
#include <thread>

#include <gtest/gtest.h>

#include <unistd.h>

#include "node/runtime/onnx_model_for_tests.hh"
#include "node/runtime/runtime_table.hh"

namespace continuo {
namespace {

const std::vector<std::string> all_datatypes{"BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16",
                                             "INT32", "INT64", "FP16", "BF16", "FP32", "FP64", "BYTES"};

struct Subject {
  std::string name;     // of the case
  std::string runtime;
  std::string file;     // its content
};

void PrintTo(const Subject& subject, std::ostream* stream) { *stream << subject.name; }

std::vector<Subject> subjects() {
  std::vector<Subject> list{
      {"onnxruntime_relu", "onnxruntime", test::relu_model()},
      {"opencv_relu", "opencv", test::relu_model()},
      {"onnxruntime_relu_of_any_length", "onnxruntime", test::relu_model(-1)},
      {"opencv_relu_of_any_length", "opencv", test::relu_model(-1)},
      {"builtin_simple", "builtin", R"({"model": "simple"})"},
      {"builtin_burn", "builtin", R"({"model": "burn", "cpu_ms": 0.1, "cpu_ms_next": 0.01})"},
      {"profiled", "profiled", R"({"model": "profiled", "mean_ms": 0.1, "sd_ms": 0.01, "mean_ms_next": 0.02,
         "inputs": [{"name": "image", "datatype": "BYTES", "shape": [1]}],
         "outputs": [{"name": "label", "datatype": "BYTES", "shape": [1]},
                     {"name": "index", "datatype": "INT64", "shape": [3]}]})"},
  };
  for (const std::string& datatype : all_datatypes) {
    list.push_back({"builtin_identity_" + datatype, "builtin", R"({"model": "identity", "datatype": ")" + datatype + "\"}"});
  }
  return list;
}

class RuntimeContract : public testing::TestWithParam<Subject> {
 protected:
  void SetUp() override {
    runtime_ = table_.find(GetParam().runtime);
    if (runtime_ == nullptr) {
      GTEST_SKIP() << GetParam().runtime << " is absent: " << table_.availability()[0].reason;
    }
    file_ = test::write_file(std::filesystem::path{testing::TempDir()} / ("contract-" + GetParam().name + "-" + std::to_string(::getpid())),
                             GetParam().file);
  }

  // An input for each of the model's, every -1 taken as that, filled with bytes that count up.
  static std::vector<Tensor> inputs_for(const LoadedModel& model, std::int64_t variable = 2) {
    std::vector<Tensor> tensors;
    for (const auto& info : model.inputs()) {
      Tensor tensor{info.name, info.datatype, info.shape, {}};
      std::ranges::replace(tensor.shape, std::int64_t{-1}, variable);
      const auto count = static_cast<std::size_t>(element_count(tensor.shape).value());
      if (info.datatype == Datatype::bytes) {
        tensor = make_bytes_tensor(info.name, tensor.shape, std::vector<std::string>(count, "ab"));
      } else {
        tensor.data.resize(count * element_size(info.datatype).value());
        std::ranges::generate(tensor.data, [next = 0]() mutable { return static_cast<std::byte>(next++ & 1); });
      }
      tensors.push_back(std::move(tensor));
    }
    return tensors;
  }

  SystemThreadClock clock_;
  RuntimeTable table_{{.onnxruntime_folders = {CONTINUO_SOURCE_DIR "/.deps/onnxruntime/lib"},
                       .module_folder = CONTINUO_BINARY_DIR "/bin"},
                      clock_};
  Runtime* runtime_ = nullptr;
  std::filesystem::path file_;
};

TEST_P(RuntimeContract, answers_with_the_outputs_that_it_announced) {
  const auto model = runtime_->load(file_, {});
  const auto answer = model->run(inputs_for(*model));
  const auto announced = model->outputs();
  ASSERT_EQ(answer.size(), announced.size());
  for (std::size_t index = 0; index < answer.size(); ++index) {
    EXPECT_EQ(answer[index].name, announced[index].name);
    EXPECT_EQ(answer[index].datatype, announced[index].datatype);
    ASSERT_EQ(answer[index].shape.size(), announced[index].shape.size());
    for (std::size_t axis = 0; axis < answer[index].shape.size(); ++axis) {
      if (announced[index].shape[axis] != -1) {
        EXPECT_EQ(answer[index].shape[axis], announced[index].shape[axis]);
      }
    }
    const auto size = element_size(answer[index].datatype);
    const auto count = static_cast<std::size_t>(element_count(answer[index].shape).value());
    EXPECT_TRUE(size ? answer[index].data.size() == count * *size : bytes_elements(answer[index]).has_value());
  }
}

TEST_P(RuntimeContract, gives_the_same_answer_to_the_same_inputs) {
  const auto model = runtime_->load(file_, {});
  const auto inputs = inputs_for(*model);
  const auto first = model->run(inputs);
  const auto second = model->run(inputs);
  for (std::size_t index = 0; index < first.size(); ++index) {
    EXPECT_EQ(first[index].data, second[index].data);
  }
}

TEST_P(RuntimeContract, knows_its_version_once_a_model_is_loaded) {
  runtime_->load(file_, {});
  EXPECT_NE(runtime_->version(), "");
}

TEST_P(RuntimeContract, refuses_inputs_that_do_not_fit_and_works_on) {
  const auto model = runtime_->load(file_, {});
  const auto good = inputs_for(*model);
  EXPECT_THROW(model->run({}), InputError);

  auto renamed = good;
  renamed[0].name += "x";
  EXPECT_THROW(model->run(renamed), InputError);

  auto twice = good;
  twice.push_back(good[0]);
  EXPECT_THROW(model->run(twice), InputError);

  auto other_type = good;
  other_type[0].datatype = good[0].datatype == Datatype::int8 ? Datatype::uint8 : Datatype::int8;
  EXPECT_THROW(model->run(other_type), InputError);

  auto another_axis = good;
  another_axis[0].shape.insert(another_axis[0].shape.begin(), 1);
  EXPECT_THROW(model->run(another_axis), InputError);

  auto negative = good;
  negative[0].shape[0] = -1;
  EXPECT_THROW(model->run(negative), InputError);

  auto short_data = good;
  short_data[0].data.pop_back();
  EXPECT_THROW(model->run(short_data), InputError);

  EXPECT_EQ(model->run(good).size(), model->outputs().size());
}

TEST_P(RuntimeContract, refuses_files_that_are_no_model) {
  const std::filesystem::path folder{testing::TempDir()};
  EXPECT_THROW(runtime_->load(folder / "contract-absent", {}), RuntimeError);
  EXPECT_THROW(runtime_->load(test::write_file(folder / ("contract-empty-" + GetParam().name), ""), {}), RuntimeError);
  const auto garbage = test::write_file(folder / ("contract-garbage-" + GetParam().name), std::string(5000, '\x5a'));
  EXPECT_THROW(runtime_->load(garbage, {}), RuntimeError);
  const auto cut = test::write_file(folder / ("contract-cut-" + GetParam().name),
                                    GetParam().file.substr(0, GetParam().file.size() / 2));
  EXPECT_THROW(runtime_->load(cut, {}), RuntimeError);
}

TEST_P(RuntimeContract, answers_each_request_of_a_batch_as_if_it_came_alone) {
  const auto model = runtime_->load(file_, {});
  std::vector<std::vector<Tensor>> requests{inputs_for(*model), inputs_for(*model), inputs_for(*model, 3)};
  for (Tensor& tensor : requests[1]) {
    if (tensor.datatype != Datatype::bytes) std::ranges::reverse(tensor.data);
  }
  const std::vector<std::span<const Tensor>> together{requests.begin(), requests.end()};
  const auto answers = model->run_together(together);
  ASSERT_EQ(answers.size(), requests.size());
  for (std::size_t request = 0; request < requests.size(); ++request) {
    const auto alone = model->run(requests[request]);
    ASSERT_EQ(answers[request].size(), alone.size());
    for (std::size_t index = 0; index < alone.size(); ++index) {
      EXPECT_EQ(answers[request][index].name, alone[index].name);
      EXPECT_EQ(answers[request][index].shape, alone[index].shape);
      EXPECT_EQ(answers[request][index].data, alone[index].data);
    }
  }
  auto wrong = requests;
  wrong[1][0].name += "x";
  EXPECT_THROW(model->run_together(std::vector<std::span<const Tensor>>{wrong.begin(), wrong.end()}), InputError);
  EXPECT_TRUE(model->run_together({}).empty());
}

TEST_P(RuntimeContract, runs_several_requests_of_a_model_at_once) {
  const auto model = runtime_->load(file_, {});
  const auto inputs = inputs_for(*model);
  const auto expected = model->run(inputs);
  std::vector<std::vector<Tensor>> answers(4);
  {
    std::vector<std::jthread> workers;
    for (auto& answer : answers) workers.emplace_back([&] { answer = model->run(inputs); });
  }
  for (const auto& answer : answers) {
    ASSERT_EQ(answer.size(), expected.size());
    EXPECT_EQ(answer[0].data, expected[0].data);
  }
}

TEST_P(RuntimeContract, runs_two_models_at_once) {
  const auto first = runtime_->load(file_, {.threads = 1});
  const auto second = runtime_->load(file_, {.threads = 2});
  const auto inputs = inputs_for(*first);
  const auto expected = first->run(inputs);
  std::vector<std::vector<Tensor>> answers(2);
  {
    std::jthread one{[&] { answers[0] = first->run(inputs); }};
    std::jthread two{[&] { answers[1] = second->run(inputs); }};
  }
  for (const auto& answer : answers) {
    ASSERT_EQ(answer.size(), expected.size());
    EXPECT_EQ(answer[0].data, expected[0].data);
  }
}

INSTANTIATE_TEST_SUITE_P(Each, RuntimeContract, testing::ValuesIn(subjects()),
                         [](const auto& subject) { return subject.param.name; });

class ReluModel : public testing::TestWithParam<const char*> {};

TEST_P(ReluModel, is_computed) {
  SystemThreadClock clock;
  const RuntimeTable table{{.onnxruntime_folders = {CONTINUO_SOURCE_DIR "/.deps/onnxruntime/lib"},
                            .module_folder = CONTINUO_BINARY_DIR "/bin"},
                           clock};
  Runtime* runtime = table.find(GetParam());
  if (runtime == nullptr) {
    GTEST_SKIP() << GetParam() << " is absent";
  }
  const auto file = test::write_file(std::filesystem::path{testing::TempDir()} / ("relu-" + runtime->name() + "-" + std::to_string(::getpid())),
                                     test::relu_model());
  const std::vector input{make_tensor<float>("X", Datatype::fp32, {1, 4}, std::vector{-1.5F, 0.0F, 2.25F, -0.0F})};
  const auto answer = runtime->load(file, {})->run(input);
  const auto values = elements<float>(answer.at(0));
  EXPECT_EQ(std::vector(values.begin(), values.end()), (std::vector{0.0F, 0.0F, 2.25F, 0.0F}));
}

INSTANTIATE_TEST_SUITE_P(Runtimes, ReluModel, testing::Values("onnxruntime", "opencv"));

TEST(SimpleModel, adds_and_subtracts) {
  SystemThreadClock clock;
  const RuntimeTable table{{.module_folder = ""}, clock};
  const auto file = test::write_file(std::filesystem::path{testing::TempDir()} / ("simple-" + std::to_string(::getpid()) + ".json"), R"({"model": "simple"})");
  std::vector<std::int32_t> left(16);
  std::ranges::generate(left, [next = 0]() mutable { return next++; });
  const std::vector inputs{make_tensor<std::int32_t>("INPUT1", Datatype::int32, {1, 16}, std::vector<std::int32_t>(16, 1)),
                           make_tensor<std::int32_t>("INPUT0", Datatype::int32, {1, 16}, left)};
  const auto answer = table.find("builtin")->load(file, {})->run(inputs);
  EXPECT_EQ(elements<std::int32_t>(answer.at(0))[15], 16);
  EXPECT_EQ(elements<std::int32_t>(answer.at(1))[0], -1);
}

}  // namespace
}  // namespace continuo
