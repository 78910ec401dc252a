// A TUN device: IP packets of the calling process's network namespace, as reads and writes of a descriptor.
#pragma once

#include <string>

#include "os/file_descriptor.hh"

namespace continuo {

// Makes the device in the network namespace of the calling thread; it lives as long as the descriptor. Non-blocking; each
// read and write is one IP packet without any header before it. The descriptor works from any namespace afterwards.
FileDescriptor open_tun(const std::string& name);

}  // namespace continuo
