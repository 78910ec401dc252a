// The address that other machines reach this one by.
#pragma once

#include <optional>
#include <string>

namespace continuo {

// The first IPv4 address of an interface that is up and not loopback, in numeric form; nothing: there is none.
std::optional<std::string> first_own_address();

// gethostname(); throws std::system_error.
std::string own_host_name();

}  // namespace continuo
