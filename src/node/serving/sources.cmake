# What a node serves: packages and files by digest, instances with their queues, and the protocol in front of them.
if(NOT node_tests)
  list(APPEND node_sources
    serving/contract.cc
    serving/file_store.cc
    serving/inference_endpoint.cc
    serving/instance.cc
    serving/instance_table.cc
    serving/metrics.cc
    serving/package_fetch.cc
    serving/package_store.cc
    serving/protocol_v2.cc
    serving/repository_endpoint.cc
    serving/route_table.cc)
  list(APPEND node_links Boost::json)
else()
  component_test(node TARGET node_serving_test
    serving/contract_test.cc
    serving/file_store_test.cc
    serving/instance_test.cc
    serving/metrics_test.cc
    serving/package_store_test.cc
    serving/protocol_v2_test.cc
    serving/repository_test.cc
    serving/route_table_test.cc)
endif()
