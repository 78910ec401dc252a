#include "os/descriptor_limit.hh"

#include <sys/resource.h>

#include "os/error.hh"

namespace continuo {

void raise_descriptor_limit() {
  rlimit limit{};
  check("getrlimit", ::getrlimit(RLIMIT_NOFILE, &limit));
  limit.rlim_cur = limit.rlim_max;
  check("raise the limit of open files", ::setrlimit(RLIMIT_NOFILE, &limit));
}

}  // namespace continuo
