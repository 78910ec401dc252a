// The settings of a node's TCP/IP stack that belong to the scenario and not to the host.
#pragma once

#include <string>

#include "units/bytes.hh"

namespace continuo {

// The defaults are those of Linux 6.1 on a machine with plenty of memory, with cubic whatever the host prefers.
struct NetworkStack {
  std::string congestion_control = "cubic";
  int initial_window = 10;  // segments, RFC 6928
  bool slow_start_after_idle = true;
  Bytes receive_buffer_max = Bytes::mebibytes(6);
  Bytes send_buffer_max = Bytes::mebibytes(4);
  Bytes mtu = Bytes::of(1500);

  friend bool operator==(const NetworkStack&, const NetworkStack&) = default;
};

}  // namespace continuo
