#include "services/kms/testing.h"

namespace kms {
namespace {

class KmsAliases : public KmsTest {
  protected:
    static std::string alias_body(const std::string& name, const std::string& key) {
        return R"({"AliasName":")" + name + R"(","TargetKeyId":")" + key + R"("})";
    }
    std::string create(const std::string& name, const std::string& key) {
        return outcome("CreateAlias", alias_body(name, key));
    }
    static std::string alias_arn_of(const std::string& name) {
        return "arn:aws:kms:us-west-2:000000000000:" + name;
    }
};

TEST_F(KmsAliases, NameAKeyUntilTheyAreMovedOrDeleted) {
    const std::string one = create_key();
    const std::string two = create_key();
    EXPECT_EQ(create("alias/a/b_c-1", one), "");
    restart();
    EXPECT_EQ(decrypt_text(encrypt_text("alias/a/b_c-1", "x")), "x");
    EXPECT_EQ(call("DescribeKey", key_body(alias_arn_of("alias/a/b_c-1"))).at("KeyMetadata.KeyId"),
              one);
    EXPECT_EQ(create("alias/a/b_c-1", two), "AlreadyExistsException: An alias with the name " +
                                                alias_arn_of("alias/a/b_c-1") + " already exists");
    clock_.advance_ms(5'000);
    EXPECT_EQ(outcome("UpdateAlias", alias_body("alias/a/b_c-1", two)), "");
    EXPECT_EQ(call("DescribeKey", key_body("alias/a/b_c-1")).at("KeyMetadata.KeyId"), two);
    const auto list = call("ListAliases", "{}");
    EXPECT_EQ(list.at("Aliases.0.TargetKeyId"), two);
    EXPECT_NE(list.at("Aliases.0.LastUpdatedDate"), list.at("Aliases.0.CreationDate"));
    EXPECT_EQ(list.at("Aliases.0.AliasArn"), alias_arn_of("alias/a/b_c-1"));
    EXPECT_EQ(outcome("DeleteAlias", R"({"AliasName":"alias/a/b_c-1"})"), "");
    EXPECT_EQ(outcome("DeleteAlias", R"({"AliasName":"alias/a/b_c-1"})"),
              "NotFoundException: Alias " + alias_arn_of("alias/a/b_c-1") + " is not found.");
    EXPECT_EQ(outcome("UpdateAlias", alias_body("alias/a/b_c-1", two)),
              "NotFoundException: Alias " + alias_arn_of("alias/a/b_c-1") + " is not found.");
}

TEST_F(KmsAliases, BadOnesAreRefused) {
    const std::string key = create_key();
    EXPECT_EQ(create("name", key), "ValidationException: Invalid identifier");
    EXPECT_EQ(create("alias/", key).substr(0, 25), "InvalidAliasNameException");
    EXPECT_EQ(create("alias/a:b", key).substr(0, 25), "InvalidAliasNameException");
    EXPECT_EQ(create("alias/a b", key).substr(0, 19), "ValidationException");
    EXPECT_EQ(create("alias/aws/s3", key).substr(0, 22), "NotAuthorizedException");
    EXPECT_EQ(outcome("DeleteAlias", R"({"AliasName":"alias/aws/s3"})").substr(0, 22),
              "NotAuthorizedException");
    EXPECT_EQ(create("alias/x", "alias/y"),
              "ValidationException: Aliases must refer to keys. Not aliases");
    EXPECT_EQ(create("alias/x", "0f1e2d3c-4b5a-4678-9abc-def012345678").substr(0, 17),
              "NotFoundException");
    const auto managed = call("DescribeKey", R"({"KeyId":"alias/aws/s3"})");
    EXPECT_EQ(create("alias/x", managed.at("KeyMetadata.KeyId")).substr(0, 21),
              "AccessDeniedException");
    EXPECT_EQ(outcome("ScheduleKeyDeletion", key_body(key)), "");
    EXPECT_EQ(create("alias/x", key).substr(0, 24), "KMSInvalidStateException");
}

TEST_F(KmsAliases, AreListedByKeyAndPage) {
    const std::string one = create_key();
    const std::string two = create_key();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(create("alias/n" + std::to_string(i), i % 2 == 0 ? one : two), "");
    }
    const auto of_two = call("ListAliases", key_body(two));
    EXPECT_EQ(of_two.at("Aliases.0.AliasName"), "alias/n1");
    EXPECT_EQ(of_two.at("Aliases.1.AliasName"), "alias/n3");
    EXPECT_EQ(of_two.at("Aliases.2.AliasName"), "");
    const auto page = call("ListAliases", key_body(one, R"(,"Limit":2)"));
    EXPECT_EQ(page.at("Truncated"), "true");
    const auto next =
        call("ListAliases", key_body(one, R"(,"Marker":")" + page.at("NextMarker") + "\""));
    EXPECT_EQ(next.at("Aliases.0.AliasName"), "alias/n4");
    EXPECT_EQ(next.at("Truncated"), "false");
}

TEST_F(KmsAliases, OfOneKeyAreFewAndGoWithIt) {
    const std::string key = create_key();
    for (std::size_t i = 0; i < aliases_max; ++i) {
        EXPECT_EQ(create("alias/n" + std::to_string(i), key), "");
    }
    EXPECT_EQ(create("alias/more", key).substr(0, 22), "LimitExceededException");
    EXPECT_EQ(outcome("UpdateAlias", alias_body("alias/n0", key)), "");
    EXPECT_EQ(create("alias/stays", create_key()), "");
    EXPECT_EQ(outcome("ScheduleKeyDeletion", key_body(key, R"(,"PendingWindowInDays":7)")), "");
    pass_days(8);
    EXPECT_EQ(call("ListAliases", "{}").at("Aliases.0.AliasName"), "alias/stays");
    EXPECT_EQ(call("ListAliases", "{}").at("Aliases.1.AliasName"), "");
}

}  // namespace
}  // namespace kms
