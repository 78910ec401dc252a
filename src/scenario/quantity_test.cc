#include "scenario/quantity.hh"

#include <gtest/gtest.h>

namespace continuo {
namespace {

using namespace std::chrono_literals;

template <class T>
std::string said(const Quantity<T>& quantity) {
  const auto* error = std::get_if<QuantityError>(&quantity);
  return error == nullptr ? "no error" : error->message + " | " + error->hint;
}

TEST(Quantity, reads_durations_in_every_unit) {
  EXPECT_EQ(std::get<Duration>(parse_duration("7.5 ms")), 7500us);
  EXPECT_EQ(std::get<Duration>(parse_duration("7.5ms")), 7500us);
  EXPECT_EQ(std::get<Duration>(parse_duration(" 12 ns ")), 12ns);
  EXPECT_EQ(std::get<Duration>(parse_duration("3 us")), 3us);
  EXPECT_EQ(std::get<Duration>(parse_duration("60 s")), 60s);
  EXPECT_EQ(std::get<Duration>(parse_duration("1.5 min")), 90s);
  EXPECT_EQ(std::get<Duration>(parse_duration("2 h")), 2h);
  EXPECT_EQ(std::get<Duration>(parse_duration("0 s")), 0s);
}

TEST(Quantity, reads_rates_as_multiples_of_a_thousand_bits) {
  EXPECT_EQ(std::get<BitRate>(parse_bit_rate("7.21 Mbit/s")).bits_per_second(), 7'210'000);
  EXPECT_EQ(std::get<BitRate>(parse_bit_rate("1 Gbit/s")).bits_per_second(), 1'000'000'000);
  EXPECT_EQ(std::get<BitRate>(parse_bit_rate("64 kbit/s")).bits_per_second(), 64'000);
}

TEST(Quantity, tells_decimal_from_binary_sizes) {
  EXPECT_EQ(std::get<Bytes>(parse_bytes("65 kB")).count(), 65'000);
  EXPECT_EQ(std::get<Bytes>(parse_bytes("2 GiB")).count(), 2'147'483'648);
  EXPECT_EQ(std::get<Bytes>(parse_bytes("1 B")).count(), 1);
}

TEST(Quantity, reads_frequencies_and_shares) {
  EXPECT_DOUBLE_EQ(std::get<double>(parse_frequency("5 Hz")), 5.0);
  EXPECT_DOUBLE_EQ(std::get<double>(parse_frequency("30 /min")), 0.5);
  EXPECT_DOUBLE_EQ(std::get<double>(parse_share("1 %")), 0.01);
  EXPECT_DOUBLE_EQ(std::get<double>(parse_share("0.01")), 0.01);
}

TEST(Quantity, teaches_the_unit_that_is_missing) {
  EXPECT_EQ(said(parse_duration("7.5")), "7.5 has no unit | write 7.5 ms (or ns, us, s, min, h)");
  EXPECT_EQ(said(parse_bit_rate("7.21")), "7.21 has no unit | write 7.21 Mbit/s (or bit/s, kbit/s, Gbit/s)");
}

TEST(Quantity, suggests_the_unit_that_was_meant) {
  EXPECT_EQ(said(parse_duration("7.5 msec")),
            "unknown unit \"msec\" in \"7.5 msec\" | did you mean 7.5 ms? (units: ns, us, ms, s, min, h)");
  EXPECT_EQ(said(parse_bit_rate("7.21 Mbps")),
            "unknown unit \"Mbps\" in \"7.21 Mbps\" | did you mean 7.21 Mbit/s? (units: bit/s, kbit/s, Mbit/s, Gbit/s)");
  // A letter's case is no small thing: 10 MB/s is 80 Mbit/s.
  EXPECT_EQ(said(parse_bit_rate("10 MB/s")), "\"10 MB/s\" counts bytes, but a data rate counts bits | write 80 Mbit/s");
}

TEST(Quantity, tells_a_quantity_of_another_kind) {
  EXPECT_EQ(said(parse_duration("5 Hz")),
            "\"5 Hz\" is a frequency, but a duration is needed here | write it like 7.5 ms (units: ns, us, ms, s, min, h)");
}

TEST(Quantity, refuses_what_is_no_number) {
  for (const char* text : {"", "fast", "ms", "nan ms", "inf s", "0x10 ms", "- 5 ms", "--5 ms", "1e999 s", "1 2 ms"}) {
    EXPECT_NE(said(parse_duration(text)), "no error") << text;
  }
  EXPECT_EQ(said(parse_duration("-5 ms")), "-5 ms is out of range | a duration must be from 0 to 100 years");
  EXPECT_NE(said(parse_duration(std::string(1000, '9') + " ms")), "no error");
}

TEST(Quantity, refuses_shares_beyond_one_and_asks_whether_percent_was_meant) {
  EXPECT_EQ(said(parse_share("75")), "75 is out of range | a share lies between 0 and 1, or 0 % and 100 %; did you mean 75 %?");
  EXPECT_EQ(said(parse_share("-0.1")), "-0.1 is out of range | a share lies between 0 and 1, or 0 % and 100 %");
}

TEST(Quantity, writes_what_it_reads) {
  EXPECT_EQ(format_duration(7500us), "7.5 ms");
  EXPECT_EQ(format_duration(60s), "1 min");
  EXPECT_EQ(format_duration(0s), "0 ns");
  EXPECT_EQ(format_bit_rate(BitRate::megabits_per_second(7.21)), "7.21 Mbit/s");
  EXPECT_EQ(format_bytes(Bytes::gibibytes(2)), "2 GiB");
  EXPECT_EQ(format_bytes(Bytes::of(65'000)), "65 kB");
  EXPECT_EQ(format_number(0.75), "0.75");
  EXPECT_EQ(format_number(1e6), "1000000");
}

}  // namespace
}  // namespace continuo
