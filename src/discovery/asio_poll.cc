// AvahiPoll on asio: see asio_poll.hh. AvahiWatch and AvahiTimeout are Avahi's opaque names, ours to define.
#include "discovery/asio_poll.hh"

#include <avahi-common/timeval.h>
#include <poll.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace asio = boost::asio;

// Lives until watch_free; waits in flight hold it by `self` so that their cancelled handlers touch nothing freed.
struct AvahiWatch {
  AvahiWatch(asio::io_context& context, int fd_, AvahiWatchCallback callback_, void* userdata_)
      : descriptor{context, fd_}, fd{fd_}, callback{callback_}, userdata{userdata_} {}

  asio::posix::stream_descriptor descriptor;
  int fd;
  AvahiWatchCallback callback;
  void* userdata;
  AvahiWatchEvent wanted{};
  AvahiWatchEvent happened{};
  bool reading = false;
  bool writing = false;
  std::shared_ptr<AvahiWatch> self;  // empty: freed by Avahi
};

struct AvahiTimeout {
  AvahiTimeout(asio::io_context& context, AvahiTimeoutCallback callback_, void* userdata_)
      : timer{context}, callback{callback_}, userdata{userdata_} {}

  asio::steady_timer timer;
  AvahiTimeoutCallback callback;
  void* userdata;
  std::uint64_t setting = 0;  // a handler of an earlier setting does nothing
  std::shared_ptr<AvahiTimeout> self;
};

namespace continuo {

namespace {

void arm(const std::shared_ptr<AvahiWatch>& watch);

void fire(const std::shared_ptr<AvahiWatch>& watch, int event) {
  // What was waited for may not be wanted any more.
  if (!watch->self || (watch->wanted & event) == 0) {
    return;
  }
  watch->happened = static_cast<AvahiWatchEvent>(event);
  watch->callback(watch.get(), watch->fd, watch->happened, watch->userdata);
  watch->happened = AvahiWatchEvent{};
  if (watch->self) {
    arm(watch);
  }
}

void arm(const std::shared_ptr<AvahiWatch>& watch) {
  if ((watch->wanted & AVAHI_WATCH_IN) != 0 && !watch->reading) {
    watch->reading = true;
    watch->descriptor.async_wait(asio::posix::stream_descriptor::wait_read, [watch](boost::system::error_code error) {
      watch->reading = false;
      if (!error) {
        fire(watch, AVAHI_WATCH_IN);
      }
    });
  }
  if ((watch->wanted & AVAHI_WATCH_OUT) != 0 && !watch->writing) {
    watch->writing = true;
    watch->descriptor.async_wait(asio::posix::stream_descriptor::wait_write, [watch](boost::system::error_code error) {
      watch->writing = false;
      if (!error) {
        fire(watch, AVAHI_WATCH_OUT);
      }
    });
  }
}

AvahiWatch* watch_new(const AvahiPoll* api, int fd, AvahiWatchEvent event, AvahiWatchCallback callback, void* userdata) {
  auto& context = static_cast<AsioPoll*>(api->userdata)->context();
  const auto watch = std::make_shared<AvahiWatch>(context, fd, callback, userdata);
  watch->self = watch;
  watch->wanted = event;
  arm(watch);
  return watch.get();
}

void watch_update(AvahiWatch* watch, AvahiWatchEvent event) {
  watch->wanted = event;
  arm(watch->self);
}

AvahiWatchEvent watch_get_events(AvahiWatch* watch) { return watch->happened; }

void watch_free(AvahiWatch* watch) {
  const std::shared_ptr<AvahiWatch> last = std::move(watch->self);
  last->descriptor.release();  // cancels the waits; Avahi closes the descriptor
}

void timeout_update(AvahiTimeout* timeout, const timeval* at) {
  const std::uint64_t setting = ++timeout->setting;
  if (at == nullptr) {
    timeout->timer.cancel();
    return;
  }
  const AvahiUsec wait = std::max<AvahiUsec>(0, -avahi_age(at));
  timeout->timer.expires_after(std::chrono::microseconds{wait});
  timeout->timer.async_wait([held = timeout->self, setting](boost::system::error_code error) {
    if (!error && held->self && held->setting == setting) {
      held->callback(held.get(), held->userdata);
    }
  });
}

AvahiTimeout* timeout_new(const AvahiPoll* api, const timeval* at, AvahiTimeoutCallback callback, void* userdata) {
  auto& context = static_cast<AsioPoll*>(api->userdata)->context();
  const auto timeout = std::make_shared<AvahiTimeout>(context, callback, userdata);
  timeout->self = timeout;
  timeout_update(timeout.get(), at);
  return timeout.get();
}

void timeout_free(AvahiTimeout* timeout) {
  const std::shared_ptr<AvahiTimeout> last = std::move(timeout->self);
  last->timer.cancel();
}

}  // namespace

AsioPoll::AsioPoll(boost::asio::io_context& context) : context_{context} {
  poll_.userdata = this;
  poll_.watch_new = watch_new;
  poll_.watch_update = watch_update;
  poll_.watch_get_events = watch_get_events;
  poll_.watch_free = watch_free;
  poll_.timeout_new = timeout_new;
  poll_.timeout_update = timeout_update;
  poll_.timeout_free = timeout_free;
}

}  // namespace continuo
