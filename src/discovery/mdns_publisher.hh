// Announces one service and the host that it is on; a part of Mdns.
//
// Several of them, in several programs of one machine, announce the same addresses under different host names. So the
// addresses are published here, without the reverse records (10.0.77.10.in-addr.arpa) that Avahi adds on its own: those are
// unique to one name, and two servers of one address would rename each other for ever.
#pragma once

#include <avahi-core/core.h>
#include <avahi-core/publish.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "discovery/mdns.hh"
#include "os/address_watch.hh"

namespace continuo {

class MdnsPublisher {
 public:
  // The server lives until the publisher has no more calls of its own to make: its end says goodbye for the entries.
  MdnsPublisher(boost::asio::io_context& context, AvahiServer* server, const MdnsOptions& options,
                std::unique_ptr<AddressWatch> watch);
  ~MdnsPublisher();
  MdnsPublisher(const MdnsPublisher&) = delete;
  MdnsPublisher& operator=(const MdnsPublisher&) = delete;

  void announce(Announcement announcement);
  const std::string& host_name() const { return host_; }
  const std::string& instance() const { return instance_; }

 private:
  static void on_host(AvahiServer*, AvahiSEntryGroup*, AvahiEntryGroupState state, void* userdata);
  static void on_service(AvahiServer*, AvahiSEntryGroup*, AvahiEntryGroupState state, void* userdata);
  void publish_host();
  void publish_service();
  int add_service();
  void rename_host();
  void rename_service();
  void give_up(const std::string& what);
  void failed(const std::string& what, int error) const;
  void follow_addresses();
  std::vector<InterfaceAddress> addresses_to_publish() const;
  std::string host_domain_name() const;
  void settle_text();
  void refresh_text();

  AvahiServer* server_;
  std::string host_;
  std::vector<std::string> interfaces_;
  std::unique_ptr<AddressWatch> watch_;
  boost::asio::posix::stream_descriptor address_news_;
  std::vector<InterfaceAddress> published_;
  AvahiSEntryGroup* host_group_ = nullptr;
  AvahiSEntryGroup* service_group_ = nullptr;
  std::optional<Announcement> announcement_;
  std::string instance_;
  int renames_ = 0;
  bool gave_up_ = false;
  ServiceText announced_text_;
  boost::asio::steady_timer text_timer_;
  bool text_settles_ = false;
  std::shared_ptr<int> life_ = std::make_shared<int>();  // handlers hold it weakly: they may run after this has gone
};

}  // namespace continuo
