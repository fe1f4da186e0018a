// AWS::KMS::Key and AWS::KMS::Alias against the service.
#include "aws/resource_testing.h"
#include "services/kms/testing.h"

namespace kms {
namespace {

class KmsResources : public KmsTest {
  protected:
    aws::testing::ResourceDriver driver_{model, kms_.get()};
};

TEST_F(KmsResources, AKeyIsMadeAsTheTemplateSaysAndOnceOnly) {
    const char* properties = R"({"Description":"d","EnableKeyRotation":"true",
        "RotationPeriodInDays":100,"Enabled":false,"Tags":[{"Key":"k","Value":"v"}],
        "KeyPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
        "Principal":{"AWS":"arn:aws:iam::000000000000:root"},"Action":"kms:*","Resource":"*"}]}})";
    const auto made = driver_.create("AWS::KMS::Key", properties);
    ASSERT_EQ(made.problem, "");
    const std::string id = made.context.physical_id;
    EXPECT_EQ(made.attributes.at("Arn"), boost::json::value(arn_of(id)));
    EXPECT_EQ(made.attributes.at("KeyId"), boost::json::value(id));
    EXPECT_EQ(state_of(id), "Disabled");
    EXPECT_EQ(call("GetKeyRotationStatus", key_body(id)).at("RotationPeriodInDays"), "100");
    EXPECT_EQ(call("ListResourceTags", key_body(id)).at("Tags.0.TagValue"), "v");
    EXPECT_NE(call("GetKeyPolicy", key_body(id)).at("Policy").find("kms:*"), std::string::npos);
    // A stack that was cut off and goes on finds the same key.
    EXPECT_EQ(driver_.create("AWS::KMS::Key", properties, "Thing", true).problem, "");
    EXPECT_EQ(call("ListKeys", "{}").at("Keys.1.KeyId"), "");
}

TEST_F(KmsResources, AKeyChangesInPlace) {
    auto key = driver_.create("AWS::KMS::Key", R"({"EnableKeyRotation":true})");
    ASSERT_EQ(key.problem, "");
    const std::string id = key.context.physical_id;
    driver_.update(key, R"({"Description":"new","EnableKeyRotation":false,"Enabled":false,
        "Tags":[{"Key":"a","Value":"1"}]})");
    ASSERT_EQ(key.problem, "");
    EXPECT_EQ(state_of(id), "Disabled");
    EXPECT_EQ(call("DescribeKey", key_body(id)).at("KeyMetadata.Description"), "new");
    EXPECT_EQ(call("GetKeyRotationStatus", key_body(id)).at("KeyRotationEnabled"), "false");
    EXPECT_EQ(call("ListResourceTags", key_body(id)).at("Tags.0.TagKey"), "a");
    driver_.update(key, R"({"EnableKeyRotation":true,"RotationPeriodInDays":90,
        "KeyPolicy":{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"}]}})");
    ASSERT_EQ(key.problem, "");
    EXPECT_EQ(state_of(id), "Enabled");
    EXPECT_EQ(call("GetKeyRotationStatus", key_body(id)).at("RotationPeriodInDays"), "90");
    EXPECT_EQ(call("ListResourceTags", key_body(id)).at("Tags"), "[]");
    EXPECT_NE(call("GetKeyPolicy", key_body(id)).at("Policy").find(R"("*")"), std::string::npos);
    driver_.update(key, "{}");
    ASSERT_EQ(key.problem, "");
    EXPECT_NE(call("GetKeyPolicy", key_body(id)).at("Policy").find("Enable IAM User"),
              std::string::npos);
    driver_.update(key, R"({"KeySpec":"RSA_2048"})");
    EXPECT_EQ(key.problem, "replaces");
}

TEST_F(KmsResources, ARemovedKeyIsScheduledForDeletion) {
    auto key = driver_.create("AWS::KMS::Key", R"({"PendingWindowInDays":7})");
    ASSERT_EQ(key.problem, "");
    EXPECT_EQ(driver_.remove(key), "");
    EXPECT_EQ(state_of(key.context.physical_id), "PendingDeletion");
    EXPECT_EQ(driver_.remove(key), "");
    pass_days(8);
    EXPECT_FALSE(driver_.exists(key));
    EXPECT_EQ(driver_.remove(key), "");
}

TEST_F(KmsResources, AnAliasFollowsItsTarget) {
    const std::string one = create_key();
    const std::string two = create_key();
    const auto body = [](const std::string& key) {
        return R"({"AliasName":"alias/acme","TargetKeyId":")" + key + R"("})";
    };
    auto alias = driver_.create("AWS::KMS::Alias", body(one));
    ASSERT_EQ(alias.problem, "");
    EXPECT_EQ(alias.context.physical_id, "alias/acme");
    EXPECT_EQ(driver_.create("AWS::KMS::Alias", body(one), "Thing", true).problem, "");
    driver_.update(alias, body(two));
    ASSERT_EQ(alias.problem, "");
    EXPECT_EQ(call("DescribeKey", key_body("alias/acme")).at("KeyMetadata.KeyId"), two);
    EXPECT_EQ(driver_.remove(alias), "");
    EXPECT_FALSE(driver_.exists(alias));
    EXPECT_NE(driver_.create("AWS::KMS::Alias", R"({"AliasName":"x"})").problem, "");
}

TEST_F(KmsResources, UnknownPropertiesAreRefusedByName) {
    EXPECT_NE(
        driver_.create("AWS::KMS::Key", R"({"MultiRegion":true})").problem.find("MultiRegion"),
        std::string::npos);
}

}  // namespace
}  // namespace kms
