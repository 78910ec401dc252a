#include "os/own_address.hh"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <limits.h>
#include <net/if.h>
#include <unistd.h>

#include <array>
#include <memory>

#include "os/error.hh"

namespace continuo {

std::optional<std::string> first_own_address() {
  ifaddrs* list = nullptr;
  check("list the addresses of this machine", ::getifaddrs(&list));
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner{list, ::freeifaddrs};
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr || entry->ifa_addr->sa_family != AF_INET) continue;
    if ((entry->ifa_flags & IFF_UP) == 0 || (entry->ifa_flags & IFF_LOOPBACK) != 0) continue;
    const auto* address = reinterpret_cast<const sockaddr_in*>(entry->ifa_addr);
    std::array<char, INET_ADDRSTRLEN> text{};
    if (::inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size()) != nullptr) return text.data();
  }
  return std::nullopt;
}

std::string own_host_name() {
  std::array<char, HOST_NAME_MAX + 1> name{};
  check("read the host name", ::gethostname(name.data(), name.size() - 1));
  return name.data();
}

}  // namespace continuo
