// Announcing: see mdns_publisher.hh.
#include "discovery/mdns_publisher.hh"

#include <arpa/inet.h>
#include <avahi-common/address.h>
#include <avahi-common/alternative.h>
#include <avahi-common/error.h>
#include <avahi-common/malloc.h>
#include <avahi-common/strlst.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace continuo {

namespace {

// Then the name is left to those who have it: better not announced than a LAN full of probes.
constexpr int renames_allowed = 10;

// A text is not changed sooner after the one before. This server hears its own packets: one with the text before last, still
// under way, is a conflict that costs a probe; a change during that probe would lose it, and cost the node its name.
constexpr Duration text_settling = std::chrono::seconds{2};

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

 private:
  AvahiStringList* list_ = nullptr;
};

const std::string service_type{inference_service_type};

}  // namespace

MdnsPublisher::MdnsPublisher(boost::asio::io_context& context, AvahiServer* server, const MdnsOptions& options,
                             std::unique_ptr<AddressWatch> watch)
    : server_{server},
      host_{host_label(options.host_name)},
      interfaces_{options.interfaces},
      watch_{std::move(watch)},
      address_news_{context, watch_->descriptor()},
      text_timer_{context} {}

MdnsPublisher::~MdnsPublisher() { address_news_.release(); }  // the watch closes it

void MdnsPublisher::announce(Announcement announcement) {
  const bool only_text = announcement_ && announcement_->port == announcement.port &&
                         announcement_->subtypes == announcement.subtypes &&
                         announcement_->text.id == announcement.text.id;
  const bool first = !announcement_;
  announcement_ = std::move(announcement);
  if (only_text) {
    if (!text_settles_) {
      refresh_text();
    }
    return;
  }
  instance_ = announcement_->text.id.substr(0, 63);
  renames_ = 0;
  gave_up_ = false;
  if (first) {
    follow_addresses();
  }
  if (host_group_ != nullptr && avahi_s_entry_group_get_state(host_group_) == AVAHI_ENTRY_GROUP_ESTABLISHED) {
    publish_service();
  } else {
    publish_host();
  }
}

void MdnsPublisher::follow_addresses() {
  address_news_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                           [this, life = std::weak_ptr{life_}](boost::system::error_code error) {
                             if (error || life.expired()) {
                               return;
                             }
                             watch_->update();
                             if (addresses_to_publish() != published_) {
                               publish_host();
                             }
                             follow_addresses();
                           });
}

// Each on its own interface. Loopback only where there is nothing else: programs of this machine can meet there.
std::vector<InterfaceAddress> MdnsPublisher::addresses_to_publish() const {
  std::vector<InterfaceAddress> reachable;
  std::vector<InterfaceAddress> of_this_machine;
  for (const InterfaceAddress& entry : watch_->addresses()) {
    if (interfaces_.empty() || std::ranges::find(interfaces_, entry.interface) != interfaces_.end()) {
      (entry.of_this_machine_only ? of_this_machine : reachable).push_back(entry);
    }
  }
  return reachable.empty() ? of_this_machine : reachable;
}

std::string MdnsPublisher::host_domain_name() const { return host_ + "." + avahi_server_get_domain_name(server_); }

void MdnsPublisher::publish_host() {
  if (!announcement_ || gave_up_) {
    return;
  }
  if (host_group_ == nullptr) {
    host_group_ = avahi_s_entry_group_new(server_, on_host, this);
    if (host_group_ == nullptr) {
      failed(host_, avahi_server_errno(server_));
      return;
    }
  } else {
    avahi_s_entry_group_reset(host_group_);
  }
  published_ = addresses_to_publish();
  const std::string name = host_domain_name();
  int error = AVAHI_OK;
  for (const InterfaceAddress& entry : published_) {
    AvahiAddress address{};
    address.proto = AVAHI_PROTO_INET;
    address.data.ipv4.address = htonl(entry.address.value);
    error = avahi_server_add_address(server_, host_group_, static_cast<AvahiIfIndex>(entry.interface_index),
                                     AVAHI_PROTO_INET, AVAHI_PUBLISH_NO_REVERSE, name.c_str(), &address);
    if (error != AVAHI_OK) {
      break;
    }
  }
  if (error == AVAHI_OK && !published_.empty()) {
    error = avahi_s_entry_group_commit(host_group_);
  }
  if (error != AVAHI_OK) {
    failed(name, error);
  }
}

void MdnsPublisher::on_host(AvahiServer* server, AvahiSEntryGroup*, AvahiEntryGroupState state, void* userdata) {
  auto& self = *static_cast<MdnsPublisher*>(userdata);
  if (state == AVAHI_ENTRY_GROUP_COLLISION) {
    self.rename_host();
  } else if (state == AVAHI_ENTRY_GROUP_ESTABLISHED) {
    spdlog::debug("mdns: host name {} is announced", self.host_);
    if (self.service_group_ == nullptr || avahi_s_entry_group_is_empty(self.service_group_) != 0) {
      self.publish_service();
    }
  } else if (state == AVAHI_ENTRY_GROUP_FAILURE) {
    self.failed(self.host_, avahi_server_errno(server));
  }
}

