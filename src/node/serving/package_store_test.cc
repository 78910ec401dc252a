// Packages from folders, from peers, and from an earlier run.
#include "node/serving/package_store.hh"

#include <gtest/gtest.h>

#include "node/serving/package_fetch.hh"
#include "node/serving/test_support/sample_package.hh"

namespace continuo {
namespace {

class PackageStoreTest : public testing::Test {
 protected:
  std::string manifest() const {
    std::ifstream file{folder_.path / "services/measure/manifest.yaml"};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  const test::Folder folder_{"packages"};
  const std::string digest_ = test::write_package(folder_.path / "services/measure", "measure");
  FileStore files_{folder_.path / "store"};
  PackageStore store_{files_};
};

TEST_F(PackageStoreTest, ingests_a_folder_of_packages) {
  EXPECT_EQ(store_.ingest(folder_.path / "services"), std::vector<std::string>{});
  const auto package = store_.find(digest_);
  ASSERT_TRUE(package);
  EXPECT_EQ(package->name, "measure");
  EXPECT_EQ(package->digest, digest_);
  EXPECT_EQ(store_.find_by_name("measure"), package);
  EXPECT_EQ(store_.find_by_name("other"), nullptr);
  EXPECT_TRUE(store_.missing(*package, package->variants[0]).empty());
  EXPECT_EQ(files_.verified(sha256_hex(test::plain_model)), folder_.path / "services/measure/models/plain");
}

TEST_F(PackageStoreTest, says_what_is_wrong_and_takes_the_rest) {
  std::filesystem::remove(folder_.path / "services/measure/models/small");
  test::write_file(folder_.path / "services/broken/manifest.yaml", "name: 7x7\n");
  const auto problems = store_.ingest(folder_.path / "services");
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_NE(problems[0].find("broken"), std::string::npos);
  EXPECT_NE(problems[1].find("models/small: absent"), std::string::npos) << problems[1];
  const auto package = store_.find(digest_);
  ASSERT_TRUE(package);
  EXPECT_TRUE(store_.missing(*package, *find_variant(*package, "plain")).empty());
  EXPECT_EQ(store_.missing(*package, *find_variant(*package, "small")).size(), 1u);
  EXPECT_EQ(store_.ingest(folder_.path / "nowhere").size(), 1u);
}

TEST_F(PackageStoreTest, keeps_a_manifest_from_a_peer_over_a_restart) {
  EXPECT_TRUE(std::holds_alternative<std::string>(store_.add("name: other", digest_))) << "another digest";
  const std::string broken = "name: [";
  EXPECT_TRUE(std::holds_alternative<std::string>(store_.add(broken, sha256_hex(broken))));
  ASSERT_TRUE(std::holds_alternative<PackageStore::PackagePointer>(store_.add(manifest(), digest_)));
  const auto package = store_.find(digest_);
  EXPECT_EQ(store_.missing(*package, package->variants[0]).size(), 2u) << "the model and the sample";
  FileStore files{folder_.path / "store"};
  PackageStore next{files};
  ASSERT_TRUE(next.find(digest_));
  EXPECT_EQ(next.find(digest_)->name, "measure");
}

}  // namespace
}  // namespace continuo
