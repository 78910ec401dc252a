#include "report/topology.hh"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "report/figures.hh"
#include "report/svg.hh"

namespace continuo {
namespace {

constexpr double page_width = 1080;
constexpr double idle_node_height = 52;  // of one that serves nothing
constexpr double service_line = 15;
constexpr std::size_t services_shown = 4;  // on a node
constexpr double node_gap = 10;
constexpr double frame_padding = 12;
constexpr double frame_head = 62;
constexpr double frame_gap = 22;
constexpr double arc_height = 54;        // room for one link that passes over a column
constexpr std::size_t nodes_shown = 6;   // of a tier; the others are counted
constexpr double small = 11.5;

// A tier as it is drawn.
struct Frame {
  TierIndex tier = 0;
  std::vector<NodeIndex> nodes;  // shown
  std::size_t hidden = 0;
  std::size_t column = 0;
  std::size_t lines = 0;  // services of the node that has most
  Box box;

  double node_height() const { return idle_node_height + service_line * static_cast<double>(lines); }
  double right() const { return box.x + box.width; }
  double middle_x() const { return box.x + box.width / 2; }
  double middle_y() const { return box.y + box.height / 2; }
};

// A link that passes over a column.
struct Arc {
  std::size_t left = 0;
  std::size_t right = 0;
};

std::string gibibytes(Bytes size) {
  const double mebibytes = static_cast<double>(size.count()) / (1 << 20);
  return mebibytes < 1024 ? fmt::format("{:.0f} MiB", mebibytes) : fmt::format("{:.3g} GiB", mebibytes / 1024);
}

std::string describe_link(const LinkProperties& link) {
  std::string text = fmt::format("{:.3g} ms", to_milliseconds(link.mean_delay()));
  if (link.delay_sd() > Duration{}) text += fmt::format(" \u00b1 {:.3g}", to_milliseconds(link.delay_sd()));
  if (const auto rate = link.mean_rate()) {
    const double megabits = rate->megabits_per_second();
    text += megabits >= 1000 ? fmt::format(" \u00b7 {:.3g} Gbit/s", megabits / 1000)
                             : fmt::format(" \u00b7 {:.3g} Mbit/s", megabits);
  }
  if (const double loss = link.mean_loss().value(); loss > 0) text += fmt::format(" \u00b7 {:.2g} % loss", loss * 100);
  if (link.trace) text += " \u00b7 trace";
  return text;
}

class Drawing {
 public:
  Drawing(const Scenario& scenario, const Evaluation& evaluation) : scenario_{scenario}, evaluation_{evaluation} {
    collect();
    arrange();
  }

  std::string draw() const {
    Svg svg{page_width, height_, "Topology: tiers, nodes and links"};
    for (std::size_t left = 0; left < frames_.size(); ++left) {
      for (std::size_t right = left + 1; right < frames_.size(); ++right) {
        if (frames_[right].column == frames_[left].column + 1) draw_straight(svg, frames_[left], frames_[right]);
      }
    }
    for (std::size_t arc = 0; arc < arcs_.size(); ++arc) draw_arc(svg, arc);
    for (const Frame& frame : frames_) draw_frame(svg, frame);
    return svg.finish();
  }

 private:
  // A column a role: endpoints to the left, cloud to the right.
  void collect() {
    for (TierIndex tier = 0; tier < scenario_.tiers.size(); ++tier) {
      Frame frame;
      frame.tier = tier;
      for (NodeIndex node = 0; node < scenario_.nodes.size(); ++node) {
        if (scenario_.nodes[node].tier != tier) continue;
        if (frame.nodes.size() < nodes_shown) frame.nodes.push_back(node);
        else ++frame.hidden;
        frame.lines = std::max(frame.lines, services_of(scenario_.nodes[node].name).size());
      }
      if (!frame.nodes.empty()) frames_.push_back(std::move(frame));
    }
    const auto role = [&](const Frame& frame) { return scenario_.tiers[frame.tier].role; };
    std::ranges::stable_sort(frames_, [&](const Frame& one, const Frame& other) { return role(one) > role(other); });
    for (std::size_t frame = 1; frame < frames_.size(); ++frame) {
      const bool same = role(frames_[frame]) == role(frames_[frame - 1]);
      frames_[frame].column = frames_[frame - 1].column + (same ? 0 : 1);
    }
    // Links over a column that look alike are drawn once.
    std::vector<std::string> drawn;
    for (std::size_t left = 0; left < frames_.size(); ++left) {
      for (std::size_t right = left + 1; right < frames_.size(); ++right) {
        if (frames_[right].column < frames_[left].column + 2) continue;
        const std::string looks = describe(frames_[left].tier, frames_[right].tier);
        if (std::ranges::find(drawn, looks) != drawn.end()) continue;
        drawn.push_back(looks);
        arcs_.push_back({left, right});
      }
    }
  }

