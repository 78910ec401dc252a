// Sockets of this machine with a path, which keep message boundaries (SOCK_SEQPACKET); messages by os/descriptor_passing.hh.
#pragma once

#include <filesystem>
#include <optional>

#include "os/file_descriptor.hh"

namespace continuo {

// Readable and writable by the owner only. Accepting never waits.
FileDescriptor listen_unix(const std::filesystem::path& path);
// The next client, whose socket never waits; nothing: none is there.
std::optional<FileDescriptor> accept_unix(const FileDescriptor& listener);
// Throws std::system_error.
FileDescriptor connect_unix(const std::filesystem::path& path);

}  // namespace continuo
