// https://prometheus.io/docs/instrumenting/exposition_formats/
#include "node/serving/metrics.hh"

#include <fmt/format.h>

namespace continuo {

namespace {

std::string escaped(const std::string& text) {
  std::string result;
  for (const char letter : text) {
    if (letter == '\\' || letter == '"') {
      result += '\\';
    }
    result += letter == '\n' ? ' ' : letter;
  }
  return result;
}

}  // namespace

void Metrics::add(const std::string& service, int status, Duration latency) {
  constexpr std::size_t services_max = 256;  // names come from clients
  if (requests_.size() >= services_max && requests_.find({service, status}) == requests_.end()) {
    return;
  }
  ++requests_[{service, status}];
  if (status != 200) {
    return;
  }
  Latency& one = latencies_[service];
  const double seconds = to_seconds(latency);
  for (std::size_t bucket = 0; bucket < bounds.size(); ++bucket) {
    one.within[bucket] += seconds <= bounds[bucket] ? 1 : 0;
  }
  ++one.count;
  one.sum_s += seconds;
}

std::string Metrics::text(const std::vector<QueueLength>& queues) const {
  std::string text = "# HELP continuo_requests_total Requests that an instance of this node ran or refused, by HTTP status.\n"
                     "# TYPE continuo_requests_total counter\n";
  for (const auto& [key, count] : requests_) {
    text += fmt::format("continuo_requests_total{{service=\"{}\",status=\"{}\"}} {}\n", escaped(key.first), key.second, count);
  }
  text += "# HELP continuo_request_seconds Queueing and run of requests that were answered with 200.\n"
          "# TYPE continuo_request_seconds histogram\n";
  for (const auto& [service, latency] : latencies_) {
    const std::string name = escaped(service);
    for (std::size_t bucket = 0; bucket < bounds.size(); ++bucket) {
      text += fmt::format("continuo_request_seconds_bucket{{service=\"{}\",le=\"{}\"}} {}\n", name, bounds[bucket],
                          latency.within[bucket]);
    }
    text += fmt::format("continuo_request_seconds_bucket{{service=\"{0}\",le=\"+Inf\"}} {1}\n"
                        "continuo_request_seconds_sum{{service=\"{0}\"}} {2}\n"
                        "continuo_request_seconds_count{{service=\"{0}\"}} {1}\n",
                        name, latency.count, latency.sum_s);
  }
  text += "# HELP continuo_queue_length Requests that wait for or are held by the worker of a ready instance.\n"
          "# TYPE continuo_queue_length gauge\n";
  for (const QueueLength& queue : queues) {
    text += fmt::format("continuo_queue_length{{service=\"{}\"}} {}\n", escaped(queue.service), queue.waiting);
  }
  return text;
}

}  // namespace continuo
