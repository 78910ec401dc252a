// One request of the load and what becomes of it: no I/O, no clock.
#pragma once

#include <optional>
#include <span>

#include "load/expectation.hh"
#include "os/http_client.hh"
#include "scenario/scenario.hh"
#include "wire/event.hh"

namespace continuo {

// The service's one input, filled with a file's content: a BYTES tensor holds it as its one element; for another datatype
// the content is the data itself, and a dimension of -1 takes what is there. Nothing: the content does not fit the contract.
std::optional<Tensor> make_input(const ServicePackage& package, std::span<const std::byte> content);

// POST /v2/models/SERVICE/infer with the stream's parameters and `timeout`, the time left in microseconds.
HttpRequest make_infer_request(const Service& service, const Stream& stream, const Tensor& input, Duration time_left);

// Fills a record whose scheduled, sent and received times are set already with the outcome:
//   failure   empty; "deadline" (not answered in time), "refused", "reset", "unresolved", "not-sent" (this machine could not connect),
//             "http-NNN" (detail: the node's error) or "bad-answer" (detail: what is wrong with it)
//   correct   whether the answer is the expected one (detail: what came instead)
void conclude(LoadRecord& record, const HttpResult& result, const std::optional<Expectation>& expectation,
              Duration deadline);

}  // namespace continuo
