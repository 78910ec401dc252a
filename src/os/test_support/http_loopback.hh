// For tests: an io_context on a thread of its own, and blocking sockets to say anything to a server, HTTP or not.
#pragma once

#include <boost/asio/connect.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <string>
#include <string_view>
#include <thread>

namespace continuo {

class IoThread {
 public:
  ~IoThread() { stop(); }
  // Ends the thread; what lives on the io_context can then be destroyed from here.
  void stop() {
    if (thread_.joinable()) {
      work_.reset();
      context.stop();
      thread_.join();
    }
  }
  // Runs the function on the thread and returns what it returns.
  template <class Function>
  auto call(Function function) {
    std::packaged_task<decltype(function())()> task{std::move(function)};
    auto result = task.get_future();
    boost::asio::post(context, [&task] { task(); });
    return result.get();
  }

  boost::asio::io_context context;

 private:
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_ = boost::asio::make_work_guard(context);
  std::thread thread_{[this] { context.run(); }};
};

// A blocking connection to a port of the loopback.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
  }
  explicit RawConnection(boost::asio::ip::tcp::acceptor& acceptor) { acceptor.accept(socket_); }

  void write(std::string_view text) { boost::asio::write(socket_, boost::asio::buffer(text)); }
  // All until the other side closes.
  std::string read_all() {
    std::string text;
    boost::system::error_code error;
    boost::asio::read(socket_, boost::asio::dynamic_buffer(text), error);
    return text;
  }
  // Until what came ends with `end`, or the other side closes.
  std::string read_until(std::string_view end) {
    std::string text;
    boost::system::error_code error;
    while (!error && !text.ends_with(end)) {
      char letter = 0;
      if (boost::asio::read(socket_, boost::asio::buffer(&letter, 1), error) == 1) {
        text += letter;
      }
    }
    return text;
  }
  void reset() {
    socket_.set_option(boost::asio::socket_base::linger{true, 0});
    socket_.close();
  }

 private:
  boost::asio::io_context context_;
  boost::asio::ip::tcp::socket socket_{context_};
};

}  // namespace continuo
