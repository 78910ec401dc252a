// The file store: what is whole gets in, what is not leaves nothing, and no name leads outside.
#include "node/serving/file_store.hh"

#include <gtest/gtest.h>
#include <unistd.h>

namespace continuo {
namespace {

namespace fs = std::filesystem;

class FileStoreTest : public testing::Test {
 protected:
  ~FileStoreTest() override { fs::remove_all(folder_); }

  static std::span<const std::byte> raw(std::string_view text) { return std::as_bytes(std::span{text}); }
  std::size_t left_in_incoming() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator{folder_ / "incoming"}, fs::directory_iterator{}));
  }

  const fs::path folder_ = fs::path{testing::TempDir()} / ("continuo_store_" + std::to_string(::getpid()));
  FileStore store_{folder_};
  const std::string hello_ = sha256_hex("hello");
};

TEST_F(FileStoreTest, gives_back_what_was_put) {
  EXPECT_EQ(store_.find(hello_), std::nullopt);
  EXPECT_EQ(store_.put(raw("hello")), hello_);
  EXPECT_EQ(store_.find(hello_), folder_ / "files" / hello_);
  EXPECT_EQ(store_.verified(hello_), folder_ / "files" / hello_);
  EXPECT_EQ(left_in_incoming(), 0u);
}

TEST_F(FileStoreTest, takes_a_file_in_pieces) {
  const auto incoming = store_.receive(hello_, Bytes::of(5));
  EXPECT_TRUE(incoming->write(raw("he")));
  EXPECT_TRUE(incoming->write(raw("llo")));
  EXPECT_EQ(store_.find(hello_), std::nullopt) << "not before commit";
  EXPECT_EQ(incoming->commit(), std::nullopt);
  EXPECT_TRUE(store_.find(hello_));
}

TEST_F(FileStoreTest, leaves_nothing_of_a_file_that_is_not_what_it_should_be) {
  const auto attempt = [&](std::string_view content, std::int64_t size) {
    const auto incoming = store_.receive(hello_, Bytes::of(size));
    return !incoming->write(raw(content)) || incoming->commit().has_value();
  };
  EXPECT_TRUE(attempt("hellO", 5)) << "another digest";
  EXPECT_TRUE(attempt("hell", 5)) << "too short";
  EXPECT_TRUE(attempt("hello!", 5)) << "too long";
  EXPECT_EQ(store_.find(hello_), std::nullopt);
  EXPECT_EQ(left_in_incoming(), 0u);
}

TEST_F(FileStoreTest, forgets_what_a_killed_process_left_half_written) {
  store_.put(raw("hello"));
  const auto dying = store_.receive(sha256_hex("other"), Bytes::of(5));
  dying->write(raw("ot"));
  EXPECT_EQ(left_in_incoming(), 1u);
  const FileStore next{folder_};
  EXPECT_EQ(left_in_incoming(), 0u);
  EXPECT_TRUE(next.find(hello_));
}

TEST_F(FileStoreTest, takes_nothing_but_a_digest_for_a_name) {
  for (const std::string& name : {std::string{}, std::string{"../../etc/passwd"}, std::string(64, 'g'),
                                  std::string(63, 'a'), std::string(64, 'A'), "/" + std::string(63, 'a'),
                                  std::string(64, 'a') + "/"}) {
    EXPECT_EQ(store_.find(name), std::nullopt) << name;
    EXPECT_EQ(store_.receive(name, Bytes::of(1)), nullptr) << name;
    EXPECT_THROW(store_.verified(name), std::runtime_error) << name;
  }
}

TEST_F(FileStoreTest, names_files_that_lie_elsewhere_and_notices_that_they_changed) {
  const fs::path model = folder_ / "model";
  std::ofstream{model} << "hello";
  EXPECT_FALSE(store_.adopt(hello_, model, Bytes::of(6))) << "another size";
  EXPECT_FALSE(store_.adopt(hello_, folder_ / "absent", Bytes::of(5)));
  EXPECT_TRUE(store_.adopt(hello_, model, Bytes::of(5)));
  EXPECT_EQ(store_.verified(hello_), model);
  std::ofstream{model} << "HELLO";
  EXPECT_THROW(store_.verified(hello_), std::runtime_error);
  EXPECT_TRUE(fs::exists(model)) << "what is not the store's own is left alone";
}

TEST_F(FileStoreTest, removes_its_own_file_when_it_is_damaged) {
  store_.put(raw("hello"));
  std::ofstream{folder_ / "files" / hello_} << "damage";
  EXPECT_THROW(store_.verified(hello_), std::runtime_error);
  EXPECT_EQ(store_.find(hello_), std::nullopt) << "it can be fetched again";
}

}  // namespace
}  // namespace continuo
