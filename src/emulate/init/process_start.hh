// Starts a program inside the node's namespaces and control groups.
#pragma once

#include <sys/types.h>

#include <string>
#include <variant>

#include "emulate/init/protocol.hh"

namespace continuo::init {

// The process id, once the program runs; or why it does not. The new process leads a session of its own.
std::variant<pid_t, std::string> start_process(const Start& start, int standard_output, int standard_error);

}  // namespace continuo::init
