#include <set>

#include "services/kms/testing.h"
#include "wire/json.h"

namespace kms {
namespace {

class KmsKeys : public KmsTest {};

TEST_F(KmsKeys, AreDescribedAsTheyWereMade) {
    const auto made = call("CreateKey", R"({"Description":"d","KeySpec":"SYMMETRIC_DEFAULT",
        "KeyUsage":"ENCRYPT_DECRYPT","Origin":"AWS_KMS","MultiRegion":false,
        "Tags":[{"TagKey":"k","TagValue":"v"}]})");
    ASSERT_EQ(made.status, 200) << made.body;
    const std::string id = made.at("KeyMetadata.KeyId");
    restart();
    for (const std::string& name : {id, arn_of(id)}) {
        const auto key = call("DescribeKey", key_body(name));
        EXPECT_EQ(key.body, made.body);
        EXPECT_EQ(key.at("KeyMetadata.Arn"), arn_of(id));
        EXPECT_EQ(key.at("KeyMetadata.AWSAccountId"), "000000000000");
        EXPECT_EQ(key.at("KeyMetadata.Description"), "d");
        EXPECT_EQ(key.at("KeyMetadata.Enabled"), "true");
        EXPECT_EQ(key.at("KeyMetadata.KeyState"), "Enabled");
        EXPECT_EQ(key.at("KeyMetadata.KeyManager"), "CUSTOMER");
        EXPECT_EQ(key.at("KeyMetadata.EncryptionAlgorithms"), R"(["SYMMETRIC_DEFAULT"])");
        EXPECT_EQ(key.at("KeyMetadata.CurrentKeyMaterialId").size(), 64U);
    }
    EXPECT_EQ(call("ListResourceTags", key_body(id)).at("Tags"),
              R"([{"TagKey":"k","TagValue":"v"}])");
}

TEST_F(KmsKeys, OfOtherKindsAreRefusedByName) {
    EXPECT_EQ(call("CreateKey", R"({"KeySpec":"RSA_2048"})").error_code(),
              "UnsupportedOperationException");
    EXPECT_EQ(call("CreateKey", R"({"CustomerMasterKeySpec":"HMAC_256"})").error_code(),
              "UnsupportedOperationException");
    EXPECT_EQ(call("CreateKey", R"({"KeyUsage":"SIGN_VERIFY"})").error_code(),
              "ValidationException");
    EXPECT_EQ(call("CreateKey", R"({"Origin":"EXTERNAL"})").error_code(),
              "UnsupportedOperationException");
    EXPECT_EQ(call("CreateKey", R"({"MultiRegion":true})").error_code(),
              "UnsupportedOperationException");
    EXPECT_EQ(call("CreateKey", R"({"CustomKeyStoreId":"cks"})").error_code(),
              "UnsupportedOperationException");
    EXPECT_EQ(call("CreateKey", R"({"KeySpec":"ROT13"})").error_code(), "ValidationException");
    EXPECT_EQ(call("ListKeys", "{}").at("Keys"), "[]");
}

TEST_F(KmsKeys, ThatNobodyMadeAreNotFound) {
    const std::string id = "0f1e2d3c-4b5a-4678-9abc-def012345678";
    EXPECT_EQ(outcome("DescribeKey", key_body(id)),
              "NotFoundException: Key '" + arn_of(id) + "' does not exist");
    EXPECT_EQ(outcome("DescribeKey", key_body(arn_of(id))),
              "NotFoundException: Key '" + arn_of(id) + "' does not exist");
    EXPECT_EQ(outcome("DescribeKey", key_body("nonsense")),
              "NotFoundException: Invalid keyId 'nonsense'");
    EXPECT_EQ(outcome("DescribeKey", key_body("alias/none")),
              "NotFoundException: Alias arn:aws:kms:us-west-2:000000000000:alias/none is not "
              "found.");
    EXPECT_EQ(outcome("DescribeKey", key_body("alias/aws/nothing")),
              "NotFoundException: Alias arn:aws:kms:us-west-2:000000000000:alias/aws/nothing is "
              "not found.");
    EXPECT_EQ(call("DescribeKey", key_body("arn:aws:s3:::bucket")).error_code(),
              "InvalidArnException");
    EXPECT_EQ(call("DescribeKey", key_body("arn:")).error_code(), "InvalidArnException");
    EXPECT_EQ(outcome("DescribeKey", key_body("arn:aws:kms:eu-west-1:000000000000:key/" + id)),
              "NotFoundException: Invalid arn eu-west-1");
    EXPECT_EQ(
        call("DescribeKey", key_body("arn:aws:kms:us-west-2:111111111111:key/" + id)).error_code(),
        "AccessDeniedException");
    // Operations that change keys take no alias.
    EXPECT_EQ(outcome("DisableKey", key_body("alias/x")),
              "NotFoundException: Invalid keyId 'alias/x'");
}

TEST_F(KmsKeys, AreOfOneAccountAndRegion) {
    const std::string id = create_key();
    harness_->set_region("eu-west-1");
    EXPECT_EQ(call("DescribeKey", key_body(id)).error_code(), "NotFoundException");
    EXPECT_EQ(call("ListKeys", "{}").at("Keys"), "[]");
    harness_->set_region("us-west-2");
    harness_->set_caller({"111111111111", "AK", "arn:aws:iam::111111111111:root", "AID"});
    EXPECT_EQ(call("DescribeKey", key_body(id)).error_code(), "NotFoundException");
}

TEST_F(KmsKeys, AreListedByPages) {
    std::set<std::string> made;
    for (int i = 0; i < 5; ++i)
        made.insert(create_key());
    std::vector<std::string> listed;
    std::string marker;
    int pages = 0;
    do {
        const auto page =
            call("ListKeys",
                 R"({"Limit":2)" +
                     (marker.empty() ? std::string() : R"(,"Marker":")" + marker + "\"") + "}");
        ASSERT_EQ(page.status, 200) << page.body;
        for (int i = 0; !page.at("Keys." + std::to_string(i) + ".KeyId").empty(); ++i) {
            listed.push_back(page.at("Keys." + std::to_string(i) + ".KeyId"));
            EXPECT_EQ(page.at("Keys." + std::to_string(i) + ".KeyArn"), arn_of(listed.back()));
        }
        marker = page.at("NextMarker");
        EXPECT_EQ(page.at("Truncated"), marker.empty() ? "false" : "true");
        ++pages;
    } while (!marker.empty());
    EXPECT_EQ(pages, 3);
    EXPECT_EQ(listed, std::vector<std::string>(made.begin(), made.end()));
    EXPECT_EQ(call("ListKeys", R"({"Marker":"!"})").error_code(), "InvalidMarkerException");
}

