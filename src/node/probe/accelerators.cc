// Finding accelerators: see accelerators.hh. Vendor and device numbers: the PCI and USB ID repositories (pci.ids, usb.ids).
#include "node/probe/accelerators.hh"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <set>
#include <sstream>
#include <string_view>

#include "os/file_descriptor.hh"

namespace continuo {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t entries_limit = 4096;  // of a folder

std::vector<fs::path> entries(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code error;
  for (fs::directory_iterator at{folder, error}, end; !error && at != end && found.size() < entries_limit;
       at.increment(error)) {
    found.push_back(at->path());
  }
  std::ranges::sort(found);
  return found;
}

// "0x10de" or "10de".
std::optional<std::uint32_t> hex_number(const fs::path& file) {
  const auto text = read_file(file, 64);
  if (!text) {
    return std::nullopt;
  }
  std::string_view digits{*text};
  if (digits.starts_with("0x")) {
    digits.remove_prefix(2);
  }
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  return error == std::errc{} ? std::optional{value} : std::nullopt;
}

// `device_class`: base class and subclass, as 0x0300 of 0x030000.
std::string_view pci_accelerator(std::uint32_t vendor, std::uint32_t device, std::uint32_t device_class) {
  const bool display = device_class >> 8 == 0x03;
  switch (vendor) {
    case 0x10de:
      return display ? "nvidia-gpu" : "";
    case 0x1002:
      return display ? "amd-gpu" : "";
    case 0x1022:  // the Ryzen AI engines
      return device == 0x1502 || device == 0x17f0 ? "amd-npu" : "";
    case 0x8086:
      return display ? "intel-gpu" : device_class == 0x1200 ? "intel-npu" : "";
    case 0x1ac1:
      return device == 0x089a ? "edge-tpu" : "";
    case 0x1e60:
      return "hailo";
    case 0x1da3:
      return "gaudi";
    default:
      return "";
  }
}

std::string_view usb_accelerator(std::uint32_t vendor, std::uint32_t product) {
  // Coral: as it comes up, and once its firmware has been loaded.
  if ((vendor == 0x1a6e && product == 0x089a) || (vendor == 0x18d1 && product == 0x9302)) {
    return "edge-tpu";
  }
  if (vendor == 0x03e7 && (product == 0x2485 || product == 0xf63b)) {
    return "myriad";
  }
  return "";
}

std::string_view driver_accelerator(std::string_view driver) {
  struct Known {
    std::string_view driver;
    std::string_view accelerator;
  };
  static constexpr std::array<Known, 10> known{{{"intel_vpu", "intel-npu"},
                                               {"amdxdna", "amd-npu"},
                                               {"habanalabs", "gaudi"},
                                               {"panfrost", "mali-gpu"},
                                               {"panthor", "mali-gpu"},
                                               {"v3d", "videocore-gpu"},
                                               {"msm_dpu", "adreno-gpu"},
                                               {"adreno", "adreno-gpu"},
                                               {"apex", "edge-tpu"},
                                               {"nvgpu", "nvidia-gpu"}}};
  const auto found = std::ranges::find(known, driver, &Known::driver);
  return found == known.end() ? "" : found->accelerator;
}

// DRIVER=NAME of a device's uevent file.
std::string driver_of(const fs::path& device) {
  std::istringstream lines{read_file(device / "uevent", 4096).value_or("")};
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("DRIVER=")) {
      return line.substr(7);
    }
  }
  return {};
}

bool is_numbered(const std::string& name, std::string_view prefix) {
  return name.size() > prefix.size() && name.starts_with(prefix) &&
         std::all_of(name.begin() + static_cast<std::ptrdiff_t>(prefix.size()), name.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<std::string> find_accelerators(const fs::path& root) {
  std::set<std::string> found;
  const auto add = [&](std::string_view name) {
    if (!name.empty()) {
      found.emplace(name);
    }
  };
  for (const fs::path& device : entries(root / "sys/bus/pci/devices")) {
    const auto vendor = hex_number(device / "vendor");
    const auto number = hex_number(device / "device");
    const auto device_class = hex_number(device / "class");
    if (vendor && device_class) {
      add(pci_accelerator(*vendor, number.value_or(0), *device_class >> 8));
    }
  }
  for (const fs::path& device : entries(root / "sys/bus/usb/devices")) {
    const auto vendor = hex_number(device / "idVendor");
    const auto product = hex_number(device / "idProduct");
    if (vendor && product) {
      add(usb_accelerator(*vendor, *product));
    }
  }
  for (const char* kind : {"sys/class/accel", "sys/class/drm"}) {
    for (const fs::path& device : entries(root / kind)) {
      add(driver_accelerator(driver_of(device / "device")));
    }
  }
  // Device nodes show what a container was given though /sys may hide where it comes from.
  for (const fs::path& node : entries(root / "dev")) {
    const std::string name = node.filename();
    if (is_numbered(name, "nvidia") || name == "nvhost-gpu") {
      add("nvidia-gpu");
    } else if (is_numbered(name, "apex_")) {
      add("edge-tpu");
    } else if (is_numbered(name, "hailo")) {
      add("hailo");
    }
  }
  return {found.begin(), found.end()};
}

}  // namespace continuo
