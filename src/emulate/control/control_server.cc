#include "emulate/control/control_server.hh"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <system_error>

#include "os/error.hh"
#include "os/unix_socket.hh"

namespace continuo {

ControlServer::ControlServer(const std::filesystem::path& socket)
    : listener_{listen_unix(socket)}, epoll_{check("epoll_create1", ::epoll_create1(EPOLL_CLOEXEC))} {
  watch(listener_);
}

void ControlServer::watch(const FileDescriptor& descriptor) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = descriptor.get();
  check("epoll_ctl", ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor.get(), &event));
}

// False: to be sent away.
bool ControlServer::talk(const FileDescriptor& client, const std::function<ControlAnswer(const ControlRequest&)>& answer) {
  try {
    const auto message = receive_message(client);
    if (!message) {
      return false;
    }
    const auto request = parse_control_request(message->bytes);
    ControlAnswer said{.reply = {.ok = false, .text = "not understood"}};
    if (request) {
      said = answer(*request);
    }
    said.reply.text.resize(std::min(said.reply.text.size(), reply_size_max));
    std::vector<int> descriptors;
    if (said.descriptor.is_open()) {
      descriptors.push_back(said.descriptor.get());
    }
    send_message(client, serialise(said.reply), descriptors);
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

void ControlServer::serve(const std::function<ControlAnswer(const ControlRequest&)>& answer) {
  std::array<epoll_event, clients_max + 1> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()), 0);
  for (int index = 0; index < count; ++index) {
    const int descriptor = events[static_cast<std::size_t>(index)].data.fd;
    if (descriptor == listener_.get()) {
      if (auto client = accept_unix(listener_)) {
        if (clients_.size() == clients_max) {
          clients_.erase(clients_.begin());
        }
        watch(*client);
        clients_.push_back(std::move(*client));
      }
      continue;
    }
    const auto client = std::ranges::find(clients_, descriptor, &FileDescriptor::get);
    if (client != clients_.end() && !talk(*client, answer)) {
      clients_.erase(client);
    }
  }
}

}  // namespace continuo
