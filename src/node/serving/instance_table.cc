// Orders in; instances fetched, started, swapped and retired.
#include "node/serving/instance_table.hh"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cmath>
#include <fstream>
#include <iterator>
#include <utility>

namespace continuo {

namespace {

// A variant's files by the names that the variant gives them, each checked when it is asked for.
FileResolver resolver(const FileStore& files, const Variant& variant) {
  return [&files, &variant](const std::string& name) {
    const auto file = std::ranges::find(variant.files, name, &PackageFile::name);
    if (file == variant.files.end()) {
      throw std::runtime_error{"variant " + variant.name + " has no file named " + name};
    }
    return files.verified(file->sha256);
  };
}

}  // namespace

std::optional<RawInput> raw_input_of(const ServicePackage& package) {
  if (package.inputs.size() != 1) {
    return std::nullopt;
  }
  const TensorContract& input = package.inputs.front();
  const auto datatype = datatype_from(input.datatype);
  return datatype ? std::optional{RawInput{input.name, *datatype, input.shape}} : std::nullopt;
}

InferenceRequest sample_request(const ServicePackage& package, const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  const std::string content{std::istreambuf_iterator<char>{stream}, {}};
  const auto raw_input = raw_input_of(package);
  const auto header = raw_input ? std::optional<std::string_view>{"0"} : std::nullopt;
  auto parsed = parse_inference_request(std::as_bytes(std::span{content}), header, raw_input);
  if (const auto* const refusal = std::get_if<Refusal>(&parsed)) {
    throw std::runtime_error{"the package's sample is no request: " + refusal->error};
  }
  return std::get<InferenceRequest>(std::move(parsed));
}

InstanceTable::InstanceTable(boost::asio::io_context& context, const Clock& clock, HttpClient& client,
                             PackageStore& packages, ExecutableLoader loader, InstanceTableOptions options,
                             OnChange on_change)
    : context_{context},
      clock_{clock},
      client_{client},
      packages_{packages},
      loader_{std::move(loader)},
      options_{std::move(options)},
      on_change_{std::move(on_change)} {}

InstanceTable::~InstanceTable() = default;

std::optional<Refusal> InstanceTable::load(const LoadOrder& order) {
  if (!order.package.empty() && !is_sha256_hex(order.package)) {
    return Refusal{400, "package: expected the SHA-256 of a manifest, 64 lower-case hex digits"};
  }
  LoadOrder exact = completed(order);
  auto package = order.package.empty() ? packages_.find_by_name(order.service) : packages_.find(order.package);
  if (!package && (order.package.empty() || order.from.empty())) {
    return Refusal{404, "no package " + (order.package.empty() ? "of the name " + order.service : order.package) +
                            " on this node, and the order does not say where to fetch it from"};
  }
  if (package) {
    const Variant* const variant = find_variant(*package, order.variant);
    if (variant == nullptr) {
      return Refusal{400, "package " + package->name + " has no variant " + order.variant};
    }
    exact.package = package->digest;
    exact.variant = variant->name;
    if (order.from.empty() && !packages_.missing(*package, *variant).empty()) {
      return Refusal{400, "files of variant " + variant->name +
                              " are absent on this node, and the order does not say where to fetch them from"};
    }
  }
  if (!knows(order.service) && entries_.size() >= options_.services_max) {
    return Refusal{503, "this node has " + std::to_string(entries_.size()) + " services, more are not allowed"};
  }
  if (wanted_already(exact)) {
    return std::nullopt;
  }
  if (retiring_.size() >= options_.retiring_max) {
    return Refusal{503, std::to_string(retiring_.size()) + " instances are still being unloaded on this node"};
  }
  Entry& entry = entries_[order.service];
  retire(std::exchange(entry.incoming, {}));
  entry.fetch.reset();
  entry.order = exact;
  if (answers(entry.active, exact)) {
    entry.status = entry.active.instance->capability();  // back to the one that answers
    return std::nullopt;
  }
  fetch(order.service, entry);
  return std::nullopt;
}

// With how its instance queues and batches.
LoadOrder InstanceTable::completed(const LoadOrder& order) const {
  const auto found = entries_.find(order.service);
  LoadOrder exact = order;
  if (!exact.queue_max) exact.queue_max = found == entries_.end() ? options_.queue_max : found->second.order.queue_max;
  if (!exact.batch) exact.batch = found == entries_.end() ? Batching{} : found->second.order.batch;
  return exact;
}

bool InstanceTable::wanted_already(const LoadOrder& order) const {
  const auto found = entries_.find(order.service);
  if (found == entries_.end() || found->second.status.state == InstanceState::failed || order.package.empty()) {
    return false;
  }
  const LoadOrder& latest = found->second.order;
  return latest.package == order.package && latest.variant == order.variant && latest.queue_max == order.queue_max &&
         latest.batch == order.batch;
}

bool InstanceTable::answers(const Serving& serving, const LoadOrder& order) {
  return serving.instance && serving.package->digest == order.package && serving.variant == order.variant &&
         serving.instance->queue_max() == order.queue_max && serving.instance->batch() == order.batch;
}

void InstanceTable::fetch(const std::string& service, Entry& entry) {
  const LoadOrder& order = entry.order;
  const auto package = packages_.find(order.package);
  const Variant* const variant = package ? find_variant(*package, order.variant) : nullptr;
  entry.status = {service, order.variant, package ? package->task : "", order.package, InstanceState::cold, {}, ""};
  if (package && variant != nullptr && packages_.missing(*package, *variant).empty()) {
    start(service, entry, package);
    return;
  }
  set_status(entry, InstanceState::fetching);
  entry.fetch = std::make_unique<PackageFetch>(
      client_, packages_, FetchOrder{order.package, order.variant, order.from},
      [this, service](std::variant<PackageStore::PackagePointer, std::string> result) {
        Entry& waiting = entries_.at(service);
        const auto finished = std::move(waiting.fetch);  // whose callback this is: destroyed at the end
        if (const auto* const problem = std::get_if<std::string>(&result)) {
          set_status(waiting, InstanceState::failed, *problem);
          return;
        }
        start(service, waiting, std::get<PackageStore::PackagePointer>(result));
      });
  entry.fetch->start();
}

void InstanceTable::start(const std::string& service, Entry& entry, const PackageStore::PackagePointer& package) {
  const Variant& variant = *find_variant(*package, entry.order.variant);
  entry.status.variant = entry.order.variant = variant.name;
  entry.status.task = package->task;
  set_status(entry, InstanceState::loading);
  const std::uint64_t number = ++last_number_;
  const FileStore& files = packages_.files();
  auto load = [this, package, &variant, &files]() {
    LoadedVariant variant_loaded = loader_(*package, variant, resolver(files, variant));
    Instance::Loaded loaded{std::move(variant_loaded.run), std::nullopt, std::move(variant_loaded.run_batch)};
    if (package->sample) {
      loaded.sample = sample_request(*package, files.verified(package->sample->sha256));
    }
    return loaded;
  };
  auto on_change = [this, here = std::weak_ptr<bool>{here_}, &context = context_, service,
                    number](const InstanceCapability& capability) {
    boost::asio::post(context, [this, here, service, number, capability] {
      if (!here.expired()) {
        changed(service, number, capability);
      }
    });
  };
  InstanceOptions options{service, variant.name, package->task, package->digest, variant.service_time,
                          entry.order.queue_max.value_or(options_.queue_max), options_.workers ? options_.workers(variant) : 1,
                          options_.rest, entry.order.batch.value_or(Batching{})};
  entry.incoming = {number, nullptr, package, variant.name};
  entry.incoming.instance =
      std::make_unique<Instance>(std::move(options), clock_, loading_, std::move(load), std::move(on_change));
}

void InstanceTable::changed(const std::string& service, std::uint64_t number, const InstanceCapability& capability) {
  const auto found = entries_.find(service);
  if (found != entries_.end() && found->second.incoming.number == number) {
    Entry& entry = found->second;
    Serving serving = std::exchange(entry.incoming, {});
    if (capability.state == InstanceState::ready) {
      retire(std::exchange(entry.active, std::move(serving)));
    }
    entry.status = capability;
    on_change_(capability);
    return;
  }
  if (retiring_.erase(number) > 0) {
    on_change_(capability);
  }
}

void InstanceTable::set_status(Entry& entry, InstanceState state, std::string failure) {
  entry.status.state = state;
  entry.status.failure = std::move(failure);
  on_change_(entry.status);
}

void InstanceTable::retire(Serving serving) {
  if (serving.instance) {
    serving.instance->retire();
    retiring_.emplace(serving.number, std::move(serving));
  }
}

std::optional<Refusal> InstanceTable::unload(std::string_view service) {
  const auto found = entries_.find(service);
  if (found == entries_.end()) {
    return Refusal{404, "no service " + std::string{service} + " on this node"};
  }
  Entry entry = std::move(found->second);
  entries_.erase(found);
  set_status(entry, InstanceState::unloading);
  retire(std::move(entry.active));
  retire(std::move(entry.incoming));
  return std::nullopt;
}

const InstanceTable::Serving* InstanceTable::answering(const Entry& entry) {
  return entry.active.instance ? &entry.active : entry.incoming.instance ? &entry.incoming : nullptr;
}

bool InstanceTable::ready(std::string_view service) const {
  const auto found = entries_.find(service);
  return found != entries_.end() && found->second.active.instance != nullptr;
}

PackageStore::PackagePointer InstanceTable::package(std::string_view service) const {
  const auto found = entries_.find(service);
  const Serving* const serving = found == entries_.end() ? nullptr : answering(found->second);
  return serving == nullptr ? nullptr : serving->package;
}

std::optional<InstanceCapability> InstanceTable::capability(std::string_view service) const {
  const auto found = entries_.find(service);
  if (found == entries_.end()) {
    return std::nullopt;
  }
  const Serving* const serving = answering(found->second);
  return serving == nullptr ? found->second.status : serving->instance->capability();
}

void InstanceTable::submit(std::string_view service, Job job) {
  const auto found = entries_.find(service);
  const Serving* const serving = found == entries_.end() ? nullptr : answering(found->second);
  if (serving != nullptr) {
    serving->instance->submit(std::move(job));
    return;
  }
  const bool known = found != entries_.end();
  const std::string name{service};
  job.done({known ? Refusal{503, name + " is not ready on this node: " + to_string(found->second.status.state)}
                  : Refusal{404, "no service " + name + " on this node"},
            {},
            {}});
}

bool InstanceTable::all_ready() const {
  return !entries_.empty() &&
         std::ranges::all_of(entries_, [](const auto& item) { return item.second.active.instance != nullptr; });
}

std::vector<InstanceCapability> InstanceTable::instances() const {
  std::vector<InstanceCapability> capabilities;
  for (const auto& [service, entry] : entries_) {
    if (entry.active.instance) {
      capabilities.push_back(entry.active.instance->capability());
    }
    if (entry.incoming.instance) {
      capabilities.push_back(entry.incoming.instance->capability());
    } else if (entry.status.state != InstanceState::ready) {
      capabilities.push_back(entry.status);
    }
  }
  return capabilities;
}

std::vector<QueueLength> InstanceTable::queues() const {
  std::vector<QueueLength> lengths;
  for (const auto& [service, entry] : entries_) {
    if (entry.active.instance) {
      lengths.push_back({service, static_cast<std::uint32_t>(entry.active.instance->waiting()),
                         entry.active.instance->capability().service_time,
                         static_cast<std::uint32_t>(entry.active.instance->workers()),
                         static_cast<std::uint32_t>(entry.active.instance->batch_most()),
                         static_cast<std::uint32_t>(std::lround(std::min(entry.active.instance->arrivals_per_second(), 1e6)))});
    }
  }
  return lengths;
}

}  // namespace continuo
