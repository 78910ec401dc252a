// What a line says about a link, in `links:` and in `events:` alike.
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "scenario/parse_parts.hh"

namespace continuo {

namespace {

using namespace std::chrono_literals;

constexpr Range<BitRate> rates{BitRate::bits_per_second(1000), BitRate::megabits_per_second(1e6)};
constexpr Range<double> shares{0.0, 1.0};
constexpr double loss_max = 0.9;
constexpr std::int64_t packets_max = 1'000'000;
constexpr Range<Bytes> queue_sizes{Bytes::of(1500), Bytes::gibibytes(1)};  // one full packet at least
constexpr Range<Duration> queue_times{1us, 60s};
constexpr Range<Duration> codel_times{100us, 10s};

std::optional<Probability> read_probability(const Fields& fields, std::string_view key, Range<double> range, Problems& problems) {
  const YamlNode* node = fields.find(key);
  if (node == nullptr) return std::nullopt;
  const auto share = read_share(*node, fmt::format("`{}` of {}", key, fields.what()), range, problems);
  return share ? std::optional{Probability::of(*share)} : std::nullopt;
}

// The value that a word stands for, or it is told.
template <class Value, std::size_t count>
std::optional<Value> read_word(const YamlNode& node, const std::string& what,
                               const std::array<std::pair<std::string_view, Value>, count>& words, Problems& problems) {
  const auto text = read_text(node, what, problems);
  if (!text) return std::nullopt;
  std::vector<std::string> known;
  for (const auto& [word, value] : words) {
    if (word == *text) return value;
    known.emplace_back(word);
  }
  problems.add(node, fmt::format("{} cannot be {}", what, in_quotes(*text)), suggest(*text, known));
  return std::nullopt;
}

void read_jitter(const YamlNode& node, const Fields& link, LinkFiles& files, LinkPatch& patch, Problems& problems) {
  const std::string what = "`jitter` of " + link.what();
  const Range<Duration> range{0ns, 30s};
  if (!node.is_mapping()) {
    patch.jitter = read_duration(node, what, range, problems);
    return;
  }
  const Fields fields{node, what, {"sd", "shape", "table"}, problems};
  const YamlNode* table = fields.find("table");
  if (table != nullptr && (fields.find("sd") != nullptr || fields.find("shape") != nullptr)) {
    problems.add(*table, what + " has both a table and figures", "the spread of a table is that of its delays: keep one of the two");
    return;
  }
  if (table != nullptr) {
    patch.table = files.table(*table, "`table` of " + what, problems);
    return;
  }
  if (const YamlNode* sd = fields.require("sd", "sd: 2 ms")) patch.jitter = read_duration(*sd, "`sd` of " + what, range, problems);
  if (const YamlNode* shape = fields.find("shape")) {
    constexpr std::array words{std::pair{std::string_view{"normal"}, DelayShape::normal},
                               std::pair{std::string_view{"uniform"}, DelayShape::uniform},
                               std::pair{std::string_view{"pareto"}, DelayShape::pareto}};
    patch.shape = read_word(*shape, "`shape` of " + what, words, problems);
  }
}

void read_loss(const YamlNode& node, const Fields& link, LinkPatch& patch, Problems& problems) {
  if (!node.is_mapping()) {
    patch.loss = read_probability(link, "loss", {0.0, loss_max}, problems);
    return;
  }
  const Problems::Mark before = problems.mark();
  const Fields fields{node, "`loss` of " + link.what(), {"good-to-bad", "bad-to-good", "loss-in-good", "loss-in-bad"}, problems};
  const Range<double> steps{1e-9, 1.0};  // a state that is never left is no burst
  fields.require("good-to-bad", "good-to-bad: 1 %");
  fields.require("bad-to-good", "bad-to-good: 25 %");
  const auto good_to_bad = read_probability(fields, "good-to-bad", steps, problems);
  const auto bad_to_good = read_probability(fields, "bad-to-good", steps, problems);
  const auto in_good = read_probability(fields, "loss-in-good", shares, problems);
  const auto in_bad = read_probability(fields, "loss-in-bad", shares, problems);
  if (problems.mark() != before || !good_to_bad || !bad_to_good) return;
  patch.bursts = LossBursts{*good_to_bad, *bad_to_good, in_bad.value_or(Probability::always())};
  patch.loss = in_good.value_or(Probability::never());
  const double mean = LinkProperties{.loss = *patch.loss, .bursts = patch.bursts}.mean_loss().value();
  if (mean > loss_max) {
    problems.add(node, fmt::format("{} comes to {} % in the long run", fields.what(), format_number(100 * mean)),
                 "at most 90 % of packets may be lost: enter the bad state less often, or leave it sooner");
  } else if (patch.bursts->loss_in_bad < *patch.loss) {
    problems.add(node, fields.what() + " is lower in the bad state than in the good one", "exchange the two states");
  }
}

// "100 packets"; nothing: it counts no packets.
std::optional<std::int64_t> counted_packets(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failure != std::errc{}) return std::nullopt;
  std::string_view unit{end, static_cast<std::size_t>(text.data() + text.size() - end)};
  while (unit.starts_with(' ')) unit.remove_prefix(1);
  return unit == "packets" || unit == "packet" ? std::optional{count} : std::nullopt;
}

void read_queue_limit(const YamlNode& node, const std::string& what, QueueProperties& queue, Problems& problems) {
  if (node.is_scalar()) {
    if (const auto count = counted_packets(node.text)) {
      if (*count >= 1 && *count <= packets_max) {
        queue.packets = static_cast<std::uint64_t>(*count);
      } else {
        problems.add(node, fmt::format("{} is {} packets, which is out of range", what, *count),
                     fmt::format("write 1 to {} packets", packets_max));
      }
      return;
    }
    if (std::holds_alternative<Duration>(parse_duration(node.text))) {
      queue.time = read_duration(node, what, queue_times, problems);
      return;
    }
    if (std::holds_alternative<Bytes>(parse_bytes(node.text))) {
      queue.bytes = read_bytes(node, what, queue_sizes, problems);
      return;
    }
  }
  problems.add(node, fmt::format("{} is neither packets nor a size nor a time", what),
               "write for example 100 packets, 64 kB, 200 ms, or {bytes: 64 kB, drop: head}");
}

}  // namespace

