// How routing sends: HttpClient's two verbs, so that a test can be the network.
#pragma once

#include <functional>

#include "os/http_client.hh"

namespace continuo {

// As HttpClient::send and HttpClient::cancel: done is called once, later, never from within send, and not after cancel.
struct HttpSender {
  std::function<HttpClient::Id(HttpCall, HttpClient::Done)> send;
  std::function<void(HttpClient::Id)> cancel;
};

// The client outlives it.
HttpSender sender_of(HttpClient& client);

}  // namespace continuo
