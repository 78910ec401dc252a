// From method and path to whoever answers: 404 for an unknown path, 405 with Allow for a method that it does not have.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "os/http_server.hh"

namespace continuo {

// "/v2/models/a%2Fb?x=1" -> {"v2", "models", "a/b"}: the query is dropped, each segment is percent-decoded by itself,
// one slash at the end is ignored. Nothing: not a path, a broken escape, or not UTF-8.
std::optional<std::vector<std::string>> split_target(std::string_view target);

class RouteTable {
 public:
  struct Call {
    HttpRequest request;
    std::vector<std::string> names;  // what stood for each "*" of the pattern
    HttpServer::Respond respond;
  };
  using Serve = std::function<void(Call)>;

  // `pattern`: "/v2/models/*/infer". GET also answers HEAD.
  void add(std::string method, std::string_view pattern, Serve serve);

  // What HttpServer calls.
  void serve(HttpRequest request, HttpServer::Respond respond) const;

 private:
  struct Route {
    std::string method;
    std::vector<std::string> pattern;
    Serve serve;
  };
  std::vector<Route> routes_;
};

}  // namespace continuo
