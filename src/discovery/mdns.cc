// Announcing, and the server that announcing and browsing share: see mdns.hh.
#include "discovery/mdns.hh"

#include <avahi-common/alternative.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/strlst.h>
#include <avahi-core/core.h>
#include <avahi-core/log.h>
#include <avahi-core/publish.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <optional>
#include <stdexcept>

#include "discovery/asio_poll.hh"
#include "discovery/mdns_browser.hh"

namespace continuo {

namespace {

void log_line(AvahiLogLevel level, const char* text) {
  switch (level) {
    case AVAHI_LOG_ERROR:
      spdlog::error("mdns: {}", text);
      break;
    case AVAHI_LOG_WARN:
      spdlog::warn("mdns: {}", text);
      break;
    default:
      spdlog::debug("mdns: {}", text);
  }
}

// Takes ownership of what an avahi_alternative_ function made.
std::string taken(char* text) {
  std::string result{text == nullptr ? "" : text};
  avahi_free(text);
  return result;
}

class StringList {
 public:
  explicit StringList(const std::vector<std::string>& strings) {
    for (const std::string& text : strings) {
      list_ = avahi_string_list_add_arbitrary(list_, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    }
  }
  ~StringList() { avahi_string_list_free(list_); }
  StringList(const StringList&) = delete;
  StringList& operator=(const StringList&) = delete;
  AvahiStringList* get() const { return list_; }
  AvahiStringList* release() { return std::exchange(list_, nullptr); }

 private:
  AvahiStringList* list_ = nullptr;
};

}  // namespace

struct Mdns::State {
  State(boost::asio::io_context& context, const MdnsOptions& options);
  ~State();

  static void on_server(AvahiServer* server, AvahiServerState state, void* userdata);
  static void on_group(AvahiServer* server, AvahiSEntryGroup* group, AvahiEntryGroupState state, void* userdata);
  void publish(AvahiServer* from);
  int add_service(AvahiServer* from);
  void rename_service(AvahiServer* from);
  void update_text(const Announcement& next);

