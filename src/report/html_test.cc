// The HTML report: one file, nothing executable in it, every text escaped, every part where it belongs.
#include "report/html.hh"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "report/distribution.hh"
#include "report/sample_factory.hh"
#include "report/stage_bars.hh"
#include "report/svg.hh"
#include "report/timeline.hh"
#include "report/topology.hh"
#include "result/test_support/sample_evaluation.hh"

namespace continuo {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

int count(const std::string& text, const std::string& part) {
  int found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// Tags that must be closed, in the right order; those of SVG that close themselves end in "/>".
std::string unbalanced(const std::string& html) {
  std::vector<std::string> open;
  for (std::size_t at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const std::size_t end = html.find('>', at);
    if (end == std::string::npos) return "an open tag at the end";
    const std::string tag = html.substr(at + 1, end - at - 1);
    if (tag.starts_with('!') || tag.ends_with('/') || tag.starts_with("meta")) continue;
    const std::string name = tag.substr(0, tag.find(' '));
    if (!name.starts_with('/')) open.push_back(name);
    else if (open.empty() || '/' + open.back() != name) return "unexpected <" + tag + ">";
    else open.pop_back();
  }
  return open.empty() ? "" : "open: " + open.back();
}

TEST(HtmlReport, is_one_file_that_runs_nothing_and_fetches_nothing) {
  const std::string html = render_html(sample_factory(), sample_pair());
  if (const char* file = std::getenv("CONTINUO_WRITE_HTML")) std::ofstream{file} << html;
  EXPECT_THAT(html, AllOf(HasSubstr("<!doctype html>"), Not(HasSubstr("<script")), Not(HasSubstr("http")),
                          Not(HasSubstr("url(")), Not(HasSubstr("@import")), Not(HasSubstr("src="))));
  EXPECT_EQ(unbalanced(html), "");
}

TEST(HtmlReport, has_every_part) {
  const std::string html = render_html(sample_factory(), sample_pair());
  for (const char* part : {"<h1>factory</h1>", "seed <b>1</b>", "commit <b>3f09a4f</b>", "Topology", "Where the time goes",
                           "How latency is distributed", "What happened when", "edge-cv-1 lost", "Delivery", "First-order"}) {
    EXPECT_THAT(html, HasSubstr(part));
  }
  EXPECT_EQ(count(html, "<svg"), 5);  // topology, stages, a distribution for each of two services, timeline
  EXPECT_THAT(html, Not(HasSubstr("nan")));
}

TEST(HtmlReport, escapes_every_name) {
  const std::string nasty = "<script>alert('1')</script>\"&";
  Scenario scenario = sample_factory();
  scenario.name = nasty;
  for (Tier& tier : scenario.tiers) {
    tier.name = nasty;
    tier.runtimes = std::vector<std::string>{nasty};
  }
  for (Node& node : scenario.nodes) node.name = nasty;
  std::vector<Evaluation> evaluations = sample_pair();
  for (Evaluation& evaluation : evaluations) {
    evaluation.scenario = evaluation.commit = evaluation.bottleneck = nasty;
    evaluation.valid = false;
    evaluation.invalid_because = evaluation.notes = {nasty};
    evaluation.startup_ms[nasty] = 1;
    evaluation.events.push_back({Duration{}, nasty});
    for (TimelineSlice& slice : evaluation.timeline) slice.completed_by_node[nasty] = 1;
    for (ResourceLoad& resource : evaluation.resources) resource.name = nasty;
    for (DeliveryCheck& check : evaluation.delivery) check.what = check.unit = check.note = nasty;
    for (Inequality& one : evaluation.inequalities) one.name = one.subject = one.unit = nasty;
    for (ServiceResult& service : evaluation.services) {
      service.name = nasty;
      service.failed[nasty] = 1;
      for (ServedShare& served : service.by_node) served.node = served.variant = nasty;
    }
  }
  const std::string html = render_html(scenario, evaluations);
  EXPECT_EQ(count(html, "<script"), 0);
  EXPECT_EQ(count(html, "alert('"), 0);
  EXPECT_EQ(unbalanced(html), "");
}

TEST(HtmlReport, of_an_invalid_run_says_so_at_the_top) {
  Evaluation run = sample_emulation();
  run.valid = false;
  run.invalid_because = {"rate endpoint to edge: got 5 Mbit/s"};
  const std::string html = render_html(sample_factory(), {&run, 1});
  EXPECT_LT(html.find("got 5 Mbit/s"), html.find("Topology"));
}

TEST(HtmlReport, of_nothing_is_still_a_page) {
  EXPECT_EQ(unbalanced(render_html(sample_factory(), {})), "");
  const Evaluation bare;
  EXPECT_EQ(unbalanced(render_html(Scenario{}, {&bare, 1})), "");
}

TEST(Svg, escapes_what_it_writes) {
  EXPECT_EQ(html_escape("a<b>&\"'\x01"), "a&lt;b&gt;&amp;&quot;&#39; ");
}

TEST(Svg, has_axes_with_round_steps) {
  EXPECT_THAT(axis_ticks(60, 6), ::testing::ElementsAre(0, 10, 20, 30, 40, 50, 60));
  EXPECT_THAT(axis_ticks(355, 6), ::testing::ElementsAre(0, 100, 200, 300, 400));
  EXPECT_EQ(axis_ticks(0, 6).front(), 0.0);  // no data: still an axis
}

TEST(Svg, shortens_a_text_to_its_room_without_breaking_a_character) {
  EXPECT_EQ(shortened("edge", 100, 12), "edge");
  EXPECT_EQ(shortened("\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4", 12 * 0.56 * 3 + 0.1, 12), "\u00e4\u00e4\u2026");
}

TEST(Topology, draws_every_node_of_a_small_tier_and_counts_the_rest_of_a_large_one) {
  const std::string small = draw_topology(sample_factory(), sample_emulation());
  EXPECT_EQ(count(small, "class=\"node\""), 6);
  EXPECT_EQ(count(small, "class=\"frame\""), 4);
  EXPECT_THAT(small, HasSubstr("got 7.52 ms"));
  Scenario large = sample_factory();
  for (int node = 4; node <= 50; ++node) large.nodes.push_back({"endpoint-" + std::to_string(node), 3});
  EXPECT_THAT(draw_topology(large, sample_emulation()), HasSubstr("and 44 more"));
}

TEST(StageBars, draw_five_stages_a_service_and_fidelity) {
  const std::vector<Evaluation> pair = sample_pair();
  EXPECT_EQ(count(draw_stage_bars(pair), "<title>"), 2 * 2 * 5);
}

TEST(Distribution, marks_the_percentiles_and_the_slo) {
  const std::vector<Evaluation> pair = sample_pair();
  EXPECT_THAT(draw_distribution(pair, "read-text"), AllOf(HasSubstr("p50"), HasSubstr("p95"), HasSubstr("p99"),
                                                          HasSubstr("SLO: 95 % within 250 ms")));
}

TEST(Timeline, is_drawn_where_there_is_one) {
  EXPECT_THAT(draw_timeline(sample_model()), IsEmpty());
  const std::string drawing = draw_timeline(sample_emulation());
  EXPECT_EQ(count(drawing, "class=\"event\""), 1) << "the node that was killed on purpose";
  EXPECT_EQ(count(drawing, "class=\"event observed\""), 2);
  EXPECT_EQ(count(drawing, "class=\"failed\""), 2) << "one interval, and the legend";
  EXPECT_EQ(count(drawing, "class=\"latency-p95\""), 2) << "the line, and the legend";
}

TEST(Timeline, gives_what_is_observed_at_once_one_label) {
  Evaluation run = sample_emulation();
  run.events = {{std::chrono::seconds{10}, "partition endpoint from edge", EventOrigin::scenario},
                {std::chrono::seconds{11}, "endpoint-1 lost edge-1", EventOrigin::observed},
                {std::chrono::milliseconds{11500}, "endpoint-2 lost edge-1", EventOrigin::observed},
                {std::chrono::milliseconds{12900}, "endpoint-3 lost edge-1", EventOrigin::observed},
                {std::chrono::milliseconds{13100}, "endpoint-4 lost edge-1", EventOrigin::observed}};
  const std::string drawing = draw_timeline(run);
  EXPECT_EQ(count(drawing, "class=\"event observed\""), 2) << "the last comes more than two seconds after the first";
  EXPECT_THAT(drawing, HasSubstr("endpoint-1 lost edge-1, and 2 more"));
  EXPECT_THAT(drawing, HasSubstr("endpoint-4 lost edge-1<"));
}

TEST(Topology, breaks_a_long_description_of_a_link_into_lines_that_fit) {
  Scenario scenario = sample_factory();
  for (Link& link : scenario.links) {
    link.properties.loss = Probability::of(0.0123);
  }
  const std::string drawing = draw_topology(scenario, sample_emulation());
  EXPECT_THAT(drawing, HasSubstr(">1.2 % loss<"));
  EXPECT_THAT(drawing, Not(HasSubstr("\u2026"))) << "nothing had to be cut";
}

TEST(Timeline, of_an_hour_has_bars_as_wide_as_there_is_room_for) {
  Evaluation run = sample_emulation();
  run.duration = std::chrono::hours{1};
  run.timeline.clear();
  for (int second = 0; second < 3600; ++second) {
    TimelineSlice& slice = run.timeline.emplace_back();
    slice.from = std::chrono::seconds{second};
    slice.to = std::chrono::seconds{second + 1};
    slice.completed_by_node["edge-1"] = 10;
  }
  EXPECT_EQ(draw_timeline(run).find("width=\"0.0\""), std::string::npos);
}

}  // namespace
}  // namespace continuo
