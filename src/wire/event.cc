// Node events and load records as lines of JSON.
#include "wire/event.hh"

#include <limits>

#include "wire/internal/json_reader.hh"
#include "wire/internal/json_writer.hh"

namespace continuo {

namespace {

constexpr std::size_t text_length_max = 16384;
constexpr JsonLimits line_limits{.bytes = std::size_t{128} << 10, .nesting = 4, .memory = std::size_t{1} << 20};
constexpr std::int64_t integer_max = std::numeric_limits<std::int64_t>::max();

void write_text(JsonWriter& json, std::string_view key, std::string_view text) {
  if (!text.empty()) {
    json.field(key, text.substr(0, text_length_max / 3));
  }
}

void write_duration(JsonWriter& json, std::string_view key, Duration duration) {
  if (duration != Duration::zero()) {
    json.field(key, duration.count());
  }
}

std::string read_text(JsonReader& json, std::string_view key) {
  return json.text(key, text_length_max, Presence::optional);
}

}  // namespace

std::string serialise(const NodeEvent& event) {
  JsonWriter json;
  json.begin_object().field("event", event.kind).field("node", event.node).field("at_ns", event.at.count());
  write_text(json, "peer", event.peer);
  write_text(json, "service", event.service);
  write_text(json, "variant", event.variant);
  write_duration(json, "service_time_ns", event.service_time);
  if (event.batch.requests > 1) json.field("batch", event.batch.requests).field("batch_time_ns", event.batch.time.count());
  write_text(json, "text", event.text);
  return json.end_object().take();
}

std::optional<NodeEvent> parse_node_event(std::string_view line) {
  const JsonDocument document{line, line_limits};
  if (document.object() == nullptr) {
    return std::nullopt;
  }
  std::optional<std::string> error;
  JsonReader json{*document.object(), "", error};
  NodeEvent event;
  event.kind = json.text("event", text_length_max);
  event.node = json.text("node", text_length_max);
  event.at = json.duration("at_ns");
  event.peer = read_text(json, "peer");
  event.service = read_text(json, "service");
  event.variant = read_text(json, "variant");
  event.service_time = json.duration("service_time_ns", Presence::optional);
  event.batch.requests = static_cast<int>(json.integer("batch", 0, timed_batch_max, Presence::optional));
  event.batch.time = json.duration("batch_time_ns", Presence::optional);
  event.text = read_text(json, "text");
  return error ? std::nullopt : std::optional{std::move(event)};
}

std::string serialise(const LoadRecord& record) {
  JsonWriter json;
  json.begin_object()
      .field("stream", record.stream)
      .field("service", record.service)
      .field("from", record.from)
      .field("sequence", record.sequence)
      .field("input", record.input)
      .field("scheduled_ns", record.scheduled.count())
      .field("sent_ns", record.sent.count())
      .field("received_ns", record.received.count());
  write_text(json, "failure", record.failure);
  write_text(json, "node", record.node);
  write_text(json, "variant", record.variant);
  write_duration(json, "arrived_ns", record.arrived);
  write_duration(json, "queued_ns", record.queued);
  write_duration(json, "served_ns", record.served);
  if (record.batch > 1) {
    json.field("batch", record.batch);
  }
  json.field("request_bytes", record.request_size.count()).field("response_bytes", record.response_size.count());
  if (record.correct) {
    json.field("correct", *record.correct);
  }
  write_text(json, "detail", record.detail);
  return json.end_object().take();
}

std::optional<LoadRecord> parse_load_record(std::string_view line) {
  const JsonDocument document{line, line_limits};
  if (document.object() == nullptr) {
    return std::nullopt;
  }
  std::optional<std::string> error;
  JsonReader json{*document.object(), "", error};
  LoadRecord record;
  record.stream = json.text("stream", text_length_max);
  record.service = json.text("service", text_length_max);
  record.from = json.text("from", text_length_max);
  record.sequence = static_cast<std::uint64_t>(json.integer("sequence", 0, integer_max));
  record.input = json.text("input", text_length_max);
  record.scheduled = json.duration("scheduled_ns");
  record.sent = json.duration("sent_ns");
  record.received = json.duration("received_ns");
  record.failure = read_text(json, "failure");
  record.node = read_text(json, "node");
  record.variant = read_text(json, "variant");
  record.arrived = json.duration("arrived_ns", Presence::optional);
  record.queued = json.duration("queued_ns", Presence::optional);
  record.served = json.duration("served_ns", Presence::optional);
  if (json.has("batch")) {
    record.batch = static_cast<std::uint32_t>(json.integer("batch", 1, 1'000'000));
  }
  record.request_size = Bytes::of(json.integer("request_bytes", 0, integer_max));
  record.response_size = Bytes::of(json.integer("response_bytes", 0, integer_max));
  if (json.has("correct")) {
    record.correct = json.flag("correct");
  }
  record.detail = read_text(json, "detail");
  return error ? std::nullopt : std::optional{std::move(record)};
}

}  // namespace continuo
