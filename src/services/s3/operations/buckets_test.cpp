#include "services/s3/request.h"
#include "services/s3/testing.h"

namespace s3::testing {
namespace {

class BucketsTest : public S3Test {};

TEST_F(BucketsTest, CreatedListedLocatedDeleted) {
    const Answer made = put("/other-bucket",
                            "<CreateBucketConfiguration "
                            "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>"
                            "us-west-2</LocationConstraint></CreateBucketConfiguration>");
    EXPECT_EQ(made.status, 200);
    EXPECT_EQ(made.headers.get("Location"), "/other-bucket");

    const Answer listed = get("/");
    EXPECT_EQ(listed.status, 200);
    EXPECT_NE(listed.body.find("<ListAllMyBucketsResult "
                               "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Owner><ID>"),
              std::string::npos)
        << listed.body;
    EXPECT_EQ(elements(listed.body, "Name"), (std::vector<std::string>{"bucket", "other-bucket"}));
    EXPECT_EQ(element(listed.body, "CreationDate"), "2026-01-01T00:00:00.000Z");
    EXPECT_EQ(element(listed.body, "BucketRegion"), "us-west-2");

    const Answer located = get("/bucket?location");
    EXPECT_NE(located.body.find("<LocationConstraint "
                                "xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">us-west-2"
                                "</LocationConstraint>"),
              std::string::npos)
        << located.body;

    EXPECT_EQ(head("/bucket").status, 200);
    EXPECT_EQ(head("/bucket").headers.get("x-amz-bucket-region"), "us-west-2");
    EXPECT_EQ(remove("/bucket").status, 204);
    EXPECT_EQ(head("/bucket").status, 404);
    EXPECT_EQ(head("/bucket").body, "");
    EXPECT_EQ(remove("/bucket").error_code(), "NoSuchBucket");
    EXPECT_EQ(get("/bucket?location").error_code(), "NoSuchBucket");
}

TEST_F(BucketsTest, ListsInPagesAndByPrefix) {
    for (const char* name : {"aaa-1", "aaa-2", "zzz"})
        make_bucket(name);
    Answer page = get("/?max-buckets=2&prefix=aaa");
    EXPECT_EQ(elements(page.body, "Name"), (std::vector<std::string>{"aaa-1", "aaa-2"}));
    EXPECT_EQ(element(page.body, "ContinuationToken"), "");
    page = get("/?max-buckets=3");
    EXPECT_EQ(elements(page.body, "Name").size(), 3U);
    const std::string token = element(page.body, "ContinuationToken");
    page = get("/?continuation-token=" + token);
    EXPECT_EQ(elements(page.body, "Name"), (std::vector<std::string>{"zzz"}));
    EXPECT_EQ(get("/?continuation-token=%21").error_code(), "InvalidArgument");
    EXPECT_EQ(elements(get("/?bucket-region=eu-west-1").body, "Name").size(), 0U);
}

TEST_F(BucketsTest, TheLocationConstraintMustFitTheRegion) {
    EXPECT_EQ(put("/one-bucket").error_code(), "IllegalLocationConstraintException");
    EXPECT_EQ(put("/one-bucket",
                  "<CreateBucketConfiguration><LocationConstraint>eu-west-1</LocationConstraint>"
                  "</CreateBucketConfiguration>")
                  .error_code(),
              "IllegalLocationConstraintException");
    harness_.set_region("us-east-1");
    EXPECT_EQ(put("/one-bucket").status, 200);
    EXPECT_EQ(put("/one-bucket").status, 200);  // its owner may, there
    EXPECT_EQ(element(get("/one-bucket?location").body, "LocationConstraint"), "");
}

TEST_F(BucketsTest, NamesAreTakenOnce) {
    const std::string west =
        "<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint>"
        "</CreateBucketConfiguration>";
    EXPECT_EQ(put("/bucket", west).error_code(), "BucketAlreadyOwnedByYou");
    EXPECT_EQ(put("/bucket", west).status, 409);
    harness_.set_caller({"111111111111", "AKIDOTHER", "arn:aws:iam::111111111111:root", "1"});
    EXPECT_EQ(put("/bucket", west).error_code(), "BucketAlreadyExists");
    EXPECT_EQ(head("/bucket").status, 403);
    EXPECT_EQ(get("/bucket?list-type=2").error_code(), "AccessDenied");
    EXPECT_EQ(remove("/bucket").error_code(), "AccessDenied");
    EXPECT_EQ(elements(get("/").body, "Name").size(), 0U);
}

TEST_F(BucketsTest, OnlyEmptyBucketsAreDeleted) {
    put("/bucket/key", "x");
    const Answer refused = remove("/bucket");
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.error_code(), "BucketNotEmpty");
    EXPECT_EQ(element(refused.body, "BucketName"), "bucket");
    EXPECT_EQ(get("/bucket/key").body, "x");
}

TEST_F(BucketsTest, TheExpectedOwnerMustOwnIt) {
    EXPECT_EQ(head("/bucket", {{"x-amz-expected-bucket-owner", "000000000000"}}).status, 200);
    EXPECT_EQ(head("/bucket", {{"x-amz-expected-bucket-owner", "111111111111"}}).status, 403);
}

TEST_F(BucketsTest, WhatBucketsDoNotHaveIsRefused) {
    const std::string west =
        "<CreateBucketConfiguration><LocationConstraint>us-west-2</LocationConstraint>"
        "</CreateBucketConfiguration>";
    EXPECT_EQ(put("/new-bucket", west, {{"x-amz-acl", "public-read"}}).error_code(),
              "AccessControlListNotSupported");
    EXPECT_EQ(put("/new-bucket", west, {{"x-amz-bucket-object-lock-enabled", "true"}}).status, 501);
    EXPECT_EQ(put("/new-bucket", west, {{"x-amz-object-ownership", "ObjectWriter"}}).status, 501);
    EXPECT_EQ(put("/new-bucket", "<CreateBucketConfiguration><oops").error_code(), "MalformedXML");
    EXPECT_EQ(head("/new-bucket").status, 404);
    // Sub-resources are other operations: none of these may act on the bucket itself.
    for (const char* sub :
         {"cors", "website", "logging", "notification", "replication", "object-lock"}) {
        EXPECT_EQ(get(std::string("/bucket?") + sub).status, 501) << sub;
        EXPECT_EQ(remove(std::string("/bucket?") + sub).status, 501) << sub;
    }
    EXPECT_EQ(head("/bucket").status, 200);
    EXPECT_EQ(put("/new-bucket", west, {{"x-amz-acl", "private"}}).status, 200);
}

TEST(BucketNames, FollowTheRules) {
    for (const char* good : {"abc", "a-b", "my.bucket.1", "0bucket9",
                             "a23456789012345678901234567890123456789012345678901234567890123"}) {
        EXPECT_TRUE(is_bucket_name(good)) << good;
    }
    for (const char* bad : {"", "ab", "Abc", "a_b", "-abc", "abc-", ".abc", "abc.", "a..b",
                            "192.168.5.4", "xn--abc", "sthree-x", "abc-s3alias", "abc--ol-s3",
                            "a234567890123456789012345678901234567890123456789012345678901234"}) {
        EXPECT_FALSE(is_bucket_name(bad)) << bad;
    }
}

TEST_F(BucketsTest, ABadNameIsRefused) {
    EXPECT_EQ(put("/Bad_Name").error_code(), "InvalidBucketName");
}

}  // namespace
}  // namespace s3::testing
