// Sending by HttpClient: see http_sender.hh.
#include "node/routing/http_sender.hh"

namespace continuo {

HttpSender sender_of(HttpClient& client) {
  return {[&client](HttpCall call, HttpClient::Done done) { return client.send(std::move(call), std::move(done)); },
          [&client](HttpClient::Id id) { client.cancel(id); }};
}

}  // namespace continuo
