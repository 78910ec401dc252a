// capabilities(7). capset is made without libcap: it is one call.
#include "os/privileges.hh"

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdint>

#include "os/error.hh"

namespace continuo {

namespace {

constexpr std::uint64_t bit(int capability) { return std::uint64_t{1} << capability; }
constexpr std::uint64_t kept = bit(CAP_NET_BIND_SERVICE) | bit(CAP_NET_RAW) | bit(CAP_DAC_READ_SEARCH);

using Sets = std::array<__user_cap_data_struct, 2>;

Sets capabilities() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  Sets sets{};
  check("capget", ::syscall(SYS_capget, &header, sets.data()));
  return sets;
}

}  // namespace

void give_up_privileges() {
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    if ((kept & bit(capability)) == 0 && ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) < 0 && errno != EPERM) {
      throw_system_error("give up a capability");
    }
  }
  Sets sets = capabilities();
  for (std::size_t word = 0; word < sets.size(); ++word) {
    const auto allowed = static_cast<std::uint32_t>(kept >> (32 * word));
    sets.at(word).permitted &= allowed;
    sets.at(word).effective &= allowed;
    sets.at(word).inheritable = 0;
  }
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);  // a kernel without them has none to clear
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  check("give up capabilities", ::syscall(SYS_capset, &header, sets.data()));
  check("give up gaining privileges", ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
}

bool has_capability(int capability) {
  return (capabilities().at(static_cast<std::size_t>(capability) / 32).effective & (1U << (capability % 32))) != 0;
}

}  // namespace continuo
