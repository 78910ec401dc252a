// What a client sees: the nodes of the LAN and what each can do. Browses, fetches each capability document, keeps it current.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "units/time.hh"
#include "wire/capability.hh"

namespace boost::asio {
class io_context;
}

namespace continuo {

struct FindOptions {
  std::optional<std::string> task;     // only nodes with an instance of this task that is not failed
  std::vector<std::string> addresses;  // "host:port" of nodes to ask besides those that multicast finds
  bool multicast = true;
  Duration refresh = std::chrono::seconds{1};  // between two looks at a node; three without an answer, and it is gone
};

struct FoundNode {
  std::string address;  // where it was reached
  Capability capability;
};

// Follows the nodes for as long as it lives. Everything runs on the thread of the io_context.
class Finder {
 public:
  struct Listener {
    std::function<void(const FoundNode&)> changed;  // new, or its document is another
    std::function<void(const FoundNode&, const std::string& why)> gone;
  };

  // Throws std::runtime_error if multicast is asked for and cannot be had.
  Finder(boost::asio::io_context& context, FindOptions options, Listener listener);
  ~Finder();
  Finder(const Finder&) = delete;
  Finder& operator=(const Finder&) = delete;

  std::vector<FoundNode> nodes() const;  // those that pass the filter, by id

 private:
  struct State;
  std::shared_ptr<State> state_;
};

// Looks for `time`, then answers. Runs an io_context of its own.
std::vector<FoundNode> find_nodes(const FindOptions& options, Duration time);

bool offers_task(const Capability& capability, std::string_view task);

}  // namespace continuo
