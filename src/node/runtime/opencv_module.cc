// The module around cv::dnn. It is linked to OpenCV's DNN part, which the program itself is not.
#include "node/runtime/opencv_module.hh"

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <opencv2/dnn.hpp>

namespace {

void report(const std::exception& failure, char* error, std::size_t error_size) {
  // OpenCV's messages are several lines with its source file first; the reason is in one of them.
  const auto* opencv = dynamic_cast<const cv::Exception*>(&failure);
  std::snprintf(error, error_size, "%s", opencv != nullptr ? opencv->err.c_str() : failure.what());
}

const char* version() { return CV_VERSION; }

void* load(const char* file, int threads, char* error, std::size_t error_size) try {
  cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT);
  // One number for the whole process. All services of a node share its quota, so all set the same.
  cv::setNumThreads(threads);
  auto net = cv::dnn::readNetFromONNX(file);
  net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
  net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
  return new cv::dnn::Net(net);
} catch (const std::exception& failure) {
  report(failure, error, error_size);
  return nullptr;
}

cv::Mat to_mat(const ContinuoOpencvTensor& tensor) {
  const std::vector<int> shape(tensor.shape, tensor.shape + tensor.dimensions);
  // OpenCV takes a pointer to mutable data; setInput() copies it.
  return {static_cast<int>(shape.size()), shape.data(), CV_32F, const_cast<float*>(tensor.data)};
}

bool run(void* handle, const ContinuoOpencvTensor* inputs, std::size_t input_count, const char* const* outputs,
         std::size_t output_count, ContinuoOpencvSink sink, void* context, char* error, std::size_t error_size) try {
  auto& net = *static_cast<cv::dnn::Net*>(handle);
  for (std::size_t index = 0; index < input_count; ++index) {
    net.setInput(to_mat(inputs[index]), inputs[index].name);
  }
  const std::vector<std::string> names(outputs, outputs + output_count);
  std::vector<cv::Mat> results;
  net.forward(results, names);
  for (std::size_t index = 0; index < output_count; ++index) {
    const cv::Mat result = results.at(index).isContinuous() ? results.at(index) : results.at(index).clone();
    CV_CheckTypeEQ(result.type(), CV_32FC1, "only FP32 outputs are served");
    const std::vector<std::int64_t> shape(result.size.p, result.size.p + result.dims);
    const ContinuoOpencvTensor output{outputs[index], shape.data(), shape.size(), result.ptr<float>()};
    sink(context, &output);
  }
  return true;
} catch (const std::exception& failure) {
  report(failure, error, error_size);
  return false;
}

void unload(void* handle) { delete static_cast<cv::dnn::Net*>(handle); }

constexpr ContinuoOpencvModule module{version, load, run, unload};

}  // namespace

const ContinuoOpencvModule* continuo_runtime_opencv() { return &module; }
