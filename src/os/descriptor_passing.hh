// Messages with file descriptors attached, between two processes of one machine.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/file_descriptor.hh"

namespace continuo {

struct SocketPair {
  FileDescriptor one;
  FileDescriptor other;
};
// AF_UNIX, SOCK_SEQPACKET: message boundaries are kept, and the end of a process shows as the end of the stream.
SocketPair make_message_pair();

struct Message {
  std::string bytes;
  std::vector<FileDescriptor> descriptors;
};

inline constexpr std::size_t message_size_max = 128 * 1024;
inline constexpr std::size_t message_descriptors_max = 4;

// Throws std::system_error; waits while the other side's queue is full.
void send_message(const FileDescriptor& socket, std::string_view bytes, const std::vector<int>& descriptors = {});
// Waits for one message; nothing: the other side has closed.
std::optional<Message> receive_message(const FileDescriptor& socket);

}  // namespace continuo
