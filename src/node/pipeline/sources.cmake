# The steps around a model: from the bytes of a request to the tensors of the answer.
if(NOT node_tests)
  find_package(JPEG REQUIRED)
  find_package(PNG REQUIRED)
  find_library(OPENCV_IMGPROC opencv_imgproc REQUIRED)
  list(APPEND node_sources
    pipeline/anchors.cc
    pipeline/ctc.cc
    pipeline/image.cc
    pipeline/image_jpeg.cc
    pipeline/image_png.cc
    pipeline/image_tensor.cc
    pipeline/network_output.cc
    pipeline/pipeline.cc
    pipeline/step.cc
    pipeline/step_classify.cc
    pipeline/step_decode.cc
    pipeline/step_detect_objects.cc
    pipeline/step_detect_text.cc
    pipeline/step_letterbox.cc
    pipeline/step_normalise.cc
    pipeline/step_output.cc
    pipeline/step_recognise_text.cc
    pipeline/step_resize.cc
    pipeline/steps.cc
    pipeline/suppression.cc
    pipeline/text_detection.cc)
  list(APPEND node_links JPEG::JPEG PNG::PNG ${OPENCV_IMGPROC} ${OPENCV_CORE})
  list(APPEND node_system_includes ${OPENCV_INCLUDE})
else()
  component_test(node TARGET node_pipeline_test
    pipeline/detection_test.cc
    pipeline/image_test.cc
    pipeline/pipeline_test.cc
    pipeline/steps_test.cc
    pipeline/text_test.cc)
  component_test(node TARGET node_accuracy_test
    pipeline/face_detect_accuracy_test.cc
    pipeline/read_text_accuracy_test.cc
    TIMEOUT 300)
endif()
