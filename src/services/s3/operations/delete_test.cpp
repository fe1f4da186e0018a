#include "services/s3/testing.h"
#include "wire/base64.h"
#include "wire/checksums.h"

namespace s3::testing {
namespace {

class DeleteTest : public S3Test {
  protected:
    Answer remove_all(const std::string& body, HeaderList headers = {}) {
        headers.emplace_back("Content-MD5", md5_base64(body));
        return post("/bucket?delete", body, headers);
    }
};

TEST_F(DeleteTest, OneObject) {
    put("/bucket/k", "x");
    EXPECT_EQ(remove("/bucket/k").status, 204);
    EXPECT_EQ(get("/bucket/k").status, 404);
    EXPECT_EQ(remove("/bucket/k").status, 204);  // what is not there is deleted
    EXPECT_EQ(remove("/absent-bucket/k").error_code(), "NoSuchBucket");
    EXPECT_EQ(remove("/bucket/k?versionId=1").error_code(), "InvalidArgument");
    EXPECT_EQ(remove("/bucket/k?tagging").error_code(), "NoSuchKey");
    EXPECT_EQ(remove("/bucket/k", {{"If-Match", "\"x\""}}).error_code(), "PreconditionFailed");
}

TEST_F(DeleteTest, ManyObjects) {
    for (const char* key : {"a", "b&c", "d"})
        put(std::string("/bucket/") + key, "x");
    const Answer answer = remove_all(
        "<Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a</Key></Object>"
        "<Object><Key>b&amp;c</Key></Object><Object><Key>absent</Key></Object></Delete>");
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_NE(answer.body.find("<DeleteResult"), std::string::npos);
    EXPECT_EQ(elements(answer.body, "Key"), (std::vector<std::string>{"a", "b&c", "absent"}));
    EXPECT_EQ(get("/bucket/a").status, 404);
    EXPECT_EQ(get("/bucket/d").status, 200);
    const Answer quiet =
        remove_all("<Delete><Object><Key>d</Key></Object><Quiet>true</Quiet></Delete>");
    EXPECT_EQ(elements(quiet.body, "Key").size(), 0U);
    EXPECT_EQ(get("/bucket/d").status, 404);
}

TEST_F(DeleteTest, ADigestIsRequiredAndVerified) {
    put("/bucket/k", "x");
    const std::string body = "<Delete><Object><Key>k</Key></Object></Delete>";
    EXPECT_EQ(post("/bucket?delete", body).error_code(), "InvalidRequest");
    EXPECT_EQ(post("/bucket?delete", body, {{"Content-MD5", md5_base64("other")}}).error_code(),
              "BadDigest");
    EXPECT_EQ(get("/bucket/k").status, 200);
    const std::string crc = wire::encode_base64(wire::checksum(wire::ChecksumKind::crc32, body));
    EXPECT_EQ(post("/bucket?delete", body, {{"x-amz-checksum-crc32", crc}}).status, 200);
    EXPECT_EQ(get("/bucket/k").status, 404);
}

TEST_F(DeleteTest, BadListsAreRefusedWhole) {
    put("/bucket/k0", "x");
    const auto list_of = [](int count) {
        std::string body = "<Delete>";
        for (int i = 0; i < count; ++i) {
            body += "<Object><Key>k" + std::to_string(i) + "</Key></Object>";
        }
        return body + "</Delete>";
    };
    for (const std::string& bad :
         {std::string("<Delete><Object>"), std::string(""), std::string("<Delete></Delete>"),
          std::string("<Delete><Object></Object></Delete>"), list_of(1001)}) {
        const Answer refused = remove_all(bad);
        EXPECT_EQ(refused.status, 400);
        EXPECT_EQ(refused.error_code(), "MalformedXML") << bad.substr(0, 60);
    }
    EXPECT_EQ(get("/bucket/k0").status, 200);
    EXPECT_EQ(elements(remove_all(list_of(1000)).body, "Deleted").size(), 1000U);
    EXPECT_EQ(get("/bucket/k0").status, 404);
}

TEST_F(DeleteTest, ABadKeyFailsAloneAmongGoodOnes) {
    put("/bucket/good", "x");
    const Answer answer = remove_all("<Delete><Object><Key>" + std::string(1025, 'k') +
                                     "</Key></Object><Object><Key>good</Key><VersionId>v"
                                     "</VersionId></Object><Object><Key>good</Key></Object>"
                                     "</Delete>");
    EXPECT_EQ(elements(answer.body, "Code"),
              (std::vector<std::string>{"KeyTooLongError", "NoSuchVersion"}));
    EXPECT_EQ(elements(answer.body, "Deleted").size(), 1U);
    EXPECT_EQ(get("/bucket/good").status, 404);
}

}  // namespace
}  // namespace s3::testing
