// Random events on small topologies, driven without a clock: whatever happens, every packet is accounted for. Links with a rate,
// a trace or neither, copies, access links before and behind them, and super-packets that some of these take apart.
#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "emulate/fabric/fabric.hh"
#include "emulate/test_support/packets.hh"
#include "scenario/infrastructure_state.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t super_headers = 44;  // of super_packet4()

// Of the IP packets that a packet stands for: each segment has the headers. So counted it is the same whether a link, or who
// hands it over, has taken it apart or put it together.
std::uint64_t ip_bytes(const VirtioHeader& header, std::size_t size) {
  const bool is_super = header.segmentation != VirtioHeader::no_segmentation;
  return size + (is_super ? (size - super_headers - 1) / header.segment_size * super_headers : 0);
}

class Counter final : public FabricOutput {
 public:
  std::optional<Instant> write(Port, const OutgoingPacket& packet) override {
    bytes += ip_bytes(packet.header, packet.size());
    super_packets += packet.header.segmentation != VirtioHeader::no_segmentation ? 1 : 0;
    return now;
  }
  std::uint64_t bytes = 0;
  std::uint64_t super_packets = 0;
  Instant now = scenario_start;
};

// Of several runs together, so that what is drawn is known to happen.
struct Seen {
  LinkCounters paths;
  LinkCounters access;
  std::uint64_t super_packets = 0;
};

std::vector<std::uint8_t> packet_to(Port port, std::size_t size) {
  std::vector<std::uint8_t> packet(size, 0);
  packet[0] = 0x45;  // version 4, five words of header
  packet[2] = static_cast<std::uint8_t>(size >> 8);
  packet[3] = static_cast<std::uint8_t>(size);
  packet[16] = 10;
  packet[17] = 77;
  packet[19] = static_cast<std::uint8_t>(port + 1);
  return packet;
}

class RandomRun {
 public:
  explicit RandomRun(std::uint64_t seed) : rng_{Seed{seed}}, nodes_{2 + below(4)} {
    scenario_.tiers = {{.name = "tier", .nodes = static_cast<int>(nodes_)}};
    FabricOptions options;
    options.seed = Seed{seed};
    for (Port port = 0; port < nodes_; ++port) {
      scenario_.nodes.push_back({"tier-" + std::to_string(port + 1), 0});
      options.ports.push_back({.address = Ipv4::of(10, 77, 0, static_cast<std::uint32_t>(port) + 1), .site = port % 2});
      access_.push_back(random_access());
    }
    for (std::size_t pair = 0; pair < nodes_ * nodes_; ++pair) {
      links_.push_back(random_link());
    }
    options.link = [this](Port from, Port to) { return links_[from * nodes_ + to]; };
    options.access = access_;
    fabric_.emplace(std::move(options));
    state_.emplace(scenario_);
    sent_.resize(nodes_);
  }

  void run(Seen& seen) {
    for (int step = 0; step < 300; ++step) {
      now_ += Duration{static_cast<std::int64_t>(below(3'000'000))};
      output_.now = now_;
      if (below(10) == 0) {
        disturb();
      } else {
        send();
      }
      fabric_->deliver_due(now_, output_);
    }
    while (const auto next = fabric_->next_departure()) {
      ASSERT_GE(*next, now_) << "what was due has been delivered";
      now_ = *next;
      output_.now = now_;
      fabric_->deliver_due(now_, output_);
    }
    check(seen);
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return rng_.below(bound); }

