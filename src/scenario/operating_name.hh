// What operating services are called: in scenarios, as programs, and as Debian's packages.
#pragma once

#include "scenario/scenario.hh"

namespace continuo {

constexpr const char* to_string(OperatingService::Kind kind) {
  switch (kind) {
    case OperatingService::Kind::mosquitto: return "mosquitto";
    case OperatingService::Kind::prometheus: return "prometheus";
  }
  return "";
}

}  // namespace continuo
