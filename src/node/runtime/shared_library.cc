// dlopen, dlsym and a look into the linker's cache.
#include "node/runtime/shared_library.hh"

#include <dlfcn.h>

#include <fstream>
#include <iterator>

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

}  // namespace continuo
