#include "validators.hh"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <charconv>
#include <cstdint>
#include <sstream>
#include <variant>

#include <fmt/format.h>

#include "scenario/quantity.hh"

namespace continuo {
namespace {

template <class Number>
bool reads_as(const std::string& text, Number& number) {
  const char* const end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, number);
  return error == std::errc{} && read == end;
}

constexpr std::array<const char*, 4> runtime_names{"onnxruntime", "opencv", "builtin", "profiled"};

}  // namespace

std::string must_be_seed(const std::string& text) {
  std::uint64_t seed = 0;
  return reads_as(text, seed) ? "" : "a seed is a whole number from 0 to 18446744073709551615, not " + text;
}

std::string must_be_duration(const std::string& text) {
  const auto parsed = parse_duration(text, "s");
  const auto* wrong = std::get_if<QuantityError>(&parsed);
  return wrong == nullptr ? "" : wrong->message + ": " + wrong->hint;
}

std::string must_be_port(const std::string& text) {
  std::uint16_t port = 0;
  return reads_as(text, port) ? "" : "a port is a whole number from 0 to 65535, not " + text;
}

std::string must_be_host_and_port(const std::string& text) {
  const auto colon = text.rfind(':');
  const bool parts = colon != std::string::npos && colon > 0;
  if (parts && text.substr(colon + 1) != "0" && must_be_port(text.substr(colon + 1)).empty()) return "";
  return "write HOST:PORT, e.g. 192.168.1.20:8000, not " + text;
}

std::string must_be_numeric_address(const std::string& text) {
  boost::system::error_code wrong;
  boost::asio::ip::make_address(text, wrong);
  return wrong ? "write a numeric address: 127.0.0.1 for this machine alone, 0.0.0.0 for the network; not " + text : "";
}

std::function<std::string(const std::string&)> must_be_between(double least, double most) {
  return [=](const std::string& text) -> std::string {
    double number = 0.0;
    if (reads_as(text, number) && number >= least && number <= most) return "";
    return fmt::format("write a number from {:g} to {:g}, not {}", least, most, text);
  };
}

std::string must_be_quota(const std::string& text) {
  double quota = 0.0;
  return reads_as(text, quota) && quota > 0.0 && quota <= 1.0 ? "" : "a quota is above 0 and at most 1, not " + text;
}

std::string must_be_runtimes(const std::string& text) {
  std::istringstream names{text};
  for (std::string name; std::getline(names, name, ',');) {
    if (std::ranges::find(runtime_names, name) == runtime_names.end()) {
      return "no runtime is called " + name + "; there are onnxruntime, opencv, builtin, profiled (comma between them)";
    }
  }
  return "";
}

}  // namespace continuo
