// The file of a figure: every mistake in it told at once.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "scenario/fields.hh"
#include "scenario/yaml_tree.hh"
#include "sweep/figure/figure.hh"
#include "sweep/range.hh"

namespace continuo {
namespace {

constexpr std::size_t series_max = 8;  // as many colours as there are
constexpr std::size_t points_max_across = 100;
constexpr std::size_t marks_max = 9;
constexpr std::size_t published_max = 200;
constexpr std::size_t name_length_max = 60;
constexpr std::size_t settings_max = 32;

std::string name_read(const YamlNode& node, const std::string& what, Problems& problems) {
  const auto text = read_text(node, what, problems);
  if (!text) return "";
  const bool plain = std::ranges::none_of(*text, [](char letter) { return static_cast<unsigned char>(letter) < 0x20; });
  if (plain && text->size() <= name_length_max) return *text;
  problems.add(node, fmt::format("{} {} is too long", what, in_quotes(*text)), fmt::format("write one line of at most {} letters", name_length_max));
  return "";
}

// One of a few words.
template <class Choice, std::size_t n>
std::optional<Choice> read_choice(const YamlNode& node, const std::string& what, const std::array<Choice, n>& choices, Problems& problems) {
  std::vector<std::string> words;
  for (const Choice choice : choices) {
    if (node.is_scalar() && node.text == to_string(choice)) return choice;
    words.emplace_back(to_string(choice));
  }
  problems.add(node, fmt::format("unknown {} {}", what, in_quotes(node.text)), suggest(node.text, words));
  return std::nullopt;
}

std::optional<TreePath> read_path(const YamlNode& key, Problems& problems) {
  auto path = parse_tree_path(key.text);
  if (auto* parsed = std::get_if<TreePath>(&path)) return std::move(*parsed);
  problems.add(key, std::get<AskedWrongly>(path).message, std::get<AskedWrongly>(path).hint);
  return std::nullopt;
}

std::vector<FigureSetting> read_settings(const YamlNode& node, Problems& problems) {
  std::vector<FigureSetting> settings;
  if (!check_names(node, "`set`", "{tiers.edge.quota: 0.5}", problems)) return settings;
  if (node.keys.size() > settings_max) {
    problems.add(node, fmt::format("`set` has {} settings; at most {} are allowed", node.keys.size(), settings_max), "write another scenario file");
    return settings;
  }
  for (std::size_t index = 0; index < node.keys.size(); ++index) {
    const YamlNode& value = node.items[index];
    auto path = read_path(node.keys[index], problems);
    const auto text = read_text(value, fmt::format("the value of {}", in_quotes(node.keys[index].text)), problems);
    if (path && text) settings.push_back({std::move(*path), *text});
  }
  return settings;
}

std::vector<std::string_view> with_variation_keys(std::initializer_list<std::string_view> own) {
  std::vector<std::string_view> keys{own};
  keys.insert(keys.end(), {"scenario", "emulate", "set"});
  return keys;
}

// FILE, {scenario: FILE, set: {PATH: VALUE}} or none.
void read_emulate(const YamlNode& node, FigureVariation& variation, Problems& problems) {
  if (node.is_scalar() && node.text == "none") {
    variation.emulated = false;
    return;
  }
  if (!node.is_mapping()) {
    variation.emulate = read_text(node, "`emulate`", problems).value_or("");
    return;
  }
  const Fields fields{node, "`emulate`", {"scenario", "set"}, problems};
  if (const YamlNode* file = fields.find("scenario")) variation.emulate = read_text(*file, "`scenario`", problems).value_or("");
  if (const YamlNode* set = fields.find("set")) variation.emulate_set = read_settings(*set, problems);
}

FigureVariation read_variation(const Fields& fields, Problems& problems) {
  FigureVariation variation;
  if (const YamlNode* node = fields.find("scenario")) variation.scenario = read_text(*node, "`scenario`", problems).value_or("");
  if (const YamlNode* node = fields.find("emulate")) read_emulate(*node, variation, problems);
  if (const YamlNode* node = fields.find("set")) variation.set = read_settings(*node, problems);
  return variation;
}

// "1,2,4", "0..100:10", or a list.
std::vector<std::string> read_values(const YamlNode& node, const std::string& what, Problems& problems) {
  if (node.is_sequence()) {
    std::vector<std::string> values;
    for (const YamlNode* item : read_list(node, what, problems)) values.push_back(item->text);
    if (values.empty()) problems.add(node, fmt::format("{} is an empty list", what), "write for example 1,2,4,8");
    return values;
  }
  const auto text = read_text(node, what, problems);
  if (!text) return {};
  auto values = parse_values(*text);
  if (auto* parsed = std::get_if<std::vector<std::string>>(&values)) return std::move(*parsed);
  problems.add(node, std::get<AskedWrongly>(values).message, std::get<AskedWrongly>(values).hint);
  return {};
}

// Each path takes its values in step with the others; the first names the points.
void read_vary(const YamlNode& node, const YamlNode* names, FigureAxis& axis, Problems& problems) {
  if (!check_names(node, "`vary`", "{tiers.endpoint.nodes: 1,2,4,8}", problems)) return;
  if (node.keys.empty() || node.keys.size() > settings_max) {
    problems.add(node, fmt::format("`vary` has {} paths", node.keys.size()), fmt::format("write 1 to {}", settings_max));
    return;
  }
  for (std::size_t index = 0; index < node.keys.size(); ++index) {
    const auto path = read_path(node.keys[index], problems);
    const auto values = read_values(node.items[index], fmt::format("the values of {}", in_quotes(node.keys[index].text)), problems);
    if (!path || values.empty()) return;
    if (axis.points.empty()) {
      for (const std::string& value : values) axis.points.push_back({.name = value});
    }
    if (values.size() != axis.points.size()) {
      problems.add(node.items[index], fmt::format("{} has {} values, and the path before it {}", path->text, values.size(), axis.points.size()),
                   "paths of one axis change together: give each as many values");
      return;
    }
    for (std::size_t point = 0; point < values.size(); ++point) axis.points[point].variation.set.push_back({*path, values[point]});
  }
  if (names == nullptr) return;
  const auto given = read_values(*names, "`names`", problems);
  if (given.size() != axis.points.size()) {
    problems.add(*names, fmt::format("{} names for {} values", given.size(), axis.points.size()), "give each value a name, or none");
    return;
  }
  for (std::size_t point = 0; point < given.size(); ++point) axis.points[point].name = given[point];
}

FigurePoint read_point(const Fields& fields, Problems& problems) {
  FigurePoint point;
  if (const YamlNode* name = fields.require("name", "name: cloud")) point.name = name_read(*name, "the name of " + fields.what(), problems);
  point.variation = read_variation(fields, problems);
  if (const YamlNode* only = fields.find("only")) point.only = read_values(*only, "`only`", problems);
  return point;
}

FigureAxis read_axis(const YamlNode& node, const std::string& key, std::size_t count_max, Problems& problems) {
  const std::string what = fmt::format("`{}`", key);
  const Fields fields{node, what, {"label", "vary", "names", "points"}, problems};
  FigureAxis axis;
  if (!node.is_mapping()) return axis;
  if (const YamlNode* label = fields.find("label")) axis.label = name_read(*label, "`label`", problems);
  const YamlNode* vary = fields.find("vary");
  const YamlNode* points = fields.find("points");
  const auto before = problems.mark();
  if ((vary != nullptr) == (points != nullptr)) {
    problems.add(node, fmt::format("{} has {} of `vary` and `points`", what, vary != nullptr ? "both" : "none"),
                 "write vary: {tiers.endpoint.nodes: 1,2,4,8}, or points: with a name and a scenario each");
  } else if (vary != nullptr) {
    read_vary(*vary, fields.find("names"), axis, problems);
  } else if (check_list(*points, "`points`", {1, count_max}, "{name: cloud, scenario: cloud.yaml}", problems)) {
    for (const YamlNode& item : points->items) {
      const auto keys = key == "series" ? with_variation_keys({"name", "only"}) : with_variation_keys({"name"});
      axis.points.push_back(read_point(Fields{item, fmt::format("a point of {}", what), keys, problems}, problems));
    }
  }
  if (problems.mark() != before) return axis;
  if (axis.points.size() > count_max) {
    problems.add(node, fmt::format("{} has {} points; at most {} can be drawn", what, axis.points.size(), count_max), "take fewer");
  }
  std::set<std::string> seen;
  for (const FigurePoint& point : axis.points) {
    if (seen.insert(point.name).second) continue;
    problems.add(node, fmt::format("two points of {} are called {}", what, in_quotes(point.name)), "names tell points apart: add names: [...]");
    break;
  }
  return axis;
}

const FigurePoint* find_point(const FigureAxis& axis, const std::string& name) {
  const auto found = std::ranges::find(axis.points, name, &FigurePoint::name);
  return found == axis.points.end() ? nullptr : &*found;
}

std::vector<std::string> names_of(const FigureAxis& axis) {
  std::vector<std::string> names;
  for (const FigurePoint& point : axis.points) names.push_back(point.name);
  return names;
}

// The name of a point; empty: told.
std::string read_point_name(const YamlNode& node, const FigureAxis& axis, Problems& problems) {
  if (node.is_scalar() && find_point(axis, node.text) != nullptr) return node.text;
  problems.add(node, fmt::format("there is no point {}", in_quotes(node.text)), suggest(node.text, names_of(axis)));
  return "";
}

std::optional<double> read_amount(const YamlNode& node, FigureValue value, Problems& problems) {
  const std::string what = fmt::format("`{}`", to_string(value));
  switch (value) {
    case FigureValue::throughput: return read_frequency(node, what, {0.0, 1e9}, problems);
    case FigureValue::failed:
    case FigureValue::slo: {
      const auto share = read_share(node, what, {0.0, 1.0}, problems);
      return share ? std::optional{*share * 100} : std::nullopt;
    }
    case FigureValue::load: {
      const auto load = read_number(node, what, {0.0, 1e6}, problems);
      return load ? std::optional{*load * 100} : std::nullopt;
    }
    case FigureValue::energy:
    case FigureValue::cost: return std::nullopt;  // nothing published has them
    default: {
      const auto latency = read_duration(node, what, {Duration::zero(), std::chrono::hours{1}}, problems);
      return latency ? std::optional{to_milliseconds(*latency)} : std::nullopt;
    }
  }
}

void read_published(const YamlNode& node, Figure& figure, Problems& problems) {
  const Fields fields{node, "a published value", {"x", "series", "sd", "mean", "p50", "p95", "p99", "throughput", "failed", "slo", "load"}, problems};
  if (!node.is_mapping()) return;
  PublishedValue published;
  const auto before = problems.mark();
  if (const YamlNode* x = fields.require("x", "x: 1")) published.x = read_point_name(*x, figure.x, problems);
  const bool named = figure.series.points.size() > 1 || !figure.series.points.front().name.empty();
  const YamlNode* series = named ? fields.require("series", "series: edge") : fields.find("series");
  if (series != nullptr) published.series = read_point_name(*series, figure.series, problems);
  if (const YamlNode* sd = fields.find("sd")) published.sd = read_amount(*sd, FigureValue::mean, problems);
  std::size_t values = 0;
  for (const FigureValue value : figure_values) {
    const YamlNode* amount = fields.find(to_string(value));
    if (amount == nullptr || value == FigureValue::stages) continue;
    ++values;
    published.value = value;
    published.amount = read_amount(*amount, value, problems).value_or(0.0);
    if (problems.mark() == before) figure.published.push_back(published);
    published.sd.reset();
  }
  if (values == 0) problems.add(node, "a published value has no value", "add for example mean: 191 ms");
}

void read_mark(const YamlNode& node, Figure& figure, Problems& problems) {
  const Fields fields{node, "a mark", with_variation_keys({"name", "x", "y"}), problems};
  FigureMark mark{.point = read_point(fields, problems)};
  for (const char* key : {"x", "y"}) {
    const YamlNode* place = fields.require(key, fmt::format("{}: 0.5", key));
    if (place == nullptr) continue;
    const auto number = read_number(*place, fmt::format("`{}` of a mark", key), {-1e12, 1e12}, problems);
    (*key == 'x' ? mark.x : mark.y) = number.value_or(0.0);
  }
  const bool again = std::ranges::any_of(figure.marks, [&](const FigureMark& other) { return other.point.name == mark.point.name; });
  if (again) problems.add(node, fmt::format("two marks are called {}", in_quotes(mark.point.name)), "names tell marks apart");
  figure.marks.push_back(std::move(mark));
}

void read_look(const Fields& fields, Figure& figure, Problems& problems) {
  if (const YamlNode* kind = fields.find("kind")) {
    figure.kind = read_choice(*kind, "kind of figure", std::array{FigureKind::bars, FigureKind::lines, FigureKind::heat_map}, problems)
                      .value_or(FigureKind::bars);
  }
  if (const YamlNode* show = fields.find("show")) {
    figure.show.clear();
    for (const YamlNode* item : read_list(*show, "`show`", problems)) {
      const auto value = read_choice(*item, "value to show", figure_values, problems);
      if (value && std::ranges::find(figure.show, *value) == figure.show.end()) figure.show.push_back(*value);
    }
    if (figure.show.empty()) {
      problems.add(*show, "`show` has nothing to show", "write for example show: [p95]");
      figure.show.push_back(FigureValue::mean);
    }
    const bool stages = std::ranges::find(figure.show, FigureValue::stages) != figure.show.end();
    if (stages && figure.kind != FigureKind::bars) problems.add(*show, "stages are drawn as bars only", "write kind: bars, or show: mean");
    const bool mapped = figure.kind == FigureKind::heat_map;
    const bool unknown = mapped && figure.show.size() == 1 && figure.show.front() == FigureValue::throughput;
    if (mapped && (figure.show.size() > 1 || unknown)) problems.add(*show, "a heat map shows one of mean, p50, p95, p99, slo, load and failed", "write for example show: load");
  }
  if (const YamlNode* whiskers = fields.find("whiskers")) {
    const std::string text = whiskers->is_scalar() ? whiskers->text : "";
    if (text == "sd") figure.whiskers = Whiskers::sd;
    else if (text == "p5..p95") figure.whiskers = Whiskers::p5_p95;
    else if (text != "none") problems.add(*whiskers, fmt::format("unknown whiskers {}", in_quotes(text)), "write p5..p95, sd or none");
  }
  if (const YamlNode* service = fields.find("service")) figure.service = name_read(*service, "`service`", problems);
  if (const YamlNode* by = fields.find("published-by")) figure.published_by = name_read(*by, "`published-by`", problems);
}

void read_axes(const Fields& fields, Figure& figure, Problems& problems) {
  const bool mapped = figure.kind == FigureKind::heat_map;
  if (const YamlNode* x = fields.require("x", "x: {vary: {tiers.endpoint.nodes: [1, 2, 4, 8]}}")) {
    figure.x = read_axis(*x, "x", points_max_across, problems);
  }
  const char* key = mapped ? "y" : "series";
  const char* other = mapped ? "series" : "y";
  if (const YamlNode* node = fields.find(other)) {
    problems.add(*node, fmt::format("a figure of kind {} has no `{}`", to_string(figure.kind), other), fmt::format("write {}:", key));
  }
  const YamlNode* series = mapped ? fields.require(key, "y: {vary: {tiers.edge.quota: 0.1..1:0.1}}") : fields.find(key);
  if (series != nullptr) figure.series = read_axis(*series, key, mapped ? points_max_across : series_max, problems);
  if (figure.series.points.empty()) figure.series.points.push_back({});
  for (const FigurePoint& point : figure.series.points) {
    for (const std::string& name : point.only) {
      if (find_point(figure.x, name) != nullptr) continue;
      problems.add(*series, fmt::format("`only`: there is no point {} across", in_quotes(name)), suggest(name, names_of(figure.x)));
    }
  }
}

}  // namespace

std::variant<Figure, std::vector<ScenarioError>> parse_figure(std::string_view text, const std::string& file) {
  auto tree = parse_yaml(text, file);
  if (auto* error = std::get_if<ScenarioError>(&tree)) return std::vector{std::move(*error)};
  const YamlNode& root = std::get<YamlNode>(tree);
  Problems problems{file};
  const Fields fields{root, "a figure",
                      with_variation_keys({"figure", "kind", "show", "whiskers", "service", "x", "series", "y", "published", "published-by", "marks"}),
                      problems};
  if (!root.is_mapping()) return std::move(problems).sorted();
  Figure figure;
  if (const YamlNode* title = fields.require("figure", "figure: Endpoint scaling")) figure.title = name_read(*title, "`figure`", problems);
  figure.base = read_variation(fields, problems);
  read_look(fields, figure, problems);
  read_axes(fields, figure, problems);
  const YamlNode* published = fields.find("published");
  if (published != nullptr && figure.kind == FigureKind::heat_map) problems.add(*published, "a heat map has no published values", "write marks:");
  if (published != nullptr && check_list(*published, "`published`", {1, published_max}, "{x: 1, series: edge, mean: 191 ms}", problems)) {
    for (const YamlNode& item : published->items) read_published(item, figure, problems);
  }
  const YamlNode* marks = fields.find("marks");
  if (marks != nullptr && figure.kind != FigureKind::heat_map) problems.add(*marks, "marks stand on heat maps only", "write kind: heat-map");
  if (marks != nullptr && check_list(*marks, "`marks`", {1, marks_max}, "{name: A, scenario: local.yaml, x: 0.5, y: 0.4}", problems)) {
    for (const YamlNode& item : marks->items) read_mark(item, figure, problems);
  }
  if (problems.empty()) {
    for (const FigureCell& cell : cells_of(figure)) {
      if (!cell.scenario.empty()) continue;
      problems.add(root, fmt::format("{} has no scenario", name_of(cell).empty() ? "the figure" : in_quotes(name_of(cell))),
                   "add scenario: FILE to the figure, its points or its series");
      break;
    }
  }
  if (!problems.empty()) return std::move(problems).sorted();
  return figure;
}

}  // namespace continuo
