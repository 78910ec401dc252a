// What a stream may send, read and checked before anything is sent.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "load/expectation.hh"
#include "scenario/files.hh"
#include "scenario/scenario.hh"
#include "wire/inference.hh"

namespace continuo {

struct PreparedInput {
  std::string name;
  Tensor tensor;
  std::optional<Expectation> expectation;  // from INPUT.expect.json
};

// Throws std::runtime_error, naming the file, if the input cannot be read (at most 64 MiB), does not fit the service's
// contract, or has a malformed expectation (at most 64 KiB).
PreparedInput prepare_input(const Service& service, const std::filesystem::path& path, const Files& files);

// Every input of the workload that prepare_input() would refuse, with what it says.
std::vector<std::string> input_problems(const Scenario& scenario, const Files& files);

}  // namespace continuo
