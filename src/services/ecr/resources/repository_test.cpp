// AWS::ECR::Repository against the service.
#include "aws/resource_testing.h"
#include "services/ecr/testing.h"

namespace ecr {
namespace {

class EcrRepositoryResource : public EcrTest {
  protected:
    static constexpr const char* type = "AWS::ECR::Repository";
    aws::testing::ResourceDriver driver_{model, ecr_.get()};
};

// As in the CDK's bootstrap template.
std::string bootstrap_repository(const std::string& lifecycle) {
    return R"({"RepositoryName":"cdk-assets","ImageTagMutability":"IMMUTABLE",
        "LifecyclePolicy":{"LifecyclePolicyText":")" +
           lifecycle + R"("},"RepositoryPolicyText":{"Version":"2012-10-17","Statement":[
        {"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":
        {"Service":"lambda.amazonaws.com"},"Action":["ecr:BatchGetImage"]}]}})";
}

TEST_F(EcrRepositoryResource, IsMadeAsTheTemplateSays) {
    const auto made = driver_.create(type, bootstrap_repository(lifecycle()));
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, "cdk-assets");
    EXPECT_EQ(made.attributes.at("Arn"), boost::json::value(arn_of("cdk-assets")));
    EXPECT_EQ(made.attributes.at("RepositoryUri"),
              "000000000000.dkr.ecr.us-west-2.amazonaws.com/cdk-assets");
    EXPECT_NE(call("GetRepositoryPolicy", named("cdk-assets")).at("policyText").find("lambda"),
              std::string::npos);
    EXPECT_NE(call("GetLifecyclePolicy", named("cdk-assets")).at("lifecyclePolicyText").find("365"),
              std::string::npos);
    EXPECT_NE(driver_.create(type, bootstrap_repository(lifecycle())).problem, "");
    EXPECT_EQ(driver_.create(type, bootstrap_repository(lifecycle()), "Thing", true).problem, "");
}

TEST_F(EcrRepositoryResource, ChangesInPlace) {
    auto made = driver_.create(type, R"({"Tags":[{"Key":"a","Value":"1"}],"EmptyOnDelete":true,
        "ImageScanningConfiguration":{"ScanOnPush":"true"},
        "LifecyclePolicy":{"LifecyclePolicyText":")" +
                                         lifecycle() + R"("},
        "RepositoryPolicyText":{"Version":"2012-10-17"}})");
    ASSERT_EQ(made.problem, "");
    const std::string name = made.context.physical_id;
    EXPECT_TRUE(name.starts_with("teststack-thing-")) << name;
    driver_.update(made, R"({"Tags":[{"Key":"b","Value":"2"}],"ImageTagMutability":"IMMUTABLE"})");
    ASSERT_EQ(made.problem, "");
    const auto answer = call("DescribeRepositories", "{}");
    EXPECT_EQ(answer.at("repositories.0.imageTagMutability"), "IMMUTABLE");
    EXPECT_EQ(answer.at("repositories.0.imageScanningConfiguration.scanOnPush"), "false");
    EXPECT_EQ(call("GetLifecyclePolicy", named(name)).error_code(),
              "LifecyclePolicyNotFoundException");
    EXPECT_EQ(call("GetRepositoryPolicy", named(name)).error_code(),
              "RepositoryPolicyNotFoundException");
    EXPECT_EQ(
        call("ListTagsForResource", R"({"resourceArn":")" + arn_of(name) + R"("})").at("tags"),
        R"([{"Key":"b","Value":"2"}])");
    driver_.update(made, R"({"EncryptionConfiguration":{"EncryptionType":"KMS"}})");
    EXPECT_EQ(made.problem, "replaces");
}

TEST_F(EcrRepositoryResource, IsRemoved) {
    auto made = driver_.create(type, R"({"RepositoryName":"app"})");
    ASSERT_EQ(made.problem, "");
    EXPECT_TRUE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
}

}  // namespace
}  // namespace ecr
