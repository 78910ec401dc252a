#include "emulate/progress_lines.hh"

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>

namespace continuo {
namespace {

using namespace std::chrono_literals;
using Phase = EmulationProgress::Phase;

// What is written, in memory.
class Written {
 public:
  std::FILE* file() { return file_.get(); }
  std::string text() {
    std::fflush(file_.get());
    return {bytes_, size_};
  }
  ~Written() {
    file_.reset();
    std::free(bytes_);
  }

 private:
  char* bytes_ = nullptr;
  std::size_t size_ = 0;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{::open_memstream(&bytes_, &size_), std::fclose};
};

EmulationProgress loading(Duration elapsed, std::uint64_t completed) {
  return {.phase = Phase::loading, .elapsed = elapsed, .event = {}, .text = "", .completed = completed, .failed = 0, .scheduled = 9};
}

TEST(ProgressLines, gives_each_phase_and_event_a_line) {
  Written written;
  ProgressLines lines{written.file(), false};
  lines.show({.phase = Phase::starting, .elapsed = 100ms, .event = {}, .text = ""});
  NodeEvent ready;
  ready.kind = "ready";
  ready.node = "edge-1";
  ready.service = "faces";
  ready.service_time = 1500us;
  lines.show({.phase = Phase::starting, .elapsed = 2s, .event = ready, .text = ""});
  EXPECT_EQ(written.text(),
            "   0.10 s  starting the nodes\n"
            "   2.00 s  edge-1 is ready for faces: 1.5 ms a request\n");
}

TEST(ProgressLines, counts_in_place_on_a_terminal_and_leaves_no_count_behind) {
  Written written;
  ProgressLines lines{written.file(), true};
  lines.show(loading(1s, 2));
  lines.finish();
  EXPECT_EQ(written.text(),
            "   1.00 s  the load begins\n"
            "\r   1.00 s  2 of 9 requests completed, 0 failed\033[K"
            "\r\033[K");
}

TEST(ProgressLines, counts_every_ten_seconds_in_a_pipe) {
  Written written;
  ProgressLines lines{written.file(), false};
  lines.show(loading(1s, 0));
  lines.show(loading(9s, 1));
  lines.show(loading(10s, 2));
  lines.show(loading(19s, 3));
  EXPECT_EQ(written.text(),
            "   1.00 s  the load begins\n"
            "  10.00 s  2 of 9 requests completed, 0 failed\n");
}

TEST(ProgressLines, is_silent_when_told) {
  ProgressLines lines{nullptr, true};
  lines.show(loading(1s, 0));
  lines.finish();
}

}  // namespace
}  // namespace continuo
