// What label_text.hh promises of each form of text.
#include "render-labels/label_text.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

constexpr int draws = 100;

void expect_form(LabelForm form, const std::string& shape) {
  Rng rng{Seed{3}};
  for (int i = 0; i < draws; ++i) {
    EXPECT_THAT(draw_text(form, rng), testing::MatchesRegex(shape));
  }
}

TEST(LabelText, a_serial_number_has_no_suffix_letter_that_looks_like_a_digit) {
  expect_form(LabelForm::serial, "SN-[0-9]{5}-[A-HJ-NPR-Z]{2}");
}

TEST(LabelText, a_safe_code_is_made_of_letters_and_digits_that_look_like_no_other) {
  expect_form(LabelForm::safe, "[ACEFHJKLMNPRTUVWXY]{2}-[34679]{5}-[ACEFHJKLMNPRTUVWXY]{2}");
}

TEST(LabelText, a_number_has_six_to_twelve_digits) { expect_form(LabelForm::digits, "[0-9]{6,12}"); }

TEST(LabelText, a_date_exists_in_the_calendar) {
  expect_form(LabelForm::date, "20(1[5-9]|2[0-9]|3[0-4])-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])");
}

TEST(LabelText, an_address_is_four_numbers_that_fit_a_byte) {
  const std::string byte = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  expect_form(LabelForm::address, std::string{byte + "\\." + byte + "\\." + byte + "\\." + byte});
}

TEST(LabelText, a_word_is_upper_case) { expect_form(LabelForm::word, "[A-Z]{4,10}"); }

TEST(LabelText, an_amount_has_its_unit_and_no_space) {
  expect_form(LabelForm::amount, "[1-9][0-9]{1,2}(\\.[0-9])?(kg|k?V|A|k?W|Hz|mm|bar|rpm|MPa|Nm)");
}

}  // namespace
}  // namespace continuo
