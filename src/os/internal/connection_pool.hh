// Connections that HttpClient keeps for the next request to the same address. Bounded in every direction.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "units/time.hh"

namespace continuo {

class ConnectionPool {
 public:
  // At most so many for an address; one kept longer than `idle` is not used again.
  ConnectionPool(std::size_t most, Duration idle) : most_{most}, idle_{idle} {}

  // The latest that is still good; nothing: there is none.
  std::optional<boost::asio::ip::tcp::socket> take(const std::string& address);
  // Closes what was kept too long, whoever it was for.
  void keep(const std::string& address, boost::asio::ip::tcp::socket socket);
  std::size_t size() const;

 private:
  struct Kept {
    boost::asio::ip::tcp::socket socket;
    std::chrono::steady_clock::time_point until;
  };

  void sweep();

  std::size_t most_;
  Duration idle_;
  std::map<std::string, std::deque<Kept>> connections_;  // by address, the latest last
};

}  // namespace continuo
