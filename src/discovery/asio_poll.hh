// The event loop that libavahi-core asks for, on a boost::asio::io_context: everything runs on the context's one thread.
//
// Avahi's timers are wall-clock instants; they are turned into a wait from now when they are set, so a step of the wall clock
// moves a running timer by nothing and one set across the step by its size.
#pragma once

#include <avahi-common/watch.h>

#include <boost/asio/io_context.hpp>
#include <memory>

namespace continuo {

class AsioPoll {
 public:
  // The context outlives this object, and this object outlives whatever was made with poll().
  explicit AsioPoll(boost::asio::io_context& context);
  AsioPoll(const AsioPoll&) = delete;
  AsioPoll& operator=(const AsioPoll&) = delete;

  const AvahiPoll* poll() const { return &poll_; }
  boost::asio::io_context& context() { return context_; }

 private:
  boost::asio::io_context& context_;
  AvahiPoll poll_{};
};

}  // namespace continuo
