// What the answer to an input should be, as a file beside the input says: PHOTO.jpg.expect.json.
//
//   {"text": "SN-12345-AB"}                      all texts of the answer, joined
//   {"lines": ["first", ...], "at_least": 6}     that many of these are among the texts; others may be, too
//   {"boxes": [[x0, y0, x1, y1]], "iou": 0.9}    exactly these boxes, each met by an overlap of at least `iou`; [] is none
//
// Texts are compared without white space, since spaces are what a reader of text gets wrong most.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "wire/inference.hh"

namespace continuo {

struct ExpectedText {
  std::string text;
};
struct ExpectedLines {
  std::vector<std::string> lines;
  std::size_t at_least = 0;  // default in the file: all
};
using Box = std::array<double, 4>;  // x0, y0, x1, y1
struct ExpectedBoxes {
  std::vector<Box> boxes;
  double iou = 0.5;  // in (0, 1]
};
using Expectation = std::variant<ExpectedText, ExpectedLines, ExpectedBoxes>;

// Bounded; the string says what is wrong.
std::variant<Expectation, std::string> parse_expectation(std::string_view json);

struct Verdict {
  bool correct = false;
  std::string difference;  // for people, if not correct: what came instead
};

// Compares with the response's output `text` (BYTES) or `box` (FP32 [n, 4]). A response without it is not correct.
Verdict compare(const Expectation& expectation, const InferenceResponse& response);

// Area of the intersection over area of the union; 0 for boxes without area.
double intersection_over_union(const Box& one, const Box& other);

}  // namespace continuo
