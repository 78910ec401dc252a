// Splitting, decoding and matching paths.
#include "node/serving/route_table.hh"

#include <algorithm>
#include <utility>

#include "wire/utf8.hh"

namespace continuo {

namespace {

constexpr std::size_t segments_max = 16;

int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') {
    return letter - '0';
  }
  const char lower = static_cast<char>(letter | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t index = 0; index < text.size(); ++index) {
    if (text[index] != '%') {
      decoded += text[index];
      continue;
    }
    const int high = index + 2 < text.size() ? hex_digit(text[index + 1]) : -1;
    const int low = index + 2 < text.size() ? hex_digit(text[index + 2]) : -1;
    if (high < 0 || low < 0) {
      return std::nullopt;
    }
    decoded += static_cast<char>(high * 16 + low);
    index += 2;
  }
  return is_utf8(decoded) ? std::optional{std::move(decoded)} : std::nullopt;
}

// What stood for the wildcards; nothing: no match.
std::optional<std::vector<std::string>> match(const std::vector<std::string>& pattern,
                                              const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) {
    return std::nullopt;
  }
  std::vector<std::string> names;
  for (std::size_t index = 0; index < path.size(); ++index) {
    if (pattern[index] == "*" && !path[index].empty()) {
      names.push_back(path[index]);
    } else if (pattern[index] != path[index]) {
      return std::nullopt;
    }
  }
  return names;
}

}  // namespace

std::optional<std::vector<std::string>> split_target(std::string_view target) {
  target = target.substr(0, target.find_first_of("?#"));
  if (!target.starts_with('/')) {
    return std::nullopt;
  }
  target.remove_prefix(1);
  if (target.ends_with('/')) {
    target.remove_suffix(1);
  }
  std::vector<std::string> segments;
  while (segments.size() <= segments_max) {
    const auto slash = target.find('/');
    auto segment = percent_decode(target.substr(0, slash));
    if (!segment) {
      return std::nullopt;
    }
    segments.push_back(*std::move(segment));
    if (slash == std::string_view::npos) {
      return segments;
    }
    target.remove_prefix(slash + 1);
  }
  return std::nullopt;
}

void RouteTable::add(std::string method, std::string_view pattern, Serve serve) {
  routes_.push_back({std::move(method), split_target(pattern).value(), std::move(serve)});
}

void RouteTable::serve(HttpRequest request, HttpServer::Respond respond) const {
  const auto path = split_target(request.target);
  if (!path) {
    respond(error_response(400, "the path of the request is not valid"));
    return;
  }
  std::string allowed;
  for (const Route& route : routes_) {
    auto names = match(route.pattern, *path);
    if (!names) {
      continue;
    }
    if (request.method == route.method || (request.method == "HEAD" && route.method == "GET")) {
      route.serve({std::move(request), *std::move(names), std::move(respond)});
      return;
    }
    allowed += (allowed.empty() ? "" : ", ") + route.method + (route.method == "GET" ? ", HEAD" : "");
  }
  if (allowed.empty()) {
    respond(error_response(404, "no such path: the Open Inference Protocol is under /v2"));
    return;
  }
  HttpResponse refused = error_response(405, "this path takes only " + allowed);
  refused.headers.set("Allow", allowed);
  respond(std::move(refused));
}

}  // namespace continuo
