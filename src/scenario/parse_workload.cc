// The streams of requests.
#include <fmt/format.h>

#include <algorithm>

#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t streams_max = 1024;
constexpr std::size_t inputs_max = 10'000;
// The largest body that a node takes; a larger input could not be sent.
constexpr Bytes input_size_max = Bytes::mebibytes(64);
constexpr Duration month = 720h;
constexpr std::int64_t users_max = 10'000;              // of one node
constexpr std::int64_t users_of_tier_max = 1'000'000;  // that send one stream

// Thinking times are exponential unless they are said to be fixed: people's are, and users whose times are all alike fall into step.
void read_closed_loop(const Fields& fields, const YamlNode& users, const Scenario& scenario, Stream& stream, const std::string& what,
                      Problems& problems) {
  ClosedLoop loop{.users = 1, .think = 0ns, .exponential = true};
  if (const auto count = read_integer(users, "`users` of " + what, {1, users_max}, problems)) {
    loop.users = static_cast<int>(*count);
    const auto all = *count * (stream.from < scenario.tiers.size() ? scenario.tiers[stream.from].nodes : 1);
    if (all > users_of_tier_max) {
      problems.add(users, fmt::format("{} has {} users on all nodes of its tier together; at most {} are allowed", what, all, users_of_tier_max),
                   "each node of the tier has so many `users`: write fewer");
    }
  }
  if (const YamlNode* think = fields.find("think")) {
    loop.think = read_duration(*think, "`think` of " + what, {0ns, 24h}, problems).value_or(0ns);
  }
  if (const YamlNode* thinking = fields.find("thinking")) {
    const std::string text = read_text(*thinking, "`thinking` of " + what, problems).value_or("exponential");
    loop.exponential = text == "exponential";
    if (!loop.exponential && text != "fixed") {
      problems.add(*thinking, fmt::format("unknown thinking {}", in_quotes(text)), suggest(text, {"exponential", "fixed"}));
    }
  }
  stream.arrivals = loop;
}

void read_arrivals(const Fields& fields, const Scenario& scenario, Stream& stream, const std::string& what, Problems& problems) {
  const YamlNode* every = fields.find("every");
  const YamlNode* poisson = fields.find("poisson");
  const YamlNode* users = fields.find("users");
  if (users != nullptr && (every != nullptr || poisson != nullptr)) {
    problems.add(*users, fmt::format("{} has both `users` and `{}`", what, every != nullptr ? "every" : "poisson"),
                 "users: 4 wait for their answers before they send again, every and poisson send at times of their own: keep one");
    return;
  }
  for (const char* key : {"think", "thinking"}) {
    if (const YamlNode* node = fields.find(key); node != nullptr && users == nullptr) {
      problems.add(*node, fmt::format("{} has `{}` and no `users`", what, key), "add how many think on each node, for example users: 4");
      return;
    }
  }
  if (users != nullptr) return read_closed_loop(fields, *users, scenario, stream, what, problems);
  if (every != nullptr && poisson != nullptr) {
    problems.add(*poisson, fmt::format("{} has both `every` and `poisson`", what),
                 "every: 200 ms sends at fixed intervals, poisson: 5 Hz at random ones with that mean rate: keep one");
    return;
  }
  stream.arrivals = Periodic{200ms};
  if (every != nullptr) {
    if (const auto interval = read_duration(*every, "`every` of " + what, {100us, 24h}, problems)) {
      stream.arrivals = Periodic{*interval};
    }
  } else if (poisson != nullptr) {
    if (const auto rate = read_frequency(*poisson, "`poisson` of " + what, {1e-5, 1e4}, problems)) {
      stream.arrivals = Poisson{from_seconds(1.0 / *rate)};
    }
  } else if (fields.node().is_mapping()) {
    problems.add(fields.node(), fmt::format("{} does not say how often", what),
                 "add every: 200 ms for fixed intervals, poisson: 5 Hz for random ones with that mean rate, or users: 4 with think: 1 s");
  }
}

