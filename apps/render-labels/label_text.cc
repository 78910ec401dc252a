#include "render-labels/label_text.hh"

#include <fmt/format.h>

#include <span>

namespace continuo {

namespace {

constexpr std::string_view decimal = "0123456789";
constexpr std::string_view suffix_letters = "ABCDEFGHJKLMNPRSTUVWXYZ";
constexpr std::string_view safe_letters = "ACEFHJKLMNPRTUVWXY";
constexpr std::string_view safe_digits = "34679";

constexpr std::array<std::string_view, 48> words{
    "ASSEMBLY", "BATTERY",  "BEARING", "BOILER",  "BRACKET", "BREAKER",  "CAUTION", "CHARGER", "CLEAN",   "COMPRESSOR",
    "CONVEYOR", "COOLANT",  "DANGER",  "DRIVE",   "ENGINE",  "EXHAUST",  "FILTER",  "FRAGILE", "FURNACE", "GEARBOX",
    "GREASE",   "HANDLE",   "HARNESS", "HEATER",  "INTAKE",  "INVERTER", "LADDER",  "MASTER",  "MOTOR",   "NOZZLE",
    "PACKING",  "PALLET",   "PRESSURE", "PUMP",   "RELAY",   "RESERVE",  "ROTOR",   "SENSOR",  "SHUTTER", "SPINDLE",
    "STATOR",   "TERMINAL", "TURBINE", "VACUUM",  "VALVE",   "WARNING",  "WELDER",  "WINDING"};

constexpr std::array<std::string_view, 12> units{"kg", "V", "kV", "A", "W", "kW", "Hz", "mm", "bar", "rpm", "MPa", "Nm"};

char one_of(std::string_view letters, Rng& rng) { return letters[rng.below(letters.size())]; }

std::string several_of(std::string_view letters, std::size_t count, Rng& rng) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += one_of(letters, rng);
  return text;
}

std::string draw_amount(Rng& rng) {
  const std::string whole = one_of("123456789", rng) + several_of(decimal, 1 + rng.below(2), rng);
  const std::string fraction = rng.below(2) == 0 ? std::string{} : "." + several_of(decimal, 1, rng);
  return whole + fraction + std::string{units[rng.below(units.size())]};
}

}  // namespace

std::string draw_text(LabelForm form, Rng& rng) {
  switch (form) {
    case LabelForm::serial: {
      const std::string digits = several_of(decimal, 5, rng);
      return "SN-" + digits + "-" + several_of(suffix_letters, 2, rng);
    }
    case LabelForm::safe: {
      const std::string head = several_of(safe_letters, 2, rng);
      const std::string digits = several_of(safe_digits, 5, rng);
      return head + "-" + digits + "-" + several_of(safe_letters, 2, rng);
    }
    case LabelForm::digits: return several_of(decimal, 6 + rng.below(7), rng);
    case LabelForm::date: {
      const auto year = 2015 + rng.below(20);
      const auto month = 1 + rng.below(12);
      return fmt::format("{}-{:02}-{:02}", year, month, 1 + rng.below(28));
    }
    case LabelForm::address: {
      const auto first = 1 + rng.below(223);
      const auto second = rng.below(256);
      const auto third = rng.below(256);
      return fmt::format("{}.{}.{}.{}", first, second, third, 1 + rng.below(254));
    }
    case LabelForm::word: return std::string{words[rng.below(words.size())]};
    case LabelForm::amount: return draw_amount(rng);
  }
  return {};
}

}  // namespace continuo
