#include "services/ecr/testing.h"

namespace ecr {
namespace {

class EcrRepositories : public EcrTest {};

TEST_F(EcrRepositories, AreDescribedAsTheyWereMade) {
    const auto made =
        call("CreateRepository", named("team/app", R"(,"imageTagMutability":"IMMUTABLE",
        "imageScanningConfiguration":{"scanOnPush":true},"registryId":"000000000000",
        "encryptionConfiguration":{"encryptionType":"KMS","kmsKey":"alias/k"},
        "tags":[{"Key":"k","Value":"v"}])"));
    ASSERT_EQ(made.status, 200) << made.body;
    restart();
    const auto answer = call("DescribeRepositories", R"({"repositoryNames":["team/app"]})");
    EXPECT_EQ(answer.at("repositories.0"), made.at("repository"));
    EXPECT_EQ(answer.at("repositories.0.repositoryArn"), arn_of("team/app"));
    EXPECT_EQ(answer.at("repositories.0.repositoryUri"),
              "000000000000.dkr.ecr.us-west-2.amazonaws.com/team/app");
    EXPECT_EQ(answer.at("repositories.0.registryId"), "000000000000");
    EXPECT_EQ(answer.at("repositories.0.createdAt"), "1767225600");
    EXPECT_EQ(answer.at("repositories.0.imageTagMutability"), "IMMUTABLE");
    EXPECT_EQ(answer.at("repositories.0.imageScanningConfiguration.scanOnPush"), "true");
    EXPECT_EQ(answer.at("repositories.0.encryptionConfiguration"),
              R"({"encryptionType":"KMS","kmsKey":"alias/k"})");
    EXPECT_EQ(outcome("CreateRepository", named("team/app")),
              "RepositoryAlreadyExistsException: The repository with name 'team/app' already "
              "exists in the registry with id '000000000000'");
}

TEST_F(EcrRepositories, BadOnesAreRefused) {
    for (const char* name : {"a", "A", "a/", "/a", "a//b", "a..b", "-a", "a b"}) {
        EXPECT_EQ(call("CreateRepository", named(name)).error_code(), "InvalidParameterException")
            << name;
    }
    EXPECT_EQ(
        call("CreateRepository", named("ok", R"(,"imageTagMutability":"IMMUTABLE_WITH_EXCLUSION")"))
            .error_code(),
        "InvalidParameterException");
    EXPECT_EQ(call("CreateRepository", named("ok", R"(,"imageTagMutabilityExclusionFilters":
        [{"filterType":"WILDCARD","filter":"x*"}])"))
                  .error_code(),
              "InvalidParameterException");
    EXPECT_EQ(call("CreateRepository", named("ok", R"(,"encryptionConfiguration":
        {"encryptionType":"AES256","kmsKey":"k"})"))
                  .error_code(),
              "InvalidParameterException");
    EXPECT_EQ(call("CreateRepository", named("ok", R"(,"registryId":"111111111111")")).error_code(),
              "InvalidParameterException");
    EXPECT_EQ(call("DescribeRepositories", "{}").at("repositories"), "[]");
}

TEST_F(EcrRepositories, AreOfOneAccountAndRegion) {
    EXPECT_EQ(outcome("CreateRepository", named("app")), "");
    EXPECT_EQ(outcome("DescribeRepositories",
                      R"({"registryId":"111111111111","repositoryNames":["app"]})"),
              "RepositoryNotFoundException: The repository with name 'app' does not exist in the "
              "registry with id '111111111111'");
    EXPECT_EQ(call("DescribeRepositories", R"({"registryId":"111111111111"})").at("repositories"),
              "[]");
    harness_->set_region("eu-west-1");
    EXPECT_EQ(call("DescribeRepositories", "{}").at("repositories"), "[]");
    EXPECT_EQ(outcome("CreateRepository", named("app")), "");
}

TEST_F(EcrRepositories, AreListedByPages) {
    for (const char* name : {"cc", "aa", "bb"})
        EXPECT_EQ(outcome("CreateRepository", named(name)), "");
    const auto page = call("DescribeRepositories", R"({"maxResults":2})");
    EXPECT_EQ(page.at("repositories.0.repositoryName"), "aa");
    EXPECT_EQ(page.at("repositories.1.repositoryName"), "bb");
    EXPECT_EQ(page.at("repositories.2.repositoryName"), "");
    const auto rest =
        call("DescribeRepositories", R"({"nextToken":")" + page.at("nextToken") + R"("})");
    EXPECT_EQ(rest.at("repositories.0.repositoryName"), "cc");
    EXPECT_EQ(rest.at("nextToken"), "");
    EXPECT_EQ(call("DescribeRepositories", R"({"nextToken":"!"})").error_code(),
              "InvalidParameterException");
    EXPECT_EQ(
        call("DescribeRepositories", R"({"repositoryNames":["aa"],"maxResults":2})").error_code(),
        "InvalidParameterException");
}

TEST_F(EcrRepositories, AreDeleted) {
    EXPECT_EQ(outcome("CreateRepository", named("app")), "");
    EXPECT_EQ(
        call("DeleteRepository", named("app", R"(,"force":true)")).at("repository.repositoryName"),
        "app");
    EXPECT_EQ(outcome("DeleteRepository", named("app")),
              "RepositoryNotFoundException: The repository with name 'app' does not exist in the "
              "registry with id '000000000000'");
    EXPECT_EQ(call("DescribeRepositories", R"({"repositoryNames":["app"]})").error_code(),
              "RepositoryNotFoundException");
}

TEST_F(EcrRepositories, KeepTheirPolicies) {
    EXPECT_EQ(outcome("CreateRepository", named("app")), "");
    EXPECT_EQ(outcome("GetLifecyclePolicy", named("app")),
              "LifecyclePolicyNotFoundException: Lifecycle policy does not exist for the "
              "repository with name 'app' in the registry with id '000000000000'");
    EXPECT_EQ(outcome("DeleteLifecyclePolicy", named("app")).substr(0, 32),
              "LifecyclePolicyNotFoundException");
    EXPECT_EQ(outcome("PutLifecyclePolicy",
                      named("app", R"(,"lifecyclePolicyText":")" + lifecycle() + "\"")),
              "");
    EXPECT_EQ(outcome("GetRepositoryPolicy", named("app")).substr(0, 33),
              "RepositoryPolicyNotFoundException");
    EXPECT_EQ(outcome("SetRepositoryPolicy",
                      named("app", R"(,"policyText":"{ \"Version\": \"2008-10-17\" }")")),
              "");
    restart();
    EXPECT_NE(call("GetLifecyclePolicy", named("app")).at("lifecyclePolicyText").find("365"),
              std::string::npos);
    EXPECT_EQ(call("GetRepositoryPolicy", named("app")).at("policyText"),
              R"({ "Version": "2008-10-17" })");
    EXPECT_NE(call("DeleteLifecyclePolicy", named("app")).at("lifecyclePolicyText").find("365"),
              std::string::npos);
    EXPECT_EQ(call("DeleteRepositoryPolicy", named("app")).at("policyText"),
              R"({ "Version": "2008-10-17" })");
    EXPECT_EQ(call("GetLifecyclePolicy", named("app")).error_code(),
              "LifecyclePolicyNotFoundException");
    EXPECT_EQ(call("DeleteRepositoryPolicy", named("app")).error_code(),
              "RepositoryPolicyNotFoundException");
    EXPECT_EQ(call("SetRepositoryPolicy", named("app", R"(,"policyText":"{")")).error_code(),
              "InvalidParameterException");
    EXPECT_EQ(
        call("PutLifecyclePolicy", named("app", R"(,"lifecyclePolicyText":"{}")")).error_code(),
        "InvalidParameterException");
}

TEST_F(EcrRepositories, KeepTheirSettings) {
    EXPECT_EQ(outcome("CreateRepository", named("app")), "");
    EXPECT_EQ(call("PutImageScanningConfiguration",
                   named("app", R"(,"imageScanningConfiguration":{"scanOnPush":true})"))
                  .at("imageScanningConfiguration.scanOnPush"),
              "true");
    EXPECT_EQ(call("PutImageTagMutability", named("app", R"(,"imageTagMutability":"IMMUTABLE")"))
                  .at("imageTagMutability"),
              "IMMUTABLE");
    const auto answer = call("DescribeRepositories", "{}");
    EXPECT_EQ(answer.at("repositories.0.imageScanningConfiguration.scanOnPush"), "true");
    EXPECT_EQ(answer.at("repositories.0.imageTagMutability"), "IMMUTABLE");
    EXPECT_EQ(call("PutImageTagMutability", named("app", R"(,"imageTagMutability":"SOMETIMES")"))
                  .error_code(),
              "InvalidParameterException");
}

TEST_F(EcrRepositories, HaveNoImages) {
    EXPECT_EQ(outcome("CreateRepository", named("app")), "");
    EXPECT_EQ(call("ListImages", named("app", R"(,"filter":{"tagStatus":"ANY"})")).body,
              R"({"imageIds":[]})");
    EXPECT_EQ(call("DescribeImages", named("app")).body, R"({"imageDetails":[]})");
    EXPECT_EQ(outcome("DescribeImages", named("app", R"(,"imageIds":[{"imageTag":"latest"}])")),
              "ImageNotFoundException: The image with imageId {imageTag:'latest'} does not exist "
              "within the repository with name 'app' in the registry with id '000000000000'");
    EXPECT_EQ(call("ListImages", named("none")).error_code(), "RepositoryNotFoundException");
    EXPECT_EQ(call("DescribeImages", named("none")).error_code(), "RepositoryNotFoundException");
    EXPECT_EQ(call("ListImages", named("app", R"(,"nextToken":"t")")).error_code(),
              "InvalidParameterException");
}

TEST_F(EcrRepositories, HaveTags) {
    EXPECT_EQ(outcome("CreateRepository", named("app", R"(,"tags":[{"Key":"a","Value":"1"}])")),
              "");
    const std::string on_app = R"({"resourceArn":")" + arn_of("app") + "\"";
    EXPECT_EQ(outcome("TagResource",
                      on_app + R"(,"tags":[{"Key":"a","Value":"2"},{"Key":"b","Value":""}]})"),
              "");
    EXPECT_EQ(outcome("UntagResource", on_app + R"(,"tagKeys":["a","none"]})"), "");
    EXPECT_EQ(call("ListTagsForResource", on_app + "}").at("tags"), R"([{"Key":"b","Value":""}])");
    EXPECT_EQ(
        call("TagResource", on_app + R"(,"tags":[{"Key":"aws:x","Value":"2"}]})").error_code(),
        "InvalidTagParameterException");
    EXPECT_EQ(call("TagResource", on_app + R"(,"tags":[{"Value":"2"}]})").error_code(),
              "InvalidTagParameterException");
    std::string many;
    for (int i = 0; i < 50; ++i) {
        many += (i == 0 ? "" : ",") + std::string(R"({"Key":"t)") + std::to_string(i) +
                R"(","Value":"v"})";
    }
    EXPECT_EQ(call("TagResource", on_app + ",\"tags\":[" + many + "]}").error_code(),
              "TooManyTagsException");
    EXPECT_EQ(
        call("ListTagsForResource", R"({"resourceArn":")" + arn_of("none") + R"("})").error_code(),
        "RepositoryNotFoundException");
    EXPECT_EQ(call("ListTagsForResource", R"({"resourceArn":"arn:aws:s3:::b"})").error_code(),
              "InvalidParameterException");
}

}  // namespace
}  // namespace ecr
