// Whole runs with emulate-stand-in for the node program, where this host can emulate.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "emulate/emulation.hh"
#include "emulate/test_support/small_network.hh"

namespace continuo {

inline EmulateOptions stand_in() {
  EmulateOptions options;
  options.program = binaries + "emulate-stand-in";
  return options;
}

class WithEmulation : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const std::string why = why_no_emulation(); !why.empty()) {
      GTEST_SKIP() << why;
    }
  }
};

}  // namespace continuo
