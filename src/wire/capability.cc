// Capability documents and heartbeats as JSON.
#include "wire/capability.hh"

#include <array>

#include "wire/internal/json_reader.hh"
#include "wire/internal/json_writer.hh"

namespace continuo {

namespace {

constexpr std::string_view capability_schema = "continuo.capability/1";

// A node with more than this is not a node; a peer that says so is refused.
constexpr std::size_t name_length_max = 256;
constexpr std::size_t failure_length_max = 1024;
constexpr std::size_t list_length_max = 1024;
constexpr JsonLimits document_limits{.bytes = std::size_t{512} << 10, .nesting = 8, .memory = std::size_t{8} << 20};

constexpr std::array<const char*, 6> state_names{"cold", "fetching", "loading", "ready", "unloading", "failed"};

void write(JsonWriter& json, std::string_view key, const std::vector<std::string>& list) {
  json.key(key).begin_array();
  for (const std::string& item : list) {
    json.value(item);
  }
  json.end_array();
}

void write(JsonWriter& json, const InstanceCapability& instance) {
  json.begin_object()
      .field("service", instance.service)
      .field("variant", instance.variant)
      .field("task", instance.task)
      .field("digest", instance.digest)
      .field("state", to_string(instance.state))
      .field("service_time_ns", instance.service_time.count());
  if (!instance.failure.empty()) {
    json.field("failure", std::string_view{instance.failure}.substr(0, failure_length_max / 3));
  }
  json.end_object();
}

// An empty digest is legal where nothing is known yet; a name of a file is not made of anything else than 64 hex
// digits.
std::string read_digest(JsonReader& json, std::string_view key) {
  std::string digest = json.text(key, 64);
  if (!json.failed() && !digest.empty() &&
      (digest.size() != 64 || digest.find_first_not_of("0123456789abcdef") != std::string::npos)) {
    json.fail(key, "expected 64 lower-case hex digits");
  }
  return digest;
}

std::string read_name(JsonReader& json, std::string_view key) {
  std::string name = json.text(key, name_length_max);
  if (!json.failed() && name.empty()) {
    json.fail(key, "is empty");
  }
  return name;
}

InstanceCapability read_instance(JsonReader& json) {
  InstanceCapability instance;
  instance.service = read_name(json, "service");
  instance.variant = json.text("variant", name_length_max);
  instance.task = json.text("task", name_length_max);
  instance.digest = read_digest(json, "digest");
  const std::string state = json.text("state", name_length_max);
  std::size_t index = 0;
  while (index < state_names.size() && state != state_names[index]) {
    ++index;
  }
  if (index == state_names.size()) {
    json.fail("state", "no such state");
  } else {
    instance.state = static_cast<InstanceState>(index);
  }
  instance.service_time = json.duration("service_time_ns");
  instance.failure = json.text("failure", failure_length_max, Presence::optional);
  return instance;
}

}  // namespace

const char* to_string(InstanceState state) { return state_names.at(static_cast<std::size_t>(state)); }

std::string serialise(const Capability& capability) {
  JsonWriter json;
  json.begin_object()
      .field("schema", capability_schema)
      .field("id", capability.id)
      .field("tier", capability.tier)
      .field("address", capability.address)
      .field("cores", capability.cores)
      .field("quota", capability.quota)
      .field("memory", capability.memory.count())
      .field("architecture", capability.architecture);
  write(json, "isa", capability.isa);
  write(json, "accelerators", capability.accelerators);
  json.key("runtimes").begin_array();
  for (const RuntimeCapability& runtime : capability.runtimes) {
    json.begin_object().field("name", runtime.name).field("version", runtime.version).end_object();
  }
  json.end_array().key("instances").begin_array();
  for (const InstanceCapability& instance : capability.instances) {
    write(json, instance);
  }
  return json.end_array().end_object().take();
}

std::variant<Capability, std::string> parse_capability(std::string_view text) {
  const JsonDocument document{text, document_limits};
  if (document.object() == nullptr) {
    return document.error();
  }
  std::optional<std::string> error;
  JsonReader json{*document.object(), "", error};
  if (json.text("schema", name_length_max) != capability_schema) {
    json.fail("schema", "expected continuo.capability/1");
  }
  Capability capability;
  capability.id = read_name(json, "id");
  capability.tier = json.text("tier", name_length_max);
  capability.address = read_name(json, "address");
  capability.cores = static_cast<int>(json.integer("cores", 1, 65536));
  capability.quota = json.number("quota", 1e-6, 1.0);
  capability.memory = Bytes::of(json.integer("memory", 0, std::numeric_limits<std::int64_t>::max()));
  capability.architecture = json.text("architecture", name_length_max);
  capability.isa = json.texts("isa", list_length_max, name_length_max);
  capability.accelerators = json.texts("accelerators", list_length_max, name_length_max);
  json.objects("runtimes", list_length_max, Presence::required, [&](JsonReader runtime) {
    std::string name = read_name(runtime, "name");
    capability.runtimes.push_back({std::move(name), runtime.text("version", name_length_max)});
  });
  json.objects("instances", list_length_max, Presence::required,
               [&](JsonReader instance) { capability.instances.push_back(read_instance(instance)); });
  if (error) {
    return *std::move(error);
  }
  return capability;
}

std::string serialise(const Heartbeat& heartbeat) {
  JsonWriter json;
  json.begin_object()
      .field("id", heartbeat.id)
      .field("address", heartbeat.address)
      .field("digest", heartbeat.digest)
      .key("queues")
      .begin_array();
  for (const QueueLength& queue : heartbeat.queues) {
    json.begin_object()
        .field("service", queue.service)
        .field("waiting", queue.waiting)
        .field("service_time_ns", queue.service_time.count())
        .field("workers", queue.workers)
        .field("batch", queue.batch)
        .field("arrivals_per_s", queue.arrivals)
        .end_object();
  }
  json.end_array().key("peers").begin_array();
  for (const PeerAddress& peer : heartbeat.peers) {
    json.begin_object().field("id", peer.id).field("address", peer.address).end_object();
  }
  return json.end_array().end_object().take();
}

std::variant<Heartbeat, std::string> parse_heartbeat(std::string_view text) {
  const JsonDocument document{text, document_limits};
  if (document.object() == nullptr) {
    return document.error();
  }
  std::optional<std::string> error;
  JsonReader json{*document.object(), "", error};
  Heartbeat heartbeat;
  heartbeat.id = read_name(json, "id");
  heartbeat.address = read_name(json, "address");
  heartbeat.digest = read_digest(json, "digest");
  json.objects("queues", list_length_max, Presence::required, [&](JsonReader queue) {
    QueueLength length;
    length.service = read_name(queue, "service");
    length.waiting = static_cast<std::uint32_t>(queue.integer("waiting", 0, 1'000'000));
    length.service_time = queue.duration("service_time_ns");
    length.workers = static_cast<std::uint32_t>(queue.integer("workers", 1, 1'000'000, Presence::optional));
    length.batch = static_cast<std::uint32_t>(queue.integer("batch", 1, 1'000'000, Presence::optional));
    length.arrivals = static_cast<std::uint32_t>(queue.integer("arrivals_per_s", 0, 1'000'000, Presence::optional));
    heartbeat.queues.push_back(std::move(length));
  });
  json.objects("peers", list_length_max, Presence::required, [&](JsonReader peer) {
    std::string id = read_name(peer, "id");
    heartbeat.peers.push_back({std::move(id), read_name(peer, "address")});
  });
  if (error) {
    return *std::move(error);
  }
  return heartbeat;
}

}  // namespace continuo
