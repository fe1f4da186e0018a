// AWS::S3::Bucket and BucketPolicy against the service: what the CDK's buckets are made of, and
// every change.
#include <gtest/gtest.h>

#include "aws/resource_testing.h"
#include "services/s3/testing.h"

namespace s3 {
namespace {

struct ResourcesTest : testing::S3Test {
    aws::testing::ResourceDriver driver{model, &s3_};
    ResourcesTest() {
        driver.set_pump([this] { stage_.executor.run_one(); });
    }
};

// As in the CDK's bootstrap template.
constexpr const char* bootstrap_bucket = R"({
    "BucketName": "cdk-hnb659fds-assets-000000000000-us-west-2",
    "AccessControl": "Private",
    "BucketEncryption": {"ServerSideEncryptionConfiguration": [
        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]},
    "PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "BlockPublicPolicy": true,
        "IgnorePublicAcls": true, "RestrictPublicBuckets": true},
    "VersioningConfiguration": {"Status": "Enabled"},
    "LifecycleConfiguration": {"Rules": [
        {"Id": "CleanupOldVersions", "Status": "Enabled",
         "NoncurrentVersionExpiration": {"NoncurrentDays": 30}},
        {"Id": "AbortIncompleteMultipartUploads", "Status": "Enabled",
         "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}}]}})";

TEST_F(ResourcesTest, TheBootstrapBucketIsMadeAsItsTemplateSays) {
    const auto made = driver.create("AWS::S3::Bucket", bootstrap_bucket);
    ASSERT_EQ(made.problem, "");
    const std::string name = "cdk-hnb659fds-assets-000000000000-us-west-2";
    EXPECT_EQ(made.context.physical_id, name);
    const auto attribute = [&](const char* key) {
        return std::string(made.attributes.at(key).as_string());
    };
    EXPECT_EQ(attribute("Arn"), "arn:aws:s3:::" + name);
    EXPECT_EQ(attribute("DomainName"), name + ".s3.amazonaws.com");
    EXPECT_EQ(attribute("RegionalDomainName"), name + ".s3.us-west-2.amazonaws.com");
    EXPECT_EQ(attribute("DualStackDomainName"), name + ".s3.dualstack.us-west-2.amazonaws.com");
    EXPECT_EQ(attribute("WebsiteURL"), "http://" + name + ".s3-website-us-west-2.amazonaws.com");
    const std::string path = "/" + name;
    EXPECT_EQ(testing::element(get(path + "?versioning").body, "Status"), "Enabled");
    EXPECT_EQ(testing::element(get(path + "?encryption").body, "SSEAlgorithm"), "aws:kms");
    EXPECT_EQ(testing::element(get(path + "?publicAccessBlock").body, "IgnorePublicAcls"), "true");
    const auto lifecycle = get(path + "?lifecycle");
    EXPECT_EQ(testing::elements(lifecycle.body, "ID"),
              (std::vector<std::string>{"CleanupOldVersions", "AbortIncompleteMultipartUploads"}));
    EXPECT_TRUE(driver.exists(made));
    // The same again, as after a crash; and as somebody who does not know of it.
    EXPECT_EQ(driver.create("AWS::S3::Bucket", bootstrap_bucket, "Thing", true).problem, "");
    EXPECT_NE(driver.create("AWS::S3::Bucket", bootstrap_bucket).problem, "");
}

TEST_F(ResourcesTest, ANameIsMadeInLowerCase) {
    const auto made = driver.create("AWS::S3::Bucket", "{}");
    ASSERT_EQ(made.problem, "");
    EXPECT_TRUE(made.context.physical_id.starts_with("teststack-thing-"))
        << made.context.physical_id;
    EXPECT_EQ(head("/" + made.context.physical_id).status, 200);
}

TEST_F(ResourcesTest, EverythingButTheNameChangesInPlace) {
    driver.stack_tags = {{"team", "lake"}};
    auto bucket = driver.create("AWS::S3::Bucket", R"({"BucketName": "changing",
        "Tags": [{"Key": "a", "Value": "1"}],
        "LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 7,
            "Prefix": "tmp/", "TagFilters": [{"Key": "k", "Value": "v"}]}]}})");
    ASSERT_EQ(bucket.problem, "");
    EXPECT_EQ(testing::elements(get("/changing?tagging").body, "Key"),
              (std::vector<std::string>{"a", "team"}));
    EXPECT_EQ(testing::element(get("/changing?lifecycle").body, "Prefix"), "tmp/");
    driver.update(bucket, R"({"BucketName": "changing",
        "VersioningConfiguration": {"Status": "Enabled"},
        "BucketEncryption": {"ServerSideEncryptionConfiguration": [
            {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
             "BucketKeyEnabled": "true"}]},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "LifecycleConfiguration": {"Rules": [{"Id": "x", "Status": "Disabled",
            "ExpirationDate": "2030-01-01", "ObjectSizeGreaterThan": "100"}]},
        "Tags": [{"Key": "b", "Value": "2"}]})");
    ASSERT_EQ(bucket.problem, "");
    EXPECT_EQ(testing::element(get("/changing?versioning").body, "Status"), "Enabled");
    EXPECT_EQ(testing::element(get("/changing?encryption").body, "BucketKeyEnabled"), "true");
    EXPECT_EQ(testing::element(get("/changing?lifecycle").body, "Date"), "2030-01-01T00:00:00Z");
    EXPECT_EQ(testing::elements(get("/changing?tagging").body, "Key"),
              (std::vector<std::string>{"b", "team"}));
    driver.stack_tags = {};
    driver.update(bucket, R"({"BucketName": "changing"})");
    ASSERT_EQ(bucket.problem, "");
    EXPECT_EQ(testing::element(get("/changing?versioning").body, "Status"), "Suspended");
    EXPECT_EQ(get("/changing?lifecycle").error_code(), "NoSuchLifecycleConfiguration");
    EXPECT_EQ(get("/changing?tagging").error_code(), "NoSuchTagSet");
    driver.update(bucket, R"({"BucketName": "other"})");
    EXPECT_EQ(bucket.problem, "replaces");
}

