// Leases: see lease.hh.
#include "discovery/lease.hh"

#include <fmt/format.h>

namespace continuo {

std::optional<LeaseChange> LeaseTable::renew(std::string_view id, Duration now) {
  const auto found = holders_.find(id);
  if (found == holders_.end()) {
    if (!make_room()) {
      return std::nullopt;
    }
    holders_.emplace(id, Holder{now, true});
    return LeaseChange{LeaseChange::Kind::found, std::string{id}, {}};
  }
  Holder& holder = found->second;
  const bool was_alive = holder.alive;
  holder = Holder{now, true};
  if (was_alive) {
    return std::nullopt;
  }
  return LeaseChange{LeaseChange::Kind::returned, std::string{id}, {}};
}

std::optional<LeaseChange> LeaseTable::fail(std::string_view id, std::string why, Duration now) {
  const auto found = holders_.find(id);
  if (found == holders_.end() || !found->second.alive) {
    return std::nullopt;
  }
  found->second = Holder{now, false};
  return LeaseChange{LeaseChange::Kind::lost, std::string{id}, std::move(why)};
}

std::vector<LeaseChange> LeaseTable::expire(Duration now) {
  std::vector<LeaseChange> lost;
  for (auto& [id, holder] : holders_) {
    if (holder.alive && now - holder.since >= options_.length()) {
      const auto silent = std::chrono::duration_cast<std::chrono::milliseconds>(now - holder.since).count();
      lost.push_back({LeaseChange::Kind::lost, id, fmt::format("no heartbeat for {} ms", silent)});
      holder = Holder{now, false};
    }
  }
  return lost;
}

bool LeaseTable::alive(std::string_view id) const {
  const auto found = holders_.find(id);
  return found != holders_.end() && found->second.alive;
}

bool LeaseTable::make_room() {
  if (holders_.size() < options_.limit) {
    return true;
  }
  auto longest_dead = holders_.end();
  for (auto entry = holders_.begin(); entry != holders_.end(); ++entry) {
    const bool older = longest_dead == holders_.end() || entry->second.since < longest_dead->second.since;
    if (!entry->second.alive && older) {
      longest_dead = entry;
    }
  }
  if (longest_dead == holders_.end()) {
    return false;
  }
  holders_.erase(longest_dead);
  return true;
}

}  // namespace continuo
