// A validator for the part of JSON Schema (draft 2020-12) that docs/evaluation.schema.json uses. For tests.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace continuo {

// What is wrong with the document, each with its place ("$.services[0].name: ..."); empty: it is valid. A keyword of the
// schema that this validator does not know is an error too, so that no rule is passed over in silence.
std::vector<std::string> schema_errors(std::string_view schema, std::string_view document);

// Against docs/evaluation.schema.json: what `serialise` writes for one Evaluation.
std::vector<std::string> evaluation_schema_errors(std::string_view document);

}  // namespace continuo
