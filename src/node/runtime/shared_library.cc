// dlopen, dlsym and a look into the linker's cache.
#include "node/runtime/shared_library.hh"

#include <dlfcn.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

#include <fmt/format.h>

namespace continuo {

SharedLibrary::SharedLibrary(const std::filesystem::path& file)
    : file_{file.string()}, handle_{::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)} {
  if (handle_ == nullptr) {
    const char* reason = ::dlerror();
    throw RuntimeError(fmt::format("cannot load {}: {}", file_, reason == nullptr ? "no reason given" : reason));
  }
}

void* SharedLibrary::symbol(const char* name) const {
  void* found = ::dlsym(handle_, name);
  if (found == nullptr) {
    throw RuntimeError(fmt::format("{} has no {}: not the library that was expected", file_, name));
  }
  return found;
}

std::optional<std::filesystem::path> in_linker_cache(std::string_view library, const std::filesystem::path& cache) {
  // The cache holds NUL-terminated strings, names and full paths alike: a path that ends with the name is the entry.
  std::ifstream stream{cache, std::ios::binary};
  const std::string content{std::istreambuf_iterator<char>{stream}, {}};
  const std::string ending = fmt::format("/{}{}", library, '\0');
  const std::size_t found = content.find(ending);
  if (found == std::string::npos) {
    return std::nullopt;
  }
  const std::size_t before = content.rfind('\0', found);
  const std::size_t start = before == std::string::npos ? 0 : before + 1;
  return std::filesystem::path{content.substr(start, found + ending.size() - 1 - start)};
}

std::optional<std::string> needed_library(const std::filesystem::path& module, std::string_view beginning) {
  // Names of needed libraries are NUL-terminated strings of the file's dynamic string table.
  std::ifstream stream{module, std::ios::binary};
  const std::string content{std::istreambuf_iterator<char>{stream}, {}};
  const std::size_t found = content.find(fmt::format("{}{}", '\0', beginning));
  if (found == std::string::npos) {
    return std::nullopt;
  }
  return content.substr(found + 1, content.find('\0', found + 1) - found - 1);
}

bool is_installed(const std::string& library, const std::filesystem::path& folder) {
  std::error_code ignored;
  if (const auto cached = in_linker_cache(library); cached && std::filesystem::exists(*cached, ignored)) {
    return true;
  }
  std::vector<std::filesystem::path> folders{folder, "/lib", "/lib64", "/usr/lib", "/usr/lib64"};
  const char* const path = std::getenv("LD_LIBRARY_PATH");
  std::istringstream listed{path == nullptr ? "" : path};
  for (std::string item; std::getline(listed, item, ':');) {
    folders.emplace_back(item);
  }
  return std::ranges::any_of(folders, [&](const auto& one) { return std::filesystem::exists(one / library, ignored); });
}

}  // namespace continuo
