#include "workload/intervals.hh"

#include <algorithm>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace continuo {
namespace {

// Starts and ends of streams in the order of time, those that are near each other as one.
class Division {
 public:
  explicit Division(const Scenario& scenario) : scenario_{scenario} {
    std::vector<Duration> times;
    for (const Stream& stream : scenario.workload) {
      times.push_back(stream.start);
      times.push_back(stream.start + stream.duration);
    }
    std::ranges::sort(times);
    times.erase(std::unique(times.begin(), times.end()), times.end());
    const auto place = [&](Duration at) { return static_cast<std::size_t>(std::ranges::lower_bound(times, at) - times.begin()); };
    for (const Stream& stream : scenario.workload) spans_.push_back({place(stream.start), place(stream.start + stream.duration)});
    for (const Duration time : times) changes_.push_back({time, time});
    least_ = from_seconds(interval_share_least * to_seconds(times.back() - times.front()));
  }

  Intervals take() {
    while (const auto near = next_to_join()) join(*near);
    for (std::size_t index = 0; index < count(); ++index) add(index);
    return std::move(result_);
  }

 private:
  // Starts and ends that are taken as one.
  struct Change {
    Duration first{};
    Duration last{};
  };
  // Of a stream: places among the changes.
  struct Span {
    std::size_t first = 0;
    std::size_t end = 0;
  };

  std::size_t count() const { return changes_.size() - 1; }
  Duration apart(std::size_t interval) const { return changes_[interval + 1].last - changes_[interval].first; }
  Duration at(std::size_t change) const {
    const Change& which = changes_[change];
    return change == 0 ? which.first : change == count() ? which.last : which.first + (which.last - which.first) / 2;
  }
  Duration length(std::size_t first, std::size_t end) const { return at(end) - at(first); }

  // The interval whose two ends have the least between them.
  std::optional<std::size_t> next_to_join() const {
    std::vector<bool> is_all(count(), false);  // that some stream has
    for (const Span& span : spans_) {
      if (span.end == span.first + 1) is_all[span.first] = true;
    }
    std::optional<std::size_t> nearest;
    for (std::size_t index = 0; count() > 1 && index < count(); ++index) {
      const bool may = count() > intervals_most || (!is_all[index] && (apart(index) < least_ || count() > intervals_usual));
      if (may && (!nearest || apart(index) < apart(*nearest))) nearest = index;
    }
    return nearest;
  }

  void join(std::size_t interval) {
    result_.apart_most = std::max(result_.apart_most, apart(interval));
    ++result_.joined;
    changes_[interval].last = changes_[interval + 1].last;
    changes_.erase(changes_.begin() + static_cast<std::ptrdiff_t>(interval + 1));
    for (Span& span : spans_) {
      span.first -= span.first > interval ? 1 : 0;
      span.end -= span.end > interval ? 1 : 0;
      if (span.first < span.end) continue;
      span.first = std::min(span.first, count() - 1);
      span.end = span.first + 1;
    }
  }

  void add(std::size_t index) {
    Interval interval{at(index), at(index + 1), {}};
    for (StreamIndex stream = 0; stream < spans_.size(); ++stream) {
      const Span& span = spans_[stream];
      if (index < span.first || index >= span.end) continue;
      const double share = to_seconds(interval.length()) / to_seconds(length(span.first, span.end));
      interval.streams.push_back({stream, from_seconds(share * to_seconds(scenario_.workload[stream].duration))});
    }
    if (!interval.streams.empty()) result_.all.push_back(std::move(interval));
  }

  const Scenario& scenario_;
  std::vector<Change> changes_;
  std::vector<Span> spans_;  // by stream
  Duration least_{};
  Intervals result_;
};

}  // namespace

bool send_together(const Scenario& scenario) {
  return std::ranges::all_of(scenario.workload, [&](const Stream& stream) {
    return stream.start == scenario.workload.front().start && stream.duration == scenario.workload.front().duration;
  });
}

Intervals intervals_of(const Scenario& scenario) { return scenario.workload.empty() ? Intervals{} : Division{scenario}.take(); }

std::string told(const Scenario& scenario, const Interval& interval) {
  constexpr std::size_t named_most = 4;
  const std::size_t count = interval.streams.size();
  std::string names;
  for (std::size_t index = 0; index < std::min(count, named_most); ++index) {
    const bool last = index + 1 == count;
    names += (index == 0 ? "" : last ? " and " : ", ") + scenario.workload[interval.streams[index].stream].name;
  }
  if (count > named_most) names += fmt::format(" and {} more", count - named_most);
  return fmt::format("from {:.6g} s to {:.6g} s, when {} {}", to_seconds(interval.from), to_seconds(interval.to), names,
                     count == 1 ? "sends alone" : "send together");
}

}  // namespace continuo
