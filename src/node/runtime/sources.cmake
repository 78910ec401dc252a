# What executes models. OpenCV's DNN part is a module beside the program, loaded when a variant first needs it.
if(NOT node_tests)
  find_path(ONNXRUNTIME_INCLUDE onnxruntime_cxx_api.h
            HINTS ${PROJECT_SOURCE_DIR}/.deps/onnxruntime/include
            PATH_SUFFIXES onnxruntime onnxruntime/core/session REQUIRED)
  list(APPEND node_sources
    runtime/builtin_runtime.cc
    runtime/input_match.cc
    runtime/model_description.cc
    runtime/onnx_runtime.cc
    runtime/onnx_signature.cc
    runtime/onnx_tensor.cc
    runtime/opencv_runtime.cc
    runtime/profiled_runtime.cc
    runtime/runtime_table.cc
    runtime/shared_library.cc
    runtime/stacked.cc)
  list(APPEND node_links Boost::json fmt::fmt ${CMAKE_DL_LIBS})
  list(APPEND node_system_includes ${ONNXRUNTIME_INCLUDE})

  find_path(OPENCV_INCLUDE opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
  find_library(OPENCV_CORE opencv_core REQUIRED)
  find_library(OPENCV_DNN opencv_dnn REQUIRED)
  add_library(continuo_runtime_opencv MODULE runtime/opencv_module.cc)
  set_target_properties(continuo_runtime_opencv PROPERTIES
    PREFIX "" CXX_VISIBILITY_PRESET hidden LIBRARY_OUTPUT_DIRECTORY ${CMAKE_RUNTIME_OUTPUT_DIRECTORY})
  target_include_directories(continuo_runtime_opencv PRIVATE ${CMAKE_BINARY_DIR}/include/node)
  target_include_directories(continuo_runtime_opencv SYSTEM PRIVATE ${OPENCV_INCLUDE})
  target_link_libraries(continuo_runtime_opencv PRIVATE ${OPENCV_DNN} ${OPENCV_CORE})
else()
  component_test(node TARGET node_runtime_test
    runtime/onnx_signature_test.cc
    runtime/profiled_runtime_test.cc
    runtime/runtime_contract_test.cc
    runtime/runtime_table_test.cc)
endif()
