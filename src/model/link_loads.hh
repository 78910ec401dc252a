// How busy links are, and the access links beside them, under the shares that routing has set.
#pragma once

#include <vector>

#include "model/flows.hh"
#include "model/terms/waiting.hh"

namespace continuo {

class LinkLoads {
 public:
  LinkLoads(const Scenario& scenario, const Flows& flows);

  // An access link of limited rate at one end of a link.
  struct Hop {
    std::size_t nodes = 0;  // class
    bool up = false;
    BitRate rate;
  };

  const QueueLoad& link(std::size_t link) const { return links_[link]; }
  const QueueLoad& access(const Hop& hop) const { return (hop.up ? up_ : down_)[hop.nodes]; }
  // Of the link's sender (up) and of its receiver (down).
  std::vector<Hop> hops(const ClassLink& link) const;

 private:
  void load(std::size_t link, bool answer, const Source& source, const Choice& choice);

  const Scenario& scenario_;
  const Flows& flows_;
  std::vector<QueueLoad> links_;  // of one pair of nodes
  std::vector<QueueLoad> up_;     // by class of nodes, of one node; empty: no node has an access link
  std::vector<QueueLoad> down_;
};

}  // namespace continuo
