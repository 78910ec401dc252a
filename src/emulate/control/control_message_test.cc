#include "emulate/control/control_message.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

TEST(ControlMessage, of_a_request_comes_back_as_it_was) {
  EXPECT_TRUE(std::holds_alternative<StatusRequest>(parse_control_request(serialise(StatusRequest{})).value()));
  EXPECT_EQ(std::get<EnterRequest>(parse_control_request(serialise(EnterRequest{"edge-1"})).value()).node, "edge-1");
  EXPECT_EQ(std::get<ActRequest>(parse_control_request(serialise(ActRequest{"kill edge-1"})).value()).action, "kill edge-1");
}

TEST(ControlMessage, that_is_no_request_is_refused) {
  for (const char* bytes : {"", "statusx", "enter", "enter ", "do ", "kill edge-1", "do kill\nedge-1", "do \x01"}) {
    EXPECT_FALSE(parse_control_request(bytes)) << bytes;
  }
  EXPECT_FALSE(parse_control_request("do " + std::string(5000, 'k')));
}

TEST(ControlMessage, of_a_reply_comes_back_as_it_was) {
  const auto done = parse_control_reply(serialise(ControlReply{.ok = true, .text = "one\ntwo"}));
  EXPECT_TRUE(done->ok);
  EXPECT_EQ(done->text, "one\ntwo");
  EXPECT_FALSE(parse_control_reply(serialise(ControlReply{.ok = false, .text = "why"}))->ok);
  EXPECT_FALSE(parse_control_reply("okay"));
}

}  // namespace
}  // namespace continuo