  void arrange() {
    const std::size_t columns = frames_.empty() ? 1 : frames_.back().column + 1;
    constexpr double gap = 176;
    const double count = static_cast<double>(columns);
    const double width = std::min(300.0, (page_width - gap * (count - 1)) / count);
    const double start = (page_width - width * count - gap * (count - 1)) / 2;
    std::vector<double> heights(columns, -frame_gap);
    for (const Frame& frame : frames_) heights[frame.column] += frame_height(frame) + frame_gap;
    const double tallest = std::max(0.0, *std::ranges::max_element(heights));
    const double top = static_cast<double>(arcs_.size()) * arc_height + 2;
    std::vector<double> y;
    for (const double height : heights) y.push_back(top + (tallest - height) / 2);
    for (Frame& frame : frames_) {
      const double height = frame_height(frame);
      frame.box = {start + static_cast<double>(frame.column) * (width + gap), y[frame.column], width, height};
      y[frame.column] += height + frame_gap;
    }
    height_ = top + tallest + 4;
  }

  static double frame_height(const Frame& frame) {
    const double more = frame.hidden > 0 ? 24 : 0;
    return frame_head + static_cast<double>(frame.nodes.size()) * (frame.node_height() + node_gap) - node_gap + frame_padding + more;
  }

  void draw_frame(Svg& svg, const Frame& frame) const {
    const Tier& tier = scenario_.tiers[frame.tier];
    const Box& box = frame.box;
    svg.rect(box, "frame", 10);
    const double left = box.x + frame_padding;
    const double right = frame.right() - frame_padding;
    const std::string size = fmt::format("{} core{} \u00d7 {:g} \u00b7 {}", tier.cores, tier.cores == 1 ? "" : "s", tier.quota,
                                         gibibytes(tier.memory));
    const std::string nodes = fmt::format("{} node{}", tier.nodes, tier.nodes == 1 ? "" : "s");
    svg.text(left, box.y + 21, shortened(tier.name, right - left - text_width(nodes, 11) - 10, 13), "tier");
    svg.text(right, box.y + 21, nodes, "faint", Anchor::end);
    svg.text(left, box.y + 38, shortened(size, right - left, 11), "faint");
    svg.text(left, box.y + 53, shortened(runtimes(tier), right - left, 11), "faint");
    double y = box.y + frame_head;
    for (const NodeIndex node : frame.nodes) {
      draw_node(svg, node, {left, y, right - left, frame.node_height()});
      y += frame.node_height() + node_gap;
    }
    if (frame.hidden > 0) svg.text(frame.middle_x(), y + 8, fmt::format("and {} more", frame.hidden), "faint", Anchor::middle);
  }

  void draw_node(Svg& svg, NodeIndex index, const Box& box) const {
    const Node& node = scenario_.nodes[index];
    svg.rect(box, "node", 7);
    const double left = box.x + 12;
    const double right = box.x + box.width - 12;
    svg.text(left, box.y + 20, shortened(node.name, right - left, 13), "name");
    double line = box.y + 22;
    for (const std::string& service : services_of(node.name)) {
      svg.text(left, line += service_line, shortened(service, right - left, small), "small");
    }
    const double bottom = box.y + box.height - 13;
    const ResourceLoad* load = find_resource(evaluation_, node.name + " cpu");
    const double share = load == nullptr ? 0.0 : load->utilisation;
    const double bar = right - left - 78;
    svg.text(left, bottom, "CPU", "faint");
    svg.rect({left + 32, bottom - 8, bar, 8}, "track", 4);
    if (share > 0.004) {
      svg.rect({left + 32, bottom - 8, std::max(6.0, bar * std::min(1.0, share)), 8}, share >= 0.8 ? "fill-hot" : "fill", 4);
    }
    svg.text(right, bottom, load == nullptr ? unknown_figure : percent(load->offered_load, 0), "small", Anchor::end);
  }

  static std::string runtimes(const Tier& tier) {
    if (!tier.runtimes) return "runtimes as found";
    if (tier.runtimes->empty()) return "no runtime";
    return fmt::format("{}", fmt::join(*tier.runtimes, ", "));
  }

  // "75 % of read-text": the shares of each service's requests that this node answered.
  std::vector<std::string> services_of(const std::string& node) const {
    std::vector<std::string> list;
    for (const ServiceResult& service : evaluation_.services) {
      double share = 0.0;
      for (const ServedShare& served : service.by_node) {
        if (served.node == node) share += served.share;
      }
      if (share > 0 && list.size() < services_shown) list.push_back(percent(share, 0) + " of " + service.name);
    }
    return list;
  }

  std::size_t frames_in(std::size_t column) const {
    return static_cast<std::size_t>(std::ranges::count(frames_, column, &Frame::column));
  }

