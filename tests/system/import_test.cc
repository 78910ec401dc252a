// The real program with configurations of the Continuum framework. Nothing is emulated.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "program.hh"
#include "result/evaluation_json.hh"
#include "scenario/parse.hh"

namespace continuo {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::IsEmpty;

const fs::path source{CONTINUO_SOURCE_DIR};
const std::string example = source / "examples/continuum.cfg";

Finished run(const std::vector<std::string>& arguments) { return StartedProgram{arguments}.wait(); }

TEST(Import, writes_a_scenario_that_finds_its_service_packages) {
  const TemporaryFolder folder;
  const std::string yaml = folder.path() / "of-continuum.yaml";
  const Finished imported = run({"import", example, "-o", yaml, "--services", source / "services"});
  EXPECT_EQ(imported.status, 0) << imported.errors;
  const auto scenario = load_scenario(yaml);
  ASSERT_TRUE(std::holds_alternative<Scenario>(scenario)) << read_text(yaml);
  EXPECT_TRUE(fs::exists(std::get<Scenario>(scenario).services.at(0).package.folder / "manifest.yaml"));
  EXPECT_EQ(run({"check", yaml}).status, 0);
}

TEST(Import, writes_a_scenario_for_any_folder_to_stdout) {
  const Finished imported = run({"import", example, "--services", source / "services"});
  EXPECT_EQ(imported.status, 0);
  EXPECT_THAT(imported.errors, IsEmpty());
  EXPECT_THAT(imported.output, HasSubstr("# Not carried over:\n#   line 4: provider = qemu\n"));
  EXPECT_THAT(imported.output, HasSubstr("package: \"" + fs::canonical(source / "services/classification-load").string() + "\""));
}

TEST(Import, writes_over_nothing_unless_it_is_told_to) {
  const TemporaryFolder folder;
  const fs::path configuration = folder.path() / "own.cfg";
  const fs::path yaml = folder.path() / "own.yaml";
  fs::copy_file(example, configuration);
  write_text(yaml, "mine\n");
  EXPECT_EQ(run({"import", configuration, "-o", yaml}).status, 2);
  EXPECT_EQ(read_text(yaml), "mine\n");
  EXPECT_EQ(run({"import", configuration, "-o", configuration, "--force"}).status, 2) << "the configuration itself";
  EXPECT_EQ(read_text(configuration), read_text(example));
  EXPECT_EQ(run({"import", configuration, "-o", yaml, "--force"}).status, 0);
  EXPECT_THAT(read_text(yaml), HasSubstr("tiers:"));
}

TEST(Import, tells_every_mistake_with_its_line_as_check_does) {
  const TemporaryFolder folder;
  const std::string broken = folder.path() / "broken.cfg";
  write_text(broken, "[infrastructure]\nprovider = qemu\nedge_nodes = some\n[benchmark]\nresource_manager = mist\n");
  const Finished imported = run({"import", broken});
  EXPECT_EQ(imported.status, 2);
  EXPECT_THAT(imported.errors, HasSubstr("broken.cfg:3:14: `edge_nodes` must be a whole number, not \"some\""));
  EXPECT_THAT(imported.errors, HasSubstr("broken.cfg:4:2: `application` is missing"));
  const Finished checked = run({"check", broken});
  EXPECT_EQ(checked.status, 2);
  EXPECT_EQ(checked.errors, imported.errors);
}

TEST(Import, says_which_option_names_the_folder_of_the_packages) {
  const Finished imported = run({"import", example, "--services", "nowhere"});
  EXPECT_EQ(imported.status, 2);
  EXPECT_THAT(imported.errors, HasSubstr("name the folder of the packages by --services"));
}

TEST(Import, is_not_needed_to_run_a_configuration) {
  const Finished ran = run({"run", example, "--at", "model", "--json", "-"});
  EXPECT_EQ(ran.status, 0) << ran.errors;
  EXPECT_THAT(ran.errors, HasSubstr("continuum.cfg:4: not carried over: provider = qemu"));
  // Two endpoints, each 2 Hz for 20 s.
  EXPECT_EQ(parse_evaluations(ran.output).at(0).services.at(0).generated, 80U);
}

TEST(Import, is_not_needed_for_continuums_columns) {
  const Finished ran = run({"run", example, "--at", "model", "--csv", "-", "--columns", "continuum"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.output, HasSubstr("worker_id,total_time (s),delay_avg (ms)"));
  EXPECT_EQ(run({"run", example, "--at", "model", "--columns", "continuum"}).status, 2) << "columns of what?";
}

}  // namespace
}  // namespace continuo
