// A figure's file becomes cells, each a scenario with settings; every mistake is told with its line.
#include <gmock/gmock.h>

#include "sweep/figure/figure.hh"

namespace continuo {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Figure read(const std::string& text) {
  auto parsed = parse_figure(text, "f.yaml");
  if (const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed)) {
    ADD_FAILURE() << to_string(*errors);
    return {};
  }
  return std::get<Figure>(std::move(parsed));
}

std::string errors_of(const std::string& text) {
  const auto parsed = parse_figure(text, "f.yaml");
  const auto* errors = std::get_if<std::vector<ScenarioError>>(&parsed);
  return errors == nullptr ? "" : to_string(*errors);
}

std::vector<std::string> settings_of(const FigureCell& cell) {
  std::vector<std::string> texts;
  for (const FigureSetting& setting : cell.set) texts.push_back(setting.path.text + "=" + setting.value);
  return texts;
}

TEST(Figure, has_a_cell_for_each_point_across_of_each_series) {
  const auto cells = cells_of(read(R"(
figure: Scaling
scenario: base.yaml
set: {seed: 7}
x: {label: nodes, vary: {tiers.endpoint.nodes: 1..4:1}}
series:
  points:
    - {name: cloud, scenario: cloud.yaml}
    - {name: edge, set: {tiers.edge.quota: 0.5}, only: [2, 3]}
)"));
  ASSERT_THAT(cells, SizeIs(6));
  EXPECT_EQ(name_of(cells[0]), "cloud, 1");
  EXPECT_EQ(cells[0].scenario, "cloud.yaml");
  EXPECT_THAT(settings_of(cells[3]), ElementsAre("seed=7", "tiers.endpoint.nodes=4"));
  EXPECT_EQ(name_of(cells[5]), "edge, 3");
  EXPECT_EQ(cells[5].scenario, "base.yaml");
  EXPECT_THAT(settings_of(cells[5]), ElementsAre("seed=7", "tiers.endpoint.nodes=3", "tiers.edge.quota=0.5"));
}

TEST(Figure, varies_paths_of_one_axis_together) {
  const auto cells = cells_of(read(R"(
figure: Delay
scenario: base.yaml
x:
  names: none, some
  vary:
    links[0].delay: 0ms, 10ms
    links[0].jitter: 0ms, 1ms
)"));
  ASSERT_THAT(cells, SizeIs(2));
  EXPECT_EQ(cells[1].x, "some");
  EXPECT_THAT(settings_of(cells[1]), ElementsAre("links[0].delay=10ms", "links[0].jitter=1ms"));
}

TEST(Figure, emulates_what_stands_for_a_scenario_or_nothing) {
  const auto cells = cells_of(read(R"(
figure: Stand-ins
scenario: base.yaml
emulate: small.yaml
x: {points: [{name: a}, {name: b, scenario: b.yaml}, {name: c, emulate: {set: {seed: 2}}}, {name: d, emulate: none},
             {name: e, scenario: "{x}-{series}.yaml"}]}
)"));
  EXPECT_EQ(cells[0].emulate, "small.yaml");
  EXPECT_EQ(cells[1].emulate, "b.yaml");  // small.yaml stands for base.yaml only
  EXPECT_EQ(cells[2].emulate, "small.yaml");
  EXPECT_THAT(cells[2].set, IsEmpty());
  ASSERT_THAT(cells[2].emulate_set, SizeIs(1));
  EXPECT_EQ(cells[3].emulate, "");
  EXPECT_EQ(cells[3].scenario, "base.yaml");
  EXPECT_EQ(cells[4].scenario, "e-.yaml");
}

TEST(Figure, reads_published_values_in_their_units) {
  const Figure figure = read(R"(
figure: Published
scenario: base.yaml
x: {vary: {tiers.endpoint.nodes: [1, 2]}}
published: [{x: 2, mean: 0.2 s, sd: 20 ms, load: 0.5}]
)");
  ASSERT_THAT(figure.published, SizeIs(2));
  EXPECT_EQ(figure.published[0].value, FigureValue::mean);
  EXPECT_DOUBLE_EQ(figure.published[0].amount, 200.0);
  EXPECT_DOUBLE_EQ(*figure.published[0].sd, 20.0);
  EXPECT_DOUBLE_EQ(figure.published[1].amount, 50.0);  // a load is drawn in percent
}

TEST(Figure, has_marks_beside_the_cells_of_a_heat_map) {
  const auto cells = cells_of(read(R"(
figure: Map
kind: heat-map
show: load
scenario: base.yaml
x: {vary: {tiers.edge.quota: [0.5, 1]}}
y: {vary: {tiers.endpoint.nodes: [1, 2]}}
marks: [{name: A, scenario: a.yaml, x: 0.7, y: 1}]
)"));
  ASSERT_THAT(cells, SizeIs(5));
  EXPECT_EQ(cells[4].x, "");
  EXPECT_EQ(cells[4].series, "A");
  EXPECT_EQ(cells[4].scenario, "a.yaml");
}

struct Broken {
  const char* text;
  const char* told;
};

TEST(Figure, tells_every_mistake_with_its_line_and_what_would_be_right) {
  const std::string head = "figure: F\nscenario: s.yaml\n";
  const Broken cases[]{
      {"kind: bar\nx: {vary: {seed: 1,2}}\n", "f.yaml:3:7: unknown kind of figure \"bar\"\n  did you mean \"bars\"?"},
      {"show: [mean, loads]\nx: {vary: {seed: [1, 2]}}\n", "f.yaml:3:14: unknown value to show \"loads\"\n  did you mean \"load\"?"},
      {"x: {}\n", "f.yaml:3:4: `x` has none of `vary` and `points`"},
      {"x: {vary: {seed: [1, 1]}}\n", "two points of `x` are called \"1\""},
      {"x:\n  vary:\n    seed: [1, 2]\n    tiers.edge.quota: [1]\n", "f.yaml:6:23: tiers.edge.quota has 1 values, and the path before it 2"},
      {"x: {vary: {\"a b\": [1, 2]}}\n", "\"a b\" is no path into a scenario"},
      {"x: {vary: {seed: [1, 2]}, names: [a]}\n", "1 names for 2 values"},
      {"x: {vary: {seed: \"1..9:\"}}\n", "f.yaml:3:18:"},
      {"x: {vary: {seed: [1, 2]}}\ny: {vary: {seed: [1, 2]}}\n", "a figure of kind bars has no `y`"},
      {"kind: lines\nshow: stages\nx: {vary: {seed: [1, 2]}}\n", "stages are drawn as bars only"},
      {"kind: heat-map\nshow: load\nx: {vary: {seed: [1, 2]}}\n", "a figure has no `y`"},
      {"x: {vary: {seed: [1, 2]}}\npublished: [{x: 3, mean: 1 ms}]\n", "f.yaml:4:17: there is no point \"3\""},
      {"x: {vary: {seed: [1, 2]}}\npublished: [{x: 1, mean: 5}]\n", "5 has no unit"},
      {"x: {vary: {seed: [1, 2]}}\nseries: {points: [{name: a, only: [4]}]}\n", "there is no point \"4\" across"},
      {"x: {vary: {seed: [1, 2]}}\nmarks: [{name: A, x: 1, y: 1}]\n", "marks stand on heat maps only"},
      {"x: {vary: {seed: [1, 2]}}\nwhiskers: p95\n", "unknown whiskers \"p95\"\n  write p5..p95, sd or none"},
  };
  for (const Broken& broken : cases) EXPECT_THAT(errors_of(head + broken.text), HasSubstr(broken.told)) << broken.text;
  EXPECT_THAT(errors_of("figure: F\nx: {vary: {seed: [1, 2]}}\n"), HasSubstr("\"1\" has no scenario"));
  EXPECT_THAT(errors_of("scenario: s.yaml\nx: {vary: {seed: [1, 2]}}\n"), HasSubstr("a figure has no `figure`"));
  EXPECT_THAT(errors_of("[1, 2]"), HasSubstr("a figure must be a mapping"));
  EXPECT_THAT(errors_of(head + "x: {vary: {seed: 1..1000:1}}\n"), HasSubstr("1000 points; at most 100 can be drawn"));
}

}  // namespace
}  // namespace continuo
