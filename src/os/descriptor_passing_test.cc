// Messages keep their boundaries, and the descriptors that travel with them work at the other end.
#include "os/descriptor_passing.hh"

#include <gtest/gtest.h>
#include <unistd.h>

namespace continuo {
namespace {

TEST(DescriptorPassing, keeps_boundaries_and_order) {
  const SocketPair pair = make_message_pair();
  send_message(pair.one, "first");
  send_message(pair.one, std::string(message_size_max, 'x'));
  EXPECT_EQ(receive_message(pair.other)->bytes, "first");
  EXPECT_EQ(receive_message(pair.other)->bytes.size(), message_size_max);
}

TEST(DescriptorPassing, hands_over_a_descriptor_that_still_works) {
  const SocketPair pair = make_message_pair();
  Pipe pipe = make_pipe();
  send_message(pair.one, "pipe", {pipe.writer.get()});
  pipe.writer.reset();
  const auto message = receive_message(pair.other);
  ASSERT_TRUE(message);
  ASSERT_EQ(message->descriptors.size(), 1U);
  ASSERT_EQ(::write(message->descriptors[0].get(), "y", 1), 1);
  char letter = 0;
  EXPECT_EQ(::read(pipe.reader.get(), &letter, 1), 1);
  EXPECT_EQ(letter, 'y');
}

TEST(DescriptorPassing, shows_the_end_of_the_other_side) {
  SocketPair pair = make_message_pair();
  pair.one.reset();
  EXPECT_FALSE(receive_message(pair.other));
}

}  // namespace
}  // namespace continuo
