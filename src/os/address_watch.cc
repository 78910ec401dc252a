// rtnetlink(7) notifications of addresses, after one dump of those that are there.
#include "os/address_watch.hh"

#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "os/error.hh"

namespace continuo {

struct AddressWatch::Socket {
  mnl_socket* handle = nullptr;
  std::set<InterfaceAddress> addresses;

  Socket() : handle{mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC | SOCK_NONBLOCK)} {
    if (handle == nullptr) {
      throw_system_error("open a netlink socket");
    }
    if (mnl_socket_bind(handle, RTMGRP_IPV4_IFADDR, MNL_SOCKET_AUTOPID) < 0) {
      const int error = errno;
      mnl_socket_close(handle);
      throw_system_error("bind a netlink socket", error);
    }
  }
  ~Socket() { mnl_socket_close(handle); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  void ask_for_all();
  static int on_message(const nlmsghdr* message, void* userdata);
};

void AddressWatch::Socket::ask_for_all() {
  alignas(nlmsghdr) std::array<char, 256> buffer{};
  nlmsghdr* message = mnl_nlmsg_put_header(buffer.data());
  message->nlmsg_type = RTM_GETADDR;
  message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  auto* header = static_cast<ifaddrmsg*>(mnl_nlmsg_put_extra_header(message, sizeof(ifaddrmsg)));
  header->ifa_family = AF_INET;
  check("ask for the addresses of this machine", mnl_socket_sendto(handle, message, message->nlmsg_len));
}

int AddressWatch::Socket::on_message(const nlmsghdr* message, void* userdata) {
  auto& self = *static_cast<Socket*>(userdata);
  if (message->nlmsg_type != RTM_NEWADDR && message->nlmsg_type != RTM_DELADDR) {
    return MNL_CB_OK;
  }
  const auto* header = static_cast<const ifaddrmsg*>(mnl_nlmsg_get_payload(message));
  if (header->ifa_family != AF_INET) {
    return MNL_CB_OK;
  }
  InterfaceAddress entry{.interface_index = header->ifa_index,
                         .interface = {},
                         .address = {},
                         .of_this_machine_only = header->ifa_scope == RT_SCOPE_HOST};
  const auto on_attribute = [](const nlattr* attribute, void* into) {
    auto& found = *static_cast<InterfaceAddress*>(into);
    const auto type = mnl_attr_get_type(attribute);
    // IFA_ADDRESS is the peer's on a point-to-point interface.
    if (type == IFA_LOCAL && mnl_attr_validate(attribute, MNL_TYPE_U32) == 0) {
      found.address.value = ntohl(mnl_attr_get_u32(attribute));
    } else if (type == IFA_LABEL && mnl_attr_validate(attribute, MNL_TYPE_NUL_STRING) == 0) {
      found.interface = mnl_attr_get_str(attribute);
      found.interface.resize(std::min(found.interface.size(), found.interface.find(':')));  // "eth0:1" is on eth0
    }
    return MNL_CB_OK;
  };
  mnl_attr_parse(message, sizeof(ifaddrmsg), on_attribute, &entry);
  if (message->nlmsg_type == RTM_NEWADDR) {
    self.addresses.insert(std::move(entry));
  } else {
    self.addresses.erase(entry);
  }
  return MNL_CB_OK;
}

AddressWatch::AddressWatch() : socket_{std::make_unique<Socket>()} {
  socket_->ask_for_all();
  update();
}

AddressWatch::~AddressWatch() = default;

int AddressWatch::descriptor() const { return mnl_socket_get_fd(socket_->handle); }

void AddressWatch::update() {
  alignas(nlmsghdr) std::array<char, 32768> buffer{};  // what the kernel fills at most in one part of a dump
  for (;;) {
    const auto size = mnl_socket_recvfrom(socket_->handle, buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) {
      continue;
    }
    if (size < 0 && errno == ENOBUFS) {  // notifications were lost
      socket_->addresses.clear();
      socket_->ask_for_all();
      continue;
    }
    if (size <= 0) {
      return;
    }
    mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), 0, 0, Socket::on_message, socket_.get());
  }
}

const std::set<InterfaceAddress>& AddressWatch::addresses() const { return socket_->addresses; }

}  // namespace continuo
