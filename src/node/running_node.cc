#include "node/running_node.hh"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <algorithm>
#include <set>

#include "discovery/mdns.hh"
#include "node/pipeline/pipeline.hh"
#include "node/probe/hardware.hh"
#include "node/routing/forwarder.hh"
#include "node/routing/heartbeats.hh"
#include "node/runtime/runtime_table.hh"
#include "node/serving/protocol_v2.hh"
#include "os/own_address.hh"
#include "policy/service_time.hh"
#include "scenario/digest.hh"

namespace continuo {
namespace {

// What the probe finds, and what the options say instead.
Capability describe_machine(const NodeOptions& options, const RuntimeTable& runtimes) {
  Capability capability;
  capability.id = options.id;
  capability.tier = options.tier;
  describe(probe_hardware(options.hardware), capability);
  for (const auto& runtime : runtimes.availability()) {
    if (runtime.available) capability.runtimes.push_back({.name = runtime.name, .version = runtime.version});
  }
  return capability;
}

RuntimeTableOptions runtime_options(const NodeOptions& options) {
  return {.onnxruntime_folders = options.onnxruntime_folders,
          .module_folder = options.module_folder,
          .only = options.runtimes,
          .seed = options.seed.derive("node/" + options.id)};
}

// Whoever listens on every address is reached by its own; a loopback listener by that.
std::string reachable_address(const NodeOptions& options, std::uint16_t port) {
  if (!options.advertise.empty()) return options.advertise;
  const std::string host = options.listen == "0.0.0.0" ? first_own_address().value_or("127.0.0.1") : options.listen;
  return host + ":" + std::to_string(port);
}

const char* kind_of(InstanceState state) {
  switch (state) {
    case InstanceState::fetching: return "fetching";
    case InstanceState::loading: return "loading";
    case InstanceState::ready: return "ready";
    case InstanceState::failed: return "failed";
    case InstanceState::unloading:
    case InstanceState::cold: break;
  }
  return "unloaded";
}

// Long enough that the caches have gone to others.
constexpr Duration rest_between_timed_runs = std::chrono::milliseconds{100};
}  // namespace

struct RunningNode::Parts {
  Parts(boost::asio::io_context& io, const Clock& machine_clock, NodeOptions node_options, OnEvent event_sink);
  ~Parts();

  void tell(NodeEvent event);
  void instance_changed(const InstanceCapability& instance);
  void peer_changed(const LeaseChange& change);
  void start_discovery();
  void refresh_document();
  void load_own_packages();
  SelfReport report() const;
  LocalQueue local_queue(const std::string& service) const;
  LoadedVariant load_variant(const ServicePackage& package, const Variant& variant, const FileResolver& files);
  int workers_for(const Variant& variant) const;

