#include "services/s3/testing.h"
#include "wire/uri.h"

namespace s3::testing {
namespace {

using Names = std::vector<std::string>;

class ListObjectsTest : public S3Test {
  protected:
    void put_all(const Names& keys) {
        for (const std::string& key : keys) {
            ASSERT_EQ(put("/bucket/" + wire::percent_encode(key, true), "x").status, 200);
        }
    }
    static Names prefixes(const std::string& xml) {
        Names found;
        for (const std::string& one : elements(xml, "CommonPrefixes")) {
            found.push_back(element(one, "Prefix"));
        }
        return found;
    }
};

TEST_F(ListObjectsTest, VersionTwoInFull) {
    put_all({"a", "b/1", "b/2", "c"});
    const Answer answer = get("/bucket?list-type=2&delimiter=/&fetch-owner=true");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_TRUE(answer.body.starts_with(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult "
        "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>bucket</Name><Prefix></Prefix>"));
    EXPECT_EQ(answer.headers.get("Content-Type"), "application/xml");
    EXPECT_EQ(elements(answer.body, "Key"), (Names{"a", "c"}));
    EXPECT_EQ(prefixes(answer.body), (Names{"b/"}));
    EXPECT_EQ(element(answer.body, "KeyCount"), "3");
    EXPECT_EQ(element(answer.body, "MaxKeys"), "1000");
    EXPECT_EQ(element(answer.body, "IsTruncated"), "false");
    EXPECT_EQ(element(answer.body, "ETag"), "\"9dd4e461268c8034f5c8564e155c67a6\"");
    EXPECT_EQ(element(answer.body, "LastModified"), "2026-01-01T00:00:00.000Z");
    EXPECT_EQ(element(answer.body, "Size"), "1");
    EXPECT_EQ(element(answer.body, "StorageClass"), "STANDARD");
    EXPECT_EQ(element(answer.body, "ChecksumAlgorithm"), "CRC64NVME");
    EXPECT_EQ(element(answer.body, "ID").size(), 64U);
    EXPECT_EQ(get("/bucket?list-type=2").body.find("<Owner>"), std::string::npos);
}

TEST_F(ListObjectsTest, PagesByTokenJoinToTheWhole) {
    Names keys;
    for (int i = 0; i < 25; ++i)
        keys.push_back("k" + std::to_string(100 + i));
    put_all(keys);
    Names joined;
    std::string token;
    for (int page = 0; page < 10; ++page) {
        const Answer answer = get(
            "/bucket?list-type=2&max-keys=4" +
            (token.empty() ? std::string() : "&continuation-token=" + wire::percent_encode(token)));
        for (const std::string& key : elements(answer.body, "Key"))
            joined.push_back(key);
        EXPECT_EQ(element(answer.body, "ContinuationToken"), token);
        token = element(answer.body, "NextContinuationToken");
        EXPECT_EQ(element(answer.body, "IsTruncated"), token.empty() ? "false" : "true");
        if (token.empty()) break;
    }
    EXPECT_EQ(joined, keys);
    EXPECT_EQ(get("/bucket?list-type=2&continuation-token=nonsense").error_code(),
              "InvalidArgument");
    EXPECT_EQ(elements(get("/bucket?list-type=2&start-after=k122").body, "Key"),
              (Names{"k123", "k124"}));
}

TEST_F(ListObjectsTest, VersionOneHasMarkers) {
    put_all({"a/1", "a/2", "b", "c/1"});
    const Answer first = get("/bucket?delimiter=/&max-keys=1");
    EXPECT_EQ(prefixes(first.body), (Names{"a/"}));
    EXPECT_EQ(element(first.body, "NextMarker"), "a/");
    const Answer second = get("/bucket?delimiter=/&marker=a/");
    EXPECT_EQ(elements(second.body, "Key"), (Names{"b"}));
    EXPECT_EQ(prefixes(second.body), (Names{"c/"}));
    EXPECT_EQ(element(second.body, "Marker"), "a/");
    EXPECT_NE(second.body.find("<Owner>"), std::string::npos);
    EXPECT_EQ(get("/bucket?max-keys=1").body.find("NextMarker"), std::string::npos);
}

TEST_F(ListObjectsTest, KeysAreEncodedWhenAskedFor) {
    put_all({"a b/c+d&\xc3\xa4"});
    EXPECT_EQ(element(get("/bucket?list-type=2").body, "Key"), "a b/c+d&\xc3\xa4");
    const Answer encoded = get("/bucket?list-type=2&encoding-type=url&prefix=a%20b");
    EXPECT_EQ(element(encoded.body, "Key"), "a%20b/c%2Bd%26%C3%A4");
    EXPECT_EQ(element(encoded.body, "Prefix"), "a%20b");
    EXPECT_EQ(element(encoded.body, "EncodingType"), "url");
    EXPECT_EQ(get("/bucket?encoding-type=base64").error_code(), "InvalidArgument");
}

TEST_F(ListObjectsTest, OrderIsThatOfUtf8Bytes) {
    // In UTF-16 the last two would change places.
    put_all({"Z", "a", "\xc3\xa4", "\xef\xbf\xbd", "\xf0\x9f\x98\x80"});
    EXPECT_EQ(elements(get("/bucket?list-type=2").body, "Key"),
              (Names{"Z", "a", "\xc3\xa4", "\xef\xbf\xbd", "\xf0\x9f\x98\x80"}));
}

TEST_F(ListObjectsTest, MaxKeysHasItsLimits) {
    put_all({"a", "b"});
    const Answer none = get("/bucket?list-type=2&max-keys=0");
    EXPECT_EQ(elements(none.body, "Key").size(), 0U);
    EXPECT_EQ(element(none.body, "IsTruncated"), "false");
    EXPECT_EQ(element(get("/bucket?list-type=2&max-keys=100000").body, "MaxKeys"), "1000");
    EXPECT_EQ(get("/bucket?list-type=2&max-keys=-1").error_code(), "InvalidArgument");
    EXPECT_EQ(get("/bucket?list-type=2&max-keys=x").error_code(), "InvalidArgument");
    EXPECT_EQ(get("/bucket?list-type=2&max-keys=99999999999").error_code(), "InvalidArgument");
    EXPECT_EQ(get("/absent-bucket?list-type=2").error_code(), "NoSuchBucket");
    EXPECT_EQ(get("/bucket?inventory").status, 501);
}

}  // namespace
}  // namespace s3::testing
