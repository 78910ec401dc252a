// Energy and cost as the rows of one table, for text and HTML alike.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "result/evaluation.hh"

namespace continuo {

struct EnergyRow {
  // By an evaluation: "4560 J" and, over its time, "76.0 W"; "-" or nothing where there is none.
  struct Said {
    std::string amount;
    std::string power;
  };
  std::string what;    // "edge (2 nodes)", "endpoint to edge (4g)", "read-text, a request"
  std::string figure;  // what it rests on: "7 to 15 W", with a * if the scenario does not state it
  std::vector<Said> said;
  bool is_sum = false;
};

struct EnergyRows {
  std::vector<EnergyRow> rows;   // empty: no evaluation knows of energy
  bool has_usual = false;        // some figure has a *
  std::size_t links_left_out = 0;  // of those that take least
};

EnergyRows energy_rows(std::span<const Evaluation> evaluations);

// Below the table.
inline constexpr const char* usual_energy_note = "* not stated by the scenario: what is usual (docs/model.md, Energy and cost)";
// "; the load can grow by 61 %"
std::string head_room_text(const Evaluation& evaluation);

}  // namespace continuo
