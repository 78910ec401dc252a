// Makes a fresh set of namespaces into a node: host name, mounts, addresses.
#pragma once

#include "emulate/init/protocol.hh"
#include "os/file_descriptor.hh"

namespace continuo::init {

struct NodeNetwork {
  FileDescriptor device;    // "eth0"
  NetworkSettings settings; // as read back from the kernel
};

// Called once, by the first process of the namespaces. Throws std::system_error with what the kernel did not take.
NodeNetwork set_up_namespaces(const Configure& configure);

}  // namespace continuo::init
