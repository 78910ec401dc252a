// Finding nodes: see find.hh.
#include "discovery/find.hh"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>

#include "discovery/mdns.hh"
#include "os/http_client.hh"

namespace asio = boost::asio;

namespace continuo {

namespace {

constexpr Duration answer_timeout = std::chrono::seconds{2};
constexpr int misses_allowed = 3;
constexpr std::size_t document_limit = std::size_t{1} << 20;
constexpr std::size_t nodes_limit = 1024;

}  // namespace

bool offers_task(const Capability& capability, std::string_view task) {
  for (const InstanceCapability& instance : capability.instances) {
    const bool there_soon = instance.state == InstanceState::fetching || instance.state == InstanceState::loading ||
                            instance.state == InstanceState::ready;
    if (instance.task == task && there_soon) {
      return true;
    }
  }
  return false;
}

// Handlers of the client and the timer hold it weakly: they may run after the Finder has gone.
struct Finder::State : std::enable_shared_from_this<Finder::State> {
  struct Watched {
    std::string path{capability_path};
    std::optional<FoundNode> node;
    std::string document;  // as last fetched
    int misses = 0;
    bool asking = false;
  };

  State(asio::io_context& context, FindOptions options_, Listener listener_)
      : options{std::move(options_)}, listener{std::move(listener_)}, client{context}, timer{context} {}

  void start(asio::io_context& context);
  void add(const std::string& address, const std::string& path);
  void ask(const std::string& address);
  void answered(const std::string& address, const HttpResult& result);
  void keep(const std::string& address, Watched& watched, const HttpResponse& response);
  void miss(const std::string& address, const std::string& why);
  void tick();
  bool shown(const Capability& capability) const {
    return !options.task || offers_task(capability, *options.task);
  }

  FindOptions options;
  Listener listener;
  HttpClient client;
  asio::steady_timer timer;
  std::map<std::string, Watched> watched;              // by address
  std::map<std::string, std::string> instance_address;  // by DNS-SD instance
  std::unique_ptr<Mdns> mdns;
};

void Finder::State::start(asio::io_context& context) {
  if (options.multicast) {
    mdns = std::make_unique<Mdns>(context, MdnsOptions{"continuo-client", {}});
    mdns->browse({[this](const DiscoveredService& service) {
                    instance_address[service.instance] = service.address;
                    add(service.address, service.text.path);
                  },
                  [this](const std::string& instance) {
                    const auto found = instance_address.find(instance);
                    if (found != instance_address.end() && watched.contains(found->second)) {
                      watched.at(found->second).misses = misses_allowed;
                      miss(found->second, "said goodbye");
                    }
                  }});
  }
  for (const std::string& address : options.addresses) {
    add(address, std::string{capability_path});
  }
  tick();
}

void Finder::State::add(const std::string& address, const std::string& path) {
  if (!watched.contains(address) && watched.size() >= nodes_limit) {
    return;
  }
  watched[address].path = path;
  ask(address);
}

void Finder::State::ask(const std::string& address) {
  Watched& entry = watched.at(address);
  if (entry.asking) {
    return;
  }
  entry.asking = true;
  HttpCall call;
  call.address = address;
  call.request.target = entry.path;
  call.timeout = answer_timeout;
  call.body_bytes = document_limit;
  client.send(std::move(call), [weak = weak_from_this(), address](const HttpResult& result) {
    if (const auto self = weak.lock()) {
      self->answered(address, result);
    }
  });
}

void Finder::State::answered(const std::string& address, const HttpResult& result) {
  const auto found = watched.find(address);
  if (found == watched.end()) {
    return;
  }
  found->second.asking = false;
  if (const HttpFailure* failure = result.failure()) {
    miss(address, failure->text);
  } else if (result.response()->status != 200) {
    miss(address, "HTTP status " + std::to_string(result.response()->status));
  } else {
    keep(address, found->second, *result.response());
  }
}

void Finder::State::keep(const std::string& address, Watched& entry, const HttpResponse& response) {
  std::string document{as_text(response.body)};
  if (entry.node && entry.document == document) {
    entry.misses = 0;
    return;
  }
  auto parsed = parse_capability(document);
  if (const auto* error = std::get_if<std::string>(&parsed)) {
    miss(address, *error);
    return;
  }
  const bool was_shown = entry.node && shown(entry.node->capability);
  entry.misses = 0;
  entry.document = std::move(document);
  entry.node = FoundNode{address, std::get<Capability>(std::move(parsed))};
  const bool is_shown = shown(entry.node->capability);
  if (is_shown && listener.changed) {
    listener.changed(*entry.node);
  } else if (was_shown && !is_shown && listener.gone) {
    listener.gone(*entry.node, "does not offer the task any more");
  }
}

void Finder::State::miss(const std::string& address, const std::string& why) {
  Watched& entry = watched.at(address);
  if (++entry.misses < misses_allowed || !entry.node) {
    return;
  }
  const FoundNode node = std::move(*entry.node);
  entry.node.reset();
  entry.document.clear();
  if (shown(node.capability) && listener.gone) {
    listener.gone(node, why);
  }
}

void Finder::State::tick() {
  for (auto& [address, entry] : watched) {
    ask(address);
  }
  timer.expires_after(options.refresh);
  timer.async_wait([weak = weak_from_this()](boost::system::error_code error) {
    const auto self = weak.lock();
    if (!error && self) {
      self->tick();
    }
  });
}

Finder::Finder(asio::io_context& context, FindOptions options, Listener listener)
    : state_{std::make_shared<State>(context, std::move(options), std::move(listener))} {
  state_->start(context);
}

Finder::~Finder() = default;

std::vector<FoundNode> Finder::nodes() const {
  std::map<std::string, FoundNode> by_id;  // one node may be known by two addresses
  for (const auto& [address, entry] : state_->watched) {
    if (entry.node && state_->shown(entry.node->capability)) {
      by_id.emplace(entry.node->capability.id, *entry.node);
    }
  }
  std::vector<FoundNode> nodes;
  for (auto& [id, node] : by_id) {
    nodes.push_back(std::move(node));
  }
  return nodes;
}

std::vector<FoundNode> find_nodes(const FindOptions& options, Duration time) {
  asio::io_context context{1};
  Finder finder{context, options, {}};
  context.run_for(time);
  return finder.nodes();
}

}  // namespace continuo
