// The disks of this host.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace continuo {

struct Disk {
  std::string name;    // "vda"
  std::string number;  // "254:0", by which the kernel's throttle knows it
};

// Whole disks that hold anything, by name: no partitions, no memory, no loop devices.
std::vector<Disk> disks(const std::filesystem::path& block_folder = "/sys/block");

}  // namespace continuo