TEST_F(KmsKeys, OfAStackComeFromItsToken) {
    aws::Call stack;
    stack.region = "us-west-2";
    stack.caller.account = "000000000000";
    stack.client_token = "00112233445566778899aabbccddeeff";
    const auto first = kms_->create(stack, KeyRow());
    const auto second = kms_->create(stack, KeyRow());
    ASSERT_TRUE(first.has_value() && second.has_value());
    EXPECT_EQ(first.value().id, second.value().id);
    EXPECT_EQ(first.value().materials[0].id, second.value().materials[0].id);
    stack.client_token[0] = '1';
    EXPECT_NE(kms_->create(stack, KeyRow()).value().id, first.value().id);
}

TEST_F(KmsKeys, ChangeTheirDescriptionAndState) {
    const std::string id = create_key();
    EXPECT_EQ(outcome("UpdateKeyDescription", key_body(id, R"(,"Description":"new")")), "");
    EXPECT_EQ(outcome("DisableKey", key_body(id)), "");
    restart();
    EXPECT_EQ(call("DescribeKey", key_body(id)).at("KeyMetadata.Description"), "new");
    EXPECT_EQ(call("DescribeKey", key_body(id)).at("KeyMetadata.Enabled"), "false");
    EXPECT_EQ(state_of(id), "Disabled");
    EXPECT_EQ(outcome("EnableKey", key_body(id)), "");
    EXPECT_EQ(state_of(id), "Enabled");
}