void read_times(const Fields& fields, Stream& stream, const std::string& what, Problems& problems) {
  stream.duration = 60s;
  stream.deadline = 10s;
  if (const YamlNode* node = fields.find("start")) {
    stream.start = read_duration(*node, "`start` of " + what, {0ns, month}, problems, "s").value_or(0ns);
  }
  const YamlNode* duration = fields.find("duration");
  if (duration != nullptr) {
    stream.duration = read_duration(*duration, "`duration` of " + what, {1ms, month}, problems, "s").value_or(month);
  }
  if (const YamlNode* node = fields.find("deadline")) {
    stream.deadline = read_duration(*node, "`deadline` of " + what, {1ms, 1h}, problems, "s").value_or(10s);
  }
  const auto* periodic = std::get_if<Periodic>(&stream.arrivals);
  if (periodic != nullptr && periodic->interval > stream.duration) {
    problems.add(duration != nullptr ? *duration : fields.node(),
                 fmt::format("{} lasts {}, less than one interval of {}", what, format_duration(stream.duration),
                             format_duration(periodic->interval)),
                 "a node might send nothing at all: write a longer duration, or a shorter `every`");
  }
}

// The files of one pattern, checked; expectations that lie beside the inputs are no inputs.
void add_inputs(const YamlNode& node, const Files& files, const Scenario& scenario, Stream& stream, double& bytes,
                Problems& problems) {
  const auto folder = scenario.file.parent_path();
  const std::size_t before = stream.inputs.size();
  for (const FoundFile& file : files.match(folder, node.text, inputs_max + 1)) {
    if (file.path.string().ends_with(".expect.json")) continue;
    if (file.size == Bytes::zero() || file.size > input_size_max) {
      problems.add(node, fmt::format("input {} has {} bytes", file.path.string(), file.size.count()),
                   fmt::format("an input has 1 byte to {}", format_bytes(input_size_max)));
      return;
    }
    stream.inputs.push_back(file.path);
    bytes += static_cast<double>(file.size.count());
  }
  if (stream.inputs.size() == before) {
    problems.add(node, fmt::format("no file matches {}", in_quotes(node.text)),
                 fmt::format("a pattern like photos/*.jpg is relative to the folder of the scenario file, which is {}",
                             folder.empty() ? "." : folder.string()));
  }
  if (stream.inputs.size() > inputs_max) {
    problems.add(node, fmt::format("there are more than {} inputs", inputs_max), "write a narrower pattern");
  }
}

void read_inputs(const Fields& fields, const Files& files, const Scenario& scenario, Stream& stream,
                 const std::string& what, const ServicePackage* package, Problems& problems) {
  double bytes = 0.0;
  if (const YamlNode* input = fields.find("input")) {
    for (const YamlNode* item : read_list(*input, "`input` of " + what, problems)) {
      if (problems.full() || stream.inputs.size() > inputs_max) return;
      add_inputs(*item, files, scenario, stream, bytes, problems);
    }
    if (input->is_sequence() && input->items.empty()) {
      problems.add(*input, fmt::format("`input` of {} is an empty list", what), "for example input: photos/*.jpg");
    }
  } else if (package != nullptr && package->sample) {
    stream.inputs.push_back(package->folder / package->sample->path);
    bytes = static_cast<double>(package->sample->size.count());
  } else if (package != nullptr) {
    fields.require("input", "input: photos/*.jpg (this service's package has no sample to send instead)");
  }
  if (!stream.inputs.empty()) {
    stream.input_size = Bytes::of(static_cast<std::int64_t>(bytes / static_cast<double>(stream.inputs.size()) + 0.5));
  }
}

