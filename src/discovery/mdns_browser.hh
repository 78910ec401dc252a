// Browses for `_inference._tcp` and resolves each service found; a part of Mdns.
#pragma once

#include <avahi-core/core.h>
#include <avahi-core/lookup.h>

#include <cstddef>
#include <map>
#include <string>
#include <tuple>

#include "discovery/mdns.hh"

namespace continuo {

class MdnsBrowser {
 public:
  // The server outlives it.
  MdnsBrowser(AvahiServer* server, Mdns::Listener listener, const std::string& subtype);
  ~MdnsBrowser();
  MdnsBrowser(const MdnsBrowser&) = delete;
  MdnsBrowser& operator=(const MdnsBrowser&) = delete;

 private:
  // DNS-SD suits hundreds of instances of a type, not thousands (RFC 6763 section 7.2): more are ignored.
  static constexpr std::size_t services_limit = 512;

  // A service as seen on one interface.
  struct Key {
    AvahiIfIndex interface = 0;
    AvahiProtocol protocol = 0;
    std::string instance;
    auto operator<=>(const Key&) const = default;
  };
  struct Seen {
    MdnsBrowser* browser = nullptr;
    AvahiSServiceResolver* resolver = nullptr;  // kept: it tells of changes
    bool resolved = false;
  };

  static void on_browse(AvahiSServiceBrowser*, AvahiIfIndex interface, AvahiProtocol protocol, AvahiBrowserEvent event,
                        const char* name, const char* type, const char* domain, AvahiLookupResultFlags flags,
                        void* userdata);
  static void on_resolve(AvahiSServiceResolver*, AvahiIfIndex interface, AvahiProtocol protocol, AvahiResolverEvent event,
                         const char* name, const char* type, const char* domain, const char* host,
                         const AvahiAddress* address, std::uint16_t port, AvahiStringList* text,
                         AvahiLookupResultFlags flags, void* userdata);
  void add(const Key& key, const char* type, const char* domain);
  void remove(const Key& key);
  // If that cannot be begun, `seen` is gone afterwards.
  void resolve(Seen& seen, const Key& key, const char* type, const char* domain);
  void resolved(Seen& seen, const char* name, const char* host, const AvahiAddress& address, std::uint16_t port,
                AvahiStringList* text);

  AvahiServer* server_;
  Mdns::Listener listener_;
  AvahiSServiceBrowser* browser_ = nullptr;
  std::map<Key, Seen> seen_;
};

}  // namespace continuo
