// The program under test, as a user starts it.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "units/time.hh"

namespace continuo {

struct Finished {
  int status = 0;  // exit status; 128 + signal if it was killed
  std::string output;
  std::string errors;
};

class StartedProgram {
 public:
  // Starts build/PRESET/bin/continuo with these arguments; `user` other than 0: as that user, without further groups.
  explicit StartedProgram(const std::vector<std::string>& arguments, uid_t user = 0);
  // Kills what still runs.
  ~StartedProgram();
  StartedProgram(const StartedProgram&) = delete;
  StartedProgram& operator=(const StartedProgram&) = delete;

  pid_t pid() const { return pid_; }
  // Reads what it says on stderr until `text` has been seen, or it has ended. False: ended without.
  bool wait_for(const std::string& text);
  void signal(int number) const;
  Finished wait();

 private:
  bool read_more();

  pid_t pid_ = -1;
  int output_ = -1;
  int errors_ = -1;
  std::string output_text_;
  std::string errors_text_;
};

// A folder of this test's own, removed afterwards.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Processes that use all the CPU they get, until destruction.
class SpinningProcesses {
 public:
  explicit SpinningProcesses(unsigned count);
  ~SpinningProcesses();
  SpinningProcesses(const SpinningProcesses&) = delete;
  SpinningProcesses& operator=(const SpinningProcesses&) = delete;
  // CPU time of all together, so far.
  Duration used() const;

 private:
  std::vector<pid_t> pids_;
};

// Returns when every process has ended, or after ten seconds: whether they have.
bool wait_for_end(const std::vector<int>& process_descriptors);
int open_process(pid_t pid);

std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);

}  // namespace continuo
