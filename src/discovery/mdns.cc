// The server that announcing and browsing share: see mdns.hh.
#include "discovery/mdns.hh"

#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/strlst.h>
#include <avahi-core/core.h>
#include <avahi-core/log.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <stdexcept>
#include <string_view>

#include "discovery/asio_poll.hh"
#include "discovery/mdns_browser.hh"
#include "discovery/mdns_publisher.hh"
#include "os/address_watch.hh"

namespace continuo {

namespace {

void log_line(AvahiLogLevel level, const char* text) {
  // Several nodes, or a node and the system's own responder, on one machine are no reason for a warning.
  const bool of_neighbours = std::string_view{text}.find("mDNS stack") != std::string_view::npos;
  if (level == AVAHI_LOG_ERROR) {
    spdlog::error("mdns: {}", text);
  } else if (level == AVAHI_LOG_WARN && !of_neighbours) {
    spdlog::warn("mdns: {}", text);
  } else {
    spdlog::debug("mdns: {}", text);
  }
}

AvahiStringList* list_of(const std::vector<std::string>& strings) {
  AvahiStringList* list = nullptr;
  for (const std::string& text : strings) {
    list = avahi_string_list_add(list, text.c_str());
  }
  return list;
}

// Loopback is left out where there is another network: a neighbour would be seen at 127.0.0.1 too, an address that must not
// be passed on to other machines.
std::vector<std::string> interfaces_to_leave_out(const AddressWatch& watch) {
  std::vector<std::string> loopback;
  bool is_network = false;
  for (const InterfaceAddress& entry : watch.addresses()) {
    if (entry.of_this_machine_only) {
      loopback.push_back(entry.interface);
    } else {
      is_network = true;
    }
  }
  return is_network ? loopback : std::vector<std::string>{};
}

}  // namespace

struct Mdns::State {
  State(boost::asio::io_context& context, const MdnsOptions& options);
  ~State();

  static void on_server(AvahiServer* server, AvahiServerState state, void* userdata);

  AsioPoll poll;
  AvahiServer* server = nullptr;
  std::unique_ptr<MdnsPublisher> publisher;
  std::vector<std::unique_ptr<MdnsBrowser>> browsers;
};

Mdns::State::State(boost::asio::io_context& context, const MdnsOptions& options) : poll{context} {
  auto watch = std::make_unique<AddressWatch>();
  avahi_set_log_function(log_line);
  AvahiServerConfig config;
  avahi_server_config_init(&config);
  avahi_free(config.host_name);
  config.host_name = avahi_strdup(host_label(options.host_name).c_str());
  config.use_ipv4 = 1;
  config.use_ipv6 = 0;  // one address a node, the one that HTTP listens on
  // Of its own accord the server publishes nothing: see mdns_publisher.hh. So it can meet no collision either.
  config.publish_addresses = 0;
  config.publish_hinfo = 0;
  config.publish_workstation = 0;
  config.publish_domain = 0;
  config.publish_aaaa_on_ipv4 = 0;
  config.enable_wide_area = 0;
  config.enable_reflector = 0;
  config.disallow_other_stacks = 0;
  config.allow_point_to_point = 1;  // TUN interfaces are point-to-point, and multicast works on them
  config.allow_interfaces = list_of(options.interfaces);
  config.deny_interfaces = list_of(interfaces_to_leave_out(*watch));
  int error = 0;
  server = avahi_server_new(poll.poll(), &config, on_server, nullptr, &error);
  avahi_server_config_free(&config);
  if (server == nullptr) {
    throw std::runtime_error(fmt::format("cannot start multicast DNS: {}", avahi_strerror(error)));
  }
  publisher = std::make_unique<MdnsPublisher>(context, server, options, std::move(watch));
}

Mdns::State::~State() {
  browsers.clear();
  avahi_server_free(server);  // with all entries: each sends its goodbye
}

void Mdns::State::on_server(AvahiServer* server, AvahiServerState state, void*) {
  if (state == AVAHI_SERVER_FAILURE) {
    spdlog::error("mdns: failed: {}", avahi_strerror(avahi_server_errno(server)));
  }
}

Mdns::Mdns(boost::asio::io_context& context, const MdnsOptions& options)
    : state_{std::make_unique<State>(context, options)} {}

Mdns::~Mdns() = default;

void Mdns::announce(Announcement announcement) { state_->publisher->announce(std::move(announcement)); }

void Mdns::browse(Listener listener, const std::string& subtype) {
  state_->browsers.push_back(std::make_unique<MdnsBrowser>(state_->server, std::move(listener), subtype));
}

std::string Mdns::host_name() const { return state_->publisher->host_name(); }

std::string Mdns::instance() const { return state_->publisher->instance(); }

}  // namespace continuo
