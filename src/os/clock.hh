// The clock of the machine, handed to whatever does I/O. Decisions take `now` as an argument instead.
#pragma once

#include <string>

#include "units/time.hh"

namespace continuo {

class Clock {
 public:
  virtual ~Clock() = default;
  // CLOCK_MONOTONIC since its own epoch: all processes and namespaces of one machine share it.
  virtual Duration now() const = 0;
};

// Made in apps/, passed by reference from there.
class MonotonicClock final : public Clock {
 public:
  Duration now() const override;
};

// "2026-01-02T03:04:05Z", for people: nothing is decided by it.
std::string utc_date_and_time();

}  // namespace continuo
