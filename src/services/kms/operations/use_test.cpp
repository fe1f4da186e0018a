// Encrypt, Decrypt, ReEncrypt, the data keys, GenerateRandom.
#include "services/kms/testing.h"

namespace kms {
namespace {

class KmsUse : public KmsTest {};

TEST_F(KmsUse, WhatWasEncryptedIsDecrypted) {
    const std::string id = create_key();
    for (const std::size_t bytes : {std::size_t{1}, plaintext_bytes_max}) {
        const std::string plain(bytes, 'p');
        const std::string blob = encrypt_text(id, plain, R"({"a":"b"})");
        restart();
        EXPECT_EQ(decrypt_text(blob, R"({"a":"b"})"), plain);
    }
    const auto answer = call("Decrypt", decrypt_body(encrypt_text(arn_of(id), "x")));
    EXPECT_EQ(answer.at("KeyId"), arn_of(id));
    EXPECT_EQ(answer.at("EncryptionAlgorithm"), "SYMMETRIC_DEFAULT");
    EXPECT_EQ(answer.at("KeyMaterialId"),
              call("DescribeKey", key_body(id)).at("KeyMetadata.CurrentKeyMaterialId"));
}

TEST_F(KmsUse, LimitsOfThePlaintext) {
    const std::string id = create_key();
    const auto encrypt_bytes = [&](std::size_t bytes) {
        return outcome("Encrypt",
                       key_body(id, R"(,"Plaintext":")" +
                                        wire::encode_base64(std::string(bytes, 'p')) + "\""));
    };
    EXPECT_EQ(encrypt_bytes(4096), "");
    EXPECT_NE(encrypt_bytes(4097).find("length less than or equal to 4096"), std::string::npos);
    EXPECT_EQ(call("Encrypt", key_body(id)).error_code(), "ValidationException");
    const std::string big = R"({"k":")" + std::string(context_bytes_max, 'v') + R"("})";
    EXPECT_EQ(call("Encrypt", key_body(id, R"(,"Plaintext":"eA==","EncryptionContext":)" + big))
                  .error_code(),
              "ValidationException");
}

TEST_F(KmsUse, NothingElseIsDecrypted) {
    const std::string id = create_key();
    const std::string blob = encrypt_text(id, "secret", R"({"a":"b"})");
    const std::string refused = "InvalidCiphertextException: ";
    EXPECT_EQ(decrypt_text(blob), refused);
    EXPECT_EQ(decrypt_text(blob, R"({"a":"c"})"), refused);
    EXPECT_EQ(decrypt_text(blob, R"({"a":"b","c":"d"})"), refused);
    std::string bytes = wire::decode_base64(blob).value();
    for (const std::size_t at :
         {std::size_t{0}, std::size_t{17}, std::size_t{25}, bytes.size() - 1}) {
        std::string changed = bytes;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        EXPECT_EQ(decrypt_text(wire::encode_base64(changed), R"({"a":"b"})"), refused) << at;
    }
    EXPECT_EQ(decrypt_text("AAAA"), refused);
    EXPECT_EQ(call("Decrypt", "{}").error_code(), "ValidationException");
    EXPECT_EQ(decrypt_text("").substr(0, 19), "ValidationException");
    EXPECT_EQ(decrypt_text(wire::encode_base64(std::string(6145, 'x'))).substr(0, 19),
              "ValidationException");
    // A bit of the key's id: another key, which nobody has.
    bytes[5] = static_cast<char>(bytes[5] ^ 1);
    EXPECT_EQ(decrypt_text(wire::encode_base64(bytes), R"({"a":"b"})").substr(0, 21),
              "AccessDeniedException");
    EXPECT_EQ(decrypt_text(blob, R"({"a":"b"})", R"(,"KeyId":")" + id + "\""), "secret");
    EXPECT_EQ(
        decrypt_text(blob, R"({"a":"b"})", R"(,"KeyId":")" + create_key() + "\"").substr(0, 21),
        "IncorrectKeyException");
    EXPECT_EQ(
        decrypt_text(blob, R"({"a":"b"})", R"(,"EncryptionAlgorithm":"SM2PKE")").substr(0, 24),
        "InvalidKeyUsageException");
    EXPECT_EQ(decrypt_text(blob, R"({"a":"b"})", R"(,"GrantTokens":["t"])").substr(0, 26),
              "InvalidGrantTokenException");
    EXPECT_EQ(decrypt_text(blob, R"({"a":"b"})", R"(,"Recipient":{})").substr(0, 29),
              "UnsupportedOperationException");
    EXPECT_EQ(decrypt_text(blob, R"({"a":"b"})", R"(,"DryRun":true)").substr(0, 24),
              "DryRunOperationException");
    harness_->set_region("eu-west-1");
    EXPECT_EQ(decrypt_text(blob, R"({"a":"b"})").substr(0, 21), "AccessDeniedException");
}

