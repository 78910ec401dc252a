// Browsing and resolving: see mdns_browser.hh.
#include "discovery/mdns_browser.hh"

#include <avahi-common/address.h>
#include <avahi-common/error.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace continuo {

namespace {

// Resolvers of ours ask for IPv4 where they were found by IPv4: one address a node, the one that can be reached.
std::string address_text(const AvahiAddress& address, std::uint16_t port) {
  std::array<char, AVAHI_ADDRESS_STR_MAX> text{};
  avahi_address_snprint(text.data(), text.size(), &address);
  return address.proto == AVAHI_PROTO_INET6 ? fmt::format("[{}]:{}", text.data(), port)
                                            : fmt::format("{}:{}", text.data(), port);
}

std::vector<std::string> strings_of(AvahiStringList* list) {
  std::vector<std::string> strings;
  for (const AvahiStringList* item = list; item != nullptr; item = item->next) {
    strings.emplace_back(reinterpret_cast<const char*>(item->text), item->size);
  }
  std::ranges::reverse(strings);  // Avahi keeps them last first
  return strings;
}

}  // namespace

MdnsBrowser::MdnsBrowser(AvahiServer* server, Mdns::Listener listener, const std::string& subtype)
    : server_{server}, listener_{std::move(listener)} {
  std::string type{inference_service_type};
  if (!subtype.empty()) {
    type = subtype + "._sub." + type;
  }
  browser_ = avahi_s_service_browser_new(server_, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, type.c_str(), nullptr,
                                         AvahiLookupFlags{}, on_browse, this);
  if (browser_ == nullptr) {
    throw std::runtime_error(fmt::format("cannot browse for {}: {}", type, avahi_strerror(avahi_server_errno(server_))));
  }
}

MdnsBrowser::~MdnsBrowser() {
  for (auto& [key, seen] : seen_) {
    if (seen.resolver != nullptr) {
      avahi_s_service_resolver_free(seen.resolver);
    }
  }
  avahi_s_service_browser_free(browser_);
}

void MdnsBrowser::on_browse(AvahiSServiceBrowser*, AvahiIfIndex interface, AvahiProtocol protocol,
                            AvahiBrowserEvent event, const char* name, const char* type, const char* domain,
                            AvahiLookupResultFlags flags, void* userdata) {
  auto& self = *static_cast<MdnsBrowser*>(userdata);
  switch (event) {
    case AVAHI_BROWSER_NEW:
      if ((flags & AVAHI_LOOKUP_RESULT_LOCAL) == 0) {
        self.add({interface, protocol, name}, type, domain);
      }
      break;
    case AVAHI_BROWSER_REMOVE:
      self.remove({interface, protocol, name});
      break;
    case AVAHI_BROWSER_FAILURE:
      spdlog::warn("mdns: browsing failed: {}", avahi_strerror(avahi_server_errno(self.server_)));
      break;
    case AVAHI_BROWSER_CACHE_EXHAUSTED:
    case AVAHI_BROWSER_ALL_FOR_NOW:
      break;
  }
}

void MdnsBrowser::add(const Key& key, const char* type, const char* domain) {
  if (seen_.size() >= services_limit) {
    spdlog::warn("mdns: more than {} services; '{}' is ignored", services_limit, key.instance);
    return;
  }
  const auto [entry, is_new] = seen_.try_emplace(key);
  if (is_new) {
    entry->second.browser = this;
    resolve(entry->second, key, type, domain);
  }
}

void MdnsBrowser::resolve(Seen& seen, const Key& key, const char* type, const char* domain) {
  // Of a subtype, only the main type can be resolved.
  const std::string_view whole{type};
  const std::size_t main = whole.find(inference_service_type);
  const std::string main_type{main == std::string_view::npos ? whole : whole.substr(main)};
  seen.resolver = avahi_s_service_resolver_new(server_, key.interface, key.protocol, key.instance.c_str(),
                                               main_type.c_str(), domain, key.protocol, AvahiLookupFlags{}, on_resolve,
                                               &seen);
  if (seen.resolver == nullptr) {
    spdlog::warn("mdns: cannot resolve '{}': {}", key.instance, avahi_strerror(avahi_server_errno(server_)));
    remove(key);  // so that it is resolved when it is seen again
  }
}

void MdnsBrowser::on_resolve(AvahiSServiceResolver* resolver, AvahiIfIndex interface, AvahiProtocol protocol,
                             AvahiResolverEvent event, const char* name, const char* type, const char* domain,
                             const char* host, const AvahiAddress* address, std::uint16_t port, AvahiStringList* text,
                             AvahiLookupResultFlags, void* userdata) {
  auto& seen = *static_cast<Seen*>(userdata);
  if (event == AVAHI_RESOLVER_FOUND && address != nullptr) {
    seen.browser->resolved(seen, name, host, *address, port, text);
    return;
  }
  // Five seconds without an answer (a lossy link): ask again for as long as the browser says that the service exists.
  spdlog::debug("mdns: '{}' does not resolve yet, asking again", name);
  // The resolver owns the texts.
  const Key key{interface, protocol, name};
  const std::string old_type{type};
  const std::string old_domain{domain};
  avahi_s_service_resolver_free(resolver);
  seen.resolver = nullptr;
  seen.browser->resolve(seen, key, old_type.c_str(), old_domain.c_str());
}

void MdnsBrowser::resolved(Seen& seen, const char* name, const char* host, const AvahiAddress& address,
                           std::uint16_t port, AvahiStringList* text) {
  const std::vector<std::string> strings = strings_of(text);
  const auto parsed = parse_text(strings);
  if (const auto* error = std::get_if<std::string>(&parsed)) {
    spdlog::warn("mdns: '{}' at {} is ignored: {}", name, address_text(address, port), *error);
    return;
  }
  seen.resolved = true;
  if (listener_.found) {
    listener_.found({name, host, address_text(address, port), std::get<ServiceText>(parsed)});
  }
}

void MdnsBrowser::remove(const Key& key) {
  const auto found = seen_.find(key);
  if (found == seen_.end()) {
    return;
  }
  if (found->second.resolver != nullptr) {
    avahi_s_service_resolver_free(found->second.resolver);
  }
  const bool was_resolved = found->second.resolved;
  seen_.erase(found);
  const bool elsewhere = std::ranges::any_of(
      seen_, [&](const auto& entry) { return entry.first.instance == key.instance && entry.second.resolved; });
  if (was_resolved && !elsewhere && listener_.gone) {
    listener_.gone(key.instance);
  }
}

}  // namespace continuo
