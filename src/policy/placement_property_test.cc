// What holds for every placement, on problems drawn at random from fixed seeds.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "policy/placement.hh"
#include "units/rng.hh"

namespace continuo {
namespace {

const std::vector<std::string> all_runtimes{"builtin", "onnxruntime", "opencv"};

struct Problem {
  std::vector<PlacementService> services;
  std::vector<PlacementNode> nodes;
};

Problem draw(std::uint64_t number) {
  Rng rng{Seed{number}.derive("placement")};
  Problem problem;
  const std::uint64_t nodes = rng.below(7);
  for (std::uint64_t i = 0; i < nodes; ++i) {
    PlacementNode node{"node-" + std::to_string(i), "edge", 0.1 + 2.0 * rng.uniform(), 2,
                       Bytes::mebibytes(static_cast<std::int64_t>(64 + rng.below(1000))), {}};
    std::ranges::copy_if(all_runtimes, std::back_inserter(node.runtimes), [&](const auto&) { return rng.below(3) > 0; });
    problem.nodes.push_back(std::move(node));
  }
  const std::uint64_t services = 1 + rng.below(4);
  for (std::uint64_t i = 0; i < services; ++i) {
    PlacementService service{"service-" + std::to_string(i), {}, {}, 1.0, {}, {}};
    const std::uint64_t variants = 1 + rng.below(3);
    for (std::uint64_t v = 0; v < variants; ++v) {
      Variant variant;
      variant.name = "variant-" + std::to_string(v);
      variant.runtime = all_runtimes[rng.below(all_runtimes.size())];
      variant.memory = Bytes::mebibytes(static_cast<std::int64_t>(1 + rng.below(600)));
      variant.service_time = from_milliseconds(1.0 + 100.0 * rng.uniform());
      service.variants.push_back(std::move(variant));
    }
    if (rng.below(2) == 0) {
      service.slo = ServiceLevel{0.95, from_milliseconds(200.0 * rng.uniform())};
    }
    for (std::uint64_t n = 0; n < nodes; ++n) {
      service.network_time.push_back(from_milliseconds(50.0 * rng.uniform()));
    }
    if (rng.below(4) == 0 && nodes > 0) {
      service.only_on = std::vector<std::string>{"node-" + std::to_string(rng.below(nodes))};
    }
    problem.services.push_back(std::move(service));
  }
  return problem;
}

// The same nodes in another order, network times with them.
Problem shuffled(Problem problem, std::uint64_t number) {
  Rng rng{Seed{number}.derive("shuffle")};
  for (std::size_t last = problem.nodes.size(); last > 1; --last) {
    const std::size_t other = rng.below(last);
    std::swap(problem.nodes[last - 1], problem.nodes[other]);
    for (PlacementService& service : problem.services) {
      std::swap(service.network_time[last - 1], service.network_time[other]);
    }
  }
  return problem;
}

using Triple = std::tuple<std::string, std::string, std::string>;

constexpr std::uint64_t problems = 300;

template <class Check>
void for_every_problem(Check check) {
  for (std::uint64_t number = 0; number < problems; ++number) {
    SCOPED_TRACE("problem " + std::to_string(number));
    const Problem problem = draw(number);
    check(number, problem, place(problem.services, problem.nodes));
  }
}

TEST(PlacementProperty, does_not_depend_on_the_order_of_the_nodes) {
  for_every_problem([](std::uint64_t number, const Problem& problem, const Placement& placement) {
    const Problem other = shuffled(problem, number);
    const Placement again = place(other.services, other.nodes);
    EXPECT_EQ(again.assignments, placement.assignments);
    EXPECT_EQ(again.unplaced, placement.unplaced);
    ASSERT_EQ(again.rejections.size(), placement.rejections.size());
    for (std::size_t i = 0; i < again.rejections.size(); ++i) {
      EXPECT_EQ(again.rejections[i].node, placement.rejections[i].node);
      EXPECT_EQ(again.rejections[i].reason, placement.rejections[i].reason);
    }
  });
}

// Those without a runtime of any variant: able_nodes() leaves them out (policy/demand.hh).
TEST(PlacementProperty, is_the_same_without_the_nodes_that_can_run_nothing) {
  std::size_t left_out = 0;
  for_every_problem([&](std::uint64_t, const Problem& problem, const Placement& placement) {
    const auto is_asked_for = [&](const std::string& runtime) {
      return std::ranges::any_of(problem.services, [&](const PlacementService& service) {
        return std::ranges::count(service.variants, runtime, &Variant::runtime) > 0;
      });
    };
    Problem able{problem.services, {}};
    for (PlacementService& service : able.services) service.network_time.clear();
    for (std::size_t node = 0; node < problem.nodes.size(); ++node) {
      if (std::ranges::none_of(problem.nodes[node].runtimes, is_asked_for)) continue;
      able.nodes.push_back(problem.nodes[node]);
      for (std::size_t service = 0; service < able.services.size(); ++service) {
        able.services[service].network_time.push_back(problem.services[service].network_time[node]);
      }
    }
    left_out += problem.nodes.size() - able.nodes.size();
    EXPECT_EQ(place(able.services, able.nodes).assignments, placement.assignments);
  });
  EXPECT_GT(left_out, 30U);
}

TEST(PlacementProperty, never_fills_a_node_over_its_memory) {
  for_every_problem([](std::uint64_t , const Problem& problem, const Placement& placement) {
    std::map<std::string, Bytes> used;
    for (const Assignment& assignment : placement.assignments) {
      const auto service = std::ranges::find(problem.services, assignment.service, &PlacementService::name);
      const auto variant = std::ranges::find(service->variants, assignment.variant, &Variant::name);
      used.try_emplace(assignment.node, Bytes::zero()).first->second += variant->memory;
    }
    for (const PlacementNode& node : problem.nodes) {
      if (used.contains(node.name)) {
        EXPECT_LE(used.at(node.name), node.memory) << node.name;
      }
    }
  });
}

TEST(PlacementProperty, assigns_or_rejects_every_triple_exactly_once_and_gives_a_reason) {
  for_every_problem([](std::uint64_t , const Problem& problem, const Placement& placement) {
    std::map<Triple, int> seen;
    for (const Assignment& a : placement.assignments) {
      ++seen[{a.service, a.variant, a.node}];
    }
    for (const Rejection& r : placement.rejections) {
      ++seen[{r.service, r.variant, r.node}];
      EXPECT_FALSE(r.reason.empty());
    }
    std::size_t triples = 0;
    for (const PlacementService& service : problem.services) {
      for (const Variant& variant : service.variants) {
        for (const PlacementNode& node : problem.nodes) {
          ++triples;
          EXPECT_EQ((seen[{service.name, variant.name, node.name}]), 1);
        }
      }
    }
    EXPECT_EQ(seen.size(), triples);
  });
}

TEST(PlacementProperty, loads_at_most_one_variant_of_a_service_on_a_node) {
  for_every_problem([](std::uint64_t , const Problem&, const Placement& placement) {
    std::set<std::pair<std::string, std::string>> taken;
    for (const Assignment& a : placement.assignments) {
      EXPECT_TRUE(taken.emplace(a.service, a.node).second) << a.service << " on " << a.node;
    }
  });
}

TEST(PlacementProperty, assigns_only_what_meets_the_slo_or_one_node_that_comes_nearest) {
  for_every_problem([](std::uint64_t , const Problem& problem, const Placement& placement) {
    for (const PlacementService& service : problem.services) {
      std::vector<Duration> predicted;
      for (const Assignment& a : placement.assignments) {
        if (a.service == service.name) {
          predicted.push_back(a.predicted);
        }
      }
      if (service.slo && !service.only_on && predicted.size() > 1) {
        EXPECT_LE(*std::ranges::max_element(predicted), service.slo->bound);
      }
      const bool listed = std::ranges::count(placement.unplaced, service.name) == 1;
      EXPECT_EQ(listed, predicted.empty());
    }
  });
}

}  // namespace
}  // namespace continuo
