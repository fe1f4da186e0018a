// Server-side encryption as requests ask for it and answers tell of it.
#include <gtest/gtest.h>

#include "services/s3/testing.h"

namespace s3 {
namespace {

using testing::Answer;
using testing::element;

constexpr const char* algorithm = "x-amz-server-side-encryption";
constexpr const char* key_id = "x-amz-server-side-encryption-aws-kms-key-id";
constexpr const char* bucket_key = "x-amz-server-side-encryption-bucket-key-enabled";

// KMS with one key.
class OneKey final : public ports::Encryption {
  public:
    static constexpr const char* arn = "arn:aws:kms:us-west-2:000000000000:key/the-one";
    aws::Reply<ports::Sealed> encrypt_under(const aws::Call&, const std::string& key,
                                            std::string_view,
                                            const ports::EncryptionContext&) override {
        if (key == arn || key == "the-one" || key == "alias/aws/s3") return ports::Sealed{arn, ""};
        return aws::Fault("NotFoundException", "Invalid keyId " + key, 400);
    }
    aws::Reply<std::string> decrypt_under(const aws::Call&, std::string_view,
                                          const ports::EncryptionContext&) override {
        return std::string();
    }
};

class EncryptionWire : public testing::S3Test {
  protected:
    EncryptionWire() {
        with_keys_.set_pump([this] { stage_.executor.run_one(); });
    }
    Answer put_kms(const std::string& target, const testing::HeaderList& headers) {
        return with_keys_.rest("PUT", target, "x", headers);
    }
    OneKey keys_;
    S3 s3_with_keys_{*stage_.store, stage_.clock, stage_.executor, stage_.log, &keys_};
    aws::testing::Harness with_keys_{model, &s3_with_keys_};
};

TEST_F(EncryptionWire, EverythingIsEncryptedAndSaysSo) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{10}, std::size_t{1'000'000}}) {
        const Answer made = put("/bucket/k", std::string(size, 'x'));
        EXPECT_EQ(made.headers.get(algorithm), "AES256");
        EXPECT_EQ(get("/bucket/k").headers.get(algorithm), "AES256");
        EXPECT_EQ(head("/bucket/k").headers.get(algorithm), "AES256");
    }
    EXPECT_EQ(put("/bucket/k", "x", {{algorithm, "AES256"}}).headers.get(algorithm), "AES256");
    const Answer copied = put("/bucket/c", {}, {{"x-amz-copy-source", "bucket/k"}});
    EXPECT_EQ(copied.headers.get(algorithm), "AES256");
    const Answer started = post("/bucket/m?uploads", {}, {{algorithm, "AES256"}});
    EXPECT_EQ(started.headers.get(algorithm), "AES256");
    const std::string id = element(started.body, "UploadId");
    const std::string etag = put_part("m", id, 1, "bytes");
    EXPECT_EQ(complete("m", id, testing::part_xml(1, etag)).headers.get(algorithm), "AES256");
    EXPECT_EQ(head("/bucket/m").headers.get(algorithm), "AES256");
}

TEST_F(EncryptionWire, KeysOfKmsAreFoundAndNamed) {
    const Answer made =
        put_kms("/bucket/k", {{algorithm, "aws:kms"}, {key_id, "the-one"}, {bucket_key, "true"}});
    EXPECT_EQ(made.status, 200) << made.body;
    for (const Answer& answer : {made, get("/bucket/k"), head("/bucket/k")}) {
        EXPECT_EQ(answer.headers.get(algorithm), "aws:kms");
        EXPECT_EQ(answer.headers.get(key_id), OneKey::arn);
        EXPECT_EQ(answer.headers.get(bucket_key), "true");
    }
    EXPECT_EQ(put_kms("/bucket/d", {{algorithm, "aws:kms"}}).headers.get(key_id), OneKey::arn);
    EXPECT_EQ(put_kms("/bucket/k", {{algorithm, "aws:kms"}, {key_id, "none"}}).error_code(),
              "KMS.NotFoundException");
    // A copy does not inherit it.
    EXPECT_EQ(put("/bucket/c", {}, {{"x-amz-copy-source", "bucket/k"}}).headers.get(algorithm),
              "AES256");
    EXPECT_EQ(get("/bucket/k").headers.get("x-amz-meta-" + std::string(algorithm)), "");
}

TEST_F(EncryptionWire, TheBucketsDefaultAppliesWhereNothingIsSaid) {
    ASSERT_EQ(put("/bucket?encryption",
                  "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
                  "<SSEAlgorithm>aws:kms</SSEAlgorithm><KMSMasterKeyID>the-one</KMSMasterKeyID>"
                  "</ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled>"
                  "</Rule></ServerSideEncryptionConfiguration>")
                  .status,
              200);
    const Answer made = put_kms("/bucket/k", {});
    EXPECT_EQ(made.headers.get(algorithm), "aws:kms");
    EXPECT_EQ(made.headers.get(key_id), OneKey::arn);
    EXPECT_EQ(made.headers.get(bucket_key), "true");
    EXPECT_EQ(put_kms("/bucket/k", {{algorithm, "AES256"}}).headers.get(algorithm), "AES256");
    EXPECT_EQ(put_kms("/bucket/k", {{bucket_key, "false"}}).headers.get(bucket_key), "");
    // Without KMS at hand the key is named as it was given.
    EXPECT_EQ(put("/bucket/k", "x").headers.get(key_id),
              "arn:aws:kms:us-west-2:000000000000:key/the-one");
}

TEST_F(EncryptionWire, OtherWaysAreRefused) {
    EXPECT_EQ(put("/bucket/k", "x", {{algorithm, "ROT13"}}).error_code(), "InvalidArgument");
    EXPECT_EQ(put("/bucket/k", "x", {{algorithm, "aws:kms:dsse"}}).status, 501);
    EXPECT_EQ(put("/bucket/k", "x", {{key_id, "the-one"}}).error_code(), "InvalidArgument");
    EXPECT_EQ(put("/bucket/k", "x", {{algorithm, "AES256"}, {key_id, "x"}}).error_code(),
              "InvalidArgument");
    EXPECT_EQ(put("/bucket/k", "x", {{"x-amz-server-side-encryption-context", "e30="}}).status,
              501);
    for (const char* header : {"x-amz-server-side-encryption-customer-algorithm",
                               "x-amz-server-side-encryption-customer-key",
                               "x-amz-server-side-encryption-customer-key-md5"}) {
        const Answer refused = put("/bucket/k", "x", {{header, "AES256"}});
        EXPECT_EQ(refused.status, 501);
        EXPECT_EQ(element(refused.body, "Header"), header);
    }
    ASSERT_EQ(put("/bucket/k", "x").status, 200);
    EXPECT_EQ(get("/bucket/k", {{algorithm, "AES256"}}).error_code(), "InvalidArgument");
    const std::string id = create_upload("m");
    EXPECT_EQ(
        put("/bucket/m?partNumber=1&uploadId=" + id, "x", {{algorithm, "AES256"}}).error_code(),
        "InvalidArgument");
}

}  // namespace
}  // namespace s3
