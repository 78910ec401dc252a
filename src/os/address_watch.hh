// The IPv4 addresses of this machine, followed as they come and go.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>

#include "os/netlink.hh"

namespace continuo {

struct InterfaceAddress {
  std::uint32_t interface_index = 0;
  std::string interface;
  Ipv4 address;
  bool of_this_machine_only = false;  // loopback

  auto operator<=>(const InterfaceAddress&) const = default;
};

// Of the network namespace that the calling thread is in when it makes this; throws std::system_error.
class AddressWatch {
 public:
  AddressWatch();
  ~AddressWatch();
  AddressWatch(const AddressWatch&) = delete;
  AddressWatch& operator=(const AddressWatch&) = delete;

  int descriptor() const;  // readable when addresses may have changed
  // Takes in what the kernel has told since; never waits.
  void update();
  const std::set<InterfaceAddress>& addresses() const;

 private:
  struct Socket;
  std::unique_ptr<Socket> socket_;
};

}  // namespace continuo
