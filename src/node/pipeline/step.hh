// One step of a pipeline, and what passes from step to step.
#pragma once

#include <array>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <opencv2/core.hpp>

#include "node/runtime/runtime.hh"
#include "scenario/service_package.hh"
#include "wire/inference.hh"

namespace continuo {

// The package makes no sense: an unknown step, a bad option, an output that no step fills.
class PackageError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Something found in an image, or one of the classes of a classifier. Coordinates are pixels of the decoded image.
struct Finding {
  std::array<cv::Point2f, 4> corners{};  // top left, top right, bottom right, bottom left
  float score = 0.0F;
  std::vector<cv::Point2f> keypoints{};
  int index = 0;
  std::string text{};
  cv::Mat crop{};       // BGR
  bool turned = false;  // the crop was turned by 180 degrees
};

// Where a pixel of the canvas lies in the image: image = (canvas - offset) / scale, for each axis.
struct CanvasPlacement {
  cv::Point2d scale{1.0, 1.0};
  cv::Point2d offset{0.0, 0.0};

  cv::Point2f to_image(double x, double y) const {
    return {static_cast<float>((x - offset.x) / scale.x), static_cast<float>((y - offset.y) / scale.y)};
  }
};

struct PipelineState {
  std::span<const Tensor> inputs;
  const RequestParameters& parameters;
  cv::Mat image{};   // as decoded: BGR, 8 bits
  cv::Mat canvas{};  // what will go into the network
  CanvasPlacement placement{};
  Tensor network_input{};
  std::vector<Tensor> network_outputs{};
  std::vector<Finding> findings{};
  std::vector<Tensor> outputs{};
};

class PipelineStep {
 public:
  virtual ~PipelineStep() = default;
  // Several threads at once. A refusal ends the request. May throw RuntimeError and cv::Exception; the pipeline turns them into refusals.
  virtual std::optional<Refusal> run(PipelineState& state) const = 0;
};

// The options of a step, each asked for by name once. All throw PackageError and name step and option.
class StepOptions {
 public:
  explicit StepOptions(const Step& step) : step_{step} {}

  double number(std::string_view name, double otherwise, double least, double most);
  int integer(std::string_view name, int otherwise, int least, int most);
  bool flag(std::string_view name, bool otherwise);
  bool has(std::string_view name) const { return step_.options.contains(std::string{name}); }
  std::string text(std::string_view name, std::string_view otherwise);
  std::string text(std::string_view name);  // must be given
  // One or more numbers, separated by spaces or commas.
  std::vector<double> numbers(std::string_view name, std::vector<double> otherwise);
  std::vector<std::string> words(std::string_view name);  // must be given
  // One of several words.
  std::size_t choice(std::string_view name, std::span<const std::string_view> words);

  // Throws if an option was given that nobody asked for.
  void finish() const;
  [[noreturn]] void fail(std::string_view option, const std::string& what) const;
  const Step& step() const { return step_; }

 private:
  const StepOption* find(std::string_view name);

  const Step& step_;
  std::vector<std::string> asked_;
};

// What a step is built from.
struct StepContext {
  const ServicePackage& package;
  // By the name that the variant gives the file. Throw PackageError if it has no such file, RuntimeError if it cannot be
  // loaded. A model lives as long as the pipeline.
  std::function<LoadedModel&(const std::string& name)> model;
  std::function<std::filesystem::path(const std::string& name)> file;
};

// A number that a request may set; the refusal names it and its range.
std::variant<double, Refusal> number_parameter(const RequestParameters& parameters, std::string_view name,
                                               double otherwise, double least, double most);

}  // namespace continuo
