// TXT records and subtypes against RFC 6763.
#include "discovery/service_text.hh"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace continuo {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

ServiceText edge() {
  ServiceText text;
  text.id = "edge-1";
  text.tier = "edge";
  text.digest = std::string(32, 'a');
  return text;
}

std::string error_of(const std::vector<std::string>& strings) {
  const auto parsed = parse_text(strings);
  const auto* error = std::get_if<std::string>(&parsed);
  return error == nullptr ? "parsed" : *error;
}

TEST(ServiceText, puts_txtvers_first_and_shortens_the_digest) {
  ServiceText text = edge();
  text.digest = std::string(64, 'a');
  EXPECT_THAT(encode_text(text), ElementsAre("txtvers=1", "id=edge-1", "tier=edge", "proto=oip-v2",
                                             "digest=" + std::string(32, 'a'), "path=/continuo/v1/capability"));
}

TEST(ServiceText, comes_back_as_it_was) {
  const auto parsed = parse_text(encode_text(edge()));
  ASSERT_TRUE(std::holds_alternative<ServiceText>(parsed)) << std::get<std::string>(parsed);
  EXPECT_EQ(std::get<ServiceText>(parsed), edge());
}

TEST(ServiceText, stays_below_200_bytes_whatever_the_names) {
  ServiceText text = edge();
  text.id = std::string(500, 'i');
  text.tier = std::string(500, 't');
  text.digest = std::string(64, 'f');
  // 10 + (1+3+63) + (1+5+32) + 13 + (1+7+32) + (1+5+23)
  EXPECT_EQ(encoded_size(encode_text(text)), 197U);
}

TEST(ServiceText, takes_the_first_of_a_key_in_any_case_and_ignores_what_it_does_not_know) {
  const auto parsed = parse_text(std::vector<std::string>{"TxtVers=1", "=stray", "", "flag", "ID=a", "id=b", "proto=oip-v2",
                                                          "path=/x=y", "more=1"});
  ASSERT_TRUE(std::holds_alternative<ServiceText>(parsed));
  EXPECT_EQ(std::get<ServiceText>(parsed).id, "a");
  EXPECT_EQ(std::get<ServiceText>(parsed).path, "/x=y");
}

TEST(ServiceText, refuses_what_it_cannot_use_and_says_why) {
  EXPECT_THAT(error_of({}), HasSubstr("txtvers"));
  EXPECT_THAT(error_of({"txtvers=2", "id=a", "proto=oip-v2", "path=/"}), HasSubstr("txtvers"));
  EXPECT_THAT(error_of({"txtvers=1", "proto=oip-v2", "path=/"}), HasSubstr("id"));
  EXPECT_THAT(error_of({"txtvers=1", "id=a\nb", "proto=oip-v2", "path=/"}), HasSubstr("id"));
  EXPECT_THAT(error_of({"txtvers=1", "id=" + std::string(64, 'a'), "proto=oip-v2", "path=/"}), HasSubstr("id"));
  EXPECT_THAT(error_of({"txtvers=1", "id=a", "proto=grpc", "path=/"}), HasSubstr("proto"));
  EXPECT_THAT(error_of({"txtvers=1", "id=a", "proto=oip-v2", "path=x"}), HasSubstr("path"));
  EXPECT_THAT(error_of({"txtvers=1", "id=a", "proto=oip-v2", "path=/a b"}), HasSubstr("path"));
  EXPECT_THAT(error_of({"txtvers=1", "id=a", "proto=oip-v2", "path=/", "digest=xyz"}), HasSubstr("digest"));
  EXPECT_THAT(error_of(std::vector<std::string>(65, "a=b")), HasSubstr("larger"));
  EXPECT_THAT(error_of(std::vector<std::string>(6, "a=" + std::string(250, 'b'))), HasSubstr("larger"));
}

TEST(ServiceText, makes_subtypes_of_runtimes_accelerators_and_architecture) {
  Capability capability;
  capability.architecture = "x86_64";
  capability.runtimes = {{"onnxruntime", "1.29.0"}, {"opencv", "4.6.0"}};
  capability.accelerators = {"nvidia-gpu", "nvidia-gpu"};
  EXPECT_THAT(subtypes_of(capability), ElementsAre("_onnxruntime", "_opencv", "_nvidia-gpu", "_x86-64"));
}

TEST(ServiceText, keeps_labels_within_63_bytes) {
  EXPECT_EQ(subtype_label(std::string(100, 'x')).size(), 63U);
  EXPECT_EQ(host_label(std::string(100, 'x')).size(), 63U);
  EXPECT_EQ(host_label("Edge_1.local"), "edge-1-local");
  EXPECT_EQ(host_label("--"), "continuo");
}

}  // namespace
}  // namespace continuo
