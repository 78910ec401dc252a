// Kernel Documentation/networking/tuntap.rst.
#include "os/tun.hh"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <cstring>
#include <sstream>
#include <stdexcept>

#include "os/error.hh"

namespace continuo {

bool may_open_tun() {
  const FileDescriptor device{::open("/dev/net/tun", O_RDWR | O_CLOEXEC)};
  return device.is_open();
}

FileDescriptor open_tun(const std::string& name) {
  if (name.size() >= IFNAMSIZ) {
    throw std::invalid_argument("network device name too long: " + name);
  }
  FileDescriptor device = open_file("/dev/net/tun", O_RDWR | O_NONBLOCK);
  ifreq request{};
  request.ifr_flags = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
  std::memcpy(request.ifr_name, name.data(), name.size());
  check("make the TUN device " + name, ::ioctl(device.get(), TUNSETIFF, &request));
  int header_size = 10;
  check("set the header size of " + name, ::ioctl(device.get(), TUNSETVNETHDRSZ, &header_size));
  check("set the offloads of " + name, ::ioctl(device.get(), TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN));
  check("let " + name + " live with its namespace", ::ioctl(device.get(), TUNSETPERSIST, 1));
  return device;
}

std::uint64_t packets_dropped_on_sending(const std::string& devices, const std::string& name) {
  std::istringstream lines{devices};
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    const std::size_t first = line.find_first_not_of(' ');
    if (colon == std::string::npos || first >= colon || line.substr(first, colon - first) != name) {
      continue;
    }
    constexpr int dropped_field = 12;  // 8 of receiving; bytes, packets, errors, drops of sending
    std::istringstream fields{line.substr(colon + 1)};
    std::uint64_t value = 0;
    for (int field = 0; field < dropped_field; ++field) {
      fields >> value;
    }
    return fields ? value : 0;
  }
  return 0;
}

}  // namespace continuo
