// Header lookup, and the JSON of errors.
#include "os/http_message.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

TEST(HttpHeaders, are_found_without_regard_to_case) {
  const HttpHeaders headers{{"Content-Type", "image/png"}, {"X-Other", "1"}};
  EXPECT_EQ(headers.find("content-type"), "image/png");
  EXPECT_EQ(headers.find("CONTENT-TYPE"), "image/png");
  EXPECT_EQ(headers.find("content-typ"), std::nullopt);
}

TEST(HttpHeaders, hold_one_field_after_set_and_all_after_append) {
  HttpHeaders headers{{"Via", "a"}, {"via", "b"}};
  EXPECT_EQ(headers.find("via"), "a") << "the first wins";
  headers.set("VIA", "c");
  EXPECT_EQ(headers.find("via"), "c");
  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 1);
  headers.append("Via", "d");
  EXPECT_EQ(std::distance(headers.begin(), headers.end()), 2);
}

TEST(ErrorResponse, has_one_string_key_and_escapes_what_json_must) {
  const HttpResponse response = error_response(404, "no \"x\\y\"\n");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.find("content-type"), "application/json");
  EXPECT_EQ(as_text(response.body), R"({"error":"no \"x\\y\"\u000a"})");
}

}  // namespace
}  // namespace continuo
