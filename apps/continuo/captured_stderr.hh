// What this process would have told on stderr, kept for another one to tell.
#pragma once

#include <string>

#include "os/file_descriptor.hh"

namespace continuo {

// From its making to its end, stderr is written into memory, whoever writes. One at a time. Throws std::system_error.
class CapturedStderr {
 public:
  CapturedStderr();
  ~CapturedStderr();  // stderr is what it was
  CapturedStderr(const CapturedStderr&) = delete;
  CapturedStderr& operator=(const CapturedStderr&) = delete;

  // So far; no more than the first 64 KiB.
  std::string text() const;

 private:
  FileDescriptor before_;
  FileDescriptor memory_;
};

}  // namespace continuo
