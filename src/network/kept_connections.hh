// What the predictions know of os/http_client: which connections it uses again.
#pragma once

#include <cstddef>

#include "units/time.hh"

namespace continuo {

inline constexpr Duration connection_kept = std::chrono::seconds{30};  // idle for longer, it is not used again
inline constexpr std::size_t idle_connections_max = 8;                 // between a client and a server; more are closed after use

}  // namespace continuo
