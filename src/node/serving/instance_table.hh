// What this node serves: for each service the instance that answers, and the one on its way to replace it.
//
// Runs on the io_context's thread; instances have threads of their own. A service is loaded without loss: the
// instance that answers stays until the new one is ready, and stays if that one fails.
#pragma once

#include <boost/asio/io_context.hpp>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "node/serving/instance.hh"
#include "node/serving/package_fetch.hh"

namespace continuo {

struct LoadOrder {
  std::string service;  // what it is called here; a package may serve under several names
  std::string package;  // digest of the manifest; empty: the latest of that name that this node knows
  std::string variant;  // empty: the manifest's first
  std::string from;     // "host:port" of a node that has the files; empty: they are here
  // Nothing: as the latest order for the service said, or else the table's options.
  std::optional<std::size_t> queue_max = std::nullopt;
  std::optional<Batching> batch = std::nullopt;
};

struct InstanceTableOptions {
  std::size_t services_max = 64;
  std::size_t queue_max = 64;     // of each instance of which the order does not say it
  std::size_t retiring_max = 16;  // instances that finish what they have; more are not begun meanwhile
  std::function<int(const Variant&)> workers = {};  // requests that a variant serves at once; empty: one
  std::function<void()> rest = {};                  // between two timed runs of an instance
};

class InstanceTable {
 public:
  // Called on the io_context's thread whenever the state of an instance changes.
  using OnChange = std::function<void(const InstanceCapability&)>;

  // All that is handed in outlives it.
  InstanceTable(boost::asio::io_context& context, const Clock& clock, HttpClient& client, PackageStore& packages,
                ExecutableLoader loader, InstanceTableOptions options, OnChange on_change);
  // Refuses what waits, and waits for the runs in hand.
  ~InstanceTable();
  InstanceTable(const InstanceTable&) = delete;
  InstanceTable& operator=(const InstanceTable&) = delete;

  // Nothing: accepted, and on its way if it is not there already.
  std::optional<Refusal> load(const LoadOrder& order);
  std::optional<Refusal> unload(std::string_view service);

  bool knows(std::string_view service) const { return entries_.find(service) != entries_.end(); }
  bool ready(std::string_view service) const;
  // Of the instance that answers, or of the one on its way. Null: neither is known yet.
  PackageStore::PackagePointer package(std::string_view service) const;
  // The state of the service: of the instance that answers, else of the one on its way.
  std::optional<InstanceCapability> capability(std::string_view service) const;
  // 404 if the service is not here; otherwise as Instance::submit.
  void submit(std::string_view service, Job job);

  // Something is wanted, and all that is wanted is ready.
  bool all_ready() const;
  std::vector<InstanceCapability> instances() const;
  // Of ready instances.
  std::vector<QueueLength> queues() const;

 private:
  struct Serving {
    std::uint64_t number = 0;  // names the instance in changes that are on their way
    std::unique_ptr<Instance> instance;
    PackageStore::PackagePointer package;
    std::string variant;
  };
  struct Entry {
    Serving active;                       // ready; or empty
    Serving incoming;                     // loading; or empty
    std::unique_ptr<PackageFetch> fetch;  // what incoming waits for
    LoadOrder order;                      // the latest
    InstanceCapability status;            // while there is neither: fetching, or why it failed
  };

  LoadOrder completed(const LoadOrder& order) const;
  bool wanted_already(const LoadOrder& order) const;
  static bool answers(const Serving& serving, const LoadOrder& order);
  void fetch(const std::string& service, Entry& entry);
  void start(const std::string& service, Entry& entry, const PackageStore::PackagePointer& package);
  void changed(const std::string& service, std::uint64_t number, const InstanceCapability& capability);
  void set_status(Entry& entry, InstanceState state, std::string failure = "");
  void retire(Serving serving);
  static const Serving* answering(const Entry& entry);

  boost::asio::io_context& context_;
  const Clock& clock_;
  HttpClient& client_;
  PackageStore& packages_;
  ExecutableLoader loader_;
  InstanceTableOptions options_;
  OnChange on_change_;
  std::mutex loading_;
  std::map<std::string, Entry, std::less<>> entries_;
  std::map<std::uint64_t, Serving> retiring_;                // by number, until they are cold
  std::uint64_t last_number_ = 0;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // posted changes hold it weakly
};

// The package's sample as a request: the content is the one input (as in a raw request), or JSON for several.
// Throws std::runtime_error if it is neither.
InferenceRequest sample_request(const ServicePackage& package, const std::filesystem::path& file);
// What a raw request to the service is understood by; nothing: it has not exactly one input.
std::optional<RawInput> raw_input_of(const ServicePackage& package);

}  // namespace continuo
