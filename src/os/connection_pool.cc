// Keeping and taking connections.
#include "os/internal/connection_pool.hh"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <utility>

namespace continuo {

namespace {

namespace net = boost::asio;
using tcp = net::ip::tcp;
using error_code = boost::system::error_code;

// Addresses for which connections are kept; for more, each request makes its own.
constexpr std::size_t pooled_addresses_max = 256;

// The server has closed it, or sent something that nobody asked for.
bool stale(tcp::socket& socket) {
  error_code error;
  socket.non_blocking(true, error);
  std::array<std::byte, 1> byte;
  socket.receive(net::buffer(byte), net::socket_base::message_peek, error);
  return error != net::error::would_block;
}

}  // namespace

std::optional<tcp::socket> ConnectionPool::take(const std::string& address) {
  const auto found = connections_.find(address);
  if (found == connections_.end()) {
    return std::nullopt;
  }
  std::optional<tcp::socket> fresh;
  auto& connections = found->second;
  while (!fresh && !connections.empty()) {
    Kept last = std::move(connections.back());
    connections.pop_back();
    if (last.until > std::chrono::steady_clock::now() && !stale(last.socket)) {
      fresh = std::move(last.socket);
    }
  }
  if (connections.empty()) {
    connections_.erase(found);
  }
  return fresh;
}

void ConnectionPool::sweep() {
  const auto now = std::chrono::steady_clock::now();
  for (auto& [address, connections] : connections_) {
    while (!connections.empty() && connections.front().until <= now) {
      connections.pop_front();
    }
  }
  std::erase_if(connections_, [](const auto& entry) { return entry.second.empty(); });
}

void ConnectionPool::keep(const std::string& address, tcp::socket socket) {
  sweep();
  if (!connections_.contains(address) && connections_.size() >= pooled_addresses_max) {
    return;
  }
  auto& connections = connections_[address];
  connections.push_back({std::move(socket), std::chrono::steady_clock::now() + idle_});
  if (connections.size() > most_) {
    connections.pop_front();
  }
}

std::size_t ConnectionPool::size() const {
  std::size_t count = 0;
  for (const auto& [address, connections] : connections_) {
    count += connections.size();
  }
  return count;
}

}  // namespace continuo