  AsioPoll poll;
  std::string type{inference_service_type};
  AvahiServer* server = nullptr;
  AvahiSEntryGroup* group = nullptr;
  std::optional<Announcement> announcement;
  std::string instance;
  std::vector<std::unique_ptr<MdnsBrowser>> browsers;
};

Mdns::State::State(boost::asio::io_context& context, const MdnsOptions& options) : poll{context} {
  avahi_set_log_function(log_line);
  AvahiServerConfig config;
  avahi_server_config_init(&config);
  avahi_free(config.host_name);
  config.host_name = avahi_strdup(host_label(options.host_name).c_str());
  config.use_ipv4 = 1;
  config.use_ipv6 = options.ipv6 ? 1 : 0;
  config.publish_aaaa_on_ipv4 = options.ipv6 ? 1 : 0;
  config.publish_hinfo = 0;
  config.publish_workstation = 0;
  config.publish_domain = 0;
  config.enable_wide_area = 0;
  config.allow_point_to_point = 1;  // TUN interfaces are point-to-point, and multicast works on them
  StringList interfaces{options.interfaces};
  config.allow_interfaces = interfaces.release();
  int error = 0;
  server = avahi_server_new(poll.poll(), &config, on_server, this, &error);
  avahi_server_config_free(&config);
  if (server == nullptr) {
    throw std::runtime_error(fmt::format("cannot start multicast DNS: {}", avahi_strerror(error)));
  }
}

Mdns::State::~State() {
  browsers.clear();
  avahi_server_free(server);  // with all entries: each sends its goodbye
}

// Avahi calls this from avahi_server_new() too, before `server` is set.
void Mdns::State::on_server(AvahiServer* server, AvahiServerState state, void* userdata) {
  auto& self = *static_cast<State*>(userdata);
  switch (state) {
    case AVAHI_SERVER_RUNNING:
      self.publish(server);
      break;
    case AVAHI_SERVER_COLLISION: {
      const std::string next = taken(avahi_alternative_host_name(avahi_server_get_host_name(server)));
      spdlog::warn("mdns: host name {} is taken, trying {}", avahi_server_get_host_name(server), next);
      avahi_server_set_host_name(server, next.c_str());
      break;
    }
    case AVAHI_SERVER_REGISTERING:
      // The host's records are being probed for anew: ours follow when they stand.
      if (self.group != nullptr) {
        avahi_s_entry_group_reset(self.group);
      }
      break;
    case AVAHI_SERVER_FAILURE:
      spdlog::error("mdns: failed: {}", avahi_strerror(avahi_server_errno(server)));
      break;
    case AVAHI_SERVER_INVALID:
      break;
  }
}

void Mdns::State::on_group(AvahiServer* server, AvahiSEntryGroup*, AvahiEntryGroupState state, void* userdata) {
  auto& self = *static_cast<State*>(userdata);
  if (state == AVAHI_ENTRY_GROUP_COLLISION) {
    self.rename_service(server);
    self.publish(server);
  } else if (state == AVAHI_ENTRY_GROUP_ESTABLISHED) {
    spdlog::debug("mdns: '{}' is announced", self.instance);
  } else if (state == AVAHI_ENTRY_GROUP_FAILURE) {
    spdlog::error("mdns: cannot announce '{}': {}", self.instance, avahi_strerror(avahi_server_errno(server)));
  }
}

void Mdns::State::rename_service(AvahiServer*) {
  const std::string next = taken(avahi_alternative_service_name(instance.c_str()));
  spdlog::warn("mdns: service name '{}' is taken, trying '{}'", instance, next);
  instance = next;
}

void Mdns::State::publish(AvahiServer* from) {
  if (!announcement || avahi_server_get_state(from) != AVAHI_SERVER_RUNNING) {
    return;
  }
  if (group == nullptr) {
    group = avahi_s_entry_group_new(from, on_group, this);
  } else {
    avahi_s_entry_group_reset(group);
  }
  constexpr int names_tried = 32;
  int error = AVAHI_OK;
  for (int attempt = 0; attempt < names_tried; ++attempt) {
    error = add_service(from);
    if (error != AVAHI_ERR_COLLISION) {
      break;
    }
    rename_service(from);
    avahi_s_entry_group_reset(group);
  }
  if (error == AVAHI_OK) {
    error = avahi_s_entry_group_commit(group);
  }
  if (error != AVAHI_OK) {
    spdlog::error("mdns: cannot announce '{}': {}", instance, avahi_strerror(error));
  }
}

int Mdns::State::add_service(AvahiServer* from) {
  const StringList text{encode_text(announcement->text)};
  int error = avahi_server_add_service_strlst(from, group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, AvahiPublishFlags{},
                                              instance.c_str(), type.c_str(), nullptr, nullptr, announcement->port,
                                              text.get());
  for (const std::string& label : announcement->subtypes) {
    if (error != AVAHI_OK) {
      break;
    }
    const std::string subtype = label + "._sub." + type;
    error = avahi_server_add_service_subtype(from, group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, AvahiPublishFlags{},
                                             instance.c_str(), type.c_str(), nullptr, subtype.c_str());
  }
  return error;
}

void Mdns::State::update_text(const Announcement& next) {
  if (announcement->text == next.text) {
    return;
  }
  announcement->text = next.text;
  if (group == nullptr || avahi_s_entry_group_is_empty(group) != 0) {
    return;  // not announced yet: the new text will be
  }
  const StringList text{encode_text(next.text)};
  const int error = avahi_server_update_service_txt_strlst(server, group, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC,
                                                           AvahiPublishFlags{}, instance.c_str(), type.c_str(), nullptr,
                                                           text.get());
  if (error != AVAHI_OK) {
    spdlog::warn("mdns: cannot update the TXT record of '{}': {}", instance, avahi_strerror(error));
  }
}

Mdns::Mdns(boost::asio::io_context& context, const MdnsOptions& options)
    : state_{std::make_unique<State>(context, options)} {}

Mdns::~Mdns() = default;

void Mdns::announce(Announcement announcement) {
  const bool only_text = state_->announcement && state_->announcement->port == announcement.port &&
                         state_->announcement->subtypes == announcement.subtypes &&
                         state_->announcement->text.id == announcement.text.id;
  if (only_text) {
    state_->update_text(announcement);
    return;
  }
  state_->instance = announcement.text.id.substr(0, 63);
  state_->announcement = std::move(announcement);
  state_->publish(state_->server);
}

void Mdns::browse(Listener listener, const std::string& subtype) {
  state_->browsers.push_back(std::make_unique<MdnsBrowser>(state_->server, std::move(listener), subtype));
}

std::string Mdns::host_name() const { return avahi_server_get_host_name(state_->server); }

std::string Mdns::instance() const { return state_->instance; }

}  // namespace continuo
