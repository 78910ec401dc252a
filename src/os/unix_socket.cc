#include "os/unix_socket.hh"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstring>
#include <stdexcept>

#include "os/error.hh"

namespace continuo {

namespace {

sockaddr_un address_of(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.string().size() >= sizeof address.sun_path) {
    throw std::runtime_error("too long for the path of a socket: " + path.string());
  }
  std::strcpy(address.sun_path, path.c_str());
  return address;
}

}  // namespace

FileDescriptor listen_unix(const std::filesystem::path& path) {
  constexpr int waiting_max = 8;
  const sockaddr_un address = address_of(path);
  FileDescriptor socket{check("socket", ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))};
  check("bind " + path.string(), ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address));
  check("chmod " + path.string(), ::chmod(path.c_str(), 0600));
  check("listen on " + path.string(), ::listen(socket.get(), waiting_max));
  return socket;
}

std::optional<FileDescriptor> accept_unix(const FileDescriptor& listener) {
  FileDescriptor client{
      retry_interrupted([&] { return ::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK); })};
  return client.is_open() ? std::optional{std::move(client)} : std::nullopt;
}

FileDescriptor connect_unix(const std::filesystem::path& path) {
  const sockaddr_un address = address_of(path);
  FileDescriptor socket{check("socket", ::socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0))};
  check("connect to " + path.string(),
        retry_interrupted([&] { return ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address); }));
  return socket;
}

}  // namespace continuo
