// Random events on small topologies, driven without a clock: whatever happens, every packet is accounted for.
#include <gtest/gtest.h>

#include "emulate/fabric/fabric.hh"
#include "scenario/infrastructure_state.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

class Counter final : public FabricOutput {
 public:
  std::optional<Instant> write(Port, const OutgoingPacket&) override {
    ++written;
    return now;
  }
  std::uint64_t written = 0;
  Instant now = scenario_start;
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
    }
    for (std::size_t pair = 0; pair < nodes_ * nodes_; ++pair) {
      links_.push_back(random_link());
    }
    options.link = [this](Port from, Port to) { return links_[from * nodes_ + to]; };
    fabric_.emplace(std::move(options));
    state_.emplace(scenario_);
  }

  void run() {
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
    check();
  }

 private:
  std::uint64_t below(std::uint64_t bound) { return rng_.below(bound); }

  LinkProperties random_link() {
    LinkProperties link;
    link.delay = 1ms * static_cast<int>(below(20));
    link.jitter = link.delay / 4;
    link.rate = BitRate::bits_per_second(static_cast<std::int64_t>(50'000 + below(20'000'000)));
    link.loss = Probability::of(0.01 * static_cast<double>(below(30)));
    link.duplicate = Probability::of(0.01 * static_cast<double>(below(5)));
    link.reorder = below(3) == 0;
    link.queue.bytes = Bytes::of(static_cast<std::int64_t>(1500 + below(30'000)));
    link.queue.drop = below(2) == 0 ? DropPolicy::head : DropPolicy::tail;
    if (below(4) == 0) {
      link.bursts = LossBursts{Probability::of(0.05), Probability::of(0.5), Probability::always()};
    }
    return link;
  }

  void send() {
    const Port from = below(nodes_);
    const Port to = below(nodes_);
    const std::size_t size = 20 + below(1480);
    if (below(20) == 0) {
      fabric_->accept(from, std::vector<std::uint8_t>(below(19), 0x45), now_);
    } else {
      fabric_->accept(from, packet_to(to, size), now_);
    }
    ++accepted_;
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

  void check() const {
    const FabricCounters counters = fabric_->counters();
    std::uint64_t offered = 0;
    std::uint64_t delivered = 0;
    for (const PathCounters& path : counters.paths) {
      const LinkCounters& link = path.link;
      offered += link.offered_packets;
      delivered += link.delivered_packets;
      EXPECT_EQ(link.offered_packets + link.duplicated_packets, link.delivered_packets + link.dropped_packets());
    }
    const FabricDrops& drops = counters.drops;
    EXPECT_EQ(accepted_, offered + drops.malformed + drops.unroutable);
    EXPECT_EQ(delivered, output_.written + drops.refused + drops.corrupted);
    EXPECT_GT(output_.written, 0U);
  }

  Rng rng_;
  std::size_t nodes_;
  Scenario scenario_;
  std::vector<LinkProperties> links_;
  std::optional<Fabric> fabric_;
  std::optional<InfrastructureState> state_;
  Counter output_;
  Instant now_ = scenario_start;
  std::uint64_t accepted_ = 0;
};

TEST(FabricProperty, accounts_for_every_packet_through_random_events_on_small_topologies) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomRun run{seed};
    run.run();
  }
}

}  // namespace
}  // namespace continuo
