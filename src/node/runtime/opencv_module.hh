// What crosses the border between the program and continuo_runtime_opencv.so, the module that holds OpenCV's DNN part.
//
// Plain C, so that neither side depends on how the other was built. FP32 only. Strings end at a NUL; nothing throws.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

struct ContinuoOpencvTensor {
  const char* name;
  const std::int64_t* shape;
  std::size_t dimensions;
  const float* data;
};

// Called once for each output while run() lasts, in the order asked for; the tensor is valid during the call only.
using ContinuoOpencvSink = void (*)(void* context, const ContinuoOpencvTensor* output);

struct ContinuoOpencvModule {
  const char* (*version)();
  // Null on failure, with the reason in `error`.
  void* (*load)(const char* file, int threads, char* error, std::size_t error_size);
  // False on failure, with the reason in `error`.
  bool (*run)(void* net, const ContinuoOpencvTensor* inputs, std::size_t input_count, const char* const* outputs,
              std::size_t output_count, ContinuoOpencvSink sink, void* context, char* error, std::size_t error_size);
  void (*unload)(void* net);
};

// The module's only symbol.
__attribute__((visibility("default"))) const ContinuoOpencvModule* continuo_runtime_opencv();

}  // extern "C"
