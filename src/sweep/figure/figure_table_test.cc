// A figure's values go into CSV and come back, and latencies of overload are not among them.
#include "sweep/figure/figure_table.hh"

#include <gmock/gmock.h>

namespace continuo {
namespace {

using ::testing::DoubleEq;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using ::testing::SizeIs;

FigureRow known_row() {
  FigureRow row{.key = {"=4, \"four\"", "edge", Fidelity::simulate}, .scenario = "0123456789ab", .seed = Seed{7}, .duration_s = 60};
  row.feasible = true;
  row.bottleneck = "edge-1 cpu";
  row.bottleneck_load = 0.5;
  row.mean_ms = 12.5;
  row.sd_ms = 1;
  row.p5_ms = 10;
  row.p95_ms = 20;
  row.stages_ms = {0.5, 5, 0, 6, 1};
  row.completed = 90;
  row.failed = 10;
  row.served_tier = "edge";
  row.energy_j_per_request = 2.5;
  return row;
}

FigureRows read(const std::string& text) {
  auto rows = read_figure_rows(text);
  if (const auto* wrong = std::get_if<AskedWrongly>(&rows)) {
    ADD_FAILURE() << wrong->message;
    return {};
  }
  return std::get<FigureRows>(std::move(rows));
}

TEST(FigureTable, comes_back_as_it_was_written) {
  const std::string text = figure_csv_head() + figure_csv_row(known_row());
  const FigureRows rows = read(text);
  ASSERT_THAT(rows.rows, SizeIs(1));
  EXPECT_EQ(rows.whole, text.size());
  const FigureRow& row = rows.rows[0];
  EXPECT_EQ(row.key, known_row().key);
  EXPECT_EQ(row.seed, Seed{7});
  EXPECT_THAT(row.mean_ms, Optional(DoubleEq(12.5)));
  EXPECT_EQ(row.p50_ms, std::nullopt);
  EXPECT_THAT(row.stages_ms, ElementsAre(0.5, 5, 0, 6, 1));
  EXPECT_EQ(row.completed, 90U);
  EXPECT_THAT(value_of(row, FigureValue::energy), Optional(DoubleEq(2.5)));
  EXPECT_EQ(value_of(row, FigureValue::cost), std::nullopt);
  EXPECT_EQ(figure_csv_row(row), figure_csv_row(known_row()));
}

TEST(FigureTable, keeps_whole_rows_of_a_file_that_was_cut_off) {
  const std::string whole = figure_csv_head() + figure_csv_row(known_row());
  const FigureRows rows = read(whole + figure_csv_row(known_row()).substr(0, 30));
  EXPECT_THAT(rows.rows, SizeIs(1));
  EXPECT_EQ(rows.whole, whole.size());
  EXPECT_THAT(read("").rows, IsEmpty());
}

TEST(FigureTable, refuses_what_it_did_not_write) {
  EXPECT_TRUE(std::holds_alternative<AskedWrongly>(read_figure_rows("a,b\r\n1,2\r\n")));
  EXPECT_TRUE(std::holds_alternative<AskedWrongly>(read_figure_rows(figure_csv_head() + "1,2,3\r\n")));
  std::string other = figure_csv_row(known_row());
  other.replace(other.find("simulate"), 8, "simulant");
  EXPECT_TRUE(std::holds_alternative<AskedWrongly>(read_figure_rows(figure_csv_head() + other)));
}

TEST(FigureTable, has_values_in_their_units) {
  const FigureRow row = known_row();
  EXPECT_THAT(value_of(row, FigureValue::mean), Optional(DoubleEq(12.5)));
  EXPECT_THAT(value_of(row, FigureValue::load), Optional(DoubleEq(50)));
  EXPECT_THAT(value_of(row, FigureValue::failed), Optional(DoubleEq(10)));         // 10 of 100
  EXPECT_THAT(value_of(row, FigureValue::throughput), Optional(DoubleEq(1.5)));    // 90 in 60 s
  EXPECT_EQ(value_of(row, FigureValue::slo), std::nullopt);
}

TEST(FigureTable, has_no_latency_in_overload_and_nothing_of_what_failed) {
  FigureRow row = known_row();
  row.feasible = false;
  EXPECT_EQ(value_of(row, FigureValue::mean), std::nullopt);
  EXPECT_EQ(value_of(row, FigureValue::stages), std::nullopt);
  EXPECT_THAT(value_of(row, FigureValue::load), Optional(DoubleEq(50)));
  row.error = "quota is out of range";
  EXPECT_EQ(value_of(row, FigureValue::load), std::nullopt);
}

}  // namespace
}  // namespace continuo
