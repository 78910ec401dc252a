#include "runtimes_here.hh"

#include <filesystem>

namespace continuo {

RuntimeTableOptions runtimes_beside_program() {
  const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  RuntimeTableOptions options;
  options.onnxruntime_folders = {folder, folder / "../lib/continuo", folder / "../../../.deps/onnxruntime/lib"};
  options.module_folder = folder;
  return options;
}

}  // namespace continuo
