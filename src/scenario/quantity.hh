// Quantities as people write them: "7.5 ms", "7.21 Mbit/s", "2 GiB", "5 Hz", "1 %". A missing or wrong unit is an error
// that says how to write the value.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "units/bit_rate.hh"
#include "units/bytes.hh"
#include "units/energy.hh"
#include "units/probability.hh"
#include "units/time.hh"

namespace continuo {

struct QuantityError {
  std::string message;  // what is wrong: "7.5 has no unit"
  std::string hint;     // what would be right: "write 7.5 ms (or ns, us, s, min, h)"
  bool is_range = false;  // it is a quantity, but out of range: the hint is the range of all such quantities
};

template <class T>
using Quantity = std::variant<T, QuantityError>;

// A space between number and unit may be left out. Numbers are plain decimals; nothing negative, infinite or hexadecimal.
// ns us ms s min h; up to 100 years, to the nearest ns. `usual_unit` is the one to suggest where none is written.
Quantity<Duration> parse_duration(std::string_view text, std::string_view usual_unit = "ms");
Quantity<BitRate> parse_bit_rate(std::string_view text);     // bit/s kbit/s Mbit/s Gbit/s; from 1 bit/s to 10^6 Gbit/s
Quantity<BitRate> parse_byte_rate(std::string_view text);    // B/s kB/s MB/s GB/s KiB/s MiB/s GiB/s: disks, not networks
Quantity<Bytes> parse_bytes(std::string_view text);          // B kB MB GB TB KiB MiB GiB TiB; up to 1000 TB
Quantity<double> parse_frequency(std::string_view text);     // Hz kHz /s /min /h; in 1/s
Quantity<Power> parse_power(std::string_view text);          // mW W kW; up to 1000 kW
Quantity<EnergyPerBit> parse_energy_per_bit(std::string_view text);  // pJ/bit nJ/bit uJ/bit; up to 1000 uJ/bit
Quantity<double> parse_share(std::string_view text);         // "1 %" or "0.01"; in [0, 1]

// The same quantities for people, in the largest unit that leaves a number of at least 1; at most 6 significant digits.
std::string format_duration(Duration duration);  // "7.5 ms"
std::string format_bit_rate(BitRate rate);       // "7.21 Mbit/s"
std::string format_byte_rate(BitRate rate);      // "50 MB/s"
std::string format_bytes(Bytes size);            // "2 GiB", "65 kB": binary where it is exact
std::string format_power(Power power);            // "6.4 W"
std::string format_energy_per_bit(EnergyPerBit energy);  // "300 nJ/bit"
std::string format_number(double value);         // "0.75", "1000000"

}  // namespace continuo