TEST_F(KmsKeys, HaveOnePolicyThatKeepsItsOwner) {
    const std::string id = create_key();
    EXPECT_EQ(call("ListKeyPolicies", key_body(id)).at("PolicyNames"), R"(["default"])");
    const auto policy = call("GetKeyPolicy", key_body(id, R"(,"PolicyName":"default")"));
    EXPECT_NE(policy.at("Policy").find("arn:aws:iam::000000000000:root"), std::string::npos);
    const auto put = [&](const std::string& text, const std::string& more = "") {
        std::string quoted;
        wire::append_json_string(quoted, text);
        return outcome("PutKeyPolicy", key_body(id, ",\"Policy\":" + quoted + more));
    };
    const std::string good = R"({"Version":"2012-10-17","Statement":{"Effect":"Allow",)"
                             R"("Principal":{"AWS":["x","000000000000"]},"Action":"kms:Put*",)"
                             R"("Resource":"*"}})";
    EXPECT_EQ(put(good), "");
    EXPECT_EQ(call("GetKeyPolicy", key_body(id)).at("Policy"), good);
    EXPECT_EQ(put("{"),
              "MalformedPolicyDocumentException: The policy document is not a JSON object with "
              "statements.");
    EXPECT_EQ(put("{}").substr(0, 32), "MalformedPolicyDocumentException");
    const std::string locked =
        "MalformedPolicyDocumentException: The new key policy will not "
        "allow you to update the key policy in the future.";
    const std::string statement = R"({"Statement":[{"Effect":"Allow","Principal":)";
    EXPECT_EQ(put(statement + R"("*","Action":"kms:Get*"}]})"), locked);
    EXPECT_EQ(put(statement + R"({"Service":"s3"},"Action":"kms:*"}]})"), locked);
    EXPECT_EQ(put(R"({"Statement":[{"Effect":"Deny","Principal":"*","Action":"*"}]})"), locked);
    EXPECT_EQ(put(R"({"Statement":[]})", R"(,"BypassPolicyLockoutSafetyCheck":true)"), "");
    EXPECT_EQ(put(good, R"(,"PolicyName":"other")"),
              "NotFoundException: No such policy exists: other");
    EXPECT_EQ(put(good + std::string(33'000, ' ')).substr(0, 22), "LimitExceededException");
    EXPECT_EQ(call("CreateKey", R"json({"Policy":"{}"})json").error_code(),
              "MalformedPolicyDocumentException");
}

TEST_F(KmsKeys, HaveTags) {
    const std::string id = create_key();
    EXPECT_EQ(outcome("TagResource", key_body(id, R"(,"Tags":[{"TagKey":"a","TagValue":"1"},
        {"TagKey":"b","TagValue":""}])")),
              "");
    EXPECT_EQ(outcome("UntagResource", key_body(id, R"(,"TagKeys":["a","none"])")), "");
    EXPECT_EQ(call("ListResourceTags", key_body(id)).at("Tags"),
              R"([{"TagKey":"b","TagValue":""}])");
    EXPECT_EQ(outcome("TagResource", key_body(id, R"(,"Tags":[{"TagKey":"x","TagValue":"1"},
        {"TagKey":"x","TagValue":"2"}])")),
              "TagException: Duplicate tag keys");
    EXPECT_EQ(call("TagResource", key_body(id, R"(,"Tags":[{"TagKey":"aws:x","TagValue":"1"}])"))
                  .error_code(),
              "TagException");
    std::string many;
    for (int i = 0; i < 49; ++i) {
        many += (i == 0 ? "" : ",") + std::string(R"({"TagKey":"t)") + std::to_string(100 + i) +
                R"(","TagValue":"v"})";
    }
    EXPECT_EQ(outcome("TagResource", key_body(id, ",\"Tags\":[" + many + "]")), "");
    EXPECT_EQ(call("TagResource", key_body(id, R"(,"Tags":[{"TagKey":"51","TagValue":"1"}])"))
                  .error_code(),
              "LimitExceededException");
    const auto page = call("ListResourceTags", key_body(id, R"(,"Limit":49)"));
    EXPECT_EQ(page.at("Truncated"), "true");
    const auto last =
        call("ListResourceTags", key_body(id, R"(,"Marker":")" + page.at("NextMarker") + "\""));
    EXPECT_EQ(last.at("Tags"), R"([{"TagKey":"t148","TagValue":"v"}])");
    EXPECT_EQ(last.at("Truncated"), "false");
}

TEST_F(KmsKeys, OfAwsAreMadeOnFirstUseAndKeptFromChanges) {
    const auto key = call("DescribeKey", R"({"KeyId":"alias/aws/ssm"})");
    ASSERT_EQ(key.status, 200) << key.body;
    EXPECT_EQ(key.at("KeyMetadata.KeyManager"), "AWS");
    const std::string id = key.at("KeyMetadata.KeyId");
    restart();
    EXPECT_EQ(call("DescribeKey", R"({"KeyId":"alias/aws/ssm"})").body, key.body);
    EXPECT_EQ(call("ListAliases", "{}").at("Aliases.0.AliasName"), "alias/aws/ssm");
    EXPECT_EQ(call("GetKeyRotationStatus", key_body(id)).at("KeyRotationEnabled"), "true");
    for (const char* operation : {"DisableKey", "ScheduleKeyDeletion", "DisableKeyRotation"}) {
        EXPECT_EQ(call(operation, key_body(id)).error_code(), "AccessDeniedException") << operation;
    }
    EXPECT_EQ(state_of(id), "Enabled");
    EXPECT_EQ(decrypt_text(encrypt_text("alias/aws/ssm", "x")), "x");
}

}  // namespace
}  // namespace kms
