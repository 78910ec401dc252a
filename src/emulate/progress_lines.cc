#include "emulate/progress_lines.hh"

#include <fmt/format.h>

namespace continuo {

namespace {

constexpr Duration count_interval = std::chrono::seconds{10};  // where a line cannot be written over

const char* what_begins(EmulationProgress::Phase phase) {
  switch (phase) {
    case EmulationProgress::Phase::starting: return "starting the nodes";
    case EmulationProgress::Phase::placing: return "every node listens; waiting for services to be placed and loaded";
    case EmulationProgress::Phase::probing: return "measuring the CPU share of every node";
    case EmulationProgress::Phase::loading: return "the load begins";
    case EmulationProgress::Phase::up:
      return "up, and stays so until Ctrl-C; `continuo emulate ctl status` tells more, `continuo emulate shell NODE` goes there";
    case EmulationProgress::Phase::finished: break;
  }
  return nullptr;
}

}  // namespace

std::string describe(const NodeEvent& event) {
  const std::string service = event.service + (event.variant.empty() ? "" : " (" + event.variant + ")");
  if (event.kind == "listening") return fmt::format("{} listens on {}", event.node, event.text);
  if (event.kind == "discovered") return fmt::format("{} discovered {} by {}", event.node, event.peer, event.text);
  if (event.kind == "lost") return fmt::format("{} lost {}: {}", event.node, event.peer, event.text);
  if (event.kind == "fetching") return fmt::format("{} fetches {}", event.node, service);
  if (event.kind == "loading") return fmt::format("{} loads {}", event.node, service);
  if (event.kind == "ready") {
    return fmt::format("{} is ready for {}: {:.1f} ms a request", event.node, service, to_milliseconds(event.service_time));
  }
  if (event.kind == "failed") return fmt::format("{} cannot load {}: {}", event.node, service, event.text);
  if (event.kind == "placed") return fmt::format("placement: {}", event.text);
  return fmt::format("{} {} {}", event.node, event.kind, event.text);
}

void ProgressLines::show(const EmulationProgress& progress) {
  if (output_ == nullptr) return;
  if (progress.phase != phase_) {
    phase_ = progress.phase;
    if (const char* begins = what_begins(phase_)) line(progress.elapsed, begins);
  }
  if (progress.event) return line(progress.elapsed, describe(*progress.event));
  if (!progress.text.empty()) return line(progress.elapsed, progress.text);
  if (progress.phase == EmulationProgress::Phase::loading) count(progress);
}

void ProgressLines::line(Duration elapsed, const std::string& text) {
  finish();
  fmt::print(output_, "{:7.2f} s  {}\n", to_seconds(elapsed), text);
}

void ProgressLines::count(const EmulationProgress& progress) {
  const std::string all = progress.scheduled > 0 ? fmt::format(" of {}", progress.scheduled) : "";
  const auto text = fmt::format("{}{} requests completed, {} failed", progress.completed, all, progress.failed);
  if (terminal_) {
    fmt::print(output_, "\r{:7.2f} s  {}\033[K", to_seconds(progress.elapsed), text);
    counting_ = true;
  } else if (progress.elapsed - last_count_ >= count_interval) {
    last_count_ = progress.elapsed;
    line(progress.elapsed, text);
  }
}

void ProgressLines::finish() {
  if (counting_) fmt::print(output_, "\r\033[K");
  counting_ = false;
}

}  // namespace continuo
