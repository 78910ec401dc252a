// The processes that run in the nodes: starts them, hands on what they print, tells when they end.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "emulate/emulated_node.hh"
#include "emulate/line_buffer.hh"
#include "os/clock.hh"
#include "scenario/scenario.hh"

namespace continuo {

enum class ProcessRole { node, load, probe, operating, program };

// Told of what happens, in its order for each process.
class ProcessListener {
 public:
  virtual ~ProcessListener() = default;
  virtual void line(NodeIndex node, ProcessRole role, const std::string& text) = 0;
  // After its last line. `last_words`: the end of its standard error.
  virtual void ended(NodeIndex node, ProcessRole role, int status, const std::string& last_words) = 0;
  // Of the role program: by its number, with all it printed, up to ProcessWatch::output_size_max.
  virtual void program_ended(std::size_t program, int status, const std::string& output) = 0;
};

// One thread. The nodes outlive it.
class ProcessWatch {
 public:
  ProcessWatch(std::vector<EmulatedNode>& nodes, const Clock& clock) : nodes_{nodes}, clock_{clock} {}

  struct Start {
    NodeIndex node = 0;
    ProcessRole role = ProcessRole::node;
    NodeProcess process;
    std::filesystem::path log;  // gets its standard error too; empty: none. Who starts again writes on
    std::size_t program = 0;    // of the role program: its number
  };
  static constexpr std::size_t output_size_max = 64 * 1024;
  void start(const Start& start);

  // Waits for something to happen until `deadline` (CLOCK_MONOTONIC) and tells the listener; returns early after each batch,
  // and when a signal arrives.
  void step(Duration deadline, ProcessListener& listener);
  // Has `ready` called by step() whenever the descriptor is readable; it must stay open.
  void watch(const FileDescriptor& descriptor, std::function<void()> ready);

  std::size_t running(ProcessRole role) const;
  // To every running process of this role in the node.
  void signal(NodeIndex node, ProcessRole role, int number);
  std::size_t running(NodeIndex node, ProcessRole role) const;
  bool is_running(NodeIndex node, ProcessRole role) const { return running(node, role) > 0; }
  // To the program and all that it started in its process group.
  void signal_program(std::size_t program, int number);

 private:
  struct Process {
    NodeIndex node = 0;
    ProcessRole role = ProcessRole::node;
    pid_t pid = 0;
    FileDescriptor output;
    FileDescriptor errors;
    FileDescriptor log;
    std::size_t program = 0;
    std::string printed;  // of a program
    LineBuffer output_lines;
    LineBuffer error_lines;
    LastLines last_words;
  };

  void read_output(Process& process, ProcessListener& listener);
  void read_errors(Process& process);
  void end(std::size_t index, int status, ProcessListener& listener);
  void take_exits(NodeIndex node, ProcessListener& listener);

  std::vector<EmulatedNode>& nodes_;
  const Clock& clock_;
  std::vector<std::unique_ptr<Process>> processes_;  // stable addresses
  std::set<std::filesystem::path> logs_;             // that were begun
  struct Watched {
    const FileDescriptor& descriptor;
    std::function<void()> ready;
  };
  std::vector<Watched> watched_;
};

}  // namespace continuo
