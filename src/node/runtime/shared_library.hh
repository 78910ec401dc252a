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

// The name that a library or module gives one which it needs, whose name begins so: "libx.so.7" for "libx.so".
// Nothing: it needs none.
std::optional<std::string> needed_library(const std::filesystem::path& module, std::string_view beginning);

// Whether the dynamic linker would find the library: in its cache, its folders or LD_LIBRARY_PATH, or in `folder`.
bool is_installed(const std::string& library, const std::filesystem::path& folder);

}  // namespace continuo
