#include "scenario/yaml_tree.hh"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <array>
#include <optional>
#include <sstream>
#include <utility>

#include "scenario/utf8.hh"

namespace continuo {

namespace {

// Leaves the parser early with what is wrong.
struct Refused {
  int line;
  int column;
  std::string message;
  std::string hint;
};

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(std::string_view text, const YamlLimits& limits) : text_{text}, limits_{limits} {}

  YamlNode take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    add(make(YamlNode::Kind::null, mark, anchor));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse_alias(mark); }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    YamlNode node = make(YamlNode::Kind::scalar, mark, anchor);
    node.quoted = tag == "!";
    node.text = value;
    if (node.quoted) check_closed(mark);
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(make(YamlNode::Kind::sequence, mark, anchor), mark);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string&, YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    open(make(YamlNode::Kind::mapping, mark, anchor), mark);
  }
  void OnMapEnd() override { close(); }

 private:
  [[noreturn]] static void refuse_alias(const YAML::Mark& mark) {
    throw Refused{mark.line + 1, mark.column + 1, "anchors (&name) and aliases (*name) are not part of the format",
                  "write the value out where it is used; a text that begins with & or * goes in quotes"};
  }

  // yaml-cpp takes the end of the file for the closing quote.
  void check_closed(const YAML::Mark& mark) const {
    const auto begin = static_cast<std::size_t>(mark.pos);
    if (mark.pos < 0 || begin >= text_.size() || (text_[begin] != '"' && text_[begin] != '\'')) return;
    const char quote = text_[begin];
    for (std::size_t place = begin + 1; place < text_.size(); ++place) {
      if (text_[place] == quote) return;  // or the first of two, which the second closes or the next
      if (text_[place] == '\\' && quote == '"') ++place;
    }
    throw Refused{mark.line + 1, mark.column + 1, "a quote is opened here and never closed",
                  fmt::format("close it with {}", quote)};
  }

  YamlNode make(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) refuse_alias(mark);
    if (++nodes_ > limits_.nodes) {
      throw Refused{mark.line + 1, mark.column + 1, fmt::format("the file has more than {} values", limits_.nodes),
                    "describe nodes that are alike as one tier"};
    }
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  void open(YamlNode node, const YAML::Mark& mark) {
    if (open_.size() >= limits_.depth) {
      throw Refused{mark.line + 1, mark.column + 1, fmt::format("values are nested more than {} deep", limits_.depth),
                    "check the brackets and the indentation"};
    }
    open_.push_back(std::move(node));
  }

  void close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    // A key that has lost its value.
    if (node.is_mapping() && node.keys.size() > node.items.size()) node.items.emplace_back();
    add(std::move(node));
  }

  void add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    YamlNode& parent = open_.back();
    const bool is_key = parent.is_mapping() && parent.keys.size() == parent.items.size();
    (is_key ? parent.keys : parent.items).push_back(std::move(node));
  }

  std::string_view text_;
  const YamlLimits& limits_;
  std::vector<YamlNode> open_;
  YamlNode root_;
  std::size_t nodes_ = 0;
};

// yaml-cpp's words, and what usually is behind them.
std::string hint_for(std::string_view message) {
  struct Pair {
    std::string_view message;
    std::string_view hint;
  };
  constexpr std::array pairs{
      Pair{"end of map not found", "a key here does not line up with the keys above it: check the indentation"},
      Pair{"end of map flow not found", "a { is not closed: add the }, or a comma between the keys"},
      Pair{"end of sequence not found", "a list item does not line up with those above it: check the indentation"},
      Pair{"end of sequence flow not found", "a [ is not closed: add the ], or a comma between the items"},
      Pair{"illegal map value", "there is one \": \" too many: put the value in quotes, or the key on a line of its own"},
      Pair{"illegal block entry", "a list item (- ...) cannot stand here: start it on a line of its own"},
      Pair{"illegal flow end", "a ] or } closes nothing that is open"},
      Pair{"illegal EOF in scalar", "a quote is not closed"},
      Pair{"illegal map key", "a key cannot stand here: check the indentation"},
      Pair{"unknown token", "put a text that begins with a special character in quotes"},
      Pair{"illegal tab when looking for indentation", "indent with spaces"}};
  for (const auto& pair : pairs) {
    if (message == pair.message) return std::string{pair.hint};
  }
  return {};
}

struct Place {
  int line = 1;
  int column = 1;
};

// What yaml-cpp would misread or choke on, found before it sees the text.
std::optional<Refused> refuse_text(std::string_view text) {
  Place place;
  bool indenting = true;
  while (!text.empty()) {
    const char letter = text.front();
    const std::size_t length = utf8_length(text);
    if (!is_text(text)) {
      return Refused{place.line, place.column, fmt::format("byte 0x{:02x} is not text", static_cast<unsigned char>(letter)),
                     "save the file as UTF-8 text"};
    }
    if (letter == '\t' && indenting) {
      return Refused{place.line, place.column, "a tab in the indentation", "YAML is indented with spaces: write two spaces"};
    }
    text.remove_prefix(length);
    if (letter == '\n') {
      ++place.line;
      place.column = 1;
      indenting = true;
    } else {
      ++place.column;
      indenting = indenting && letter == ' ';
    }
  }
  return std::nullopt;
}

}  // namespace

std::variant<YamlNode, ScenarioError> parse_yaml(std::string_view text, const std::string& file,
                                                 const YamlLimits& limits) {
  if (text.size() > limits.bytes) {
    return ScenarioError{file, 0, 0, fmt::format("the file has {} bytes; at most {} are read", text.size(), limits.bytes),
                         "describe nodes that are alike as one tier"};
  }
  if (const auto refused = refuse_text(text)) {
    return ScenarioError{file, refused->line, refused->column, refused->message, refused->hint};
  }
  TreeBuilder builder{text, limits};
  try {
    std::istringstream stream{std::string{text}};
    YAML::Parser parser{stream};
    if (!parser.HandleNextDocument(builder)) return YamlNode{};
    YamlNode root = builder.take();
    TreeBuilder rest{text, limits};
    if (parser.HandleNextDocument(rest)) {
      const YamlNode second = rest.take();
      return ScenarioError{file, second.line, second.column, "a second document begins here",
                           "a file holds one scenario: remove the --- line and what follows"};
    }
    return root;
  } catch (const Refused& refused) {
    return ScenarioError{file, refused.line, refused.column, refused.message, refused.hint};
  } catch (const YAML::Exception& error) {
    return ScenarioError{file, error.mark.line + 1, error.mark.column + 1, "this is not YAML: " + error.msg,
                         hint_for(error.msg)};
  }
}

}  // namespace continuo
