#include "base/units.h"
#include "services/s3/testing.h"
#include "wire/base64.h"
#include "wire/checksums.h"

namespace s3::testing {
namespace {

using object_store::testing::make_bytes;
using wire::ChecksumKind;

const std::string& big() {
    static const std::string bytes = make_bytes(5 * base::mib, 1);
    return bytes;
}
const std::string tail = "the last part";

std::string base64_of(ChecksumKind kind, std::string_view bytes) {
    return wire::encode_base64(wire::checksum(kind, bytes));
}

class MultipartTest : public S3Test {};

TEST_F(MultipartTest, PartsBecomeAnObject) {
    const Answer created =
        post("/bucket/k?uploads", {}, {{"Content-Type", "video/mp4"}, {"x-amz-meta-a", "1"}});
    ASSERT_EQ(created.status, 200) << created.body;
    EXPECT_NE(created.body.find("<InitiateMultipartUploadResult"), std::string::npos);
    EXPECT_EQ(element(created.body, "Bucket"), "bucket");
    EXPECT_EQ(element(created.body, "Key"), "k");
    const std::string id = element(created.body, "UploadId");
    const std::string second = put_part("k", id, 2, tail);
    const std::string first = put_part("k", id, 1, big());
    EXPECT_EQ(get("/bucket/k").status, 404);

    const Answer done = complete("k", id, part_xml(1, first) + part_xml(2, second));
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_NE(done.body.find("<CompleteMultipartUploadResult"), std::string::npos);
    EXPECT_EQ(element(done.body, "Location"), "http://127.0.0.1:4566/bucket/k");
    const std::string etag = element(done.body, "ETag");
    EXPECT_TRUE(etag.ends_with("-2\""));
    EXPECT_EQ(element(done.body, "ChecksumType"), "FULL_OBJECT");
    EXPECT_EQ(element(done.body, "ChecksumCRC64NVME"),
              base64_of(ChecksumKind::crc64nvme, big() + tail));

    const Answer got = get("/bucket/k");
    EXPECT_EQ(got.body, big() + tail);
    EXPECT_EQ(got.headers.get("ETag"), etag);
    EXPECT_EQ(got.headers.get("Content-Type"), "video/mp4");
    EXPECT_EQ(got.headers.get("x-amz-meta-a"), "1");
    const Answer part = get("/bucket/k?partNumber=2");
    EXPECT_EQ(part.status, 206);
    EXPECT_EQ(part.body, tail);
    EXPECT_EQ(part.headers.get("x-amz-mp-parts-count"), "2");
    EXPECT_EQ(part.headers.get("Content-Range"),
              "bytes 5242880-" + std::to_string(big().size() + tail.size() - 1) + "/" +
                  std::to_string(big().size() + tail.size()));
    EXPECT_EQ(get("/bucket/k?partNumber=3").status, 416);
    EXPECT_EQ(get("/bucket/k", {{"Range", "bytes=5242878-5242881"}}).body,
              big().substr(5242878) + tail.substr(0, 2));
    // Completing again, as a client does that got no answer.
    EXPECT_EQ(complete("k", id, part_xml(1, first) + part_xml(2, second)).status, 200);
    const Answer attributes =
        get("/bucket/k?attributes", {{"x-amz-object-attributes", "ObjectParts"}});
    EXPECT_EQ(element(attributes.body, "PartsCount"), "2");
}

TEST_F(MultipartTest, CompositeAndFullObjectChecksums) {
    struct Case {
        ChecksumKind kind;
        const char* name;
        const char* header;
        const char* type;
    };
    for (const Case& one :
         {Case{ChecksumKind::crc32, "CRC32", "x-amz-checksum-crc32", "COMPOSITE"},
          {ChecksumKind::crc32, "CRC32", "x-amz-checksum-crc32", "FULL_OBJECT"},
          {ChecksumKind::crc32c, "CRC32C", "x-amz-checksum-crc32c", "FULL_OBJECT"},
          {ChecksumKind::crc64nvme, "CRC64NVME", "x-amz-checksum-crc64nvme", "FULL_OBJECT"},
          {ChecksumKind::sha1, "SHA1", "x-amz-checksum-sha1", "COMPOSITE"},
          {ChecksumKind::sha256, "SHA256", "x-amz-checksum-sha256", "COMPOSITE"}}) {
        const std::string id = create_upload(
            "k", {{"x-amz-checksum-algorithm", one.name}, {"x-amz-checksum-type", one.type}});
        const std::string first_sum = base64_of(one.kind, big());
        const std::string second_sum = base64_of(one.kind, tail);
        const std::string first = put_part("k", id, 1, big(), {{one.header, first_sum}});
        const std::string second = put_part("k", id, 2, tail, {{one.header, second_sum}});
        const std::string open = std::string("<Checksum") + one.name + ">";
        const std::string close = std::string("</Checksum") + one.name + ">";
        const std::string parts = part_xml(1, first, open + first_sum + close) +
                                  part_xml(2, second, open + second_sum + close);
        const bool is_composite = std::string_view(one.type) == "COMPOSITE";
        const std::string expected = is_composite
                                         ? base64_of(one.kind, wire::checksum(one.kind, big()) +
                                                                   wire::checksum(one.kind, tail)) +
                                               "-2"
                                         : base64_of(one.kind, big() + tail);
        if (is_composite) {
            EXPECT_EQ(complete("k", id, part_xml(1, first) + part_xml(2, second)).error_code(),
                      "InvalidRequest");
        }
        EXPECT_EQ(complete("k", id,
                           part_xml(1, first, open + second_sum + close) +
                               part_xml(2, second, open + second_sum + close))
                      .error_code(),
                  "InvalidPart");
        EXPECT_EQ(complete("k", id, parts, {{one.header, first_sum}}).error_code(), "BadDigest");
        const Answer done = complete("k", id, parts, {{one.header, expected}});
        ASSERT_EQ(done.status, 200) << one.name << done.body;
        EXPECT_EQ(element(done.body, std::string("Checksum") + one.name), expected);
        EXPECT_EQ(element(done.body, "ChecksumType"), one.type);
        const Answer got = head("/bucket/k", {{"x-amz-checksum-mode", "ENABLED"}});
        EXPECT_EQ(got.headers.get(one.header), expected);
        EXPECT_EQ(got.headers.get("x-amz-checksum-type"), one.type);
    }
}

TEST_F(MultipartTest, ChecksumsThatDoNotFitTheUploadAreRefused) {
    EXPECT_EQ(post("/bucket/k?uploads", {},
                   {{"x-amz-checksum-algorithm", "SHA256"}, {"x-amz-checksum-type", "FULL_OBJECT"}})
                  .error_code(),
              "InvalidRequest");
    EXPECT_EQ(
        post("/bucket/k?uploads", {},
             {{"x-amz-checksum-algorithm", "CRC64NVME"}, {"x-amz-checksum-type", "COMPOSITE"}})
            .error_code(),
        "InvalidRequest");
    EXPECT_EQ(post("/bucket/k?uploads", {}, {{"x-amz-checksum-algorithm", "MD4"}}).error_code(),
              "InvalidRequest");
    const std::string id = create_upload("k", {{"x-amz-checksum-algorithm", "CRC32"}});
    const std::string target = "/bucket/k?partNumber=1&uploadId=" + id;
    EXPECT_EQ(put(target, "x", {{"x-amz-checksum-sha1", base64_of(ChecksumKind::sha1, "x")}})
                  .error_code(),
              "InvalidRequest");
    EXPECT_EQ(put(target, "x", {{"x-amz-checksum-crc32", base64_of(ChecksumKind::crc32, "y")}})
                  .error_code(),
              "BadDigest");
    // No algorithm at creation: a part may carry any, and the object gets CRC64NVME.
    const std::string plain = create_upload("k");
    const std::string etag = put_part(
        "k", plain, 1, "x", {{"x-amz-checksum-crc32", base64_of(ChecksumKind::crc32, "x")}});
    EXPECT_EQ(element(complete("k", plain, part_xml(1, etag)).body, "ChecksumCRC64NVME"),
              base64_of(ChecksumKind::crc64nvme, "x"));
}

TEST_F(MultipartTest, ACompletionIsRefusedForEachReason) {
    const std::string id = create_upload("k");
    const std::string one = put_part("k", id, 1, "small");
    const std::string two = put_part("k", id, 2, big());
    const Answer small = complete("k", id, part_xml(1, one) + part_xml(2, two));
    EXPECT_EQ(small.error_code(), "EntityTooSmall");
    EXPECT_EQ(element(small.body, "ProposedSize"), "5");
    EXPECT_EQ(complete("k", id, part_xml(2, two) + part_xml(1, one)).error_code(),
              "InvalidPartOrder");
    EXPECT_EQ(complete("k", id, part_xml(2, one)).error_code(), "InvalidPart");
    EXPECT_EQ(complete("k", id, part_xml(3, one)).error_code(), "InvalidPart");
    EXPECT_EQ(complete("k", id, "").error_code(), "MalformedXML");
    EXPECT_EQ(complete("k", id, "<Part><PartNumber>1</PartNumber></Part>").error_code(),
              "MalformedXML");
    EXPECT_EQ(complete("k", id, "<Part><PartNumber>x</PartNumber></Part>").error_code(),
              "MalformedXML");
    EXPECT_EQ(post("/bucket/k?uploadId=" + id, "not xml").error_code(), "MalformedXML");
    EXPECT_EQ(complete("other", id, part_xml(1, one)).error_code(), "NoSuchUpload");
    EXPECT_EQ(complete("k", "nonsense", part_xml(1, one)).error_code(), "NoSuchUpload");
    EXPECT_EQ(complete("k", id, part_xml(2, two), {{"x-amz-mp-object-size", "1"}}).error_code(),
              "InvalidRequest");
    put("/bucket/k", "there");
    EXPECT_EQ(complete("k", id, part_xml(2, two), {{"If-None-Match", "*"}}).status, 412);
    EXPECT_EQ(get("/bucket/k").body, "there");
    // The quotes of an ETag may be missing.
    EXPECT_EQ(complete("k", id, part_xml(2, two.substr(1, 32))).status, 200);
    EXPECT_EQ(get("/bucket/k").body, big());
}

TEST_F(MultipartTest, PartsAreListedInPages) {
    const std::string id = create_upload("k", {{"x-amz-checksum-algorithm", "CRC32"}});
    for (int number : {1, 2, 3})
        put_part("k", id, number, std::to_string(number));
    const Answer page = get("/bucket/k?max-parts=2&uploadId=" + id);
    ASSERT_EQ(page.status, 200) << page.body;
    EXPECT_EQ(elements(page.body, "PartNumber"), (std::vector<std::string>{"1", "2"}));
    EXPECT_EQ(element(page.body, "IsTruncated"), "true");
    EXPECT_EQ(element(page.body, "NextPartNumberMarker"), "2");
    EXPECT_EQ(element(page.body, "ChecksumAlgorithm"), "CRC32");
    EXPECT_EQ(element(page.body, "ChecksumType"), "COMPOSITE");
    EXPECT_EQ(element(page.body, "ChecksumCRC32"), base64_of(ChecksumKind::crc32, "1"));
    EXPECT_EQ(element(page.body, "Size"), "1");
    const Answer rest = get("/bucket/k?part-number-marker=2&uploadId=" + id);
    EXPECT_EQ(elements(rest.body, "PartNumber"), (std::vector<std::string>{"3"}));
    EXPECT_EQ(get("/bucket/k?uploadId=x").error_code(), "NoSuchUpload");
}

TEST_F(MultipartTest, UploadsAreListedAndAborted) {
    const std::string one = create_upload("a/1");
    create_upload("b");
    const Answer listed = get("/bucket?uploads");
    ASSERT_EQ(listed.status, 200) << listed.body;
    EXPECT_NE(listed.body.find("<ListMultipartUploadsResult"), std::string::npos);
    EXPECT_EQ(elements(listed.body, "Key"), (std::vector<std::string>{"a/1", "b"}));
    EXPECT_EQ(element(listed.body, "UploadId"), one);
    EXPECT_EQ(element(listed.body, "Initiated"), "2026-01-01T00:00:00.000Z");
    const Answer page = get("/bucket?uploads&max-uploads=1");
    EXPECT_EQ(element(page.body, "NextKeyMarker"), "a/1");
    EXPECT_EQ(element(page.body, "NextUploadIdMarker"), one);
    EXPECT_EQ(elements(get("/bucket?uploads&key-marker=a/1&upload-id-marker=" + one).body, "Key"),
              (std::vector<std::string>{"b"}));
    const Answer rolled = get("/bucket?uploads&delimiter=/");
    EXPECT_EQ(elements(rolled.body, "Key"), (std::vector<std::string>{"b"}));

    EXPECT_EQ(remove("/bucket/a/1?uploadId=" + one).status, 204);
    EXPECT_EQ(remove("/bucket/a/1?uploadId=" + one).error_code(), "NoSuchUpload");
    EXPECT_EQ(elements(get("/bucket?uploads").body, "Key"), (std::vector<std::string>{"b"}));
    EXPECT_EQ(put("/bucket/a/1?partNumber=1&uploadId=" + one, "x").error_code(), "NoSuchUpload");
}

TEST_F(MultipartTest, PartNumbersAreChecked) {
    const std::string id = create_upload("k");
    for (const char* bad : {"0", "10001", "-1", "x", "1.5", "99999999999"}) {
        EXPECT_EQ(
            put("/bucket/k?partNumber=" + std::string(bad) + "&uploadId=" + id, "x").error_code(),
            "InvalidArgument")
            << bad;
    }
    EXPECT_EQ(put("/bucket/k?partNumber=10000&uploadId=" + id, "x").status, 200);
    EXPECT_EQ(put("/bucket/k?partNumber=1&uploadId=" + id, "x", {{"Content-MD5", md5_base64("y")}})
                  .error_code(),
              "BadDigest");
}

TEST_F(MultipartTest, PartsCanBeCopied) {
    const std::string source = big() + tail;
    put("/bucket/from", source);
    const std::string id = create_upload(
        "k", {{"x-amz-checksum-algorithm", "CRC32C"}, {"x-amz-checksum-type", "FULL_OBJECT"}});
    const auto copy = [&](int number, const HeaderList& more) {
        HeaderList headers = {{"x-amz-copy-source", "/bucket/from"}};
        headers.insert(headers.end(), more.begin(), more.end());
        return put("/bucket/k?partNumber=" + std::to_string(number) + "&uploadId=" + id, {},
                   headers);
    };
    const Answer first = copy(1, {});
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_NE(first.body.find("<CopyPartResult"), std::string::npos);
    EXPECT_EQ(element(first.body, "ChecksumCRC32C"), base64_of(ChecksumKind::crc32c, source));
    const Answer second = copy(2, {{"x-amz-copy-source-range", "bytes=10-19"}});
    for (const char* bad : {"bytes=0-999999999", "bytes=5-", "bytes=-5", "0-1", "bytes=3-1"}) {
        EXPECT_EQ(copy(3, {{"x-amz-copy-source-range", bad}}).error_code(), "InvalidArgument");
    }
    EXPECT_EQ(copy(3, {{"x-amz-copy-source-if-match", "\"x\""}}).status, 412);
    const Answer done = complete(
        "k", id,
        part_xml(1, element(first.body, "ETag")) + part_xml(2, element(second.body, "ETag")));
    ASSERT_EQ(done.status, 200) << done.body;
    EXPECT_EQ(get("/bucket/k").body, source + source.substr(10, 10));
}

}  // namespace
}  // namespace s3::testing
