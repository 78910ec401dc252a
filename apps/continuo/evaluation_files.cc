#include "evaluation_files.hh"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "result/evaluation_json.hh"

namespace continuo {

std::vector<Evaluation> read_evaluations(const std::string& path) {
  std::error_code gone;
  const auto size = std::filesystem::file_size(path, gone);
  if (gone) throw std::runtime_error("cannot read the file: " + gone.message());
  if (size > evaluation_json_size_max) throw std::runtime_error("is larger than 256 MiB: not a file of evaluations");
  std::ifstream file{path, std::ios::binary};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  if (!file) throw std::runtime_error("cannot read the file");
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && text[first] == '{') return {parse_evaluation(text)};
  return parse_evaluations(text);
}

}  // namespace continuo
