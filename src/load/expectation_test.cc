#include "load/expectation.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

Expectation expectation(std::string_view json) {
  auto parsed = parse_expectation(json);
  if (const auto* error = std::get_if<std::string>(&parsed)) {
    ADD_FAILURE() << *error;
    return ExpectedText{};
  }
  return std::get<Expectation>(parsed);
}

InferenceResponse texts(const std::vector<std::string>& lines) {
  InferenceResponse response;
  response.outputs.push_back(make_bytes_tensor("text", {static_cast<std::int64_t>(lines.size())}, lines));
  return response;
}

InferenceResponse boxes(const std::vector<float>& corners) {
  InferenceResponse response;
  const auto count = static_cast<std::int64_t>(corners.size() / 4);
  response.outputs.push_back(make_tensor<float>("box", Datatype::fp32, {count, 4}, corners));
  return response;
}

TEST(Expectation, of_a_text_ignores_spaces_and_joins_what_came_in_pieces) {
  const auto wanted = expectation(R"({"text": "12.5 kg"})");
  EXPECT_TRUE(compare(wanted, texts({"12.5kg"})).correct);
  EXPECT_TRUE(compare(wanted, texts({"12.5", " kg"})).correct);
  const Verdict verdict = compare(wanted, texts({"12.5 kq"}));
  EXPECT_FALSE(verdict.correct);
  EXPECT_EQ(verdict.difference, "expected \"12.5 kg\", got \"12.5kq\"");
  EXPECT_FALSE(compare(wanted, texts({})).correct);
}

TEST(Expectation, of_lines_counts_those_that_are_found) {
  const auto wanted = expectation(R"({"lines": ["one line", "two", "two"], "at_least": 2})");
  EXPECT_TRUE(compare(wanted, texts({"noise", "oneline", "two"})).correct);
  EXPECT_TRUE(compare(wanted, texts({"two", "two"})).correct);
  // One "two" of the answer does not stand for two.
  EXPECT_FALSE(compare(wanted, texts({"two", "one"})).correct);
}

TEST(Expectation, of_lines_wants_all_of_them_unless_it_says_less) {
  const auto wanted = expectation(R"({"lines": ["a", "b"]})");
  EXPECT_TRUE(compare(wanted, texts({"b", "a"})).correct);
  EXPECT_EQ(compare(wanted, texts({"a"})).difference, "expected at least 2 of 2 lines, found 1");
}

TEST(Expectation, of_boxes_wants_each_met_once_and_no_other) {
  const auto wanted = expectation(R"({"boxes": [[0, 0, 10, 10], [20, 0, 30, 10]], "iou": 0.5})");
  // Shifted by 2 of 10: intersection 80, union 120.
  EXPECT_TRUE(compare(wanted, boxes({22, 0, 32, 10, 0, 0, 10, 10})).correct);
  EXPECT_FALSE(compare(wanted, boxes({0, 0, 10, 10})).correct);
  EXPECT_FALSE(compare(wanted, boxes({0, 0, 10, 10, 0, 0, 10, 10})).correct);
  EXPECT_FALSE(compare(wanted, boxes({0, 0, 10, 10, 20, 0, 30, 10, 50, 50, 60, 60})).correct);
}

TEST(Expectation, of_no_boxes_is_met_by_none) {
  const auto wanted = expectation(R"({"boxes": []})");
  EXPECT_TRUE(compare(wanted, boxes({})).correct);
  EXPECT_EQ(compare(wanted, boxes({0, 0, 1, 1})).difference, "expected 0 boxes, got 1");
}

TEST(Expectation, is_not_met_by_an_answer_of_another_kind) {
  EXPECT_FALSE(compare(expectation(R"({"text": "a"})"), boxes({0, 0, 1, 1})).correct);
  EXPECT_FALSE(compare(expectation(R"({"boxes": []})"), texts({})).correct);
  EXPECT_FALSE(compare(expectation(R"({"boxes": []})"), InferenceResponse{}).correct);
}

TEST(Expectation, file_is_refused_with_a_reason) {
  for (const char* json : {"", "[]", "{}", R"({"text": 1})", R"({"lines": []})", R"({"lines": [1]})",
                           R"({"lines": ["a"], "at_least": 2})", R"({"boxes": [[1, 2, 3]]})", R"({"boxes": 4})",
                           R"({"boxes": [], "iou": 0})", R"({"boxes": [["a", 1, 2, 3]]})", "[[[[[[[[[[[[]]]]]]]]]]]]"}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(parse_expectation(json))) << json;
  }
}

TEST(IntersectionOverUnion, is_one_for_the_same_box_and_zero_apart) {
  EXPECT_DOUBLE_EQ(intersection_over_union({0, 0, 10, 10}, {0, 0, 10, 10}), 1.0);
  EXPECT_DOUBLE_EQ(intersection_over_union({0, 0, 10, 10}, {10, 0, 20, 10}), 0.0);
  // 50 of 150.
  EXPECT_DOUBLE_EQ(intersection_over_union({0, 0, 10, 10}, {5, 0, 15, 10}), 1.0 / 3.0);
  EXPECT_DOUBLE_EQ(intersection_over_union({0, 0, 0, 0}, {0, 0, 0, 0}), 0.0);
}

}  // namespace
}  // namespace continuo
