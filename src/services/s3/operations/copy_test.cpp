#include "services/s3/copy.h"

#include "base/units.h"
#include "services/s3/testing.h"

namespace s3::testing {
namespace {

using object_store::testing::make_bytes;

class CopyTest : public S3Test {
  protected:
    CopyTest() {
        put("/bucket/from", "abc",
            {{"Content-Type", "text/plain"}, {"x-amz-meta-a", "1"}, {"Cache-Control", "c"}});
    }
    Answer copy(const std::string& to, const std::string& from, HeaderList headers = {}) {
        headers.emplace_back("x-amz-copy-source", from);
        return put(to, {}, headers);
    }
};

TEST_F(CopyTest, BytesAndMetadataAreCopied) {
    make_bucket("other-bucket");
    const Answer copied = copy("/other-bucket/to", "/bucket/from");
    ASSERT_EQ(copied.status, 200) << copied.body;
    EXPECT_NE(copied.body.find("<CopyObjectResult"), std::string::npos);
    EXPECT_EQ(element(copied.body, "ETag"), "\"900150983cd24fb0d6963f7d28e17f72\"");
    EXPECT_EQ(element(copied.body, "LastModified"), "2026-01-01T00:00:00.000Z");
    const Answer got = get("/other-bucket/to", {{"x-amz-checksum-mode", "ENABLED"}});
    EXPECT_EQ(got.body, "abc");
    EXPECT_EQ(got.headers.get("Content-Type"), "text/plain");
    EXPECT_EQ(got.headers.get("x-amz-meta-a"), "1");
    EXPECT_EQ(got.headers.get("Cache-Control"), "c");
    EXPECT_FALSE(got.headers.get("x-amz-checksum-crc64nvme").empty());
}

TEST_F(CopyTest, MetadataCanBeReplaced) {
    EXPECT_EQ(copy("/bucket/to", "bucket/from",
                   {{"x-amz-metadata-directive", "REPLACE"}, {"x-amz-meta-b", "2"}})
                  .status,
              200);
    const Answer got = get("/bucket/to");
    EXPECT_EQ(got.headers.get("x-amz-meta-a"), "");
    EXPECT_EQ(got.headers.get("x-amz-meta-b"), "2");
    EXPECT_EQ(got.headers.get("Content-Type"), "binary/octet-stream");
    EXPECT_EQ(copy("/bucket/to", "bucket/from", {{"x-amz-metadata-directive", "X"}}).error_code(),
              "InvalidArgument");
}

TEST_F(CopyTest, OntoItselfOnlyWithAChange) {
    EXPECT_EQ(copy("/bucket/from", "bucket/from").error_code(), "InvalidRequest");
    EXPECT_EQ(copy("/bucket/from", "bucket/from",
                   {{"x-amz-metadata-directive", "REPLACE"}, {"x-amz-meta-new", "1"}})
                  .status,
              200);
    EXPECT_EQ(get("/bucket/from").headers.get("x-amz-meta-new"), "1");
    EXPECT_EQ(get("/bucket/from").body, "abc");
}

TEST_F(CopyTest, LargeObjectsAndEncodedSources) {
    const std::string bytes = make_bytes(20 * base::mib);
    put("/bucket/a%20b%2B", bytes);
    ASSERT_EQ(copy("/bucket/to", "/bucket/a%20b%2B").status, 200);
    EXPECT_EQ(get("/bucket/to").body, bytes);
}

TEST_F(CopyTest, AnotherChecksumCanBeAskedFor) {
    const Answer copied = copy("/bucket/to", "bucket/from", {{"x-amz-checksum-algorithm", "SHA1"}});
    EXPECT_EQ(element(copied.body, "ChecksumSHA1"), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
    EXPECT_EQ(copy("/bucket/to", "bucket/from", {{"x-amz-checksum-algorithm", "X"}}).error_code(),
              "InvalidRequest");
}

TEST_F(CopyTest, SourcesAreCheckedAndConditionsHold) {
    EXPECT_EQ(copy("/bucket/to", "bucket/absent").error_code(), "NoSuchKey");
    EXPECT_EQ(copy("/bucket/to", "absent-bucket/k").error_code(), "NoSuchBucket");
    EXPECT_EQ(copy("/bucket/to", "bucket").error_code(), "InvalidArgument");
    EXPECT_EQ(copy("/bucket/to", "/bucket/").error_code(), "InvalidArgument");
    EXPECT_EQ(copy("/bucket/to", "bucket/%zz").error_code(), "InvalidArgument");
    EXPECT_EQ(copy("/bucket/to", "bucket/from?versionId=v").error_code(), "InvalidArgument");
    EXPECT_EQ(copy("/bucket/to", "bucket/from?versionId=null").status, 200);
    EXPECT_EQ(copy("/bucket/to", "bucket/from", {{"x-amz-copy-source-if-match", "\"x\""}}).status,
              412);
    EXPECT_EQ(copy("/bucket/to", "bucket/from",
                   {{"x-amz-copy-source-if-none-match", "\"900150983cd24fb0d6963f7d28e17f72\""}})
                  .status,
              412);
    EXPECT_EQ(copy("/bucket/to", "bucket/from", {{"x-amz-tagging-directive", "MOVE"}}).error_code(),
              "InvalidArgument");
}

}  // namespace
}  // namespace s3::testing