  void draw_straight(Svg& svg, const Frame& left, const Frame& right) const {
    const double x1 = left.right();
    const double x2 = right.box.x;
    const double middle = (x1 + x2) / 2;
    const double y1 = left.middle_y();
    const double y2 = right.middle_y();
    svg.path(fmt::format("M{:.1f} {:.1f} C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}", x1, y1, middle, y1, middle, y2, x2, y2),
             "link");
    // The label stands where the curves of a fan have parted: at t of the Bezier curve.
    const std::size_t fan_left = frames_in(left.column);
    const std::size_t fan_right = frames_in(right.column);
    const double t = fan_left == fan_right ? 0.5 : (fan_left < fan_right ? 0.7 : 0.3);
    const double towards = t * t * (3 - 2 * t);
    const double x = x1 + (x2 - x1) * (1.5 * t * (1 - t) + t * t * t);
    label_link(svg, left.tier, right.tier, x, y1 + (y2 - y1) * towards - 8, t == 0.5 ? x2 - x1 : 0.66 * (x2 - x1));
  }

  void draw_arc(Svg& svg, std::size_t index) const {
    const Frame& left = frames_[arcs_[index].left];
    const Frame& right = frames_[arcs_[index].right];
    const double y = arc_height * static_cast<double>(index + 1) - 26;
    const double inset = 16.0 * static_cast<double>(index);
    const double from = left.middle_x() + inset;
    const double to = right.middle_x() - inset;
    svg.path(fmt::format("M{0:.1f} {1:.1f} V{2:.1f} Q{0:.1f} {3:.1f} {4:.1f} {3:.1f} H{5:.1f} Q{6:.1f} {3:.1f} {6:.1f} {2:.1f} "
                         "V{7:.1f}", from, left.box.y, y + 14, y, from + 14, to - 14, to, right.box.y), "link");
    label_link(svg, left.tier, right.tier, (from + to) / 2, y - 8, to - from);
  }

  // What was asked above the line, one line a direction if they differ; what was measured below it.
  void label_link(Svg& svg, TierIndex one, TierIndex other, double x, double y, double room) const {
    const std::string there = describe(one, other);
    const std::string back = describe(other, one);
    std::vector<std::string> lines;
    if (there == back) {
      lines = split(there, room);
    } else {
      lines = split("\u2192 " + there, room);
      std::ranges::copy(split("\u2190 " + back, room), std::back_inserter(lines));
    }
    for (std::size_t line = 0; line < lines.size(); ++line) {
      const double above = 14.0 * static_cast<double>(lines.size() - 1 - line);
      svg.text(x, y - above, lines[line], "small halo", Anchor::middle);
    }
    const std::string got = measured(one, other);
    if (got.empty()) return;
    const std::vector<std::string> below = split(got, room);
    for (std::size_t line = 0; line < below.size(); ++line) {
      svg.text(x, y + 24 + 14.0 * static_cast<double>(line), below[line], "measured halo", Anchor::middle);
    }
  }

  // Into lines that fit, at the dots between figures; one that is too long by itself is shortened.
  static std::vector<std::string> split(const std::string& text, double room) {
    constexpr std::string_view dot{" \u00b7 "};
    std::vector<std::string> lines;
    for (std::size_t from = 0; from <= text.size();) {
      const std::size_t to = std::min(text.find(dot, from), text.size());
      const std::string figure = text.substr(from, to - from);
      const std::string longer = lines.empty() ? figure : lines.back() + std::string{dot} + figure;
      if (!lines.empty() && text_width(longer, small) <= room - 16) lines.back() = longer;
      else lines.push_back(figure);
      from = to + dot.size();
    }
    for (std::string& line : lines) line = shortened(line, room - 16, small);
    return lines;
  }

  std::string describe(TierIndex from, TierIndex to) const {
    const auto found = std::ranges::find_if(
        scenario_.links, [&](const Link& link) { return link.from == from && link.to == to; });
    return found == scenario_.links.end() ? "no link" : describe_link(found->properties);
  }

  // The delivery checks of the link's class, by its label.
  std::string measured(TierIndex from, TierIndex to) const {
    std::string label = scenario_.tiers[from].name + " to " + scenario_.tiers[to].name;
    for (const Link& link : scenario_.links) {
      if (link.from == from && link.to == to && !link.label.empty()) label = link.label;
    }
    std::string list;
    for (const DeliveryCheck& check : evaluation_.delivery) {
      if (std::isnan(check.delivered) || (check.what != "delay " + label && check.what != "rate " + label)) continue;
      list += fmt::format("{}{}", list.empty() ? "" : " \u00b7 ", with_unit(check.delivered, check.unit));
    }
    return list.empty() ? "" : "got " + list;
  }

  const Scenario& scenario_;
  const Evaluation& evaluation_;
  std::vector<Frame> frames_;  // from left to right, and in a column from top to bottom
  std::vector<Arc> arcs_;
  double height_ = 0.0;
};

}  // namespace

std::string draw_topology(const Scenario& scenario, const Evaluation& evaluation) {
  return Drawing{scenario, evaluation}.draw();
}

}  // namespace continuo
