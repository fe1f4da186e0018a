#include "base/units.h"
#include "services/s3/testing.h"
#include "wire/base64.h"
#include "wire/checksums.h"

namespace s3::testing {
namespace {

using object_store::testing::make_bytes;

class PutObjectTest : public S3Test {};

TEST_F(PutObjectTest, BytesAndPropertiesComeBack) {
    const Answer put_answer = put("/bucket/a/b.txt", "hello",
                                  {{"Content-Type", "text/plain"},
                                   {"Cache-Control", "max-age=1"},
                                   {"Content-Disposition", "attachment"},
                                   {"Content-Encoding", "aws-chunked,gzip"},
                                   {"Content-Language", "en"},
                                   {"Expires", "Thu, 01 Dec 2044 16:00:00 GMT"},
                                   {"x-amz-meta-Colour", "blue"}});
    ASSERT_EQ(put_answer.status, 200) << put_answer.body;
    EXPECT_EQ(put_answer.headers.get("ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    EXPECT_FALSE(put_answer.headers.get("x-amz-request-id").empty());

    const Answer got = get("/bucket/a/b.txt");
    EXPECT_EQ(got.status, 200);
    EXPECT_EQ(got.body, "hello");
    EXPECT_EQ(got.headers.get("Content-Type"), "text/plain");
    EXPECT_EQ(got.headers.get("Cache-Control"), "max-age=1");
    EXPECT_EQ(got.headers.get("Content-Disposition"), "attachment");
    EXPECT_EQ(got.headers.get("Content-Encoding"), "gzip");
    EXPECT_EQ(got.headers.get("Content-Language"), "en");
    EXPECT_EQ(got.headers.get("Expires"), "Thu, 01 Dec 2044 16:00:00 GMT");
    EXPECT_EQ(got.headers.get("x-amz-meta-colour"), "blue");
    EXPECT_EQ(got.headers.get("Last-Modified"), "Thu, 01 Jan 2026 00:00:00 GMT");
    EXPECT_EQ(got.headers.get("accept-ranges"), "bytes");
    EXPECT_EQ(got.headers.get("ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
}

TEST_F(PutObjectTest, SizesFromNothingToMoreThanSmall) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{300'000},
                                   std::size_t{base::mib}, std::size_t{3 * base::mib}}) {
        ASSERT_EQ(put("/bucket/k", make_bytes(size)).status, 200);
        EXPECT_EQ(get("/bucket/k").body, make_bytes(size)) << size;
    }
}

TEST_F(PutObjectTest, EveryChecksumIsVerifiedKeptAndReturned) {
    const std::string body = make_bytes(100'000);
    const std::vector<std::pair<wire::ChecksumKind, std::string>> kinds = {
        {wire::ChecksumKind::crc32, "x-amz-checksum-crc32"},
        {wire::ChecksumKind::crc32c, "x-amz-checksum-crc32c"},
        {wire::ChecksumKind::crc64nvme, "x-amz-checksum-crc64nvme"},
        {wire::ChecksumKind::sha1, "x-amz-checksum-sha1"},
        {wire::ChecksumKind::sha256, "x-amz-checksum-sha256"}};
    for (const auto& [kind, header] : kinds) {
        const std::string right = wire::encode_base64(wire::checksum(kind, body));
        const std::string wrong = wire::encode_base64(wire::checksum(kind, "other"));
        const Answer refused = put("/bucket/" + header, body, {{header, wrong}});
        EXPECT_EQ(refused.status, 400);
        EXPECT_EQ(refused.error_code(), "BadDigest");
        EXPECT_EQ(get("/bucket/" + header).status, 404);
        EXPECT_EQ(put("/bucket/k", body, {{header, "AAA="}}).error_code(), "InvalidRequest");

        const Answer taken = put("/bucket/k", body, {{header, right}});
        ASSERT_EQ(taken.status, 200) << taken.body;
        EXPECT_EQ(taken.headers.get(header), right);
        EXPECT_EQ(taken.headers.get("x-amz-checksum-type"), "FULL_OBJECT");
        const Answer asked = get("/bucket/k", {{"x-amz-checksum-mode", "ENABLED"}});
        EXPECT_EQ(asked.headers.get(header), right);
        EXPECT_EQ(asked.headers.get("x-amz-checksum-type"), "FULL_OBJECT");
        EXPECT_EQ(head("/bucket/k", {{"x-amz-checksum-mode", "ENABLED"}}).headers.get(header),
                  right);
        EXPECT_EQ(get("/bucket/k").headers.get(header), "");
    }
}

TEST_F(PutObjectTest, WithoutAChecksumItGetsCrc64Nvme) {
    const Answer taken = put("/bucket/k", "abc");
    EXPECT_EQ(taken.headers.get("x-amz-checksum-crc64nvme"),
              wire::encode_base64(wire::checksum(wire::ChecksumKind::crc64nvme, "abc")));
    // An algorithm without a value is computed.
    const Answer asked = put("/bucket/k", "abc", {{"x-amz-sdk-checksum-algorithm", "SHA1"}});
    EXPECT_EQ(asked.headers.get("x-amz-checksum-sha1"), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
    EXPECT_EQ(asked.headers.get("x-amz-checksum-crc64nvme"), "");
}

TEST_F(PutObjectTest, ContentMd5IsVerified) {
    EXPECT_EQ(put("/bucket/k", "abc", {{"Content-MD5", md5_base64("abc")}}).status, 200);
    const Answer bad = put("/bucket/new", "abc", {{"Content-MD5", md5_base64("abd")}});
    EXPECT_EQ(bad.error_code(), "BadDigest");
    EXPECT_EQ(element(bad.body, "CalculatedDigest"), md5_base64("abc"));
    EXPECT_EQ(put("/bucket/new", "abc", {{"Content-MD5", "nonsense"}}).error_code(),
              "InvalidDigest");
    EXPECT_EQ(get("/bucket/new").status, 404);
}

TEST_F(PutObjectTest, TwoChecksumsAndUnknownOnesAreRefused) {
    EXPECT_EQ(put("/bucket/k", "abc",
                  {{"x-amz-checksum-crc32", "NSRBwg=="}, {"x-amz-checksum-crc32c", "NktKtw=="}})
                  .error_code(),
              "InvalidRequest");
    EXPECT_EQ(put("/bucket/k", "abc", {{"x-amz-sdk-checksum-algorithm", "CRC16"}}).error_code(),
              "InvalidRequest");
    EXPECT_EQ(put("/bucket/k", "abc", {{"x-amz-checksum-md5", "x"}}).status, 501);
}

TEST_F(PutObjectTest, ConditionsOfWrites) {
    EXPECT_EQ(put("/bucket/k", "1", {{"If-None-Match", "*"}}).status, 200);
    const Answer refused = put("/bucket/k", "2", {{"If-None-Match", "*"}});
    EXPECT_EQ(refused.status, 412);
    EXPECT_EQ(refused.error_code(), "PreconditionFailed");
    EXPECT_EQ(element(refused.body, "Condition"), "If-None-Match");
    const std::string etag(head("/bucket/k").headers.get("ETag"));
    EXPECT_EQ(put("/bucket/k", "3", {{"If-Match", etag}}).status, 200);
    EXPECT_EQ(put("/bucket/k", "4", {{"If-Match", etag}}).status, 412);
    EXPECT_EQ(put("/bucket/absent", "4", {{"If-Match", etag}}).error_code(), "NoSuchKey");
    EXPECT_EQ(put("/bucket/k", "5", {{"If-None-Match", etag}}).status, 501);
    EXPECT_EQ(get("/bucket/k").body, "3");
}

TEST_F(PutObjectTest, WhatIsNotImplementedIsRefusedNotIgnored) {
    for (const auto& [name, value] : HeaderList{{"x-amz-object-lock-mode", "GOVERNANCE"},
                                                {"x-amz-grant-read", "id=1"},
                                                {"x-amz-website-redirect-location", "/"},
                                                {"x-amz-write-offset-bytes", "5"}}) {
        const Answer refused = put("/bucket/k", "x", {{name, value}});
        EXPECT_EQ(refused.status, 501) << name;
        EXPECT_EQ(refused.error_code(), "NotImplemented");
        EXPECT_EQ(element(refused.body, "Header"), name);
    }
    EXPECT_EQ(put("/bucket/k", "x", {{"x-amz-acl", "public-read"}}).error_code(),
              "AccessControlListNotSupported");
    EXPECT_EQ(put("/bucket/k", "x", {{"x-amz-storage-class", "GLACIER"}}).error_code(),
              "InvalidStorageClass");
    EXPECT_EQ(get("/bucket/k").status, 404);
    EXPECT_EQ(put("/bucket/k", "x",
                  {{"x-amz-storage-class", "STANDARD"}, {"x-amz-acl", "bucket-owner-full-control"}})
                  .status,
              200);
}

TEST_F(PutObjectTest, KeysHaveTheirLimits) {
    const std::string longest(1024, 'k');
    EXPECT_EQ(put("/bucket/" + longest, "x").status, 200);
    EXPECT_EQ(get("/bucket/" + longest).body, "x");
    const Answer refused = put("/bucket/" + longest + "k", "x");
    EXPECT_EQ(refused.error_code(), "KeyTooLongError");
    EXPECT_EQ(element(refused.body, "Size"), "1025");
    EXPECT_EQ(get("/bucket/" + longest + "k").error_code(), "KeyTooLongError");
    EXPECT_EQ(put("/bucket/%ff%fe", "x").error_code(), "InvalidURI");
    EXPECT_EQ(put("/bucket/folder/", "").status, 200);
    EXPECT_EQ(head("/bucket/folder/").status, 200);
    EXPECT_EQ(head("/bucket/folder").status, 404);
    EXPECT_EQ(put("/bucket/a%2Fb%20c+d//e", "x").status, 200);
    EXPECT_EQ(elements(get("/bucket?list-type=2&prefix=a").body, "Key"),
              (std::vector<std::string>{"a/b c+d//e"}));
}

TEST_F(PutObjectTest, MetadataHasItsLimit) {
    EXPECT_EQ(put("/bucket/k", "x", {{"x-amz-meta-a", std::string(2047, 'v')}}).status, 200);
    EXPECT_EQ(put("/bucket/k", "x", {{"x-amz-meta-a", std::string(2048, 'v')}}).error_code(),
              "MetadataTooLarge");
}

TEST_F(PutObjectTest, TooLargeIsRefusedBeforeTheBody) {
    EXPECT_EQ(put("/bucket/k", "x", {{"x-amz-decoded-content-length", "5368709121"}}).error_code(),
              "EntityTooLarge");
    EXPECT_EQ(put("/bucket/k", "x", {{"x-amz-decoded-content-length", "-1"}}).error_code(),
              "InvalidArgument");
}

TEST_F(PutObjectTest, AFullDiskIsSlowDown) {
    stage_.files->inject({sim::Call::write, 28, 0, 1, "/objects/"});
    const Answer refused = put("/bucket/k", make_bytes(3 * base::mib));
    EXPECT_EQ(refused.status, 503);
    EXPECT_EQ(refused.error_code(), "SlowDown");
    EXPECT_EQ(put("/bucket/k", make_bytes(3 * base::mib)).status, 200);
}

TEST_F(PutObjectTest, ADiskErrorIsInternalError) {
    harness_.expect_internal_failure();
    stage_.files->inject({sim::Call::sync_data, 5, 0, 1, "/objects/"});
    const Answer refused = put("/bucket/k", make_bytes(3 * base::mib));
    EXPECT_EQ(refused.status, 500);
    EXPECT_EQ(refused.error_code(), "InternalError");
    EXPECT_EQ(refused.body.find("/data/"), std::string::npos);  // paths stay in the log
}

}  // namespace
}  // namespace s3::testing
