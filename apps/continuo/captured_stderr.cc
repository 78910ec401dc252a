#include "captured_stderr.hh"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cstdio>

#include "os/error.hh"

namespace continuo {

namespace {
constexpr std::size_t text_max = std::size_t{64} << 10;
}

CapturedStderr::CapturedStderr()
    : before_{check("duplicate stderr", ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0))},
      memory_{check("memfd_create for stderr", ::memfd_create("stderr", MFD_CLOEXEC))} {
  std::fflush(stderr);
  check("put memory in the place of stderr", ::dup2(memory_.get(), STDERR_FILENO));
}

CapturedStderr::~CapturedStderr() {
  std::fflush(stderr);
  ::dup2(before_.get(), STDERR_FILENO);
}

std::string CapturedStderr::text() const {
  std::fflush(stderr);
  return read_file(fmt::format("/proc/self/fd/{}", memory_.get()), text_max).value_or("");
}

}  // namespace continuo
