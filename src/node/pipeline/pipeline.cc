// Building a pipeline from a manifest, and running it.
#include "node/pipeline/pipeline.hh"

#include <algorithm>

#include <fmt/format.h>

#include "node/pipeline/steps.hh"
#include "node/runtime/input_match.hh"

namespace continuo {

namespace {

constexpr std::size_t steps_max = 64;

LoadedModel::TensorInfo info_of(const TensorContract& contract) {
  const auto datatype = datatype_from(contract.datatype);
  if (!datatype) {
    throw PackageError(fmt::format("tensor '{}': there is no datatype '{}'", contract.name, contract.datatype));
  }
  return {contract.name, *datatype, contract.shape};
}

// The contract of a package without steps is that of its model.
void check_same(const std::vector<LoadedModel::TensorInfo>& model, const std::vector<TensorContract>& contract,
                std::string_view what) {
  for (const TensorContract& tensor : contract) {
    const auto found = std::ranges::find(model, tensor.name, &LoadedModel::TensorInfo::name);
    if (found == model.end() || to_string(found->datatype) != tensor.datatype) {
      throw PackageError(fmt::format("the model has no {} '{}' of datatype {}", what, tensor.name, tensor.datatype));
    }
  }
}

}  // namespace

Pipeline::Pipeline(const ServicePackage& package, const Variant& variant, Runtime& runtime, FileResolver files,
                   const LoadOptions& options)
    : variant_{variant}, runtime_{&runtime}, files_{std::move(files)}, options_{options} {
  std::ranges::transform(package.inputs, std::back_inserter(inputs_), info_of);
  std::ranges::transform(package.outputs, std::back_inserter(outputs_), &TensorContract::name);
  // One number for the whole process. All services of a node share its quota, so all set the same.
  cv::setNumThreads(std::max(1, options.threads));
  if (package.steps.empty()) {
    load_bare_model(package);
  } else {
    load_steps(package);
  }
  runtime_ = nullptr;
}

LoadedModel& Pipeline::model(const std::string& name) {
  auto& loaded = models_[name];
  if (!loaded) {
    if (std::ranges::find(variant_.files, name, &PackageFile::name) == variant_.files.end()) {
      throw PackageError(fmt::format("variant '{}' has no file '{}'", variant_.name, name));
    }
    loaded = runtime_->load(files_(name), options_);
  }
  return *loaded;
}

void Pipeline::load_steps(const ServicePackage& package) {
  if (package.steps.size() > steps_max) {
    throw PackageError(fmt::format("the package has {} steps; at most {} are allowed", package.steps.size(), steps_max));
  }
  if (package.steps.back().kind != "output") {
    throw PackageError("the last step must be output");
  }
  StepContext context{package, [this](const std::string& name) -> LoadedModel& { return model(name); },
                      [this](const std::string& name) {
                        if (std::ranges::find(variant_.files, name, &PackageFile::name) == variant_.files.end()) {
                          throw PackageError(fmt::format("variant '{}' has no file '{}'", variant_.name, name));
                        }
                        return files_(name);
                      }};
  for (const Step& step : package.steps) {
    steps_.push_back(make_step(step, context));
  }
}

void Pipeline::load_bare_model(const ServicePackage& package) {
  if (variant_.files.empty()) {
    throw PackageError(fmt::format("variant '{}' has no files", variant_.name));
  }
  bare_model_ = &model(variant_.files.front().name);
  check_same(bare_model_->inputs(), package.inputs, "input");
  check_same(bare_model_->outputs(), package.outputs, "output");
}

std::variant<std::vector<Tensor>, Refusal> Pipeline::run(std::span<const Tensor> inputs,
                                                         const RequestParameters& parameters) {
  try {
    match_inputs(inputs_, inputs);
    return bare_model_ == nullptr ? run_steps(inputs, parameters) : run_bare_model(inputs);
  } catch (const InputError& error) {
    return Refusal{400, error.what()};
  } catch (const RuntimeError& error) {
    return Refusal{500, error.what()};
  } catch (const cv::Exception& error) {
    return Refusal{500, fmt::format("image processing failed: {}", error.err)};
  }
}

std::variant<std::vector<Tensor>, Refusal> Pipeline::run_steps(std::span<const Tensor> inputs,
                                                               const RequestParameters& parameters) {
  PipelineState state{.inputs = inputs, .parameters = parameters};
  try {
    for (const auto& step : steps_) {
      if (auto refusal = step->run(state)) {
        return std::move(*refusal);
      }
    }
  } catch (const InputError& error) {
    // What the steps made of a good request does not fit the model: the package is at fault, not the client.
    return Refusal{500, fmt::format("the steps do not fit the model: {}", error.what())};
  }
  return std::move(state.outputs);
}

std::variant<std::vector<Tensor>, Refusal> Pipeline::run_bare_model(std::span<const Tensor> inputs) {
  return wanted_of(bare_model_->run(inputs));
}

std::vector<std::variant<std::vector<Tensor>, Refusal>> Pipeline::run_batch(std::span<const BatchRequest> requests) {
  std::vector<std::variant<std::vector<Tensor>, Refusal>> answers(requests.size());
  std::vector<std::span<const Tensor>> together;
  // Whether the first axis of a network's tensors numbers requests, and not words or moments, its file does not say: the package does, who
  // states what a further request adds.
  const bool is_network = variant_.runtime == "onnxruntime" || variant_.runtime == "opencv";
  if (bare_model_ != nullptr && (!is_network || variant_.service_time_next)) {
    for (const BatchRequest& request : requests) {
      if (fits(request)) together.push_back(request.inputs);
    }
  }
  std::vector<std::vector<Tensor>> all;
  try {
    if (together.size() > 1) all = bare_model_->run_together(together);
  } catch (const RuntimeError&) {
    all.clear();  // whose fault it is shows when each is run by itself
  }
  auto next = all.begin();
  for (std::size_t place = 0; place < requests.size(); ++place) {
    if (next == all.end() || !fits(requests[place])) answers[place] = run(requests[place].inputs, *requests[place].parameters);
    else answers[place] = wanted_of(std::move(*next++));
  }
  return answers;
}

bool Pipeline::fits(const BatchRequest& request) const {
  try {
    match_inputs(inputs_, request.inputs);
    match_inputs(bare_model_->inputs(), request.inputs);
    return true;
  } catch (const InputError&) {
    return false;
  }
}

std::vector<Tensor> Pipeline::wanted_of(std::vector<Tensor> all) const {
  std::vector<Tensor> wanted;
  for (const std::string& name : outputs_) {
    const auto found = std::ranges::find(all, name, &Tensor::name);
    if (found == all.end()) {
      throw RuntimeError(fmt::format("the model gave no output '{}'", name));
    }
    wanted.push_back(std::move(*found));
  }
  return wanted;
}

}  // namespace continuo
