// Errors of system calls that carry what was attempted.
#pragma once

#include <cerrno>
#include <string_view>
#include <system_error>

namespace continuo {

[[noreturn]] void throw_system_error(std::string_view attempt, int error_number = errno);

// Returns the result, or throws std::system_error if it is negative: check("open /dev/net/tun", ::open(...)).
template <typename Result>
Result check(std::string_view attempt, Result result) {
  if (result < 0) {
    throw_system_error(attempt);
  }
  return result;
}

// The same for a call that a signal may interrupt: it is made again then.
template <typename Call>
auto retry_interrupted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) {
    result = call();
  }
  return result;
}

}  // namespace continuo
