// The text that Prometheus reads.
#include "node/serving/metrics.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(Metrics, count_requests_by_service_and_status) {
  Metrics metrics;
  metrics.add("read-text", 200, 30ms);
  metrics.add("read-text", 200, 300ms);
  metrics.add("read-text", 503, 0ms);
  const std::string text = metrics.text({{.service = "read-text", .waiting = 4}});
  EXPECT_THAT(text, HasSubstr("# TYPE continuo_requests_total counter\n"));
  EXPECT_THAT(text, HasSubstr("continuo_requests_total{service=\"read-text\",status=\"200\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("continuo_requests_total{service=\"read-text\",status=\"503\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("continuo_queue_length{service=\"read-text\"} 4\n"));
}

TEST(Metrics, have_cumulative_buckets_of_latency) {
  Metrics metrics;
  metrics.add("s", 200, 30ms);
  metrics.add("s", 200, 300ms);
  metrics.add("s", 200, 20s);
  const std::string text = metrics.text({});
  EXPECT_THAT(text, HasSubstr("continuo_request_seconds_bucket{service=\"s\",le=\"0.025\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("continuo_request_seconds_bucket{service=\"s\",le=\"0.05\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("continuo_request_seconds_bucket{service=\"s\",le=\"0.5\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("continuo_request_seconds_bucket{service=\"s\",le=\"10\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("continuo_request_seconds_bucket{service=\"s\",le=\"+Inf\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("continuo_request_seconds_sum{service=\"s\"} 20.33\n"));
  EXPECT_THAT(text, HasSubstr("continuo_request_seconds_count{service=\"s\"} 3\n"));
}

TEST(Metrics, cannot_be_broken_or_swollen_by_the_names_that_clients_send) {
  Metrics metrics;
  metrics.add("a\"b\\c\nd", 404, 0ms);
  EXPECT_THAT(metrics.text({}), HasSubstr("{service=\"a\\\"b\\\\c d\",status=\"404\"} 1\n"));
  for (int number = 0; number < 1000; ++number) {
    metrics.add(std::to_string(number), 404, 0ms);
  }
  EXPECT_THAT(metrics.text({}), ::testing::Not(HasSubstr("{service=\"999\"")));
}

}  // namespace
}  // namespace continuo
