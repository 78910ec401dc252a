// Paths and methods.
#include "node/serving/route_table.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using Segments = std::vector<std::string>;

TEST(SplitTarget, decodes_each_segment_by_itself_and_drops_the_query) {
  EXPECT_EQ(split_target("/v2/models"), (Segments{"v2", "models"}));
  EXPECT_EQ(split_target("/v2/"), (Segments{"v2"}));
  EXPECT_EQ(split_target("/v2/models/a%2Fb%20c/infer?x=/y#z"), (Segments{"v2", "models", "a/b c", "infer"}));
  EXPECT_EQ(split_target("/"), (Segments{""}));
  EXPECT_EQ(split_target("/a//b"), (Segments{"a", "", "b"}));
  EXPECT_EQ(split_target("/%C3%A9"), (Segments{"\xc3\xa9"}));
}

TEST(SplitTarget, refuses_what_is_no_path) {
  for (const char* target : {"", "v2", "*", "/%", "/%2", "/%zz", "/%ff", "/\xff"}) {
    EXPECT_EQ(split_target(target), std::nullopt) << target;
  }
  std::string deep;
  for (int segment = 0; segment < 100; ++segment) {
    deep += "/a";
  }
  EXPECT_EQ(split_target(deep), std::nullopt);
}

struct Answered {
  HttpResponse response;
  Segments names;
};

Answered ask(const std::string& method, const std::string& target) {
  Answered answered;
  RouteTable routes;
  const auto serve = [&](const RouteTable::Call& call) {
    answered.names = call.names;
    call.respond(json_response(200, "{}"));
  };
  routes.add("GET", "/models/*", serve);
  routes.add("POST", "/models/*", serve);
  routes.add("POST", "/models/*/versions/*/infer", serve);
  HttpRequest request;
  request.method = method;
  request.target = target;
  routes.serve(request, [&](HttpResponse response) { answered.response = std::move(response); });
  return answered;
}

TEST(RouteTable, hands_over_what_stands_for_the_wildcards) {
  const Answered answered = ask("POST", "/models/a%2Fb/versions/v10/infer?test_1=1");
  EXPECT_EQ(answered.response.status, 200);
  EXPECT_EQ(answered.names, (Segments{"a/b", "v10"}));
  EXPECT_EQ(ask("HEAD", "/models/m").response.status, 200);
}

TEST(RouteTable, tells_unknown_paths_from_wrong_methods) {
  EXPECT_EQ(ask("GET", "/model/m").response.status, 404);
  EXPECT_EQ(ask("GET", "/models/").response.status, 404);
  EXPECT_EQ(ask("GET", "/models//").response.status, 404);
  EXPECT_EQ(ask("GET", "/%zz").response.status, 400);
  const Answered wrong = ask("DELETE", "/models/m");
  EXPECT_EQ(wrong.response.status, 405);
  EXPECT_EQ(wrong.response.headers.find("Allow"), "GET, HEAD, POST");
  EXPECT_EQ(ask("HEAD", "/models/m/versions/1/infer").response.status, 405);
}

}  // namespace
}  // namespace continuo
