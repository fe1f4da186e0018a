#include "base/units.h"
#include "services/s3/read.h"
#include "services/s3/testing.h"

namespace s3::testing {
namespace {

using object_store::testing::make_bytes;

class GetObjectTest : public S3Test {
  protected:
    GetObjectTest() { put("/bucket/k", "0123456789", {{"Content-Type", "text/plain"}}); }
    Answer range(const std::string& value) { return get("/bucket/k", {{"Range", value}}); }
};

TEST_F(GetObjectTest, RangesOfEveryForm) {
    struct Case {
        const char* range;
        const char* bytes;
        const char* content_range;
    };
    for (const Case& one : {Case{"bytes=0-3", "0123", "bytes 0-3/10"},
                            {"bytes=4-4", "4", "bytes 4-4/10"},
                            {"bytes=7-", "789", "bytes 7-9/10"},
                            {"bytes=8-100", "89", "bytes 8-9/10"},
                            {"bytes=-3", "789", "bytes 7-9/10"},
                            {"bytes=-100", "0123456789", "bytes 0-9/10"}}) {
        const Answer got = range(one.range);
        EXPECT_EQ(got.status, 206) << one.range;
        EXPECT_EQ(got.body, one.bytes) << one.range;
        EXPECT_EQ(got.headers.get("Content-Range"), one.content_range);
    }
    // What is no range, or several, means the whole.
    for (const char* none : {"bytes=5-2", "bytes=a-b", "items=0-1", "bytes=0-1,3-4", "bytes=-",
                             "bytes=18446744073709551616-"}) {
        EXPECT_EQ(range(none).status, 200) << none;
        EXPECT_EQ(range(none).body, "0123456789") << none;
    }
    for (const char* outside : {"bytes=10-", "bytes=10-20", "bytes=-0"}) {
        const Answer refused = range(outside);
        EXPECT_EQ(refused.status, 416) << outside;
        EXPECT_EQ(refused.error_code(), "InvalidRange");
        EXPECT_EQ(refused.headers.get("Content-Range"), "bytes */10");
        EXPECT_EQ(element(refused.body, "ActualObjectSize"), "10");
    }
    put("/bucket/empty", "");
    EXPECT_EQ(get("/bucket/empty", {{"Range", "bytes=0-0"}}).status, 416);
    EXPECT_EQ(get("/bucket/empty").status, 200);
}

TEST_F(GetObjectTest, RangesOfLargeObjectsAgreeWithTheBytes) {
    const std::string bytes = make_bytes(3 * base::mib);
    put("/bucket/large", bytes);
    sim::SeededRandom random(3);
    for (int i = 0; i < 20; ++i) {
        const auto first = random.below(bytes.size());
        const auto last = first + random.below(bytes.size() - first);
        const Answer got =
            get("/bucket/large",
                {{"Range", "bytes=" + std::to_string(first) + "-" + std::to_string(last)}});
        ASSERT_EQ(got.status, 206);
        ASSERT_EQ(got.body, bytes.substr(first, last - first + 1));
    }
}

TEST_F(GetObjectTest, ConditionsOfReads) {
    const std::string etag(head("/bucket/k").headers.get("ETag"));
    const std::string then = "Thu, 01 Jan 2026 00:00:00 GMT";
    const std::string before = "Wed, 31 Dec 2025 23:59:59 GMT";
    const auto status = [&](const HeaderList& headers) { return get("/bucket/k", headers).status; };
    EXPECT_EQ(status({{"If-Match", etag}}), 200);
    EXPECT_EQ(status({{"If-Match", "*"}}), 200);
    EXPECT_EQ(status({{"If-Match", "\"x\", " + etag}}), 200);
    EXPECT_EQ(status({{"If-Match", "\"x\""}}), 412);
    EXPECT_EQ(status({{"If-None-Match", etag}}), 304);
    EXPECT_EQ(status({{"If-None-Match", "\"x\""}}), 200);
    EXPECT_EQ(status({{"If-Modified-Since", then}}), 304);
    EXPECT_EQ(status({{"If-Modified-Since", before}}), 200);
    EXPECT_EQ(status({{"If-Unmodified-Since", then}}), 200);
    EXPECT_EQ(status({{"If-Unmodified-Since", before}}), 412);
    // Entity tags win over dates.
    EXPECT_EQ(status({{"If-Match", etag}, {"If-Unmodified-Since", before}}), 200);
    EXPECT_EQ(status({{"If-None-Match", "\"x\""}, {"If-Modified-Since", then}}), 200);
    EXPECT_EQ(status({{"If-Modified-Since", "nonsense"}}), 200);

    const Answer not_modified = get("/bucket/k", {{"If-None-Match", etag}});
    EXPECT_EQ(not_modified.body, "");
    EXPECT_EQ(not_modified.headers.get("ETag"), etag);
    EXPECT_EQ(head("/bucket/k", {{"If-None-Match", etag}}).status, 304);
    EXPECT_EQ(head("/bucket/k", {{"If-Match", "\"x\""}}).status, 412);
    EXPECT_EQ(get("/bucket/k", {{"Range", "bytes=0-1"}, {"If-Range", etag}}).status, 206);
    EXPECT_EQ(get("/bucket/k", {{"Range", "bytes=0-1"}, {"If-Range", "\"x\""}}).status, 200);
}

TEST_F(GetObjectTest, HeadersCanBeOverridden) {
    const Answer got =
        get("/bucket/k?response-content-type=application%2Fjson&response-cache-control=no-cache"
            "&response-content-disposition=attachment%3B%20filename%3D%22a%22&response-expires=0"
            "&response-content-language=de&response-content-encoding=x");
    EXPECT_EQ(got.headers.get("Content-Type"), "application/json");
    EXPECT_EQ(got.headers.get("Cache-Control"), "no-cache");
    EXPECT_EQ(got.headers.get("Content-Disposition"), "attachment; filename=\"a\"");
    EXPECT_EQ(got.headers.get("Expires"), "0");
    EXPECT_EQ(got.headers.get("Content-Language"), "de");
    EXPECT_EQ(got.headers.get("Content-Encoding"), "x");
}

TEST_F(GetObjectTest, WhatIsNotThere) {
    const Answer missing = get("/bucket/nope");
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.error_code(), "NoSuchKey");
    EXPECT_EQ(element(missing.body, "Key"), "nope");
    EXPECT_EQ(get("/absent-bucket/k").error_code(), "NoSuchBucket");
    EXPECT_EQ(head("/bucket/nope").status, 404);
    EXPECT_EQ(head("/bucket/nope").body, "");
    EXPECT_EQ(get("/bucket/k?versionId=abc").error_code(), "InvalidArgument");
    EXPECT_EQ(get("/bucket/k?torrent").status, 501);
    EXPECT_EQ(put("/bucket/k?acl", "<AccessControlPolicy/>").status, 501);
}

TEST_F(GetObjectTest, ObjectsHaveNoTags) {
    const Answer tags = get("/bucket/k?tagging");
    EXPECT_EQ(tags.status, 200);
    EXPECT_NE(tags.body.find("<TagSet></TagSet></Tagging>"), std::string::npos) << tags.body;
    EXPECT_EQ(get("/bucket/nope?tagging").error_code(), "NoSuchKey");
}

TEST_F(GetObjectTest, PartNumberOneIsTheWholeOfAPlainObject) {
    const Answer got = get("/bucket/k?partNumber=1");
    EXPECT_EQ(got.status, 206);
    EXPECT_EQ(got.body, "0123456789");
    EXPECT_EQ(get("/bucket/k?partNumber=2").status, 416);
    EXPECT_EQ(get("/bucket/k?partNumber=2").error_code(), "InvalidPartNumber");
    EXPECT_EQ(get("/bucket/k?partNumber=x").error_code(), "InvalidArgument");
    EXPECT_EQ(get("/bucket/k?partNumber=1", {{"Range", "bytes=0-1"}}).error_code(),
              "InvalidRequest");
}

TEST_F(GetObjectTest, DamageIsAnErrorNotWrongBytes) {
    put("/bucket/large", make_bytes(3 * base::mib));
    ASSERT_TRUE(stage_.store->head("bucket", "large"));
    stage_.files->corrupt("/data/objects/" + stage_.object_files()[0], 1000, 1);
    auto reader = stage_.store->open_object("bucket", "large").value();
    auto body = reader->body(0, 3 * base::mib);
    char buffer[1000];
    EXPECT_EQ(body->read(buffer).error().kind, base::ErrorKind::corrupt);
}

TEST_F(GetObjectTest, AttributesAreThoseAskedFor) {
    const Answer all =
        get("/bucket/k?attributes",
            {{"x-amz-object-attributes", "ETag,Checksum,ObjectParts,StorageClass,ObjectSize"}});
    ASSERT_EQ(all.status, 200) << all.body;
    EXPECT_EQ(element(all.body, "ETag"), "781e5e245d69b566979b86e28d23f2c7");
    EXPECT_EQ(element(all.body, "ObjectSize"), "10");
    EXPECT_EQ(element(all.body, "StorageClass"), "STANDARD");
    EXPECT_EQ(element(all.body, "ChecksumType"), "FULL_OBJECT");
    EXPECT_EQ(all.body.find("ObjectParts"), std::string::npos);
    const Answer one = get("/bucket/k?attributes", {{"x-amz-object-attributes", "ObjectSize"}});
    EXPECT_EQ(one.body.find("ETag"), std::string::npos);
    EXPECT_EQ(get("/bucket/k?attributes", {{"x-amz-object-attributes", "Colour"}}).error_code(),
              "InvalidArgument");
}

}  // namespace
}  // namespace s3::testing