TEST_F(ResourcesTest, ABucketWithObjectsIsNotDeleted) {
    auto bucket = driver.create("AWS::S3::Bucket", R"({"BucketName": "full"})");
    ASSERT_EQ(put("/full/key", "x").status, 200);
    EXPECT_NE(driver.remove(bucket).find("The bucket you tried to delete is not empty"),
              std::string::npos);
    ASSERT_EQ(remove("/full/key").status, 204);
    EXPECT_EQ(driver.remove(bucket), "");
    EXPECT_FALSE(driver.exists(bucket));
    EXPECT_EQ(driver.remove(bucket), "");  // gone is gone
}

TEST_F(ResourcesTest, WhatTheServiceDoesNotHaveFailsByName) {
    const auto problem = [&](const char* properties) {
        return driver.create("AWS::S3::Bucket", properties).problem;
    };
    EXPECT_NE(problem(R"({"CorsConfiguration": {}})").find("CorsConfiguration"), std::string::npos);
    EXPECT_NE(problem(R"({"AccessControl": "PublicRead"})").find("AccessControl PublicRead"),
              std::string::npos);
    EXPECT_NE(problem(R"({"LifecycleConfiguration": {"Rules": [{"Status": "Enabled",
        "Transitions": [{"StorageClass": "GLACIER", "TransitionInDays": 1}]}]}})")
                  .find("Transitions"),
              std::string::npos);
    EXPECT_NE(problem(R"({"BucketName": "Not_A_Name"})"), "");
    EXPECT_NE(problem(R"({"OwnershipControls": {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}})"),
              "");
}

TEST_F(ResourcesTest, APolicyIsPutChangedAndTakenAway) {
    constexpr const char* enforce_ssl = R"({"Bucket": "bucket", "PolicyDocument": {
        "Version": "2012-10-17", "Statement": [{"Action": "s3:*", "Effect": "Deny",
            "Principal": {"AWS": "*"}, "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            "Resource": ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*"]}]}})";
    auto policy = driver.create("AWS::S3::BucketPolicy", enforce_ssl);
    ASSERT_EQ(policy.problem, "");
    EXPECT_EQ(policy.context.physical_id, "bucket");
    EXPECT_NE(get("/bucket?policy").body.find("aws:SecureTransport"), std::string::npos);
    // It is kept, not evaluated: nobody is locked out over plain HTTP.
    EXPECT_EQ(put("/bucket/key", "x").status, 200);
    driver.update(policy, R"({"Bucket": "bucket", "PolicyDocument": {"Statement": {
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
        "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"}}})");
    ASSERT_EQ(policy.problem, "");
    EXPECT_NE(get("/bucket?policy").body.find("s3:GetObject"), std::string::npos);
    EXPECT_EQ(driver.remove(policy), "");
    EXPECT_EQ(get("/bucket?policy").error_code(), "NoSuchBucketPolicy");
    EXPECT_FALSE(driver.exists(policy));
    EXPECT_NE(driver
                  .create("AWS::S3::BucketPolicy", R"({"Bucket": "bucket",
        "PolicyDocument": {"Statement": []}})")
                  .problem,
              "");
}

}  // namespace
}  // namespace s3
