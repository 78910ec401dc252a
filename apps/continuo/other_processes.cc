#include "other_processes.hh"

#include <unistd.h>

#include <array>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

#include "row_file.hh"

namespace continuo {
namespace {

constexpr int word_tag = 0;  // then a tag a lane, from 1
constexpr std::string_view failed = "!";

std::string host_name() {
  std::array<char, 256> name{};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? std::string{name.data()} : "?";
}

// As it stands behind "continuo: process 3 on host: ".
std::string_view without_frame(std::string_view reason) {
  constexpr std::string_view program = "continuo: ";
  if (reason.starts_with(program)) reason.remove_prefix(program.size());
  while (reason.ends_with('\n')) reason.remove_suffix(1);
  return reason;
}

}  // namespace

void tell_ready(const Ranks& ranks, std::size_t lanes, const SweepDigests& digests) {
  ranks.send(0, word_tag, fmt::format("{} {} {} {}", lanes, digests.file, digests.points, host_name()));
}

void tell_failed(const Ranks& ranks, const std::string& reason) {
  const std::string_view told = without_frame(reason);
  ranks.send(0, word_tag, fmt::format("{}{} {}", failed, host_name(), told.empty() ? "it failed and did not say why" : told));
}

OtherProcesses::Word OtherProcesses::read(const std::string& message) {
  Word word;
  if (message.starts_with(failed)) {
    const std::size_t space = message.find(' ');
    word.host = message.substr(failed.size(), space - failed.size());
    word.reason = space == std::string::npos ? "" : message.substr(space + 1);
    return word;
  }
  std::istringstream{message} >> word.lanes >> word.digests.file >> word.digests.points >> word.host;
  if (word.lanes == 0) word.reason = "it is another version of continuo\n  start the same one everywhere";
  return word;
}

void OtherProcesses::hear_all() {
  for (int rank = static_cast<int>(words_.size()) + 1; ranks_ != nullptr && rank < ranks_->size(); ++rank) {
    words_.push_back(read(ranks_->receive(rank, word_tag)));
  }
}

std::string OtherProcesses::wrong_with(const Word& word, const SweepDigests& own, const std::string& files) const {
  if (word.lanes == 0) return word.reason;
  if (word.digests.file != own.file) {
    return fmt::format("it read another {}\n  give all processes the same", files);
  }
  if (word.digests.points != own.points) return "it was started for another sweep\n  start all processes with the same arguments";
  return "";
}

std::vector<Lane> OtherProcesses::lanes(const SweepDigests& own, const std::string& files) {
  hear_all();
  std::vector<Lane> lanes;
  std::string told;
  std::size_t wrong = 0;
  for (std::size_t place = 0; place < words_.size(); ++place) {
    const Word& word = words_[place];
    const int rank = static_cast<int>(place) + 1;
    const std::string reason = wrong_with(word, own, files);
    if (!reason.empty() && wrong++ == 0) told = fmt::format("process {} on {}: {}", rank, word.host, reason);
    for (int lane = 1; lane <= static_cast<int>(word.lanes); ++lane) lanes.push_back({rank, lane});
  }
  if (wrong > 1) told += fmt::format("\n  and {} of the other processes failed as well", wrong - 1);
  if (wrong > 0) throw BadArgument(told);
  return lanes;
}

OtherProcesses::~OtherProcesses() {
  hear_all();
  for (std::size_t place = 0; place < words_.size(); ++place) {
    for (int lane = 1; lane <= static_cast<int>(words_[place].lanes); ++lane) ranks_->send(static_cast<int>(place) + 1, lane, "");
  }
}

}  // namespace continuo
