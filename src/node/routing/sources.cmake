if(node_tests)
  component_test(node TARGET node_routing_test routing/forwarder_test.cc routing/heartbeats_test.cc routing/peer_table_test.cc
                 routing/routing_loopback_test.cc
                 LINKS Boost::headers)
else()
  list(APPEND node_sources routing/forwarder.cc routing/heartbeats.cc routing/http_sender.cc routing/peer_table.cc)
  list(APPEND node_links Boost::headers fmt::fmt spdlog::spdlog)
endif()
