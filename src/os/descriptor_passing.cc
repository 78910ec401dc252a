// SCM_RIGHTS over a Unix socket: unix(7), cmsg(3).
#include "os/descriptor_passing.hh"

#include <sys/socket.h>

#include <array>
#include <cassert>
#include <cstring>

#include "os/error.hh"

namespace continuo {

SocketPair make_message_pair() {
  std::array<int, 2> ends{};
  check("socketpair", ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()));
  return {FileDescriptor{ends[0]}, FileDescriptor{ends[1]}};
}

void send_message(const FileDescriptor& socket, std::string_view bytes, const std::vector<int>& descriptors) {
  assert(bytes.size() <= message_size_max);
  assert(descriptors.size() <= message_descriptors_max);
  iovec part{.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * message_descriptors_max)> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  if (!descriptors.empty()) {
    const std::size_t size = sizeof(int) * descriptors.size();
    header.msg_control = control.data();
    header.msg_controllen = CMSG_SPACE(size);
    cmsghdr* rights = CMSG_FIRSTHDR(&header);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(size);
    std::memcpy(CMSG_DATA(rights), descriptors.data(), size);
  }
  check("send a message", retry_interrupted([&] { return ::sendmsg(socket.get(), &header, MSG_NOSIGNAL); }));
}

std::optional<Message> receive_message(const FileDescriptor& socket) {
  Message message;
  message.bytes.resize(message_size_max);
  iovec part{.iov_base = message.bytes.data(), .iov_len = message.bytes.size()};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int) * message_descriptors_max)> control{};
  msghdr header{};
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  header.msg_control = control.data();
  header.msg_controllen = control.size();
  const auto size = retry_interrupted([&] { return ::recvmsg(socket.get(), &header, MSG_CMSG_CLOEXEC); });
  if (size < 0 && errno == ECONNRESET) {
    return std::nullopt;
  }
  check("receive a message", size);
  for (cmsghdr* rights = CMSG_FIRSTHDR(&header); rights != nullptr; rights = CMSG_NXTHDR(&header, rights)) {
    if (rights->cmsg_level == SOL_SOCKET && rights->cmsg_type == SCM_RIGHTS) {
      const std::size_t count = (rights->cmsg_len - CMSG_LEN(0)) / sizeof(int);
      for (std::size_t index = 0; index < count; ++index) {
        int descriptor = -1;
        std::memcpy(&descriptor, CMSG_DATA(rights) + index * sizeof(int), sizeof(int));
        message.descriptors.emplace_back(descriptor);
      }
    }
  }
  if (size == 0) {
    return std::nullopt;
  }
  message.bytes.resize(static_cast<std::size_t>(size));
  return message;
}

}  // namespace continuo
