// Accelerators on fabricated machines.
#include "node/probe/accelerators.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node/probe/test_support/fabricated_root.hh"

namespace continuo {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Accelerators : public testing::Test {
 protected:
  void pci(const std::string& slot, const std::string& vendor, const std::string& device, const std::string& device_class) {
    const std::string folder = "sys/bus/pci/devices/" + slot + "/";
    root.file(folder + "vendor", vendor + "\n");
    root.file(folder + "device", device + "\n");
    root.file(folder + "class", device_class + "\n");
  }
  std::vector<std::string> found() const { return find_accelerators(root.path()); }

  FabricatedRoot root;
};

TEST_F(Accelerators, are_none_on_a_machine_without) {
  EXPECT_THAT(found(), IsEmpty());
  pci("0000:00:00.0", "0x8086", "0x1237", "0x060000");  // a host bridge
  pci("0000:00:01.0", "0x10de", "0x10fa", "0x040300");  // the sound of a graphics card
  root.file("dev/nvidiactl");
  root.file("dev/nvidia-modeset");
  EXPECT_THAT(found(), IsEmpty());
}

TEST_F(Accelerators, are_told_by_pci_vendor_and_class_each_once) {
  pci("0000:01:00.0", "0x10de", "0x2684", "0x030000");
  pci("0000:02:00.0", "0x10de", "0x2684", "0x030200");  // a second one, without a display
  pci("0000:03:00.0", "0x1002", "0x744c", "0x030000");
  pci("0000:00:02.0", "0x8086", "0x46a6", "0x030000");
  pci("0000:00:0b.0", "0x8086", "0x7d1d", "0x120000");
  EXPECT_THAT(found(), ElementsAre("amd-gpu", "intel-gpu", "intel-npu", "nvidia-gpu"));
}

TEST_F(Accelerators, include_an_edge_tpu_on_pci_on_usb_or_as_a_device_node) {
  pci("0000:04:00.0", "0x1ac1", "0x089a", "0x0000ff");
  EXPECT_THAT(found(), ElementsAre("edge-tpu"));
  root.file("sys/bus/usb/devices/1-1/idVendor", "18d1\n");
  root.file("sys/bus/usb/devices/1-1/idProduct", "9302\n");
  EXPECT_THAT(found(), ElementsAre("edge-tpu"));
}

TEST_F(Accelerators, include_a_coral_on_usb_before_its_firmware_is_loaded) {
  root.file("sys/bus/usb/devices/1-1/idVendor", "1a6e\n");
  root.file("sys/bus/usb/devices/1-1/idProduct", "089a\n");
  EXPECT_THAT(found(), ElementsAre("edge-tpu"));
}

TEST_F(Accelerators, are_seen_in_a_container_by_their_device_nodes) {
  root.file("dev/nvidia0");
  root.file("dev/apex_0");
  EXPECT_THAT(found(), ElementsAre("edge-tpu", "nvidia-gpu"));
}

TEST_F(Accelerators, are_told_by_their_driver_where_there_is_no_pci) {
  root.file("sys/class/drm/renderD128/device/uevent", "DRIVER=v3d\nOF_NAME=gpu\n");
  root.file("sys/class/accel/accel0/device/uevent", "DRIVER=intel_vpu\n");
  root.file("sys/class/drm/card0/device/uevent", "DRIVER=virtio_gpu\n");
  EXPECT_THAT(found(), ElementsAre("intel-npu", "videocore-gpu"));
}

}  // namespace
}  // namespace continuo