  BitRate random_rate() { return BitRate::bits_per_second(static_cast<std::int64_t>(50'000 + below(20'000'000))); }

  std::shared_ptr<const CapacityTrace> random_trace() {
    if (below(2) == 0) {
      Opportunities opportunities;
      Duration at{};
      for (std::uint64_t left = 1 + below(5); left > 0; --left) opportunities.at.push_back(at += 1ms * static_cast<int>(below(4)));
      opportunities.at.push_back(at + 1ms);
      return std::make_shared<const CapacityTrace>(std::move(opportunities));
    }
    RateSteps steps{.steps = {{0ms, random_rate()}}, .period = {}};
    for (std::uint64_t left = below(4); left > 0; --left) {
      const Duration from = steps.steps.back().from + 1us + Duration{static_cast<std::int64_t>(below(20'000'000))};
      steps.steps.push_back({from, below(3) == 0 ? std::nullopt : std::optional{random_rate()}});
    }
    steps.period = steps.steps.back().from + 1ns + Duration{static_cast<std::int64_t>(below(10'000'000))};
    return std::make_shared<const CapacityTrace>(std::move(steps));
  }

  QueueProperties random_queue() {
    QueueProperties queue;
    queue.bytes = Bytes::of(static_cast<std::int64_t>(1500 + below(30'000)));
    queue.drop = std::array{DropPolicy::head, DropPolicy::tail, DropPolicy::codel}.at(below(3));
    queue.codel_interval = 20ms;
    return queue;
  }

  AccessLink random_access() {
    AccessLink access{.queue = random_queue()};
    if (below(3) == 0) access.up = random_rate();
    if (below(3) == 0) access.down = random_rate();
    if (!access.up && below(4) == 0) access.up_trace = random_trace();
    if (!access.down && below(4) == 0) access.down_trace = random_trace();
    return access;
  }

  LinkProperties random_link() {
    LinkProperties link;
    link.delay = 1ms * static_cast<int>(below(20));
    link.queue = random_queue();
    const auto kind = below(5);
    if (kind == 0) {
      return link;  // unlimited: super-packets pass it whole
    }
    if (kind == 1) {
      link.trace = random_trace();
    } else if (kind < 4) {
      link.rate = random_rate();
    }
    link.jitter = link.delay / 4;
    link.loss = Probability::of(0.01 * static_cast<double>(below(30)));
    link.duplicate = Probability::of(0.01 * static_cast<double>(below(20)));
    link.corrupt = Probability::of(0.01 * static_cast<double>(below(5)));
    link.reorder = below(3) == 0;
    if (below(4) == 0) {
      link.bursts = LossBursts{Probability::of(0.05), Probability::of(0.5), Probability::always()};
    }
    return link;
  }

  void send() {
    const Port from = below(nodes_);
    const Port to = below(nodes_);
    if (below(20) == 0) {
      fabric_->accept(from, std::vector<std::uint8_t>(below(19), 0x45), now_);
      ++malformed_;
      return;
    }
    std::uint64_t size = 20 + below(1480);
    if (below(4) == 0) {
      const auto segment = static_cast<std::uint16_t>(100 + below(1360));
      const auto [header, packet] =
          super_packet4(Ipv4::of(10, 77, 0, static_cast<std::uint32_t>(to) + 1), 1 + below(20'000), segment);
      fabric_->accept(from, packet, now_, header);
      size = ip_bytes(header, packet.size());
    } else {
      fabric_->accept(from, packet_to(to, size), now_);
    }
    if (from == to) {
      ++unroutable_;
    } else {
      sent_[from] += size;
    }
  }

  // Partitions and heals of random nodes, and new figures of a random pair.
  void disturb() {
    if (below(3) == 0) {
      const Port from = below(nodes_);
      fabric_->change(from, (from + 1) % nodes_, random_link(), now_);
      return;
    }
    std::vector<NodeIndex> one;
    std::vector<NodeIndex> other;
    for (NodeIndex node = 0; node < nodes_; ++node) {
      (below(2) == 0 ? one : other).push_back(node);
    }
    const Action action = below(2) == 0 ? Action{Partition{one, other}} : Action{Heal{one, other}};
    const auto pairs = pairs_of(action);
    if (state_->apply(action)) {
      return;  // it would change nothing
    }
    for (const auto& [from, to] : pairs) {
      fabric_->connect(from, to, !state_->is_cut(from, to), now_);
    }
  }

  static std::uint64_t count(Bytes bytes) { return static_cast<std::uint64_t>(bytes.count()); }

  // All that is offered to a link leaves it or is dropped, with the copies that it made.
  static void check_link(const LinkCounters& link, LinkCounters& seen) {
    EXPECT_EQ(link.offered_packets + link.duplicated_packets, link.delivered_packets + link.dropped_packets());
    seen.duplicated_packets += link.duplicated_packets;
    seen.overflowed_packets += link.overflowed_packets;
    seen.codel_packets += link.codel_packets;
    seen.cut_packets += link.cut_packets;
    seen.corrupted_packets += link.corrupted_packets;
    seen.delivered_packets += link.delivered_packets;
  }

  // And what leaves one link enters the next.
  void check(Seen& seen) const {
    const FabricCounters counters = fabric_->counters();
    std::vector<std::uint64_t> into_paths(nodes_);
    std::vector<std::uint64_t> out_of_paths(nodes_);
    for (const PathCounters& path : counters.paths) {
      check_link(path.link, seen.paths);
      into_paths[path.from] += count(path.link.offered);
      out_of_paths[path.to] += count(path.link.delivered);
    }
    std::vector<std::uint64_t> to_paths = sent_;
    std::vector<std::uint64_t> to_nodes = out_of_paths;
    for (const AccessCounters& access : counters.access) {
      check_link(access.link, seen.access);
      auto& passing = (access.up ? to_paths : to_nodes)[access.port];
      EXPECT_EQ(count(access.link.offered), passing);
      passing = count(access.link.delivered);
    }
    EXPECT_EQ(into_paths, to_paths);
    EXPECT_EQ(output_.bytes, std::accumulate(to_nodes.begin(), to_nodes.end(), std::uint64_t{0}));
    EXPECT_EQ(counters.drops.malformed, malformed_);
    EXPECT_EQ(counters.drops.unroutable, unroutable_);
    EXPECT_GT(output_.bytes, 0U);
    seen.super_packets += output_.super_packets;
  }

  Rng rng_;
  std::size_t nodes_;
  Scenario scenario_;
  std::vector<LinkProperties> links_;
  std::vector<AccessLink> access_;
  std::optional<Fabric> fabric_;
  std::optional<InfrastructureState> state_;
  Counter output_;
  Instant now_ = scenario_start;
  std::vector<std::uint64_t> sent_;  // bytes, by the port they came from
  std::uint64_t malformed_ = 0;
  std::uint64_t unroutable_ = 0;
};

TEST(FabricProperty, accounts_for_every_packet_through_random_events_on_small_topologies) {
  Seen seen;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomRun run{seed};
    run.run(seen);
  }
  for (const LinkCounters& links : {seen.paths, seen.access}) {
    EXPECT_GT(links.overflowed_packets, 0U);
    EXPECT_GT(links.codel_packets, 0U);
    EXPECT_GT(links.delivered_packets, 0U);
  }
  EXPECT_GT(seen.paths.duplicated_packets, 0U);
  EXPECT_GT(seen.paths.corrupted_packets, 0U);
  EXPECT_GT(seen.paths.cut_packets, 0U);
  EXPECT_GT(seen.super_packets, 0U);
}

}  // namespace
}  // namespace continuo