void read_parameters(const Fields& fields, Stream& stream, const std::string& what, Problems& problems) {
  const YamlNode* node = fields.find("parameters");
  if (node == nullptr || !check_names(*node, "`parameters` of " + what, "parameters: {unclip: 2.0}", problems)) return;
  for (std::size_t index = 0; index < node->keys.size(); ++index) {
    if (problems.full()) return;
    const YamlNode& key = node->keys[index];
    if (!key.is_scalar()) continue;
    const auto value = read_value(node->items[index], fmt::format("parameter {}", in_quotes(key.text)), problems);
    if (value) stream.parameters.emplace(key.text, *value);
  }
}

Transport read_transport(const YamlNode& node, const std::string& what, Problems& problems) {
  const auto text = read_text(node, "`transport` of " + what, problems);
  if (!text || *text == "http") return Transport::http;
  if (*text == "grpc") return Transport::grpc;
  if (*text == "mqtt") return Transport::mqtt;
  problems.add(node, fmt::format("unknown transport {}", in_quotes(*text)), suggest(*text, {"http", "grpc", "mqtt"}));
  return Transport::http;
}

void read_stream(const YamlNode& node, const Files& files, Scenario& scenario, Problems& problems) {
  Stream stream;
  const YamlNode* name = nullptr;
  const Fields fields{node, "a stream of the workload",
                      {"name", "from", "service", "every", "poisson", "users", "think", "thinking", "input", "parameters", "start", "duration",
                       "deadline", "transport"},
                      problems};
  if (!node.is_mapping()) return;
  if ((name = fields.find("name")) != nullptr && check_name(*name, "a stream", problems)) stream.name = name->text;
  if (const YamlNode* from = fields.require("from", "from: endpoint (the tier that sends)")) {
    stream.from = find_tier(*from, scenario, problems).value_or(0);
  }
  const ServicePackage* package = nullptr;
  const YamlNode* service = fields.require("service", "service: read-text (a name of `services`)");
  if (service != nullptr) {
    if (const auto index = find_service(*service, scenario, problems)) {
      stream.service = *index;
      if (!scenario.services[*index].package.digest.empty()) package = &scenario.services[*index].package;
    }
    if (stream.name.empty() && service->is_scalar()) stream.name = service->text;
  }
  const std::string what = stream.name.empty() ? "a stream" : fmt::format("stream {}", in_quotes(stream.name));
  if (package != nullptr && package->inputs.size() != 1) {
    problems.add(*service, fmt::format("service {} takes {} inputs, and a file can feed one", in_quotes(service->text),
                                       package->inputs.size()),
                 "a workload sends one file a request: use a service with one input");
  }
  read_arrivals(fields, scenario, stream, what, problems);
  read_inputs(fields, files, scenario, stream, what, package, problems);
  read_parameters(fields, stream, what, problems);
  read_times(fields, stream, what, problems);
  if (const YamlNode* transport = fields.find("transport")) stream.transport = read_transport(*transport, what, problems);
  const bool again = std::any_of(scenario.workload.begin(), scenario.workload.end(),
                                 [&](const Stream& other) { return !stream.name.empty() && other.name == stream.name; });
  if (again) {
    problems.add(name != nullptr ? *name : node, fmt::format("two streams are called {}", in_quotes(stream.name)),
                 "a stream without a name has its service's: give each its own `name`");
  }
  scenario.workload.push_back(std::move(stream));
}

}  // namespace

void read_workload(const YamlNode& node, Scenario& scenario, const Files& files, Problems& problems) {
  const std::string_view example = "{from: endpoint, service: read-text, every: 200 ms, input: photos/*.jpg}";
  if (!check_list(node, "`workload`", {1, streams_max}, example, problems)) return;
  for (const YamlNode& item : node.items) {
    if (problems.full()) return;
    const bool is_program = std::ranges::any_of(item.keys, [](const YamlNode& key) { return key.text == "exec"; });
    if (is_program) read_program(item, scenario, problems);
    else read_stream(item, files, scenario, problems);
  }
}

}  // namespace continuo
