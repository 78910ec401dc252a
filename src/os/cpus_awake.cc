#include "os/cpus_awake.hh"

#include <fcntl.h>
#include <unistd.h>

#include <cstdint>

namespace continuo {

FileDescriptor hold_cpus_awake(const std::filesystem::path& device) {
  FileDescriptor request{::open(device.c_str(), O_WRONLY | O_CLOEXEC)};
  const std::int32_t microseconds = 0;
  if (request.is_open() && ::write(request.get(), &microseconds, sizeof microseconds) != sizeof microseconds) request.reset();
  return request;
}

}  // namespace continuo
