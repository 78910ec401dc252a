// A TUN device: IP packets of the calling process's network namespace, as reads and writes of a descriptor.
#pragma once

#include <cstdint>
#include <string>

#include "os/file_descriptor.hh"

namespace continuo {

// Whether the calling process may open the file that makes them.
bool may_open_tun();

// Makes the device in the network namespace of the calling thread, for as long as that namespace lives: so a namespace ends
// with all of its devices at once, where closing descriptors would take them down one by one, slowly. Non-blocking; each read
// and write is one IP packet behind a virtio_net_hdr of 10 bytes (VIRTIO 1.2, 5.1.6). The kernel leaves checksums, and the
// segmentation of TCP, to whoever reads. The descriptor works from any namespace afterwards.
FileDescriptor open_tun(const std::string& name);

// What a device has dropped of what was sent through it, since its queue of 500 packets was full: it holds senders back no
// more than a wire does. `devices` is the text of /proc/net/dev (proc(5)) in the device's namespace; 0 without such a device.
std::uint64_t packets_dropped_on_sending(const std::string& devices, const std::string& name);

}  // namespace continuo
