// Answers who asks a running emulation. Everything about a client is bounded, and none is waited for.
#pragma once

#include <filesystem>
#include <functional>
#include <vector>

#include "emulate/control/control_message.hh"
#include "os/descriptor_passing.hh"
#include "os/file_descriptor.hh"

namespace continuo {

struct ControlAnswer {
  ControlReply reply;
  FileDescriptor descriptor = {};  // goes with the reply, if it is open
};

class ControlServer {
 public:
  // Beyond, the client that has been there longest is sent away.
  static constexpr std::size_t clients_max = 16;

  // Of a reply's text; a longer one is cut.
  static constexpr std::size_t reply_size_max = message_size_max - 16;

  explicit ControlServer(const std::filesystem::path& socket);

  // Readable when serve() has something to do.
  const FileDescriptor& readable() const { return epoll_; }
  // Takes what has come, asks `answer` for each request and sends its answer. A client that breaks the rules, or does not take
  // its answers, is sent away.
  void serve(const std::function<ControlAnswer(const ControlRequest&)>& answer);

 private:
  void watch(const FileDescriptor& descriptor);
  bool talk(const FileDescriptor& client, const std::function<ControlAnswer(const ControlRequest&)>& answer);

  FileDescriptor listener_;
  FileDescriptor epoll_;
  std::vector<FileDescriptor> clients_;  // in the order in which they came
};

}  // namespace continuo
