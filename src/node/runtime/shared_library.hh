// A shared library loaded at run time, and where it may be found without loading it.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "node/runtime/runtime.hh"

namespace continuo {

// Stays loaded for the life of the process: inference libraries keep threads and do not bear being unloaded.
class SharedLibrary {
 public:
  // Throws RuntimeError with the dynamic linker's reason.
  explicit SharedLibrary(const std::filesystem::path& file);

  // Throws RuntimeError if the library has no such symbol.
  template <class Function>
  Function* function(const char* name) const {
    return reinterpret_cast<Function*>(symbol(name));
  }

 private:
  void* symbol(const char* name) const;

  std::string file_;
  void* handle_;
};

// The file that the dynamic linker's cache (/etc/ld.so.cache) has for a library name; nothing if it has none.
std::optional<std::filesystem::path> in_linker_cache(std::string_view library,
                                                     const std::filesystem::path& cache = "/etc/ld.so.cache");

}  // namespace continuo
