// A service package: variants of one model and the steps around it. docs/service-package.md describes the manifest.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "units/bytes.hh"
#include "units/time.hh"

namespace continuo {

// A file of a package, named by its content: SHA-256 in lower-case hex.
struct PackageFile {
  std::string name;            // how steps refer to it: "detect", "dictionary"
  std::filesystem::path path;  // relative to the package's folder
  std::string sha256;
  Bytes size = Bytes::zero();
};

// A tensor of the service's contract, in Open Inference Protocol terms; -1 in shape is a variable dimension.
struct TensorContract {
  std::string name;
  std::string datatype;
  std::vector<std::int64_t> shape;
};

using StepOption = std::variant<bool, double, std::string>;

// One step of pre- or post-processing or inference, run by the node in the order of the manifest.
struct Step {
  std::string kind;  // "decode", "letterbox", "infer", ...
  std::map<std::string, StepOption> options;
};

// One realisation of the service.
struct Variant {
  std::string name;
  std::string runtime;  // "onnxruntime", "opencv", "builtin", "profiled"
  std::string format;   // "onnx", "builtin"
  std::vector<PackageFile> files;
  Bytes memory = Bytes::zero();  // upper bound of what a loaded instance adds to a node
  std::optional<double> accuracy;
  std::string accuracy_metric;
  // Service time of the package's sample on one whole core, stated by the package; used until a node has measured.
  Duration service_time{};
  Duration service_time_sd{};
  std::optional<Duration> service_time_next{};  // what each further request of a batch adds; nothing: as much as a request alone takes

  // It stands for a device beside the CPU, and its times are stated.
  bool is_profiled() const { return runtime == "profiled"; }
};

struct ServicePackage {
  std::string name;
  std::string version;
  std::string task;  // "face-detection", "text-recognition", ...
  std::string licence;
  std::filesystem::path folder;
  std::vector<TensorContract> inputs;
  std::vector<TensorContract> outputs;
  std::vector<std::string> labels;
  std::vector<Step> steps;
  std::vector<Variant> variants;
  std::optional<PackageFile> sample;  // an input to warm up and time with
  std::optional<Bytes> response_size = Bytes::of(1000);  // typical size of an answer on the wire; nothing: that of the input
  std::string digest;  // SHA-256 of the manifest: identifies package and version

  Bytes response_to(Bytes input) const { return response_size.value_or(input); }
};

}  // namespace continuo
