// A table of text: columns as wide as their widest cell, plain or coloured.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace continuo {

enum class Ink { plain, bold, dim, good, bad, warm };

// The text in ANSI colour or without; control characters become "?", so that a name cannot drive the terminal.
std::string inked(std::string_view text, Ink ink, bool colour);

// Columns that a UTF-8 text takes; every character counts as one.
std::size_t columns_of(std::string_view text);

struct Cell {
  std::string text;
  Ink ink = Ink::plain;
};

class TextTable {
 public:
  enum class Align { left, right };

  explicit TextTable(std::vector<Align> columns) : columns_{std::move(columns)} {}

  void head(std::vector<Cell> cells);  // dim
  void row(std::vector<Cell> cells);   // may be shorter than the columns
  std::string render(bool colour) const;

 private:
  std::vector<Align> columns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace continuo
