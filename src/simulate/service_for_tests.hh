// The service of the simulator's tests.
#pragma once

#include "scenario/scenario.hh"

namespace continuo::test {

// Takes so long on one whole core, by a runtime that every node has.
inline Service service_taking(Duration time) {
  Variant variant;
  variant.name = "v";
  variant.runtime = "builtin";
  variant.service_time = time;
  Service service;
  service.name = "read";
  service.package.variants = {variant};
  return service;
}

}  // namespace continuo::test
