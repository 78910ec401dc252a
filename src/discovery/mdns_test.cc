// Multicast DNS between real network namespaces, joined by TUN devices as in an emulation. Needs root; skipped without.
//
// The second DNS-SD implementation is python-zeroconf (Debian python3-zeroconf, pure Python, no code shared with Avahi). What
// it prints is decoded here by hand: nothing of service_text.cc takes part.
#include "discovery/mdns.hh"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <optional>

#include "os/clock.hh"
#include "os/error.hh"
#include "os/file_descriptor.hh"
#include "os/netlink.hh"
#include "os/tun.hh"

namespace continuo {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::HasSubstr;

// A network namespace with one interface on the test's LAN, 10.77.0.NUMBER.
struct Host {
  FileDescriptor network;
  std::unique_ptr<asio::posix::stream_descriptor> tun;
  std::array<std::byte, 2048> packet{};
};

// What each host sends, all the others receive.
class Lan : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) {
      GTEST_SKIP() << "needs root: makes network namespaces";
    }
    home_ = open_file("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  }

  void TearDown() override {
    if (home_.is_open()) {
      check("return to the test's namespace", ::setns(home_.get(), CLONE_NEWNET));
    }
  }

  // Makes the host, and leaves the test in its namespace.
  enum class WithAddress { no, yes };
  void enter_new_host(std::uint32_t number, WithAddress with_address = WithAddress::yes) {
    check("unshare the network namespace", ::unshare(CLONE_NEWNET));
    auto host = std::make_unique<Host>();
    host->network = open_file("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    FileDescriptor tun = open_tun("lan0");
    Netlink netlink;
    netlink.set_up("lo");
    netlink.set_up("lan0");
    if (with_address == WithAddress::yes) {
      netlink.add_address("lan0", Ipv4::of(10, 77, 0, number), 24);
    }
    host->tun = std::make_unique<asio::posix::stream_descriptor>(context_, tun.release());
    hosts_.push_back(std::move(host));
    forward(*hosts_.back());
  }

  void forward(Host& host) {
    host.tun->async_read_some(asio::buffer(host.packet), [this, &host](boost::system::error_code error, std::size_t size) {
      if (error) {
        return;
      }
      for (const auto& other : hosts_) {
        if (other.get() != &host) {
          boost::system::error_code dropped;
          other->tun->write_some(asio::buffer(host.packet, size), dropped);
        }
      }
      forward(host);
    });
  }

  // Runs the LAN until it is so; false after 15 s.
  bool becomes(const std::function<bool()>& true_) {
    const Duration end = clock_.now() + 15s;
    while (!true_() && clock_.now() < end) {
      context_.run_one_for(100ms);
    }
    return true_();
  }

  asio::io_context context_{1};
  MonotonicClock clock_;
  FileDescriptor home_;
  std::vector<std::unique_ptr<Host>> hosts_;
};

constexpr Duration settling = 3s;  // longer than a node takes to probe, lose and be renamed: about a second

Announcement edge(const std::string& id) {
  Announcement announcement;
  announcement.text.id = id;
  announcement.text.tier = "edge";
  announcement.text.digest = std::string(32, '1');
  announcement.port = 8000;
  announcement.subtypes = {"_onnxruntime", "_x86-64"};
  return announcement;
}

TEST_F(Lan, a_node_is_found_by_another_followed_through_a_change_and_gone_after_its_goodbye) {
  enter_new_host(1);
  auto publisher = std::make_unique<Mdns>(context_, MdnsOptions{"edge-1", {}});
  enter_new_host(2);
  Mdns browser{context_, {"edge-2", {}}};
  std::optional<DiscoveredService> seen;
  bool gone = false;
  browser.browse({[&](const DiscoveredService& service) { seen = service; }, [&](const std::string&) { gone = true; }});
  int of_subtype = 0;
  browser.browse({[&](const DiscoveredService&) { ++of_subtype; }, {}}, "_onnxruntime");
  int of_other = 0;
  browser.browse({[&](const DiscoveredService&) { ++of_other; }, {}}, "_opencv");

  Announcement announcement = edge("edge-1");
  const Duration start = clock_.now();
  publisher->announce(announcement);
  ASSERT_TRUE(becomes([&] { return seen.has_value(); }));
  const Duration found = clock_.now() - start;
  std::cout << "announced to resolved: " << to_milliseconds(found) << " ms\n";
  EXPECT_EQ(seen->instance, "edge-1");
  EXPECT_EQ(seen->host, "edge-1.local");
  EXPECT_EQ(seen->address, "10.77.0.1:8000");
  EXPECT_EQ(seen->text, announcement.text);
  EXPECT_TRUE(becomes([&] { return of_subtype > 0; }));
  EXPECT_EQ(of_other, 0);

  announcement.text.digest = std::string(32, '2');
  publisher->announce(announcement);
  EXPECT_TRUE(becomes([&] { return seen->text.digest == announcement.text.digest; }));

  // Who comes later asks, and need not wait for announcements.
  enter_new_host(3);
  Mdns late{context_, {"edge-3", {}}};
  bool seen_late = false;
  const Duration late_start = clock_.now();
  late.browse({[&](const DiscoveredService&) { seen_late = true; }, {}});
  EXPECT_TRUE(becomes([&] { return seen_late; }));
  std::cout << "late browser to resolved: " << to_milliseconds(clock_.now() - late_start) << " ms\n";

  const Duration goodbye = clock_.now();
  publisher.reset();
  EXPECT_TRUE(becomes([&] { return gone; }));
  std::cout << "goodbye to gone: " << to_milliseconds(clock_.now() - goodbye) << " ms\n";
}

TEST_F(Lan, a_node_whose_names_are_taken_gets_alternatives_and_the_first_keeps_its_own) {
  enter_new_host(1);
  Mdns first{context_, {"edge", {}}};
  first.announce(edge("edge"));
  enter_new_host(2);
  Mdns browser{context_, {"watcher", {}}};
  std::map<std::string, DiscoveredService> seen;
  browser.browse({[&](const DiscoveredService& service) { seen.insert_or_assign(service.instance, service); }, {}});
  ASSERT_TRUE(becomes([&] { return seen.size() == 1; }));
  enter_new_host(3);
  Mdns second{context_, {"edge", {}}};
  second.announce(edge("edge"));
  ASSERT_TRUE(becomes([&] { return seen.size() == 2; }));
  ASSERT_TRUE(seen.contains("edge"));
  ASSERT_TRUE(seen.contains("edge #2"));
  EXPECT_EQ(seen.at("edge").address, "10.77.0.1:8000");
  EXPECT_EQ(seen.at("edge").host, "edge.local");
  EXPECT_EQ(seen.at("edge #2").address, "10.77.0.3:8000");
  EXPECT_EQ(seen.at("edge #2").host, "edge-2.local");
}

// Two node programs on one machine: one network namespace, one address, two servers that hear each other and themselves.
TEST_F(Lan, two_nodes_of_one_machine_see_each_other_and_neither_is_renamed) {
  enter_new_host(1);
  Mdns alpha{context_, {"alpha", {}}};
  Mdns beta{context_, {"beta", {}}};
  std::map<std::string, DiscoveredService> seen_by_alpha;
  std::map<std::string, DiscoveredService> seen_by_beta;
  alpha.browse({[&](const DiscoveredService& service) { seen_by_alpha.insert_or_assign(service.instance, service); }, {}});
  beta.browse({[&](const DiscoveredService& service) { seen_by_beta.insert_or_assign(service.instance, service); }, {}});
  alpha.announce(edge("alpha"));
  Announcement second = edge("beta");
  second.port = 8001;
  beta.announce(second);
  ASSERT_TRUE(becomes([&] { return seen_by_alpha.contains("beta") && seen_by_beta.contains("alpha"); }));
  context_.run_for(settling);
  EXPECT_EQ(alpha.host_name(), "alpha");
  EXPECT_EQ(alpha.instance(), "alpha");
  EXPECT_EQ(beta.host_name(), "beta");
  EXPECT_EQ(beta.instance(), "beta");
  EXPECT_EQ(seen_by_alpha.size(), 1U);
  EXPECT_EQ(seen_by_beta.size(), 1U);
  EXPECT_EQ(seen_by_alpha.at("beta").host, "beta.local");
  EXPECT_EQ(seen_by_alpha.at("beta").address, "10.77.0.1:8001");
  EXPECT_EQ(seen_by_beta.at("alpha").address, "10.77.0.1:8000");
}

TEST_F(Lan, of_two_nodes_of_one_machine_with_one_name_exactly_one_is_renamed_once) {
  enter_new_host(1);
  Mdns first{context_, {"one", {}}};
  Mdns second{context_, {"one", {}}};
  Mdns client{context_, {"one", {}}};  // only browses: has no part in who is called what
  std::map<std::string, DiscoveredService> seen;
  client.browse({[&](const DiscoveredService& service) { seen.insert_or_assign(service.instance, service); },
                 [&](const std::string& instance) { seen.erase(instance); }});
  first.announce(edge("one"));
  Announcement other = edge("one");
  other.port = 8001;
  second.announce(other);
  ASSERT_TRUE(becomes([&] { return seen.size() == 2; }));
  context_.run_for(settling);
  EXPECT_THAT((std::array{first.instance(), second.instance()}), testing::UnorderedElementsAre("one", "one #2"));
  ASSERT_EQ(seen.size(), 2U);
  const std::string port_of_first = first.instance() == "one" ? "8000" : "8001";
  EXPECT_EQ(seen.at("one").address, "10.77.0.1:" + port_of_first);
  // One machine, one address: they may share the host name.
  EXPECT_EQ(first.host_name(), "one");
  EXPECT_EQ(second.host_name(), "one");
  EXPECT_EQ(client.host_name(), "one");
}

TEST_F(Lan, a_text_that_changes_in_bursts_makes_no_conflict_with_itself) {
  enter_new_host(1);
  Mdns node{context_, {"edge-1", {}}};
  Mdns client{context_, {"client", {}}};
  std::string digest;
  client.browse({[&](const DiscoveredService& service) { digest = service.text.digest; }, {}});
  Announcement announcement = edge("edge-1");
  node.announce(announcement);
  ASSERT_TRUE(becomes([&] { return !digest.empty(); }));
  for (int change = 0; change < 60; ++change) {
    announcement.text.digest = fmt::format("{:032x}", change);
    node.announce(announcement);
    context_.run_for(50ms);
  }
  EXPECT_TRUE(becomes([&] { return digest == announcement.text.digest; }));
  EXPECT_EQ(node.instance(), "edge-1");
  EXPECT_EQ(node.host_name(), "edge-1");
}

TEST_F(Lan, an_address_that_comes_later_is_announced) {
  enter_new_host(1);
  Mdns client{context_, {"client", {}}};
  std::string address;
  client.browse({[&](const DiscoveredService& service) { address = service.address; }, {}});
  enter_new_host(2, WithAddress::no);
  Netlink netlink;
  Mdns node{context_, {"edge-1", {}}};
  node.announce(edge("edge-1"));
  context_.run_for(100ms);
  netlink.add_address("lan0", Ipv4::of(10, 77, 0, 2), 24);
  EXPECT_TRUE(becomes([&] { return address == "10.77.0.2:8000"; }));
}

constexpr const char* second_implementation = R"(
import sys, threading
from zeroconf import ServiceBrowser, ServiceListener, Zeroconf
done = threading.Event()
printing = threading.Lock()  # each browser has a thread of its own
def say(*words):
    with printing:
        print(*words, flush=True)
waiting = {'_inference._tcp.local.', '_onnxruntime._sub._inference._tcp.local.'}
class Listener(ServiceListener):
    def add_service(self, zc, kind, name):
        say('service', kind, name)
        if kind == '_inference._tcp.local.':
            info = zc.get_service_info(kind, name, 5000)
            say('resolved', info.server, info.parsed_addresses()[0], info.port)
            say('text', info.text.hex())
        waiting.discard(kind)
        if not waiting:
            done.set()
    def update_service(self, zc, kind, name): pass
    def remove_service(self, zc, kind, name): pass
zc = Zeroconf(interfaces=['10.77.0.2'])
browsers = [ServiceBrowser(zc, kind, Listener()) for kind in sorted(waiting)]
done.wait(12)
zc.close()
)";

