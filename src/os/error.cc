// std::system_error with the attempt as its text.
#include "os/error.hh"

#include <string>

namespace continuo {

void throw_system_error(std::string_view attempt, int error_number) {
  throw std::system_error(error_number, std::system_category(), std::string{attempt});
}

}  // namespace continuo
