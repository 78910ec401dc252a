#include "report/text_table.hh"

#include <algorithm>

namespace continuo {
namespace {

const char* escape_of(Ink ink) {
  switch (ink) {
    case Ink::plain: return "";
    case Ink::bold: return "\x1b[1m";
    case Ink::dim: return "\x1b[2m";
    case Ink::good: return "\x1b[32m";
    case Ink::bad: return "\x1b[1;31m";
    case Ink::warm: return "\x1b[33m";
  }
  return "";
}

}  // namespace

std::string inked(std::string_view text, Ink ink, bool colour) {
  std::string printable{text};
  std::ranges::replace_if(printable, [](unsigned char letter) { return letter < 0x20 || letter == 0x7f; }, '?');
  if (!colour || ink == Ink::plain || text.empty()) return printable;
  return escape_of(ink) + printable + "\x1b[0m";
}

std::size_t columns_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char letter) { return (static_cast<unsigned char>(letter) & 0xc0) != 0x80; }));
}

void TextTable::head(std::vector<Cell> cells) {
  for (Cell& cell : cells) {
    if (cell.ink == Ink::plain) cell.ink = Ink::dim;
  }
  rows_.push_back(std::move(cells));
}

void TextTable::row(std::vector<Cell> cells) { rows_.push_back(std::move(cells)); }

std::string TextTable::render(bool colour) const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  for (const auto& row : rows_) {
    for (std::size_t column = 0; column < std::min(row.size(), widths.size()); ++column) {
      widths[column] = std::max(widths[column], columns_of(row[column].text));
    }
  }
  std::string out;
  for (const auto& row : rows_) {
    std::string line;
    std::string pending;  // spaces that only matter if something follows
    for (std::size_t column = 0; column < std::min(row.size(), widths.size()); ++column) {
      const Cell& cell = row[column];
      const std::string padding(widths[column] - columns_of(cell.text), ' ');
      const bool right = columns_[column] == Align::right;
      if (right) pending += padding;
      if (!cell.text.empty()) {
        line += pending + inked(cell.text, cell.ink, colour);
        pending.clear();
      }
      if (!right) pending += padding;
      pending += "  ";
    }
    out += line + '\n';
  }
  return out;
}

}  // namespace continuo
