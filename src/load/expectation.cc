#include "load/expectation.hh"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace continuo {

namespace {

constexpr std::size_t json_size_max = std::size_t{64} << 10;
constexpr std::size_t depth_max = 4;

std::string without_spaces(std::string_view text) {
  std::string kept;
  for (const char letter : text) {
    if (letter != ' ' && letter != '\t' && letter != '\n' && letter != '\r') kept += letter;
  }
  return kept;
}

const Tensor* find_output(const InferenceResponse& response, std::string_view name) {
  for (const Tensor& tensor : response.outputs) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

std::variant<Expectation, std::string> read_lines(const boost::json::object& object) {
  ExpectedLines expected;
  const auto* lines = object.at("lines").if_array();
  if (lines == nullptr || lines->empty()) return "`lines` must be a list of texts";
  for (const auto& line : *lines) {
    if (!line.is_string()) return "`lines` must be a list of texts";
    expected.lines.emplace_back(line.get_string());
  }
  expected.at_least = expected.lines.size();
  if (const auto* least = object.if_contains("at_least")) {
    boost::json::error_code failure;
    const auto number = least->to_number<std::int64_t>(failure);
    if (failure || number < 0 || number > static_cast<std::int64_t>(expected.lines.size())) {
      return "`at_least` must be a whole number, at most as many as there are lines";
    }
    expected.at_least = static_cast<std::size_t>(number);
  }
  return expected;
}

std::variant<Expectation, std::string> read_boxes(const boost::json::object& object) {
  ExpectedBoxes expected;
  const auto* boxes = object.at("boxes").if_array();
  if (boxes == nullptr) return "`boxes` must be a list of [x0, y0, x1, y1]";
  for (const auto& entry : *boxes) {
    const auto* corners = entry.if_array();
    if (corners == nullptr || corners->size() != 4) return "`boxes` must be a list of [x0, y0, x1, y1]";
    Box box{};
    for (std::size_t index = 0; index < box.size(); ++index) {
      boost::json::error_code failure;
      box.at(index) = (*corners)[index].to_number<double>(failure);
      if (failure) return "`boxes` must be a list of [x0, y0, x1, y1]";
    }
    expected.boxes.push_back(box);
  }
  if (const auto* iou = object.if_contains("iou")) {
    boost::json::error_code failure;
    expected.iou = iou->to_number<double>(failure);
    if (failure || !(expected.iou > 0.0 && expected.iou <= 1.0)) return "`iou` must be a number above 0, at most 1";
  }
  return expected;
}

Verdict compare_text(const ExpectedText& expected, const std::vector<std::string_view>& texts) {
  std::string joined;
  for (const std::string_view text : texts) joined += without_spaces(text);
  if (joined == without_spaces(expected.text)) return {true, ""};
  return {false, fmt::format("expected \"{}\", got \"{}\"", expected.text, joined)};
}

Verdict compare_lines(const ExpectedLines& expected, const std::vector<std::string_view>& texts) {
  std::vector<std::string> left;
  for (const std::string_view text : texts) left.push_back(without_spaces(text));
  std::size_t found = 0;
  for (const std::string& line : expected.lines) {
    const auto match = std::find(left.begin(), left.end(), without_spaces(line));
    if (match == left.end()) continue;
    left.erase(match);
    ++found;
  }
  if (found >= expected.at_least) return {true, ""};
  return {false, fmt::format("expected at least {} of {} lines, found {}", expected.at_least, expected.lines.size(), found)};
}

Verdict compare_boxes(const ExpectedBoxes& expected, std::span<const float> values) {
  const std::size_t count = values.size() / 4;
  if (count != expected.boxes.size()) {
    return {false, fmt::format("expected {} boxes, got {}", expected.boxes.size(), count)};
  }
  std::vector<bool> taken(count, false);
  for (const Box& wanted : expected.boxes) {
    double best = 0.0;
    std::size_t best_index = 0;
    for (std::size_t index = 0; index < count; ++index) {
      const auto corner = [&](std::size_t place) { return static_cast<double>(values[4 * index + place]); };
      const double overlap = intersection_over_union(wanted, {corner(0), corner(1), corner(2), corner(3)});
      if (!taken[index] && overlap > best) {
        best = overlap;
        best_index = index;
      }
    }
    if (best < expected.iou) {
      return {false, fmt::format("no box overlaps ({:.0f}, {:.0f})-({:.0f}, {:.0f}) by {}: the best by {:.2f}", wanted[0],
                                 wanted[1], wanted[2], wanted[3], expected.iou, best)};
    }
    taken[best_index] = true;
  }
  return {true, ""};
}

}  // namespace

std::variant<Expectation, std::string> parse_expectation(std::string_view json) {
  if (json.size() > json_size_max) return "the file is larger than 64 KiB";
  boost::json::error_code failure;
  boost::json::parse_options options;
  options.max_depth = depth_max;
  const auto value = boost::json::parse(json, failure, {}, options);
  if (failure || !value.is_object()) return "this is not a JSON object";
  const auto& object = value.get_object();
  if (const auto* text = object.if_contains("text")) {
    if (!text->is_string()) return "`text` must be a text";
    return ExpectedText{std::string{text->get_string()}};
  }
  if (object.contains("lines")) return read_lines(object);
  if (object.contains("boxes")) return read_boxes(object);
  return "there is neither `text` nor `lines` nor `boxes`";
}

Verdict compare(const Expectation& expectation, const InferenceResponse& response) {
  if (const auto* boxes = std::get_if<ExpectedBoxes>(&expectation)) {
    const Tensor* tensor = find_output(response, "box");
    if (tensor == nullptr || tensor->datatype != Datatype::fp32 || tensor->data.size() % (4 * sizeof(float)) != 0) {
      return {false, "the answer has no FP32 output `box` of four numbers each"};
    }
    return compare_boxes(*boxes, elements<float>(*tensor));
  }
  const Tensor* tensor = find_output(response, "text");
  const auto texts = tensor != nullptr && tensor->datatype == Datatype::bytes ? bytes_elements(*tensor) : std::nullopt;
  if (!texts) return {false, "the answer has no BYTES output `text`"};
  if (const auto* lines = std::get_if<ExpectedLines>(&expectation)) return compare_lines(*lines, *texts);
  return compare_text(std::get<ExpectedText>(expectation), *texts);
}

double intersection_over_union(const Box& one, const Box& other) {
  const auto area = [](const Box& box) { return std::max(0.0, box[2] - box[0]) * std::max(0.0, box[3] - box[1]); };
  const double both = area({std::max(one[0], other[0]), std::max(one[1], other[1]), std::min(one[2], other[2]),
                            std::min(one[3], other[3])});
  const double either = area(one) + area(other) - both;
  return either > 0.0 ? both / either : 0.0;
}

}  // namespace continuo
