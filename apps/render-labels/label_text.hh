// The texts of rendered labels: what is printed on parts, machines and shelves, in forms that a reader can tell apart.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "units/rng.hh"

namespace continuo {

// No form mixes letters and digits that look alike (O 0 Q, I 1 L) at the same place.
enum class LabelForm {
  serial,   // SN-48213-KT: five digits, two letters of A-Z without I, O and Q
  safe,     // FH-47936-RU: only letters and digits that look like no other
  digits,   // 6 to 12 of them
  date,     // 2026-11-21
  address,  // an IPv4 address
  word,     // one upper-case word
  amount,   // a number and its unit, without a space between
};
inline constexpr std::array label_forms{LabelForm::serial,  LabelForm::safe, LabelForm::digits, LabelForm::date,
                                        LabelForm::address, LabelForm::word, LabelForm::amount};

std::string draw_text(LabelForm form, Rng& rng);

}  // namespace continuo
