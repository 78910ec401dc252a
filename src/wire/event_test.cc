// Event and record lines: there and back.
#include "wire/event.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

TEST(NodeEvent, is_one_line_and_comes_back_whole) {
  const NodeEvent event{"ready", "edge-1", Duration{5}, "", "read-text", "int8", Duration{80}, {4, Duration{110}}, "two\nlines"};
  const std::string line = serialise(event);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto back = parse_node_event(line);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->kind, "ready");
  EXPECT_EQ(back->node, "edge-1");
  EXPECT_EQ(back->at, Duration{5});
  EXPECT_EQ(back->peer, "");
  EXPECT_EQ(back->service, "read-text");
  EXPECT_EQ(back->variant, "int8");
  EXPECT_EQ(back->service_time, Duration{80});
  EXPECT_EQ(back->batch, (TimedBatch{4, Duration{110}}));
  EXPECT_EQ(back->text, "two\nlines");
}

TEST(LoadRecord, comes_back_whole) {
  LoadRecord record;
  record.stream = "s";
  record.service = "read-text";
  record.from = "endpoint-1";
  record.sequence = 41;
  record.input = "a b.jpg";
  record.scheduled = Duration{100};
  record.sent = Duration{101};
  record.received = Duration{200};
  record.node = "edge-1";
  record.variant = "fp32";
  record.arrived = Duration{120};
  record.queued = Duration{3};
  record.served = Duration{70};
  record.request_size = 150_kB;
  record.response_size = Bytes::of(400);
  record.correct = false;
  const auto back = parse_load_record(serialise(record));
  ASSERT_TRUE(back);
  EXPECT_EQ(back->sequence, 41u);
  EXPECT_EQ(back->input, "a b.jpg");
  EXPECT_EQ(back->scheduled, Duration{100});
  EXPECT_EQ(back->sent, Duration{101});
  EXPECT_EQ(back->received, Duration{200});
  EXPECT_EQ(back->failure, "");
  EXPECT_EQ(back->node, "edge-1");
  EXPECT_EQ(back->arrived, Duration{120});
  EXPECT_EQ(back->queued, Duration{3});
  EXPECT_EQ(back->served, Duration{70});
  EXPECT_EQ(back->request_size, 150_kB);
  EXPECT_EQ(back->response_size, Bytes::of(400));
  EXPECT_EQ(back->correct, false);
  record.correct.reset();
  record.failure = "deadline";
  record.detail = "nobody answered";
  const auto failed = parse_load_record(serialise(record));
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->correct, std::nullopt);
  EXPECT_EQ(failed->failure, "deadline");
  EXPECT_EQ(failed->detail, "nobody answered");
}

TEST(Lines, that_are_something_else_are_not_events) {
  for (const char* line : {"", "starting", "{}", R"({"event":"ready"})", R"({"event":1,"node":"a","at_ns":1})",
                           R"({"event":"ready","node":"a","at_ns":-1})"}) {
    EXPECT_FALSE(parse_node_event(line)) << line;
    EXPECT_FALSE(parse_load_record(line)) << line;
  }
}

}  // namespace
}  // namespace continuo
