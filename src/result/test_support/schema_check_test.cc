// The validator must refuse what is wrong: each keyword once with a document that fits and one that does not.
#include "result/test_support/schema_check.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Case {
  const char* schema;
  const char* fits;
  const char* fails;
  const char* complaint;
};

class SchemaKeyword : public ::testing::TestWithParam<Case> {};

TEST_P(SchemaKeyword, accepts_what_fits_and_refuses_what_does_not) {
  const Case& one = GetParam();
  EXPECT_THAT(schema_errors(one.schema, one.fits), IsEmpty());
  EXPECT_THAT(schema_errors(one.schema, one.fails), ElementsAre(HasSubstr(one.complaint)));
}

INSTANTIATE_TEST_SUITE_P(
    All, SchemaKeyword,
    ::testing::Values(
        Case{R"({"type": "string"})", R"("a")", "1", "$: is not of type"},
        Case{R"({"type": ["number", "null"]})", "null", R"("a")", "is not of type"},
        Case{R"({"type": "integer"})", "3.0", "3.5", "is not of type"},
        Case{R"({"const": "x"})", R"("x")", R"("y")", "is not \"x\""},
        Case{R"({"enum": ["x", 2]})", "2", "3", "is none of"},
        Case{R"({"minimum": 0})", "0", "-0.5", "-0.5 is below 0"},
        Case{R"({"maximum": 1})", "1", "1.5", "1.5 is above 1"},
        Case{R"({"minLength": 1})", R"("a")", R"("")", "too short"},
        Case{R"({"required": ["a"]})", R"({"a": 1})", R"({"b": 1})", "$: lacks \"a\""},
        Case{R"({"items": {"type": "number"}})", "[1, 2]", R"([1, "2"])", "$[1]: is not of type"},
        Case{R"({"properties": {"a": {"type": "null"}}})", R"({"a": null, "b": 1})", R"({"a": 1})", "$.a: is not"},
        Case{R"({"properties": {"a": {}}, "additionalProperties": false})", R"({"a": 1})", R"({"b": 1})",
             "$.b: is not in the schema"},
        Case{R"({"additionalProperties": {"minimum": 0}})", R"({"a": 1})", R"({"a": -1})", "$.a: -1 is below 0"},
        Case{R"({"$ref": "#/$defs/text", "$defs": {"text": {"type": "string"}}})", R"("a")", "1", "$: is not of type"}));

TEST(SchemaCheck, refuses_a_keyword_that_it_does_not_know) {
  EXPECT_THAT(schema_errors(R"({"maxLength": 3})", R"("a")"), ElementsAre(HasSubstr("\"maxLength\" is not supported")));
}

TEST(SchemaCheck, refuses_what_is_not_json) {
  EXPECT_THAT(schema_errors("{}", R"({"a": NaN})"), ElementsAre(HasSubstr("not JSON")));
}

}  // namespace
}  // namespace continuo
