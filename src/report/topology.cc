#include "report/topology.hh"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "report/figures.hh"
#include "report/svg.hh"

namespace continuo {
namespace {

constexpr double page_width = 1080;
constexpr double node_height = 96;
constexpr double node_gap = 12;
constexpr double frame_padding = 12;
constexpr double frame_head = 30;
constexpr double arc_height = 52;        // room for one link that passes over a column
constexpr std::size_t nodes_shown = 6;   // of a tier; the others are counted
constexpr double small = 11;

struct Column {
  TierIndex tier = 0;
  std::vector<NodeIndex> nodes;  // shown
  std::size_t hidden = 0;
  Box frame;
};

std::string gibibytes(Bytes size) {
  const double mebibytes = static_cast<double>(size.count()) / (1 << 20);
  return mebibytes < 1024 ? fmt::format("{:.0f} MiB", mebibytes) : fmt::format("{:.3g} GiB", mebibytes / 1024);
}

std::string describe_link(const LinkProperties& link) {
  std::string text = fmt::format("{:.3g} ms", to_milliseconds(link.delay));
  if (link.jitter > Duration{}) text += fmt::format(" \u00b1 {:.3g}", to_milliseconds(link.jitter));
  if (link.rate) {
    const double megabits = link.rate->megabits_per_second();
    text += megabits >= 1000 ? fmt::format(" \u00b7 {:.3g} Gbit/s", megabits / 1000)
                             : fmt::format(" \u00b7 {:.3g} Mbit/s", megabits);
  }
  if (link.loss.value() > 0) text += fmt::format(" \u00b7 {:.2g} % loss", link.loss.value() * 100);
  return text;
}

class Drawing {
 public:
  Drawing(const Scenario& scenario, const Evaluation& evaluation) : scenario_{scenario}, evaluation_{evaluation} {
    arrange();
  }

  std::string draw() {
    Svg svg{page_width, height_, "Topology: tiers, nodes and links"};
    for (std::size_t from = 0; from < columns_.size(); ++from) {
      for (std::size_t to = from + 1; to < columns_.size(); ++to) draw_link(svg, from, to);
    }
    for (const Column& column : columns_) draw_column(svg, column);
    return svg.finish();
  }

 private:
  // Endpoints to the left, cloud to the right.
  void arrange() {
    for (TierIndex tier = 0; tier < scenario_.tiers.size(); ++tier) {
      Column column{tier, {}, 0, {}};
      for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
        if (scenario_.nodes[node].tier != tier) continue;
        if (column.nodes.size() < nodes_shown) column.nodes.push_back(node);
        else ++column.hidden;
      }
      if (!column.nodes.empty()) columns_.push_back(std::move(column));
    }
    std::ranges::stable_sort(columns_, [&](const Column& one, const Column& other) {
      return scenario_.tiers[one.tier].role > scenario_.tiers[other.tier].role;
    });
    const std::size_t count = std::max<std::size_t>(columns_.size(), 1);
    for (std::size_t span = 2; span < count; ++span) arcs_ += static_cast<int>(count - span);
    const double top = arcs_ * arc_height + 4;
    const double gap = count > 3 ? 150 : 176;
    const double width = std::min(280.0, (page_width - gap * static_cast<double>(count - 1)) / static_cast<double>(count));
    const double used = width * static_cast<double>(count) + gap * static_cast<double>(count - 1);
    double tallest = 0.0;
    for (const Column& column : columns_) tallest = std::max(tallest, frame_height(column));
    double x = (page_width - used) / 2;
    for (Column& column : columns_) {
      const double height = frame_height(column);
      column.frame = {x, top + (tallest - height) / 2, width, height};
      x += width + gap;
    }
    height_ = top + tallest + 6;
  }

  static double frame_height(const Column& column) {
    const double more = column.hidden > 0 ? 24 : 0;
    return frame_head + static_cast<double>(column.nodes.size()) * (node_height + node_gap) - node_gap + frame_padding + more;
  }

  void draw_column(Svg& svg, const Column& column) const {
    const Tier& tier = scenario_.tiers[column.tier];
    svg.rect(column.frame, "frame", 10);
    const double left = column.frame.x + frame_padding;
    svg.text(left, column.frame.y + 20, shortened(tier.name, 140, 13), "tier");
    svg.text(column.frame.x + column.frame.width - frame_padding, column.frame.y + 20,
             fmt::format("{} node{}", tier.nodes, tier.nodes == 1 ? "" : "s"), "faint", Anchor::end);
    double y = column.frame.y + frame_head;
    for (const NodeIndex node : column.nodes) {
      draw_node(svg, node, {left, y, column.frame.width - 2 * frame_padding, node_height});
      y += node_height + node_gap;
    }
    if (column.hidden > 0) {
      svg.text(column.frame.x + column.frame.width / 2, y + 8, fmt::format("and {} more", column.hidden), "faint",
               Anchor::middle);
    }
  }

