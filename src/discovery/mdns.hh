// DNS-SD over multicast DNS, in this process: announces a node's `_inference._tcp` service and browses for others'.
//
// By an embedded libavahi-core: no daemon, no D-Bus. Any DNS-SD browser of the LAN sees the service (RFC 6762, RFC 6763).
// Everything runs on the thread of the io_context.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "discovery/service_text.hh"

namespace boost::asio {
class io_context;
}

namespace continuo {

struct MdnsOptions {
  std::string host_name;                // made fit for a host label; announced as HOST.local
  std::vector<std::string> interfaces;  // empty: all that can multicast, point-to-point ones too
};

struct Announcement {
  ServiceText text;
  std::uint16_t port = 0;
  std::vector<std::string> subtypes;  // by subtypes_of()
};

struct DiscoveredService {
  std::string instance;  // its name in DNS-SD, unique on the LAN: the id, or "ID #2" after a collision
  std::string host;      // "edge-1.local"
  std::string address;   // "10.77.0.2:8000"
  ServiceText text;
};

class Mdns {
 public:
  struct Listener {
    std::function<void(const DiscoveredService&)> found;  // also when its address or TXT record has changed
    std::function<void(const std::string& instance)> gone;
  };

  // Throws std::runtime_error: no network at all, port 5353 taken exclusively.
  Mdns(boost::asio::io_context& context, const MdnsOptions& options);
  // Sends goodbyes: others see the service gone a second later. Must come before the io_context's end.
  ~Mdns();
  Mdns(const Mdns&) = delete;
  Mdns& operator=(const Mdns&) = delete;

  // Shows on the LAN about two seconds later, after the probes that RFC 6762 asks for. Called again with another text only:
  // the TXT record changes in place, at most every two seconds. Names that are taken already are replaced by alternatives; after
  // ten of them it logs an error and announces nothing. Nothing is published before: who only browses takes no name.
  void announce(Announcement announcement);
  // Calls the listener for each service that others announce, not for this object's own. `subtype` as "_onnxruntime"; empty: all.
  void browse(Listener listener, const std::string& subtype = {});

  std::string host_name() const;  // may have changed after a collision
  std::string instance() const;   // empty before announce()

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace continuo