TEST_F(KmsUse, KeysThatAreNotEnabledRefuse) {
    const std::string id = create_key();
    const std::string blob = encrypt_text(id, "x");
    EXPECT_EQ(outcome("DisableKey", key_body(id)), "");
    const std::string disabled = "DisabledException: " + arn_of(id) + " is disabled.";
    EXPECT_EQ(decrypt_text(blob), disabled);
    EXPECT_EQ(outcome("Encrypt", key_body(id, R"(,"Plaintext":"eA==")")), disabled);
    EXPECT_EQ(outcome("GenerateDataKey", key_body(id, R"(,"KeySpec":"AES_256")")), disabled);
    EXPECT_EQ(outcome("ScheduleKeyDeletion", key_body(id)), "");
    const std::string pending = "KMSInvalidStateException: " + arn_of(id) + " is pending deletion.";
    EXPECT_EQ(decrypt_text(blob), pending);
    EXPECT_EQ(outcome("Encrypt", key_body(id, R"(,"Plaintext":"eA==")")), pending);
}

TEST_F(KmsUse, DataKeysComeInClearAndEncrypted) {
    const std::string id = create_key();
    const auto size_of = [](const std::string& base64) {
        return wire::decode_base64(base64).value().size();
    };
    const auto made = call("GenerateDataKey",
                           key_body(id, R"(,"KeySpec":"AES_256","EncryptionContext":{"a":"b"})"));
    ASSERT_EQ(made.status, 200) << made.body;
    EXPECT_EQ(size_of(made.at("Plaintext")), 32U);
    EXPECT_EQ(made.at("KeyId"), arn_of(id));
    EXPECT_EQ(decrypt_text(made.at("CiphertextBlob"), R"({"a":"b"})"),
              wire::decode_base64(made.at("Plaintext")).value());
    EXPECT_EQ(
        size_of(call("GenerateDataKey", key_body(id, R"(,"KeySpec":"AES_128")")).at("Plaintext")),
        16U);
    EXPECT_EQ(
        size_of(call("GenerateDataKey", key_body(id, R"(,"NumberOfBytes":1024)")).at("Plaintext")),
        1024U);
    const auto hidden =
        call("GenerateDataKeyWithoutPlaintext", key_body(id, R"(,"NumberOfBytes":64)"));
    EXPECT_EQ(hidden.at("Plaintext"), "");
    EXPECT_EQ(decrypt_text(hidden.at("CiphertextBlob")).size(), 64U);
    for (const char* more : {"", R"(,"KeySpec":"AES_256","NumberOfBytes":32)"}) {
        EXPECT_EQ(outcome("GenerateDataKey", key_body(id, more)),
                  "ValidationException: Please specify either number of bytes or key spec.");
    }
    EXPECT_EQ(call("GenerateDataKey", key_body(id, R"(,"NumberOfBytes":1025)")).error_code(),
              "ValidationException");
    EXPECT_EQ(
        call("GenerateDataKey", key_body(id, R"(,"KeySpec":"AES_256","DryRun":true)")).error_code(),
        "DryRunOperationException");
}

