// Where this program finds the libraries of its runtimes.
#pragma once

#include "node/runtime/runtime_table.hh"

namespace continuo {

// The program's own folder holds the OpenCV module; the checkout that it was built in may hold an ONNX Runtime.
RuntimeTableOptions runtimes_beside_program();

}  // namespace continuo
