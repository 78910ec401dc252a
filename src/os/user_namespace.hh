// A user namespace, in which an ordinary user may make the other namespaces.
#pragma once

namespace continuo {

// For the calling process, which must have one thread, and all that it starts. Its user becomes 0 within; outside, files and
// processes belong to the user as before. No other user exists in it. Throws std::system_error.
void enter_user_namespace();

// Whether the calling process is in the user namespace that the system began with: there, root is root.
bool is_initial_user_namespace();

}  // namespace continuo
