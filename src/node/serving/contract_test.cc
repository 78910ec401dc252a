// Requests against a contract: names, datatypes, shapes, deadlines.
#include "node/serving/contract.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

ServicePackage simple() {
  ServicePackage package;
  package.inputs = {{"a", "INT32", {-1, 16}}, {"b", "BYTES", {1}}};
  package.outputs = {{"sum", "INT32", {-1, 16}}, {"difference", "INT32", {-1, 16}}};
  return package;
}

InferenceRequest fitting() {
  InferenceRequest request;
  request.inputs = {{"b", Datatype::bytes, {1}, {}}, {"a", Datatype::int32, {3, 16}, {}}};
  return request;
}

int status(const InferenceRequest& request) {
  const auto refusal = check_contract(simple(), request);
  EXPECT_TRUE(!refusal || !refusal->error.empty());
  return refusal ? refusal->status : 200;
}

TEST(Contract, takes_inputs_in_any_order_and_any_size_of_a_variable_dimension) {
  InferenceRequest request = fitting();
  EXPECT_EQ(status(request), 200);
  request.inputs[1].shape = {0, 16};
  EXPECT_EQ(status(request), 200);
}

TEST(Contract, refuses_what_does_not_fit) {
  InferenceRequest request = fitting();
  request.inputs[1].shape = {16};
  EXPECT_EQ(status(request), 400) << "trap 12: the batch dimension is part of the shape";
  request.inputs[1].shape = {3, 15};
  EXPECT_EQ(status(request), 400);
  request = fitting();
  request.inputs[1].datatype = Datatype::int64;
  EXPECT_EQ(status(request), 400);
  request = fitting();
  request.inputs.pop_back();
  EXPECT_EQ(status(request), 400) << "an input is missing";
  request = fitting();
  request.inputs.push_back({"c", Datatype::int32, {1}, {}});
  EXPECT_EQ(status(request), 400) << "an input too many";
  request = fitting();
  request.outputs = {{"product", false, {}}};
  EXPECT_EQ(status(request), 400) << "trap 11: an output that the service does not have";
}

TEST(SelectOutputs, gives_what_was_asked_for_in_that_order) {
  const std::vector<Tensor> outputs{{"sum", Datatype::int32, {0}, {}}, {"difference", Datatype::int32, {0}, {}}};
  InferenceRequest request;
  EXPECT_EQ(select_outputs(request, outputs).size(), 2u);
  request.outputs = {{"difference", false, {}}};
  const auto selected = select_outputs(request, outputs);
  ASSERT_EQ(selected.size(), 1u);
  EXPECT_EQ(selected[0].name, "difference");
}

TEST(Deadline, counts_microseconds_from_the_arrival) {
  using Deadline = std::variant<std::optional<Duration>, Refusal>;
  const auto of = [](RequestParameter timeout) {
    InferenceRequest request;
    request.parameters.emplace("timeout", std::move(timeout));
    return deadline_of(request, std::chrono::seconds{10});
  };
  const auto value = [](const Deadline& deadline) { return std::get<std::optional<Duration>>(deadline); };
  EXPECT_EQ(value(of(std::int64_t{1500})), std::chrono::microseconds{10'001'500});
  EXPECT_EQ(value(of(std::int64_t{0})), std::nullopt);
  EXPECT_EQ(value(of(std::numeric_limits<std::int64_t>::max())), std::chrono::seconds{10 + 86'400});
  EXPECT_EQ(value(deadline_of({}, Duration{1})), std::nullopt);
  for (const RequestParameter& wrong : {RequestParameter{std::int64_t{-1}}, RequestParameter{1.5},
                                        RequestParameter{true}, RequestParameter{std::string{"5"}}}) {
    EXPECT_EQ(std::get<Refusal>(of(wrong)).status, 400);
  }
}

}  // namespace
}  // namespace continuo