std::vector<std::string_view> with_link_keys(std::initializer_list<std::string_view> own) {
  std::vector<std::string_view> keys{own};
  for (const std::string_view key : {"delay", "jitter", "reorder", "overtake", "rate", "trace", "loss", "duplicate", "corrupt", "queue"}) {
    keys.push_back(key);
  }
  return keys;
}

std::optional<QueueProperties> read_queue(const YamlNode& node, const std::string& what, Problems& problems) {
  const Problems::Mark before = problems.mark();
  QueueProperties queue;
  if (!node.is_mapping()) {
    read_queue_limit(node, what, queue, problems);
    return problems.mark() == before ? std::optional{queue} : std::nullopt;
  }
  const Fields fields{node, what, {"packets", "bytes", "time", "drop", "target", "interval"}, problems};
  if (const YamlNode* value = fields.find("packets")) {
    const auto count = read_integer(*value, "`packets` of " + what, {1, packets_max}, problems);
    if (count) queue.packets = static_cast<std::uint64_t>(*count);
  }
  if (const YamlNode* value = fields.find("bytes")) queue.bytes = read_bytes(*value, "`bytes` of " + what, queue_sizes, problems);
  if (const YamlNode* value = fields.find("time")) queue.time = read_duration(*value, "`time` of " + what, queue_times, problems);
  if (const YamlNode* value = fields.find("drop")) {
    constexpr std::array words{std::pair{std::string_view{"tail"}, DropPolicy::tail},
                               std::pair{std::string_view{"head"}, DropPolicy::head},
                               std::pair{std::string_view{"codel"}, DropPolicy::codel}};
    queue.drop = read_word(*value, "`drop` of " + what, words, problems).value_or(DropPolicy::tail);
  }
  const YamlNode* target = fields.find("target");
  const YamlNode* interval = fields.find("interval");
  if (target != nullptr) queue.codel_target = read_duration(*target, "`target` of " + what, codel_times, problems).value_or(queue.codel_target);
  if (interval != nullptr) {
    queue.codel_interval = read_duration(*interval, "`interval` of " + what, codel_times, problems).value_or(queue.codel_interval);
  }
  if (problems.mark() != before) return std::nullopt;
  if ((target != nullptr || interval != nullptr) && queue.drop != DropPolicy::codel) {
    problems.add(target != nullptr ? *target : *interval, what + " has a target or interval, but does not drop by CoDel", "add drop: codel");
  } else if (queue.codel_target >= queue.codel_interval) {
    problems.add(target != nullptr ? *target : *interval,
                 fmt::format("the target {} of {} is not below its interval {}", format_duration(queue.codel_target), what,
                             format_duration(queue.codel_interval)),
                 "the interval is about a round trip, the target 5 to 10 % of it (RFC 8289)");
  }
  return problems.mark() == before ? std::optional{queue} : std::nullopt;
}

