// What is true of one direction between two nodes, and what an event may change of it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "scenario/capacity_trace.hh"
#include "scenario/delay_table.hh"
#include "units/bit_rate.hh"
#include "units/bytes.hh"
#include "units/energy.hh"
#include "units/probability.hh"
#include "units/time.hh"

namespace continuo {

// How the delay varies about its mean; `jitter` is the standard deviation in each.
//   normal   Gaussian
//   uniform  within jitter * sqrt(3) of the mean
//   pareto   shifted Pareto of shape 3: at least delay - jitter / sqrt(3), with a long tail
//   table    drawn from a file of measured delays, to which `delay` is added; mean and jitter are the file's
enum class DelayShape { normal, uniform, pareto, table };

// Gilbert-Elliott loss (Gilbert 1960; Elliott 1963): a Markov chain of two states, one step a packet. In the good state a
// packet is lost with LinkProperties::loss.
struct LossBursts {
  Probability good_to_bad = Probability::never();
  Probability bad_to_good = Probability::always();
  Probability loss_in_bad = Probability::always();

  friend bool operator==(const LossBursts&, const LossBursts&) = default;
};

//   tail   an arriving packet that does not fit is dropped
//   head   the oldest waiting packets are dropped until the arriving one fits
//   codel  as RFC 8289 says, with tail where the limit is reached all the same
enum class DropPolicy { tail, head, codel };

// Nothing in all three: what the rate carries in a second, between 1 MiB and 16 MiB. Of several limits each holds.
struct QueueProperties {
  std::optional<std::uint64_t> packets = std::nullopt;
  std::optional<Bytes> bytes = std::nullopt;
  std::optional<Duration> time = std::nullopt;  // that an arriving packet would wait, at the rate or the mean of the trace
  DropPolicy drop = DropPolicy::tail;
  Duration codel_target = std::chrono::milliseconds{5};
  Duration codel_interval = std::chrono::milliseconds{100};

  friend bool operator==(const QueueProperties&, const QueueProperties&) = default;
};

struct LinkProperties {
  Duration delay{};   // mean one-way propagation delay; of shape table: added to that of the table
  Duration jitter{};  // standard deviation of the delay; of shape table: not used
  DelayShape shape = DelayShape::normal;
  std::shared_ptr<const DelayTable> table = nullptr;  // of shape table
  // The delay drifts and packets keep their order; or, if set, each packet's delay is its own and packets overtake.
  bool reorder = false;
  Probability overtake = Probability::never();  // share of packets that skip the delay, and so overtake
  std::optional<BitRate> rate = std::nullopt;   // nothing: unlimited, or the trace's
  std::shared_ptr<const CapacityTrace> trace = nullptr;
  Probability loss = Probability::never();  // of each packet on its own
  std::optional<LossBursts> bursts = std::nullopt;
  Probability duplicate = Probability::never();
  Probability corrupt = Probability::never();  // one bit of the packet is flipped
  QueueProperties queue = {};
  std::optional<EnergyPerBit> energy = std::nullopt;  // nothing: what is usual between such tiers (energy/)

  // Of all packets in the long run, those that overtake and those of the table included.
  Duration mean_delay() const;
  // The delay that the share Phi(deviate) of packets is below that do not overtake (Phi: the standard normal distribution);
  // the normal shape may give less than 0.
  Duration delay_at(double deviate) const;
  // The standard deviation of those that do not overtake.
  Duration delay_sd() const;
  // In the long run, bursts included.
  Probability mean_loss() const;
  // In the long run: the rate, or the mean capacity of the trace; nothing: unlimited.
  std::optional<BitRate> mean_rate() const;
  // It tells packets apart: of many that come as one, each has its own fate.
  bool acts_on_each_packet() const;
  friend bool operator==(const LinkProperties&, const LinkProperties&) = default;
};

// Properties that no link can have.
struct Contradiction {
  std::string key;  // of the property to mend: "jitter"
  std::string message;
  std::string hint;
};
std::optional<Contradiction> contradiction_in(const LinkProperties& properties);

// What one line says about a link: each value overrides.
struct LinkPatch {
  std::optional<Duration> delay = std::nullopt;
  std::optional<Duration> jitter = std::nullopt;
  std::optional<DelayShape> shape = std::nullopt;
  std::shared_ptr<const DelayTable> table = nullptr;
  std::optional<bool> reorder = std::nullopt;
  std::optional<Probability> overtake = std::nullopt;
  std::optional<BitRate> rate = std::nullopt;
  bool unlimited = false;  // takes away rate and trace
  std::shared_ptr<const CapacityTrace> trace = nullptr;
  std::optional<Probability> loss = std::nullopt;    // takes away bursts, unless these are said too
  std::optional<LossBursts> bursts = std::nullopt;
  std::optional<Probability> duplicate = std::nullopt;
  std::optional<Probability> corrupt = std::nullopt;
  std::optional<QueueProperties> queue = std::nullopt;
  std::optional<EnergyPerBit> energy = std::nullopt;

  bool says_nothing() const { return *this == LinkPatch{}; }
  // A rate takes away the trace and a trace the rate; a shape or jitter takes away the table.
  LinkProperties applied_to(LinkProperties properties) const;
  friend bool operator==(const LinkPatch&, const LinkPatch&) = default;
};

// A rate that all flows of a node share, up (from the node) and down (to it), beside the links to each other node.
struct AccessLink {
  std::optional<BitRate> up = std::nullopt;  // nothing: unlimited
  std::optional<BitRate> down = std::nullopt;
  std::shared_ptr<const CapacityTrace> up_trace = nullptr;
  std::shared_ptr<const CapacityTrace> down_trace = nullptr;
  QueueProperties queue = {};  // of either direction

  // Nothing: unlimited.
  std::optional<LinkProperties> up_link() const { return as_link(up, up_trace); }
  std::optional<LinkProperties> down_link() const { return as_link(down, down_trace); }

 private:
  std::optional<LinkProperties> as_link(const std::optional<BitRate>& rate, const std::shared_ptr<const CapacityTrace>& trace) const {
    if (!rate && !trace) return std::nullopt;
    return LinkProperties{.rate = rate, .trace = trace, .queue = queue};
  }
};

}  // namespace continuo
