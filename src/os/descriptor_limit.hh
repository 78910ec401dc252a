// How many descriptors the calling process may have open.
#pragma once

namespace continuo {

// To as many as its hard limit allows: an emulation needs several a node.
void raise_descriptor_limit();

}  // namespace continuo