// The strings of a TXT record given in hex, joined by " | ", by RFC 6763 section 6.1: a length byte before each.
std::string decode_text(const std::string& hex) {
  std::string joined;
  const auto byte_at = [&](std::size_t index) { return std::stoi(hex.substr(2 * index, 2), nullptr, 16); };
  for (std::size_t at = 0; 2 * at < hex.size();) {
    const int length = byte_at(at++);
    joined += joined.empty() ? "" : " | ";
    for (int i = 0; i < length; ++i) {
      joined += static_cast<char>(byte_at(at++));
    }
  }
  return joined;
}

TEST_F(Lan, a_second_dns_sd_implementation_sees_the_service_its_subtype_and_its_text) {
  if (std::system("/usr/bin/python3 -c 'import zeroconf' 2>/dev/null") != 0) {
    GTEST_SKIP() << "needs a second DNS-SD implementation: apt-get install python3-zeroconf";
  }
  enter_new_host(1);
  Mdns publisher{context_, {"edge-1", {}}};
  publisher.announce(edge("edge-1"));
  enter_new_host(2);
  const std::string command = "exec /usr/bin/python3 -c \"" + std::string{second_implementation} + "\" 2>&1";
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe{::popen(command.c_str(), "re"), ::pclose};
  ASSERT_TRUE(pipe);
  asio::posix::stream_descriptor output{context_, ::dup(::fileno(pipe.get()))};
  std::string printed;
  std::array<char, 4096> buffer{};
  bool ended = false;
  const std::function<void()> read = [&] {
    output.async_read_some(asio::buffer(buffer), [&](boost::system::error_code error, std::size_t size) {
      printed.append(buffer.data(), size);
      ended = static_cast<bool>(error);
      if (!ended) {
        read();
      }
    });
  };
  read();
  EXPECT_TRUE(becomes([&] { return ended; }));
  EXPECT_THAT(printed, HasSubstr("service _inference._tcp.local. edge-1._inference._tcp.local."));
  EXPECT_THAT(printed, HasSubstr("service _onnxruntime._sub._inference._tcp.local. edge-1._inference._tcp.local."));
  EXPECT_THAT(printed, HasSubstr("resolved edge-1.local. 10.77.0.1 8000"));
  const std::size_t text = printed.find("text ");
  ASSERT_NE(text, std::string::npos) << printed;
  const std::string hex = printed.substr(text + 5, printed.find('\n', text) - text - 5);
  EXPECT_EQ(decode_text(hex), "txtvers=1 | id=edge-1 | tier=edge | proto=oip-v2 | digest=11111111111111111111111111111111 | "
                              "path=/continuo/v1/capability");
}

}  // namespace
}  // namespace continuo
