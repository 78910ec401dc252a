#include "scenario/service_package_parse.hh"

#include <fmt/format.h>

#include <algorithm>

#include "scenario/digest.hh"
#include "scenario/fields.hh"

namespace continuo {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t list_max = 10'000;
constexpr Bytes file_size_max = Bytes::gibibytes(64);

// The items of a list that is there and not too long.
const std::vector<YamlNode>& items_of(const YamlNode* node, const std::string& what, Problems& problems) {
  static const std::vector<YamlNode> none;
  if (node == nullptr) return none;
  return check_list(*node, what, {0, list_max}, "ITEM", problems) ? node->items : none;
}

std::string text_of(const Fields& fields, std::string_view key, std::string_view example, Problems& problems) {
  const YamlNode* node = fields.require(key, example);
  if (node == nullptr) return {};
  return read_text(*node, fmt::format("{} of {}", key, fields.what()), problems).value_or("");
}

// A path that stays inside the package.
std::filesystem::path read_path(const YamlNode& node, const std::string& what, Problems& problems) {
  const auto text = read_text(node, what, problems);
  if (!text) return {};
  const std::filesystem::path path = std::filesystem::path{*text}.lexically_normal();
  if (path.is_absolute() || *path.begin() == ".." || text->find('\0') != std::string::npos) {
    problems.add(node, fmt::format("{} leads out of the package: {}", what, in_quotes(*text)),
                 "write a path relative to the folder of the manifest");
    return {};
  }
  return path;
}

// A size with a unit; a plain number of bytes is as good, since tools write these.
Bytes read_file_size(const YamlNode& node, const std::string& what, Problems& problems) {
  const bool plain = node.is_scalar() && !node.text.empty() && node.text.find_first_not_of("0123456789") == std::string::npos;
  if (plain) return Bytes::of(read_integer(node, what, {0, file_size_max.count()}, problems).value_or(0));
  return read_bytes(node, what, {Bytes::zero(), file_size_max}, problems).value_or(Bytes::zero());
}

PackageFile read_file(std::string name, const YamlNode& node, Problems& problems) {
  PackageFile file;
  file.name = std::move(name);
  const std::string what = fmt::format("file {}", in_quotes(file.name));
  const Fields fields{node, what, {"path", "sha256", "size"}, problems};
  if (const YamlNode* path = fields.require("path", "path: models/detect.onnx")) {
    file.path = read_path(*path, "`path` of " + what, problems);
  }
  if (const YamlNode* digest = fields.require("sha256", "sha256: what sha256sum prints for the file")) {
    file.sha256 = digest->text;
    if (!is_sha256_hex(file.sha256)) {
      problems.add(*digest, fmt::format("`sha256` of {} is not a SHA-256 digest", what),
                   "write the 64 lower-case hexadecimal digits that sha256sum prints");
    }
  }
  if (const YamlNode* size = fields.require("size", "size: 540 kB")) {
    file.size = read_file_size(*size, "`size` of " + what, problems);
  }
  return file;
}

std::vector<TensorContract> read_tensors(const YamlNode* node, const std::string& what, Problems& problems) {
  static const std::vector<std::string> datatypes{"BOOL",  "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16",
                                                  "INT32", "INT64", "FP16",   "BF16",   "FP32",   "FP64", "BYTES"};
  std::vector<TensorContract> tensors;
  for (const YamlNode& item : items_of(node, what, problems)) {
    if (problems.full()) break;
    TensorContract tensor;
    const Fields fields{item, "a tensor of " + what, {"name", "datatype", "shape", "description"}, problems};
    tensor.name = text_of(fields, "name", "name: image", problems);
    tensor.datatype = text_of(fields, "datatype", "datatype: BYTES", problems);
    if (!tensor.datatype.empty() && std::find(datatypes.begin(), datatypes.end(), tensor.datatype) == datatypes.end()) {
      problems.add(*fields.find("datatype"), fmt::format("unknown datatype {}", in_quotes(tensor.datatype)),
                   suggest(tensor.datatype, datatypes));
    }
    if (const YamlNode* shape = fields.require("shape", "shape: [-1, 4] (-1 is any length)")) {
      for (const YamlNode& size : items_of(shape, "shape of " + what, problems)) {
        tensor.shape.push_back(read_integer(size, "a dimension", {-1, 1'000'000'000}, problems).value_or(1));
      }
    }
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

// `decode`, or `letterbox: {size: 128}`.
Step read_step(const YamlNode& node, Problems& problems) {
  Step step;
  if (node.is_scalar()) {
    step.kind = node.text;
    return step;
  }
  if (!node.is_mapping() || node.keys.size() != 1 || !node.keys.front().is_scalar()) {
    problems.add(node, "a step is its kind, or its kind with options", "for example - decode, or - letterbox: {size: 128}");
    return step;
  }
  step.kind = node.keys.front().text;
  const YamlNode& options = node.items.front();
  if (options.kind == YamlNode::Kind::null) return step;
  if (!check_names(options, fmt::format("step {}", in_quotes(step.kind)), step.kind + ": {size: 128}", problems)) return step;
  for (std::size_t index = 0; index < options.keys.size(); ++index) {
    if (problems.full()) break;
    if (!options.keys[index].is_scalar()) continue;
    const std::string& key = options.keys[index].text;
    const auto value = read_value(options.items[index], fmt::format("option {} of step {}", in_quotes(key), in_quotes(step.kind)), problems);
    if (value) step.options.emplace(key, *value);
  }
  return step;
}

void read_accuracy(const YamlNode& node, Variant& variant, Problems& problems) {
  const std::string what = fmt::format("accuracy of variant {}", in_quotes(variant.name));
  const Fields fields{node, what, {"metric", "value", "data", "note"}, problems};
  variant.accuracy_metric = text_of(fields, "metric", "metric: share of labels read exactly", problems);
  if (const YamlNode* value = fields.require("value", "value: 0.97")) {
    variant.accuracy = read_share(*value, "`value` of " + what, {0.0, 1.0}, problems);
  }
}

Variant read_variant(const YamlNode& node, Problems& problems) {
  Variant variant;
  const Fields fields{node, "a variant",
                      {"name", "runtime", "format", "memory", "files", "service_time", "service_time_sd", "service_time_next", "accuracy"},
                      problems};
  variant.name = text_of(fields, "name", "name: onnx-fp32", problems);
  const std::string what = fmt::format("variant {}", in_quotes(variant.name));
  variant.runtime = text_of(fields, "runtime", "runtime: onnxruntime", problems);
  if (const YamlNode* format = fields.find("format")) {
    variant.format = read_text(*format, "`format` of " + what, problems).value_or("");
  }
  if (const YamlNode* memory = fields.require("memory", "memory: 120 MiB")) {
    variant.memory = read_bytes(*memory, "`memory` of " + what, {Bytes::zero(), Bytes::gibibytes(4096)}, problems)
                         .value_or(Bytes::zero());
  }
  if (const YamlNode* time = fields.require("service_time", "service_time: 45 ms (on one whole core)")) {
    variant.service_time = read_duration(*time, "`service_time` of " + what, {0ns, 1h}, problems).value_or(1ms);
  }
  if (const YamlNode* deviation = fields.find("service_time_sd")) {
    variant.service_time_sd = read_duration(*deviation, "`service_time_sd` of " + what, {0ns, 1h}, problems).value_or(0ns);
  }
  if (const YamlNode* next = fields.find("service_time_next")) {
    variant.service_time_next = read_duration(*next, "`service_time_next` of " + what, {0ns, variant.service_time > 0ns ? variant.service_time : 1h}, problems);
  }
  if (const YamlNode* accuracy = fields.find("accuracy")) read_accuracy(*accuracy, variant, problems);
  const YamlNode* files = fields.find("files");
  if (files != nullptr && check_names(*files, "files of " + what, "files: {detect: {path: ..., sha256: ..., size: ...}}", problems)) {
    for (std::size_t index = 0; index < files->keys.size() && !problems.full(); ++index) {
      if (files->keys[index].is_scalar()) variant.files.push_back(read_file(files->keys[index].text, files->items[index], problems));
    }
  }
  return variant;
}

void read_sample(const YamlNode& node, ServicePackage& package, Problems& problems) {
  package.sample = read_file("sample", node, problems);
}

void read_variants(const Fields& fields, ServicePackage& package, Problems& problems) {
  const YamlNode* node = fields.require("variants", "variants: [{name: ..., runtime: ..., memory: ..., service_time: ...}]");
  for (const YamlNode& item : items_of(node, "`variants`", problems)) {
    if (problems.full()) return;
    Variant variant = read_variant(item, problems);
    const bool again = std::any_of(package.variants.begin(), package.variants.end(),
                                   [&](const Variant& other) { return !variant.name.empty() && other.name == variant.name; });
    if (again) problems.add(item, fmt::format("two variants are called {}", in_quotes(variant.name)), "give each its own name");
    package.variants.push_back(std::move(variant));
  }
  if (node != nullptr && node->is_sequence() && node->items.empty()) {
    problems.add(*node, "the package has no variants", "a service needs at least one way to run");
  }
}

}  // namespace

std::variant<ServicePackage, std::vector<ScenarioError>> parse_manifest(std::string_view text,
                                                                        const std::filesystem::path& folder) {
  const std::string file = (folder / "manifest.yaml").string();
  auto tree = parse_yaml(text, file);
  if (auto* error = std::get_if<ScenarioError>(&tree)) return std::vector{std::move(*error)};
  const YamlNode& root = std::get<YamlNode>(tree);
  Problems problems{file};
  ServicePackage package;
  const Fields fields{root, "the manifest",
                      {"name", "version", "task", "licence", "description", "inputs", "outputs", "labels", "steps",
                       "variants", "sample", "response_size"},
                      problems};
  if (!root.is_mapping()) return std::move(problems).sorted();
  package.folder = folder;
  if (const YamlNode* name = fields.require("name", "name: read-text")) {
    if (check_name(*name, "a package", problems)) package.name = name->text;
  }
  package.version = text_of(fields, "version", "version: \"1\"", problems);
  package.task = text_of(fields, "task", "task: text-recognition", problems);
  package.licence = text_of(fields, "licence", "licence: Apache-2.0", problems);
  package.inputs = read_tensors(fields.require("inputs", "inputs: [{name: image, datatype: BYTES, shape: [1]}]"), "inputs", problems);
  package.outputs = read_tensors(fields.require("outputs", "outputs: [{name: text, datatype: BYTES, shape: [-1]}]"), "outputs", problems);
  for (const YamlNode& label : items_of(fields.find("labels"), "labels", problems)) {
    if (problems.full()) break;
    package.labels.push_back(read_text(label, "a label", problems).value_or(""));
  }
  for (const YamlNode& step : items_of(fields.find("steps"), "steps", problems)) {
    if (problems.full()) break;
    package.steps.push_back(read_step(step, problems));
  }
  read_variants(fields, package, problems);
  if (const YamlNode* sample = fields.find("sample")) read_sample(*sample, package, problems);
  if (const YamlNode* size = fields.find("response_size")) {
    if (size->is_scalar() && size->text == "input") package.response_size.reset();
    else package.response_size = read_file_size(*size, "response_size", problems);
  }
  if (!problems.empty()) return std::move(problems).sorted();
  package.digest = sha256_hex(text);
  return package;
}

}  // namespace continuo
