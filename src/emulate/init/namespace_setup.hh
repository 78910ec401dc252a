// Makes a fresh set of namespaces into a node: host name, mounts, addresses.
#pragma once

#include "emulate/init/protocol.hh"
#include "os/file_descriptor.hh"

namespace continuo::init {

// Called once, by the first process of the namespaces. Returns the node's TUN device, "eth0". Throws std::system_error.
FileDescriptor set_up_namespaces(const Configure& configure);

}  // namespace continuo::init