void MdnsPublisher::rename_host() {
  if (++renames_ > renames_allowed) {
    give_up(host_);
    return;
  }
  const std::string next = taken(avahi_alternative_host_name(host_.c_str()));
  spdlog::warn("mdns: host name {} is taken, trying {}", host_, next);
  host_ = next;
  if (service_group_ != nullptr) {
    avahi_s_entry_group_reset(service_group_);  // it names the host: comes again when the host's name stands
  }
  publish_host();
}

void MdnsPublisher::publish_service() {
  if (!announcement_ || gave_up_) {
    return;
  }
  if (service_group_ == nullptr) {
    service_group_ = avahi_s_entry_group_new(server_, on_service, this);
    if (service_group_ == nullptr) {
      failed(instance_, avahi_server_errno(server_));
      return;
    }
  } else {
    avahi_s_entry_group_reset(service_group_);
  }
  int error = add_service();
  if (error == AVAHI_OK) {
    error = avahi_s_entry_group_commit(service_group_);
  }
  if (error != AVAHI_OK) {
    failed(instance_, error);
  }
}

int MdnsPublisher::add_service() {
  announced_text_ = announcement_->text;
  const StringList text{encode_text(announced_text_)};
  const std::string host = host_domain_name();
  int error = avahi_server_add_service_strlst(server_, service_group_, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC,
                                              AvahiPublishFlags{}, instance_.c_str(), service_type.c_str(), nullptr,
                                              host.c_str(), announcement_->port, text.get());
  for (const std::string& label : announcement_->subtypes) {
    if (error != AVAHI_OK) {
      break;
    }
    const std::string subtype = label + "._sub." + service_type;
    error = avahi_server_add_service_subtype(server_, service_group_, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC,
                                             AvahiPublishFlags{}, instance_.c_str(), service_type.c_str(), nullptr,
                                             subtype.c_str());
  }
  return error;
}

void MdnsPublisher::on_service(AvahiServer* server, AvahiSEntryGroup*, AvahiEntryGroupState state, void* userdata) {
  auto& self = *static_cast<MdnsPublisher*>(userdata);
  if (state == AVAHI_ENTRY_GROUP_COLLISION) {
    self.rename_service();
  } else if (state == AVAHI_ENTRY_GROUP_ESTABLISHED) {
    spdlog::debug("mdns: '{}' is announced", self.instance_);
    self.settle_text();
  } else if (state == AVAHI_ENTRY_GROUP_FAILURE) {
    self.failed(self.instance_, avahi_server_errno(server));
  }
}

void MdnsPublisher::rename_service() {
  if (++renames_ > renames_allowed) {
    give_up(instance_);
    return;
  }
  const std::string next = taken(avahi_alternative_service_name(instance_.c_str()));
  spdlog::warn("mdns: service name '{}' is taken, trying '{}'", instance_, next);
  instance_ = next;
  publish_service();
}

void MdnsPublisher::give_up(const std::string& what) {
  spdlog::error("mdns: '{}' is taken like {} names before it; this node is not announced: give it another name", what,
                renames_allowed);
  gave_up_ = true;
  for (AvahiSEntryGroup* group : {host_group_, service_group_}) {
    if (group != nullptr) {
      avahi_s_entry_group_reset(group);
    }
  }
}

void MdnsPublisher::failed(const std::string& what, int error) const {
  spdlog::error("mdns: cannot announce '{}': {}", what, avahi_strerror(error));
}

void MdnsPublisher::settle_text() {
  text_settles_ = true;
  text_timer_.expires_after(text_settling);
  text_timer_.async_wait([this, life = std::weak_ptr{life_}](boost::system::error_code error) {
    if (error || life.expired()) {
      return;
    }
    text_settles_ = false;
    refresh_text();
  });
}

void MdnsPublisher::refresh_text() {
  if (service_group_ == nullptr || avahi_s_entry_group_get_state(service_group_) != AVAHI_ENTRY_GROUP_ESTABLISHED ||
      announced_text_ == announcement_->text) {
    return;  // not announced yet: the new text follows when it is
  }
  announced_text_ = announcement_->text;
  const StringList text{encode_text(announced_text_)};
  const int error = avahi_server_update_service_txt_strlst(server_, service_group_, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC,
                                                           AvahiPublishFlags{}, instance_.c_str(), service_type.c_str(),
                                                           nullptr, text.get());
  if (error != AVAHI_OK) {
    spdlog::warn("mdns: cannot update the TXT record of '{}': {}", instance_, avahi_strerror(error));
  }
  settle_text();
}

}  // namespace continuo