std::optional<LinkPatch> read_link_patch(const Fields& fields, LinkFiles& files, Problems& problems) {
  const Problems::Mark before = problems.mark();
  const std::string& what = fields.what();
  LinkPatch patch;
  if (const YamlNode* node = fields.find("delay")) patch.delay = read_duration(*node, "`delay` of " + what, {0ns, 60s}, problems);
  if (const YamlNode* node = fields.find("jitter")) read_jitter(*node, fields, files, patch, problems);
  if (const YamlNode* node = fields.find("reorder")) {
    constexpr std::array words{std::pair{std::string_view{"true"}, true}, std::pair{std::string_view{"false"}, false}};
    patch.reorder = read_word(*node, "`reorder` of " + what, words, problems);
  }
  patch.overtake = read_probability(fields, "overtake", shares, problems);
  const YamlNode* rate = fields.find("rate");
  const YamlNode* trace = fields.find("trace");
  if (rate != nullptr && trace != nullptr) {
    problems.add(*trace, what + " has both `rate` and `trace`", "a trace is the rate over time: keep one of the two");
  } else if (rate != nullptr) {
    patch.unlimited = rate->is_scalar() && rate->text == "unlimited";
    if (!patch.unlimited) patch.rate = read_bit_rate(*rate, "`rate` of " + what, rates, problems);
  } else if (trace != nullptr) {
    patch.trace = files.trace(*trace, "`trace` of " + what, problems);
  }
  if (const YamlNode* node = fields.find("loss")) read_loss(*node, fields, patch, problems);
  patch.duplicate = read_probability(fields, "duplicate", shares, problems);
  patch.corrupt = read_probability(fields, "corrupt", shares, problems);
  if (const YamlNode* node = fields.find("queue")) {
    patch.queue = read_queue(*node, "`queue` of " + what, problems);
    if (patch.unlimited) {
      problems.add(*node, what + " has a queue, but its rate is unlimited", "nothing waits where the rate is unlimited: drop one of the two");
    }
  }
  // A file that is wrong is told once, where it is first named; whoever names it again has no figure either.
  const auto lacks = [&](std::string_view key, bool is_read) { return fields.find(key) != nullptr && !is_read; };
  if (lacks("trace", patch.trace != nullptr) || lacks("jitter", patch.jitter || patch.table)) return std::nullopt;
  return problems.mark() == before ? std::optional{patch} : std::nullopt;
}

}  // namespace continuo
