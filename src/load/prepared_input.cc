#include "load/prepared_input.hh"

#include <fmt/format.h>

#include <set>
#include <span>
#include <stdexcept>
#include <utility>
#include <variant>

#include "load/load_exchange.hh"

namespace continuo {

namespace {

constexpr Bytes input_size_max = Bytes::mebibytes(64);
constexpr Bytes expectation_size_max = Bytes::kibibytes(64);

}  // namespace

PreparedInput prepare_input(const Service& service, const std::filesystem::path& path, const Files& files) {
  const auto content = files.read(path, input_size_max);
  if (!content) throw std::runtime_error{fmt::format("cannot read the input {}", path.string())};
  auto tensor = make_input(service.package, std::as_bytes(std::span{*content}));
  if (!tensor) {
    throw std::runtime_error{fmt::format("the input {} ({} bytes) does not fit the input of service {}", path.string(),
                                         content->size(), service.name)};
  }
  PreparedInput input{path.filename().string(), std::move(*tensor), std::nullopt};
  const std::string beside = path.string() + ".expect.json";
  if (const auto text = files.read(beside, expectation_size_max)) {
    auto parsed = parse_expectation(*text);
    if (const auto* error = std::get_if<std::string>(&parsed)) {
      throw std::runtime_error{fmt::format("{}: {}", beside, *error)};
    }
    input.expectation = std::move(std::get<Expectation>(parsed));
  }
  return input;
}

std::vector<std::string> input_problems(const Scenario& scenario, const Files& files) {
  std::vector<std::string> problems;
  std::set<std::pair<ServiceIndex, std::filesystem::path>> seen;
  for (const Stream& stream : scenario.workload) {
    for (const auto& path : stream.inputs) {
      if (!seen.emplace(stream.service, path).second) continue;
      try {
        prepare_input(scenario.services.at(stream.service), path, files);
      } catch (const std::runtime_error& refused) {
        problems.emplace_back(refused.what());
      }
    }
  }
  return problems;
}

}  // namespace continuo