TEST_F(KmsUse, ReEncryptMovesToAnotherKeyAndContext) {
    const std::string from = create_key();
    const std::string to = create_key();
    const std::string blob = encrypt_text(from, "secret", R"({"a":"b"})");
    const auto body = [&](const std::string& context, const std::string& more = "") {
        return R"({"CiphertextBlob":")" + blob + R"(","SourceEncryptionContext":)" + context +
               R"(,"DestinationKeyId":")" + to + R"(","DestinationEncryptionContext":{"c":"d"})" +
               more + "}";
    };
    const auto moved = call("ReEncrypt", body(R"({"a":"b"})"));
    ASSERT_EQ(moved.status, 200) << moved.body;
    EXPECT_EQ(moved.at("SourceKeyId"), arn_of(from));
    EXPECT_EQ(moved.at("KeyId"), arn_of(to));
    EXPECT_EQ(decrypt_text(moved.at("CiphertextBlob"), R"({"c":"d"})"), "secret");
    EXPECT_EQ(call("ReEncrypt", body("{}")).error_code(), "InvalidCiphertextException");
    EXPECT_EQ(
        call("ReEncrypt", body(R"({"a":"b"})", R"(,"SourceKeyId":")" + to + "\"")).error_code(),
        "IncorrectKeyException");
}

TEST_F(KmsUse, RandomBytesAreAsManyAsAsked) {
    const auto first = call("GenerateRandom", R"({"NumberOfBytes":48})");
    EXPECT_EQ(wire::decode_base64(first.at("Plaintext")).value().size(), 48U);
    EXPECT_NE(first.body, call("GenerateRandom", R"({"NumberOfBytes":48})").body);
    for (const char* bad : {"{}", R"({"NumberOfBytes":0})", R"({"NumberOfBytes":1025})"}) {
        EXPECT_EQ(call("GenerateRandom", bad).error_code(), "ValidationException") << bad;
    }
}

TEST_F(KmsUse, MaterialIsNeverStoredInClearAndBoundToItsKey) {
    const std::string one = create_key();
    const std::string two = create_key();
    const std::string blob = encrypt_text(one, "x");
    // The rows of two keys with their materials exchanged: neither opens.
    meta_store::Table<KeyRow> keys(*store_, "kms.keys");
    auto first = keys.get({"000000000000", "us-west-2", one}).value().value();
    const auto second = keys.get({"000000000000", "us-west-2", two}).value().value();
    first.materials = second.materials;
    meta_store::Changes changes;
    keys.put(changes, {"000000000000", "us-west-2", one}, first);
    ASSERT_TRUE(store_->commit(std::move(changes)).has_value());
    EXPECT_EQ(call("Decrypt", decrypt_body(blob)).status, 500);
    // Another master key opens nothing.
    master_key_.bytes[0] = 'n';
    EXPECT_EQ(call("Encrypt", key_body(two, R"(,"Plaintext":"eA==")")).status, 500);
}

TEST_F(KmsUse, ThePortEncryptsForOtherServices) {
    aws::Call call_of;
    call_of.region = "us-west-2";
    call_of.caller.account = "000000000000";
    const auto sealed = kms_->encrypt_under(call_of, "alias/aws/ssm", "value", {{"k", "v"}});
    ASSERT_TRUE(sealed.has_value());
    EXPECT_EQ(kms_->decrypt_under(call_of, sealed.value().blob, {{"k", "v"}}).value(), "value");
    EXPECT_FALSE(kms_->decrypt_under(call_of, sealed.value().blob, {}).has_value());
    EXPECT_FALSE(kms_->encrypt_under(call_of, "alias/none", "value", {}).has_value());
}

}  // namespace
}  // namespace kms
