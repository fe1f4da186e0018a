// The settings of buckets: each put, got and taken away, their defaults and what is refused.
#include <gtest/gtest.h>

#include "services/s3/testing.h"

namespace s3 {
namespace {

using testing::Answer;
using testing::element;
using testing::elements;

class BucketSettings : public testing::S3Test {
  protected:
    std::string code(const Answer& answer) { return answer.error_code(); }
};

constexpr const char* policy =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*",)"
    R"("Resource":"arn:aws:s3:::bucket/*"}]})";

TEST_F(BucketSettings, APolicyIsKeptAsItIs) {
    EXPECT_EQ(code(get("/bucket?policy")), "NoSuchBucketPolicy");
    EXPECT_EQ(get("/bucket?policy").status, 404);
    EXPECT_EQ(code(get("/bucket?policyStatus")), "NoSuchBucketPolicy");
    ASSERT_EQ(put("/bucket?policy", policy).status, 200);
    const Answer got = get("/bucket?policy");
    EXPECT_EQ(got.body, policy);
    EXPECT_EQ(got.headers.get("Content-Type"), "application/json");
    EXPECT_EQ(element(get("/bucket?policyStatus").body, "IsPublic"), "false");
    // It is not evaluated.
    EXPECT_EQ(put("/bucket/k", "x").status, 200);
    EXPECT_EQ(get("/bucket/k").body, "x");
    EXPECT_EQ(remove("/bucket?policy").status, 204);
    EXPECT_EQ(remove("/bucket?policy").status, 204);
    EXPECT_EQ(code(get("/bucket?policy")), "NoSuchBucketPolicy");
    EXPECT_EQ(code(put("/bucket?policy", "nonsense")), "MalformedPolicy");
    EXPECT_EQ(code(put("/nope?policy", policy)), "NoSuchBucket");
}

TEST_F(BucketSettings, ABucketThatBlocksPublicPoliciesTakesNone) {
    std::string open = policy;
    open.replace(open.find("Deny"), 4, "Allow");
    EXPECT_EQ(code(put("/bucket?policy", open)), "AccessDenied");
    ASSERT_EQ(remove("/bucket?publicAccessBlock").status, 204);
    EXPECT_EQ(put("/bucket?policy", open).status, 200);
    EXPECT_EQ(element(get("/bucket?policyStatus").body, "IsPublic"), "true");
}

TEST_F(BucketSettings, EveryBucketEncrypts) {
    EXPECT_EQ(element(get("/bucket?encryption").body, "SSEAlgorithm"), "AES256");
    const auto set = [&](const std::string& rule) {
        return put("/bucket?encryption", "<ServerSideEncryptionConfiguration><Rule>" + rule +
                                             "</Rule></ServerSideEncryptionConfiguration>");
    };
    const auto by_default = [](const std::string& inside) {
        return "<ApplyServerSideEncryptionByDefault>" + inside +
               "</ApplyServerSideEncryptionByDefault>";
    };
    ASSERT_EQ(set(by_default("<SSEAlgorithm>aws:kms</SSEAlgorithm>"
                             "<KMSMasterKeyID>1234</KMSMasterKeyID>") +
                  "<BucketKeyEnabled>true</BucketKeyEnabled>")
                  .status,
              200);
    const Answer got = get("/bucket?encryption");
    EXPECT_EQ(element(got.body, "SSEAlgorithm"), "aws:kms");
    EXPECT_EQ(element(got.body, "KMSMasterKeyID"), "1234");
    EXPECT_EQ(element(got.body, "BucketKeyEnabled"), "true");
    ASSERT_EQ(remove("/bucket?encryption").status, 204);
    EXPECT_EQ(element(get("/bucket?encryption").body, "SSEAlgorithm"), "AES256");

    EXPECT_EQ(code(set("")), "MalformedXML");
    EXPECT_EQ(code(put("/bucket?encryption", "")), "MalformedXML");
    EXPECT_EQ(code(set(by_default("<SSEAlgorithm>ROT13</SSEAlgorithm>"))), "InvalidArgument");
    EXPECT_EQ(set(by_default("<SSEAlgorithm>aws:kms:dsse</SSEAlgorithm>")).status, 501);
    EXPECT_EQ(code(set(by_default("<SSEAlgorithm>AES256</SSEAlgorithm>"
                                  "<KMSMasterKeyID>1</KMSMasterKeyID>"))),
              "InvalidArgument");
}

TEST_F(BucketSettings, NewBucketsBlockPublicAccess) {
    EXPECT_EQ(element(get("/bucket?publicAccessBlock").body, "RestrictPublicBuckets"), "true");
    ASSERT_EQ(put("/bucket?publicAccessBlock",
                  "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls>"
                  "</PublicAccessBlockConfiguration>")
                  .status,
              200);
    const Answer got = get("/bucket?publicAccessBlock");
    EXPECT_EQ(element(got.body, "BlockPublicAcls"), "true");
    EXPECT_EQ(element(got.body, "BlockPublicPolicy"), "false");
    ASSERT_EQ(remove("/bucket?publicAccessBlock").status, 204);
    EXPECT_EQ(code(get("/bucket?publicAccessBlock")), "NoSuchPublicAccessBlockConfiguration");
    EXPECT_EQ(code(put("/bucket?publicAccessBlock", "")), "MalformedXML");
}

TEST_F(BucketSettings, TheOwnerOwnsAll) {
    EXPECT_EQ(element(get("/bucket?ownershipControls").body, "ObjectOwnership"),
              "BucketOwnerEnforced");
    const auto set = [&](const std::string& ownership) {
        return put("/bucket?ownershipControls",
                   "<OwnershipControls><Rule><ObjectOwnership>" + ownership +
                       "</ObjectOwnership></Rule></OwnershipControls>");
    };
    EXPECT_EQ(set("ObjectWriter").status, 501);
    EXPECT_EQ(code(set("Nobody")), "MalformedXML");
    ASSERT_EQ(remove("/bucket?ownershipControls").status, 204);
    EXPECT_EQ(code(get("/bucket?ownershipControls")), "OwnershipControlsNotFoundError");
    EXPECT_EQ(set("BucketOwnerEnforced").status, 200);
    EXPECT_EQ(get("/bucket?ownershipControls").status, 200);
    ASSERT_EQ(put("/bucket/k", "x").status, 200);
    for (const char* target : {"/bucket?acl", "/bucket/k?acl"}) {
        const Answer acl = get(target);
        EXPECT_EQ(element(acl.body, "Permission"), "FULL_CONTROL") << acl.body;
        EXPECT_NE(acl.body.find("xsi:type=\"CanonicalUser\""), std::string::npos);
        EXPECT_EQ(elements(acl.body, "ID").size(), 2U);
    }
    EXPECT_EQ(code(get("/bucket/none?acl")), "NoSuchKey");
    EXPECT_EQ(put("/bucket?acl", "").status, 501);
}

TEST_F(BucketSettings, TagsOfABucket) {
    EXPECT_EQ(code(get("/bucket?tagging")), "NoSuchTagSet");
    const auto tag = [](const std::string& key, const std::string& value) {
        return "<Tag><Key>" + key + "</Key><Value>" + value + "</Value></Tag>";
    };
    const auto set = [&](const std::string& tags) {
        return put("/bucket?tagging", "<Tagging><TagSet>" + tags + "</TagSet></Tagging>");
    };
    ASSERT_EQ(set(tag("a", "1") + tag("b", "")).status, 200);
    const Answer got = get("/bucket?tagging");
    EXPECT_EQ(elements(got.body, "Key"), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(elements(got.body, "Value"), (std::vector<std::string>{"1", ""}));
    EXPECT_EQ(code(set(tag("a", "1") + tag("a", "2"))), "InvalidTag");
    EXPECT_EQ(code(set(tag("aws:x", "1"))), "InvalidTag");
    EXPECT_EQ(code(set(tag("", "1"))), "InvalidTag");
    EXPECT_EQ(code(set(tag(std::string(129, 'k'), ""))), "InvalidTag");
    EXPECT_EQ(code(set(tag("k", std::string(257, 'v')))), "InvalidTag");
    EXPECT_EQ(set(tag(std::string(128, 'k'), std::string(256, 'v'))).status, 200);
    std::string many;
    for (int i = 0; i < 51; ++i)
        many += tag(std::to_string(i), "");
    EXPECT_EQ(code(set(many)), "BadRequest");
    EXPECT_EQ(code(put("/bucket?tagging", "")), "MalformedXML");
    ASSERT_EQ(remove("/bucket?tagging").status, 204);
    EXPECT_EQ(code(get("/bucket?tagging")), "NoSuchTagSet");
}

TEST_F(BucketSettings, TheyOutliveARestartAndGoWithTheirBucket) {
    ASSERT_EQ(put("/bucket?policy", policy).status, 200);
    ASSERT_EQ(put("/bucket?versioning",
                  "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>")
                  .status,
              200);
    ASSERT_TRUE(stage_.reopen());
    S3 restarted(*stage_.store, stage_.clock, stage_.executor, stage_.log);
    aws::testing::Harness harness(model, &restarted);
    EXPECT_EQ(harness.rest("GET", "/bucket?policy").body, policy);
    EXPECT_EQ(element(harness.rest("GET", "/bucket?versioning").body, "Status"), "Suspended");
    EXPECT_EQ(harness.rest("DELETE", "/bucket").status, 204);
    ASSERT_TRUE(restarted.ensure_bucket("000000000000", "us-west-2", "bucket"));
    EXPECT_EQ(harness.rest("GET", "/bucket?policy").error_code(), "NoSuchBucketPolicy");
    EXPECT_EQ(element(harness.rest("GET", "/bucket?versioning").body, "Status"), "");
}

TEST_F(BucketSettings, OtherAccountsSeeNothing) {
    aws::Caller other;
    other.account = "111111111111";
    harness_.set_caller(other);
    for (const char* name : {"policy", "encryption", "publicAccessBlock", "ownershipControls",
                             "tagging", "versioning", "lifecycle", "acl", "versions"}) {
        EXPECT_EQ(code(get("/bucket?" + std::string(name))), "AccessDenied") << name;
    }
    EXPECT_EQ(code(put("/bucket?policy", policy)), "AccessDenied");
    EXPECT_EQ(code(remove("/bucket?policy")), "AccessDenied");
}

TEST_F(BucketSettings, EnsureBucketMakesOneOnce) {
    const std::string name = "cdk-hnb659fds-assets-000000000000-us-west-2";
    for (int i = 0; i < 2; ++i)
        ASSERT_TRUE(s3_.ensure_bucket("000000000000", "us-west-2", name));
    EXPECT_EQ(head("/" + name).status, 200);
    EXPECT_EQ(s3_.ensure_bucket("111111111111", "us-west-2", name).error().kind,
              base::ErrorKind::already_exists);
    EXPECT_EQ(s3_.ensure_bucket("111111111111", "us-west-2", "NO").error().kind,
              base::ErrorKind::invalid);
}

TEST_F(BucketSettings, AFullDiskIsNamed) {
    stage_.files->inject({sim::Call::write, 28, 0, 100, "/data/small"});
    const Answer answer = put("/bucket/k", "x");
    EXPECT_EQ(code(answer), "SlowDown");
    EXPECT_EQ(answer.status, 503);
    EXPECT_NE(answer.body.find("disk is full"), std::string::npos) << answer.body;
}

}  // namespace
}  // namespace s3
