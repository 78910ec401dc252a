// A TUN device: IP packets of the calling process's network namespace, as reads and writes of a descriptor.
#pragma once

#include <string>

#include "os/file_descriptor.hh"

namespace continuo {

// Makes the device in the network namespace of the calling thread, for as long as that namespace lives: so a namespace ends
// with all of its devices at once, where closing descriptors would take them down one by one, slowly. Non-blocking; each read
// and write is one IP packet behind a virtio_net_hdr of 10 bytes (VIRTIO 1.2, 5.1.6). The kernel leaves checksums, and the
// segmentation of TCP, to whoever reads. The descriptor works from any namespace afterwards.
// Whether the calling process may open the file that makes them.
bool may_open_tun();

FileDescriptor open_tun(const std::string& name);

}  // namespace continuo
