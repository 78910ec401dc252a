// What the program's exit status says. README.md repeats it for users.
#pragma once

namespace continuo {

enum ExitStatus : int {
  exit_ok = 0,
  exit_failed = 1,       // something that should not happen; the message says what was attempted
  exit_bad_input = 2,    // the command line or a file that was given
  exit_invalid_run = 3,  // the run did not get the network or the CPU that it asked for; the report says why
  exit_interrupted = 130,
};

}  // namespace continuo
