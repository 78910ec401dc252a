// The text report against a golden file, and what must be true of it whatever the figures.
#include "report/text.hh"

#include <gmock/gmock.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "report/shift.hh"
#include "result/test_support/sample_evaluation.hh"

namespace continuo {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Read the difference; if it is meant, run this test with CONTINUO_WRITE_GOLDEN=1 and commit the file.
void expect_golden(const std::string& text, const std::string& file) {
  const std::string path = CONTINUO_SOURCE_DIR "/src/report/golden/" + file;
  if (std::getenv("CONTINUO_WRITE_GOLDEN") != nullptr) std::ofstream{path} << text;
  std::ifstream stream{path};
  ASSERT_TRUE(stream) << path;
  std::ostringstream golden;
  golden << stream.rdbuf();
  EXPECT_EQ(text, golden.str());
}

TEST(TextReport, of_model_and_emulation_is_as_in_the_golden_file) {
  expect_golden(render_text(sample_pair(), {}), "pair.txt");
}

TEST(TextReport, is_plain_ascii_without_colour) {
  for (const char letter : render_text(sample_pair(), {})) {
    EXPECT_TRUE(letter == '\n' || (letter >= 0x20 && letter < 0x7f)) << static_cast<int>(letter);
  }
}

TEST(TextReport, has_colour_when_asked) {
  EXPECT_THAT(render_text(sample_pair(), {.colour = true}), HasSubstr("\x1b[32mvalid"));
}

TEST(TextReport, of_one_evaluation_has_no_error_rows) {
  const Evaluation model = sample_model();
  EXPECT_THAT(render_text({&model, 1}, {}), Not(HasSubstr("error")));
}

TEST(TextReport, says_first_that_a_run_is_invalid_and_why) {
  Evaluation run = sample_emulation();
  run.valid = false;
  run.invalid_because = {"rate endpoint to edge: asked 7.21 Mbit/s, got 5.00 Mbit/s"};
  const std::string text = render_text({&run, 1}, {});
  EXPECT_THAT(text, HasSubstr("INVALID"));
  EXPECT_LT(text.find("got 5.00 Mbit/s"), text.find("p95"));
}

TEST(TextReport, does_not_let_a_name_drive_the_terminal) {
  Evaluation run = sample_emulation();
  run.scenario = "a\x1b[2Jb";
  run.services.at(0).by_node.at(0).node = "edge\r\n";
  run.notes = {"note\x07"};
  const std::string text = render_text({&run, 1}, {});
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("\r")));
  EXPECT_THAT(text, Not(HasSubstr("\x07")));
}

TEST(TextReport, lists_the_nodes_that_served_most_and_adds_up_the_others) {
  Evaluation run = sample_emulation();
  std::vector<ServedShare>& shares = run.services.at(0).by_node;
  shares.assign(100, {.node = "edge", .variant = "one", .share = 0.005, .requests = 1});
  shares.back() = {.node = "edge-100", .variant = "one", .share = 0.505, .requests = 101};
  const std::string text = render_text({&run, 1}, {});
  EXPECT_THAT(text, HasSubstr("edge-100 (one) 50.5 %, edge (one) 0.5 %,"));
  EXPECT_THAT(text, HasSubstr("and 76 others 38.0 % together")) << "24 are listed: the largest and 23 of 0.5 %";
}

TEST(TextReport, of_an_overload_gives_dashes_for_what_is_not_known) {
  Evaluation model = sample_model();
  model.feasible = false;
  model.services.at(0).latency = {};
  model.services.at(0).stages = {};
  const std::string text = render_text({&model, 1}, {});
  EXPECT_THAT(text, HasSubstr("NOT FEASIBLE"));
  EXPECT_THAT(text, Not(HasSubstr("nan")));
}

TEST(TextReport, names_checks_that_could_not_be_judged_in_one_place_instead_of_a_row_each) {
  Evaluation run = sample_emulation();
  const double nothing = std::nan("");
  run.delivery.push_back({"rate edge to cloud", "Mbit/s", 1000, nothing, 0, true, "never busy: not judged"});
  run.delivery.push_back({"jitter edge to cloud", "ms", 2.5, nothing, 0, true, "seen 3 times: not judged"});
  const std::string text = render_text({&run, 1}, {});
  EXPECT_THAT(text, HasSubstr("2 not judged"));
  EXPECT_THAT(text, HasSubstr("rate edge to cloud, jitter edge to"));
  EXPECT_THAT(text, Not(HasSubstr("never busy")));
}

TEST(Shift, is_the_share_of_each_node_before_and_after_the_first_event) {
  Evaluation run;
  run.events = {{std::chrono::seconds{5}, "edge-2 lost"}};
  run.timeline = {{std::chrono::seconds{0}, std::chrono::seconds{4}, {{"edge-1", 1}, {"edge-2", 3}}},
                  {std::chrono::seconds{4}, std::chrono::seconds{8}, {{"edge-2", 100}}},  // holds the event: left out
                  {std::chrono::seconds{8}, std::chrono::seconds{12}, {{"edge-1", 5}, {"edge-2", 0}}}};
  const std::optional<Shift> shift = shift_of(run);
  ASSERT_TRUE(shift);
  EXPECT_EQ(describe(shift->before), "edge-2 75.0 %, edge-1 25.0 %");
  EXPECT_EQ(describe(shift->after), "edge-1 100.0 %");
}

}  // namespace
}  // namespace continuo