  boost::asio::io_context& context;
  const Clock& clock;
  NodeOptions options;
  OnEvent on_event;
  SystemThreadClock thread_clock;
  RuntimeTable runtimes;
  Capability machine;         // everything but the instances
  std::string document;       // the capability document as JSON
  std::string document_digest;
  std::set<std::string> seen_by_multicast;  // addresses
  FileStore files;
  PackageStore packages;
  HttpClient client;
  HttpClient heartbeat_client;  // on connections of its own: between two requests it would change TCP's window, and be in their way
  std::unique_ptr<Heartbeats> heartbeats;
  std::unique_ptr<InstanceTable> instances;
  std::unique_ptr<Forwarder> forwarder;
  std::unique_ptr<ProtocolV2> protocol;
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<Mdns> mdns;  // last: says goodbye first
};

RunningNode::Parts::Parts(boost::asio::io_context& io, const Clock& machine_clock, NodeOptions node_options,
                          OnEvent event_sink)
    : context{io},
      clock{machine_clock},
      options{std::move(node_options)},
      on_event{std::move(event_sink)},
      runtimes{runtime_options(options), thread_clock},
      machine{describe_machine(options, runtimes)},
      files{options.store},
      packages{files},
      client{context},
      heartbeat_client{context} {
  for (const auto& folder : options.packages) {
    for (const auto& problem : packages.ingest(folder)) tell({.kind = "warning", .text = problem});
  }
  server = std::make_unique<HttpServer>(context, clock, options.listen, options.port, HttpLimits{},
                                        [this](HttpRequest request, HttpServer::Respond respond) {
                                          protocol->serve(std::move(request), std::move(respond));
                                        });
  machine.address = reachable_address(options, server->port());
  heartbeats = std::make_unique<Heartbeats>(
      HeartbeatOptions{.id = options.id, .address = machine.address, .lease = {}, .peers = {}}, clock,
      sender_of(heartbeat_client), [this] { return report(); });
  heartbeats->listen([this](const LeaseChange& change) { peer_changed(change); });
  instances = std::make_unique<InstanceTable>(
      context, clock, client, packages,
      [this](const ServicePackage& package, const Variant& variant, const FileResolver& resolve) {
        return load_variant(package, variant, resolve);
      },
      InstanceTableOptions{.workers = [this](const Variant& variant) { return workers_for(variant); },
                           .rest = [this] { thread_clock.wait(rest_between_timed_runs); }},
      [this](const InstanceCapability& instance) { instance_changed(instance); });
  forwarder = std::make_unique<Forwarder>(ForwarderOptions{.id = options.id, .seed = options.seed.derive("routing of " + options.id)}, clock, sender_of(client), *heartbeats,
                                          [this](const std::string& service) { return local_queue(service); });
  protocol = std::make_unique<ProtocolV2>(context, *instances, packages, *forwarder,
                                          ProtocolOptions{.node = options.id, .version = CONTINUO_VERSION},
                                          [this] { return document; });
  protocol->routes().add("POST", "/continuo/v1/heartbeat", [this](RouteTable::Call call) {
    call.respond(heartbeats->exchange(call.request.body));
  });
  refresh_document();
  tell({.kind = "listening", .text = machine.address});
  start_discovery();
  if (options.load_everything) load_own_packages();
}

RunningNode::Parts::~Parts() {
  mdns.reset();
  server.reset();
}

void RunningNode::Parts::tell(NodeEvent event) {
  event.node = options.id;
  event.at = clock.now();
  on_event(event);
}

void RunningNode::Parts::refresh_document() {
  Capability capability = machine;
  if (instances) capability.instances = instances->instances();
  document = serialise(capability);
  document_digest = sha256_hex(document);
  if (mdns) {
    mdns->announce({.text = {.id = options.id, .tier = options.tier, .digest = document_digest.substr(0, 32)},
                    .port = server->port(),
                    .subtypes = subtypes_of(machine)});
  }
}

void RunningNode::Parts::instance_changed(const InstanceCapability& instance) {
  refresh_document();
  tell({.kind = kind_of(instance.state),
        .service = instance.service,
        .variant = instance.variant,
        .service_time = instance.service_time,
        .batch = instance.batch,
        .text = instance.failure});
}

void RunningNode::Parts::peer_changed(const LeaseChange& change) {
  if (change.kind == LeaseChange::Kind::lost) {
    tell({.kind = "lost", .peer = change.id, .text = change.why});
    return;
  }
  const auto address = heartbeats->table().address_of(change.id);
  const bool multicast = address && seen_by_multicast.contains(*address);
  tell({.kind = "discovered", .peer = change.id, .text = multicast ? "mdns" : "heartbeat"});
}

void RunningNode::Parts::start_discovery() {
  // A node that only this machine can reach has nothing to announce.
  if (options.multicast && !options.listen.starts_with("127.")) {
    mdns = std::make_unique<Mdns>(context, MdnsOptions{.host_name = options.id, .interfaces = {}});
    refresh_document();
    mdns->browse({.found =
                      [this](const DiscoveredService& service) {
                        if (service.text.id == options.id) return;
                        seen_by_multicast.insert(service.address);
                        heartbeats->meet(service.address);
                      },
                  .gone = [](const std::string&) {}});  // leases tell who is alive, and sooner
  }
  for (const auto& peer : options.peers) heartbeats->meet(peer, true);
  heartbeats->start(context);
}

void RunningNode::Parts::load_own_packages() {
  for (const auto& package : packages.all()) {
    const auto runnable = std::ranges::find_if(
        package->variants, [this](const Variant& variant) { return runtimes.find(variant.runtime) != nullptr; });
    if (runnable == package->variants.end()) continue;
    const auto refusal = instances->load(
        {.service = package->name, .package = package->digest, .variant = runnable->name, .from = ""});
    if (refusal) tell({.kind = "failed", .service = package->name, .variant = runnable->name, .text = refusal->error});
  }
}

SelfReport RunningNode::Parts::report() const { return {.digest = document_digest, .queues = instances->queues()}; }

LocalQueue RunningNode::Parts::local_queue(const std::string& service) const {
  for (const auto& queue : instances->queues()) {
    if (queue.service == service) {
      return {.waiting = static_cast<double>(queue.waiting), .workers = static_cast<double>(queue.workers), .service_time = queue.service_time, .batch = static_cast<double>(queue.batch), .arrivals = static_cast<double>(queue.arrivals)};
    }
  }
  return {};
}

// A profiled variant stands for one device, whatever the node's cores.
int RunningNode::Parts::workers_for(const Variant& variant) const {
  return variant.is_profiled() ? 1 : workers_on(machine.cores * machine.quota);
}

LoadedVariant RunningNode::Parts::load_variant(const ServicePackage& package, const Variant& variant,
                                               const FileResolver& resolve) {
  Runtime* runtime = runtimes.find(variant.runtime);
  if (runtime == nullptr) throw RuntimeError("runtime " + variant.runtime + " is absent on this node");
  // Shared because an Executable is copied.
  auto pipeline = std::make_shared<Pipeline>(package, variant, *runtime, resolve, LoadOptions{});
  return {[pipeline](std::span<const Tensor> inputs, const RequestParameters& parameters) { return pipeline->run(inputs, parameters); },
          [pipeline](std::span<const BatchRequest> requests) { return pipeline->run_batch(requests); }};
}

RunningNode::RunningNode(boost::asio::io_context& context, const Clock& clock, NodeOptions options, OnEvent on_event)
    : parts_{std::make_unique<Parts>(context, clock, std::move(options), std::move(on_event))} {}

RunningNode::~RunningNode() = default;

const std::string& RunningNode::id() const { return parts_->options.id; }
std::string RunningNode::address() const { return parts_->machine.address; }
HttpClient& RunningNode::client() { return parts_->client; }

std::vector<Capability> RunningNode::capabilities() const {
  Capability own = parts_->machine;
  own.instances = parts_->instances->instances();
  std::vector<Capability> all{std::move(own)};
  for (const auto& peer : parts_->heartbeats->table().peers()) {
    if (peer.alive && peer.capability) all.push_back(*peer.capability);
  }
  return all;
}

}  // namespace continuo
