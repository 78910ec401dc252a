#include "scenario/quantity.hh"

#include <fmt/format.h>

#include <array>
#include <cassert>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
#include <vector>

#include "scenario/nearest.hh"

namespace continuo {

namespace {

struct Unit {
  std::string_view name;
  double factor;
};

// A unit that people write and we do not read, and the one to write instead.
struct Habit {
  std::string_view written;
  std::string_view meant;
};

struct Dimension {
  std::string_view name;  // with its article
  std::string_view example;
  std::string_view usual_unit;
  std::span<const Unit> units;
  std::span<const Habit> habits;
};

constexpr std::array duration_units{Unit{"ns", 1},   Unit{"us", 1e3},   Unit{"ms", 1e6},
                                    Unit{"s", 1e9},  Unit{"min", 6e10}, Unit{"h", 3.6e12}};
constexpr std::array rate_units{Unit{"bit/s", 1}, Unit{"kbit/s", 1e3}, Unit{"Mbit/s", 1e6}, Unit{"Gbit/s", 1e9}};
constexpr std::array size_units{Unit{"B", 1},      Unit{"kB", 1e3},          Unit{"MB", 1e6},
                                Unit{"GB", 1e9},   Unit{"TB", 1e12},         Unit{"KiB", 1024},
                                Unit{"MiB", 1048576}, Unit{"GiB", 1073741824}, Unit{"TiB", 1099511627776}};
constexpr std::array byte_rate_units{Unit{"B/s", 8},       Unit{"kB/s", 8e3},       Unit{"MB/s", 8e6},      Unit{"GB/s", 8e9},
                                     Unit{"KiB/s", 8192}, Unit{"MiB/s", 8388608}, Unit{"GiB/s", 8589934592}};
constexpr std::array frequency_units{Unit{"Hz", 1}, Unit{"kHz", 1e3}, Unit{"/s", 1}, Unit{"/min", 1.0 / 60},
                                     Unit{"/h", 1.0 / 3600}};

constexpr std::array power_units{Unit{"mW", 1e-3}, Unit{"W", 1}, Unit{"kW", 1e3}};
constexpr std::array bit_energy_units{Unit{"pJ/bit", 1e-3}, Unit{"nJ/bit", 1}, Unit{"uJ/bit", 1e3}};

constexpr std::array duration_habits{
    Habit{"sec", "s"},    Habit{"secs", "s"},     Habit{"second", "s"}, Habit{"seconds", "s"}, Habit{"msec", "ms"},
    Habit{"msecs", "ms"}, Habit{"m", "min"},      Habit{"mins", "min"}, Habit{"minute", "min"}, Habit{"minutes", "min"},
    Habit{"hour", "h"},   Habit{"hours", "h"},    Habit{"hr", "h"},     Habit{"usec", "us"},   Habit{"\u00b5s", "us"},
    Habit{"\u03bcs", "us"}, Habit{"milliseconds", "ms"}};
constexpr std::array rate_habits{
    Habit{"bps", "bit/s"},   Habit{"kbps", "kbit/s"}, Habit{"mbps", "Mbit/s"}, Habit{"gbps", "Gbit/s"},
    Habit{"b/s", "bit/s"},   Habit{"kb/s", "kbit/s"}, Habit{"mb/s", "Mbit/s"}, Habit{"gb/s", "Gbit/s"},
    Habit{"bit", "bit/s"},   Habit{"kbit", "kbit/s"}, Habit{"mbit", "Mbit/s"}, Habit{"gbit", "Gbit/s"}};
constexpr std::array size_habits{Habit{"k", "kB"},  Habit{"m", "MiB"}, Habit{"g", "GiB"},  Habit{"t", "TiB"},
                                 Habit{"ki", "KiB"}, Habit{"mi", "MiB"}, Habit{"gi", "GiB"}, Habit{"ti", "TiB"}};
constexpr std::array byte_rate_habits{Habit{"k", "kB/s"},   Habit{"m", "MB/s"},   Habit{"g", "GB/s"},  Habit{"kb", "kB/s"},
                                      Habit{"mb", "MB/s"}, Habit{"gb", "GB/s"}, Habit{"mbps", "MB/s"}};
constexpr std::array frequency_habits{Habit{"per second", "/s"}, Habit{"rps", "/s"}, Habit{"1/s", "/s"}, Habit{"qps", "/s"}};

constexpr std::array power_habits{Habit{"watt", "W"}, Habit{"watts", "W"}, Habit{"milliwatts", "mW"}, Habit{"kilowatts", "kW"}};
constexpr std::array bit_energy_habits{Habit{"nj", "nJ/bit"}, Habit{"nj/b", "nJ/bit"}, Habit{"pj", "pJ/bit"}, Habit{"uj", "uJ/bit"},
                                       Habit{"\u00b5j/bit", "uJ/bit"}};

constexpr Dimension duration{"a duration", "7.5 ms", "ms", duration_units, duration_habits};
constexpr Dimension rate{"a data rate", "7.21 Mbit/s", "Mbit/s", rate_units, rate_habits};
constexpr Dimension byte_rate{"a disk rate", "50 MB/s", "MB/s", byte_rate_units, byte_rate_habits};
constexpr Dimension size{"a size", "2 GiB", "GiB", size_units, size_habits};
constexpr Dimension frequency{"a frequency", "5 Hz", "Hz", frequency_units, frequency_habits};
constexpr Dimension power{"a power", "6.4 W", "W", power_units, power_habits};
constexpr Dimension bit_energy{"an energy per bit", "300 nJ/bit", "nJ/bit", bit_energy_units, bit_energy_habits};
constexpr std::array dimensions{&duration, &rate, &size, &frequency, &power, &bit_energy};

// What is longer is not a quantity, and is not repeated in a message.
constexpr std::size_t text_length_max = 64;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

struct NumberAndUnit {
  double number = 0.0;
  std::string_view digits;  // as written
  std::string_view unit;
};

std::optional<NumberAndUnit> split(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text.size() > text_length_max) return std::nullopt;
  const bool sign = text.front() == '-' || text.front() == '+';
  const std::string_view unsigned_text = text.substr(sign ? 1 : 0);
  if (unsigned_text.empty()) return std::nullopt;
  const char first = unsigned_text.front();
  if (first != '.' && (first < '0' || first > '9')) return std::nullopt;
  NumberAndUnit result;
  const auto [end, failure] =
      std::from_chars(unsigned_text.data(), unsigned_text.data() + unsigned_text.size(), result.number);
  if (failure != std::errc{} || !std::isfinite(result.number)) return std::nullopt;
  if (text.front() == '-') result.number = -result.number;
  const auto length = static_cast<std::size_t>(end - text.data());
  result.digits = text.substr(0, length);
  result.unit = trimmed(text.substr(length));
  return result;
}

const Unit* find_unit(const Dimension& dimension, std::string_view name) {
  for (const Unit& unit : dimension.units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

std::string unit_list(const Dimension& dimension, std::string_view without = {}) {
  std::string list;
  for (const Unit& unit : dimension.units) {
    if (unit.name == without) continue;
    if (!list.empty()) list += ", ";
    list += unit.name;
  }
  return list;
}

std::optional<std::string> meant_unit(const Dimension& dimension, std::string_view written) {
  std::string lower{written};
  for (char& letter : lower) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  }
  for (const Habit& habit : dimension.habits) {
    if (habit.written == lower) return std::string{habit.meant};
  }
  std::vector<std::string> names;
  for (const Unit& unit : dimension.units) names.emplace_back(unit.name);
  return nearest_word(written, names);
}

QuantityError wrong_unit(const Dimension& dimension, std::string_view text, const NumberAndUnit& parts) {
  for (const Dimension* other : dimensions) {
    if (other->name != dimension.name && find_unit(*other, parts.unit) != nullptr) {
      return {fmt::format("\"{}\" is {}, but {} is needed here", text, other->name, dimension.name),
              fmt::format("write it like {} (units: {})", dimension.example, unit_list(dimension))};
    }
  }
  if (dimension.name == rate.name && parts.unit.ends_with("B/s") && parts.unit.size() <= 4) {
    const std::string prefix{parts.unit.substr(0, parts.unit.size() - 3)};
    return {fmt::format("\"{}\" counts bytes, but {} counts bits", text, dimension.name),
            fmt::format("write {} {}bit/s", format_number(parts.number * 8), prefix == "K" ? "k" : prefix)};
  }
  const auto meant = meant_unit(dimension, parts.unit);
  return {fmt::format("unknown unit \"{}\" in \"{}\"", parts.unit, text),
          meant ? fmt::format("did you mean {} {}? (units: {})", parts.digits, *meant, unit_list(dimension))
                : fmt::format("write it like {} (units: {})", dimension.example, unit_list(dimension))};
}

// The value in the dimension's base unit.
Quantity<double> parse_quantity(std::string_view text, const Dimension& dimension, double least, double most,
                                std::string_view range) {
  text = trimmed(text);
  const auto parts = split(text);
  if (!parts) {
    return QuantityError{text.size() > text_length_max ? fmt::format("this is not {}", dimension.name)
                                                       : fmt::format("\"{}\" is not {}", text, dimension.name),
                         fmt::format("write a number and a unit, for example {}", dimension.example)};
  }
  if (parts->unit.empty()) {
    // Nobody means 512 GiB of memory by 512.
    const bool mebibytes = dimension.name == size.name && parts->number >= 64;
    const std::string_view unit = mebibytes ? "MiB" : dimension.usual_unit;
    return QuantityError{fmt::format("{} has no unit", parts->digits),
                         fmt::format("write {} {} (or {})", parts->digits, unit, unit_list(dimension, unit))};
  }
  const Unit* unit = find_unit(dimension, parts->unit);
  if (unit == nullptr) return wrong_unit(dimension, text, *parts);
  const double value = parts->number * unit->factor;
  if (!(value >= least && value <= most)) {
    return QuantityError{fmt::format("{} is out of range", text), fmt::format("{} must be {}", dimension.name, range), true};
  }
  return value;
}

template <class T, class Make>
Quantity<T> convert(Quantity<double> value, Make make) {
  if (auto* error = std::get_if<QuantityError>(&value)) return std::move(*error);
  return make(std::get<double>(value));
}

std::string format_in(double value, std::span<const Unit> units) {
  const Unit* chosen = &units.front();
  for (const Unit& unit : units) {
    if (value >= unit.factor) chosen = &unit;
  }
  return fmt::format("{:.6g} {}", value / chosen->factor, chosen->name);
}

}  // namespace

Quantity<Duration> parse_duration(std::string_view text, std::string_view usual_unit) {
  constexpr double century_ns = 3.15576e18;
  Dimension dimension = duration;
  dimension.usual_unit = usual_unit;
  return convert<Duration>(parse_quantity(text, dimension, 0.0, century_ns, "from 0 to 100 years"),
                           [](double ns) { return Duration{std::llround(ns)}; });
}

Quantity<BitRate> parse_bit_rate(std::string_view text) {
  return convert<BitRate>(parse_quantity(text, rate, 1.0, 1e15, "from 1 bit/s to 1000000 Gbit/s"),
                          [](double bits) { return BitRate::bits_per_second(std::llround(bits)); });
}

Quantity<BitRate> parse_byte_rate(std::string_view text) {
  return convert<BitRate>(parse_quantity(text, byte_rate, 8.0, 1e15, "from 1 B/s to 125000 GB/s"),
                          [](double bits) { return BitRate::bits_per_second(std::llround(bits)); });
}

Quantity<Bytes> parse_bytes(std::string_view text) {
  return convert<Bytes>(parse_quantity(text, size, 0.0, 1e15, "from 0 to 1000 TB"),
                        [](double bytes) { return Bytes::of(std::llround(bytes)); });
}

Quantity<double> parse_frequency(std::string_view text) {
  return parse_quantity(text, frequency, 1e-9, 1e9, "above 0, at most 1000000 kHz");
}

Quantity<Power> parse_power(std::string_view text) {
  return convert<Power>(parse_quantity(text, power, 0.0, 1e6, "from 0 to 1000 kW"), [](double watts) { return Power::watts(watts); });
}

Quantity<EnergyPerBit> parse_energy_per_bit(std::string_view text) {
  return convert<EnergyPerBit>(parse_quantity(text, bit_energy, 0.0, 1e6, "from 0 to 1000 uJ/bit"),
                               [](double nanojoules) { return EnergyPerBit::nanojoules(nanojoules); });
}

Quantity<double> parse_share(std::string_view text) {
  text = trimmed(text);
  const auto parts = split(text);
  if (!parts || (!parts->unit.empty() && parts->unit != "%")) {
    return QuantityError{text.size() > text_length_max ? "this is not a share" : fmt::format("\"{}\" is not a share", text),
                         "write a number from 0 to 1 or a percentage, for example 0.01 or 1 %"};
  }
  const double value = parts->unit.empty() ? parts->number : parts->number / 100;
  if (!(value >= 0.0 && value <= 1.0)) {
    std::string hint = "a share lies between 0 and 1, or 0 % and 100 %";
    if (parts->unit.empty() && value >= 2.0 && value <= 100.0) hint += fmt::format("; did you mean {} %?", parts->digits);
    return QuantityError{fmt::format("{} is out of range", text), std::move(hint)};
  }
  return value;
}

std::string format_duration(Duration value) { return format_in(static_cast<double>(value.count()), duration_units); }

std::string format_bit_rate(BitRate value) {
  return format_in(static_cast<double>(value.bits_per_second()), rate_units);
}

std::string format_byte_rate(BitRate value) {
  constexpr std::span<const Unit> decimal{byte_rate_units.data(), 4};
  return format_in(static_cast<double>(value.bits_per_second()), decimal);
}

std::string format_bytes(Bytes value) {
  constexpr std::span<const Unit> decimal{size_units.data(), 5};
  for (std::size_t unit = size_units.size(); unit-- > decimal.size();) {
    const auto factor = static_cast<std::int64_t>(size_units.at(unit).factor);
    if (value.count() >= factor && value.count() % factor == 0) {
      return fmt::format("{} {}", value.count() / factor, size_units.at(unit).name);
    }
  }
  return format_in(static_cast<double>(value.count()), decimal);
}

std::string format_power(Power value) { return format_in(value.watts(), power_units); }

std::string format_energy_per_bit(EnergyPerBit value) { return format_in(value.nanojoules(), bit_energy_units); }

std::string format_number(double value) {
  if (value == std::floor(value) && std::fabs(value) < 1e15) return fmt::format("{:.0f}", value);
  return fmt::format("{:.6g}", value);
}

}  // namespace continuo
