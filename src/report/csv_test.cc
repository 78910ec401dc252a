// The CSV has as many fields in each row as its header, and quotes what needs it.
#include "report/csv.hh"

#include <gmock/gmock.h>

#include <algorithm>
#include <sstream>

#include "result/test_support/sample_evaluation.hh"

namespace continuo {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream{text};
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

TEST(Csv, has_six_rows_a_service_and_fidelity_and_the_same_fields_in_each) {
  const std::vector<std::string> lines = lines_of(render_csv(sample_pair()));
  ASSERT_EQ(lines.size(), 1U + 2 * 2 * 6);
  for (const std::string& line : lines) EXPECT_EQ(std::ranges::count(line, ','), 20) << line;
  EXPECT_THAT(lines.at(1), StartsWith("factory,model,1,3f09a4f,true,read-text,latency,180,180,0,"));
  EXPECT_THAT(lines.at(19), StartsWith("factory,emulate,1,3f09a4f,true,face-detect,latency,902,900,2,"));
}

TEST(Csv, leaves_unknown_figures_empty_and_quotes_names) {
  Evaluation evaluation;
  evaluation.scenario = "a \"b\", c";
  ServiceResult service;
  service.name = "s";
  evaluation.services = {service};
  EXPECT_THAT(render_csv({&evaluation, 1}),
              HasSubstr("\"a \"\"b\"\", c\",model,1,,true,s,latency,0,0,0,,,,,,,,,,,\r\n"));
}

}  // namespace
}  // namespace continuo
