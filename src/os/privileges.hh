// What a process may do beyond others: given up before a program of a node begins.
#pragma once

namespace continuo {

// For good, for the calling process and all that it starts. Of the capabilities it keeps, if it had them:
//   CAP_NET_BIND_SERVICE  serve on ports below 1024
//   CAP_NET_RAW           ping and capture within the node's own network
//   CAP_DAC_READ_SEARCH   read scenario and packages in a home folder that is closed to others
// No program can gain any by exec, set-user-id or not. Throws std::system_error.
void give_up_privileges();

// Whether the calling thread has this capability (of <linux/capability.h>).
bool has_capability(int capability);

}  // namespace continuo
