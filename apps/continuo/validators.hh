// What command-line options may say; CLI11 shows the sentence and exits with 2.
#pragma once

#include <functional>
#include <string>

namespace continuo {

// Each returns what is wrong, or nothing: CLI11's way.
std::string must_be_seed(const std::string& text);             // 0 to 2^64 - 1
std::string must_be_duration(const std::string& text);         // "60 s"
std::string must_be_host_and_port(const std::string& text);    // "10.77.0.2:8000"
std::string must_be_numeric_address(const std::string& text);  // "0.0.0.0"
std::string must_be_port(const std::string& text);             // 0 to 65535
std::string must_be_quota(const std::string& text);            // above 0, at most 1
std::function<std::string(const std::string&)> must_be_between(double least, double most);  // NaN is not
std::string must_be_runtimes(const std::string& text);         // names that continuo knows

}  // namespace continuo
