// POST /v2/models/M/infer: parse, check, dispatch, run, answer.
//
//   request -> parse and check -> Dispatcher -> here: queue of the instance -> run -> response
//                                           \-> another node, the request byte for byte
//
// The response of an instance has the continuo_* parameters.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <string>

#include "node/serving/dispatch.hh"
#include "node/serving/instance_table.hh"
#include "node/serving/metrics.hh"
#include "node/serving/route_table.hh"

namespace continuo {

// HTTP headers of ours and of the binary tensor data extension.
constexpr std::string_view hops_header = "Continuo-Hops";
// Microseconds left, of a request that was forwarded as it came.
constexpr std::string_view timeout_header = "Continuo-Timeout";
constexpr std::string_view header_length_header = "Inference-Header-Content-Length";

class InferenceEndpoint {
 public:
  // All that is handed in outlives it. `node`: this node's name, told in each answer.
  InferenceEndpoint(boost::asio::io_context& context, InstanceTable& table, Dispatcher& dispatcher, std::string node,
                    InferenceLimits limits, Metrics& metrics);
  ~InferenceEndpoint();

  // names: the service, and a version if the path has one.
  void serve(RouteTable::Call call);

 private:
  struct Exchange;
  using ExchangePointer = std::shared_ptr<Exchange>;  // shared by the threads that a request passes

  void parse(const ExchangePointer& exchange);
  void parsed(const ExchangePointer& exchange);
  void dispatch(const ExchangePointer& exchange);
  void run_here(const ExchangePointer& exchange, const Answer& answer);

  boost::asio::io_context& context_;
  InstanceTable& table_;
  Dispatcher& dispatcher_;
  const std::string node_;
  const InferenceLimits limits_;
  Metrics& metrics_;
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);  // what comes back later holds it weakly
  boost::asio::thread_pool parsers_{1};  // for JSON that would hold up the io_context's thread
};

}  // namespace continuo
