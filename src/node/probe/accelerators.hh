// Accelerators by what the kernel shows of them: PCI and USB devices under /sys, device nodes under /dev.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace continuo {

// "nvidia-gpu", "amd-gpu", "intel-gpu", "intel-npu", "amd-npu", "edge-tpu", "hailo", "myriad", "gaudi", "mali-gpu",
// "videocore-gpu", "adreno-gpu"; sorted, each once. That a device is there does not say that a runtime can use it.
std::vector<std::string> find_accelerators(const std::filesystem::path& root);

}  // namespace continuo