  void draw_node(Svg& svg, NodeIndex index, const Box& box) const {
    const Node& node = scenario_.nodes[index];
    const Tier& tier = scenario_.tier_of(index);
    svg.rect(box, "node", 7);
    const double left = box.x + 12;
    const double right = box.x + box.width - 12;
    const double width = right - left;
    const std::string size = fmt::format("{} \u00d7 {:g} core{} \u00b7 {}", tier.cores, tier.quota,
                                         tier.cores == 1 ? "" : "s", gibibytes(tier.memory));
    svg.text(left, box.y + 21, shortened(node.name, width - text_width(size, small), 13), "name");
    svg.text(right, box.y + 21, size, "faint", Anchor::end);
    svg.text(left, box.y + 39, shortened(runtimes(tier), width, small), "faint");
    svg.text(left, box.y + 57, shortened(services_of(node.name), width, small), "small");
    const ResourceLoad* load = find_resource(evaluation_, node.name + " cpu");
    const double share = load == nullptr ? 0.0 : load->utilisation;
    const double bar = width - 84;
    svg.text(left, box.y + 80, "CPU", "faint");
    svg.rect({left + 32, box.y + 72, bar, 8}, "track", 4);
    if (share > 0.004) {
      svg.rect({left + 32, box.y + 72, std::max(6.0, bar * std::min(1.0, share)), 8}, share >= 0.8 ? "fill-hot" : "fill", 4);
    }
    svg.text(right, box.y + 80, load == nullptr ? unknown_figure : percent(load->offered_load, 0), "small", Anchor::end);
  }

  static std::string runtimes(const Tier& tier) {
    if (!tier.runtimes) return "runtimes: as found";
    if (tier.runtimes->empty()) return "runtimes: built-in only";
    return fmt::format("{}", fmt::join(*tier.runtimes, ", "));
  }

  // "read-text 75 %, face-detect 50 %": the shares of those services that this node answered.
  std::string services_of(const std::string& node) const {
    std::string list;
    for (const ServiceResult& service : evaluation_.services) {
      double share = 0.0;
      for (const ServedShare& served : service.by_node) {
        if (served.node == node) share += served.share;
      }
      if (share > 0) list += fmt::format("{}{} {}", list.empty() ? "" : ", ", service.name, percent(share, 0));
    }
    return list.empty() ? "" : "serves " + list;
  }

  void draw_link(Svg& svg, std::size_t left, std::size_t right) {
    const Box& one = columns_[left].frame;
    const Box& other = columns_[right].frame;
    const double x1 = one.x + one.width;
    const double x2 = other.x;
    if (right == left + 1) {
      const double y = (std::max(one.y, other.y) + std::min(one.y + one.height, other.y + other.height)) / 2;
      svg.line(x1, y, x2, y, "link");
      label_link(svg, left, right, (x1 + x2) / 2, y - 8, x2 - x1);
      return;
    }
    const double y = arc_height * ++arcs_drawn_ - 12;
    const double from = one.x + one.width / 2;
    const double to = other.x + other.width / 2;
    svg.path(fmt::format("M{:.1f} {:.1f} V{:.1f} Q{:.1f} {:.1f} {:.1f} {:.1f} H{:.1f} Q{:.1f} {:.1f} {:.1f} {:.1f} V{:.1f}", from,
                         one.y, y + 14, from, y, from + 14, y, to - 14, to, y, to, y + 14, other.y), "link");
    label_link(svg, left, right, (from + to) / 2, y - 8, to - from);
  }

  // What was asked above the line, one line a direction if they differ; what was measured below it.
  void label_link(Svg& svg, std::size_t left, std::size_t right, double x, double y, double room) const {
    const TierIndex one = columns_[left].tier;
    const TierIndex other = columns_[right].tier;
    const std::string there = describe(one, other);
    const std::string back = describe(other, one);
    std::vector<std::string> lines;
    if (there == back) lines = split(there, room);
    else lines = {"\u2192 " + there, "\u2190 " + back};
    for (std::size_t line = 0; line < lines.size(); ++line) {
      const double above = 14.0 * static_cast<double>(lines.size() - 1 - line);
      svg.text(x, y - above, lines[line], "small halo", Anchor::middle);
    }
    const std::string got = measured(one, other);
    if (got.empty()) return;
    std::vector<std::string> below = split(got, room);
    for (std::size_t line = 0; line < below.size(); ++line) {
      svg.text(x, y + 24 + 14.0 * static_cast<double>(line), below[line], "measured halo", Anchor::middle);
    }
  }

  static std::vector<std::string> split(const std::string& text, double room) {
    const std::size_t dot = text.find(" \u00b7 ");
    if (text_width(text, small) <= room - 16 || dot == std::string::npos) return {text};
    return {text.substr(0, dot), text.substr(dot + std::string_view{" \u00b7 "}.size())};
  }

  std::string describe(TierIndex from, TierIndex to) const {
    const auto found = std::ranges::find_if(
        scenario_.links, [&](const Link& link) { return link.from == from && link.to == to; });
    return found == scenario_.links.end() ? "no link" : describe_link(found->properties);
  }

  // The delivery checks that name both tiers, in this order.
  std::string measured(TierIndex from, TierIndex to) const {
    const std::string pair = scenario_.tiers[from].name + " to " + scenario_.tiers[to].name;
    std::string list;
    for (const DeliveryCheck& check : evaluation_.delivery) {
      const bool wanted = check.what.find(pair) != std::string::npos &&
                          (check.what.starts_with("delay") || check.what.starts_with("rate"));
      if (wanted) list += fmt::format("{}{}", list.empty() ? "" : " \u00b7 ", with_unit(check.delivered, check.unit));
    }
    return list.empty() ? "" : "got " + list;
  }

  const Scenario& scenario_;
  const Evaluation& evaluation_;
  std::vector<Column> columns_;
  int arcs_ = 0;
  int arcs_drawn_ = 0;
  double height_ = 0.0;
};

}  // namespace

std::string draw_topology(const Scenario& scenario, const Evaluation& evaluation) {
  return Drawing{scenario, evaluation}.draw();
}

}  // namespace continuo
