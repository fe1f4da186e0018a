// KMS over a store in memory, a stepped clock and seeded randomness.
#pragma once

#include <gtest/gtest.h>

#include "aws/testing.h"
#include "services/kms/kms.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"
#include "wire/base64.h"

namespace kms {

class KmsTest : public testing::Test {
  protected:
    KmsTest() { open(); }
    ~KmsTest() override { close(); }

    void open() {
        auto opened = meta_store::MetaStore::open({.directory = "/meta"}, files_, executor_, log_);
        ASSERT_TRUE(opened.has_value());
        store_ = std::move(opened.value());
        kms_ = std::make_unique<Kms>(
            Environment{clock_, random_, executor_, log_, master_key_, *store_});
        ASSERT_TRUE(kms_->start().has_value());
        harness_ = std::make_unique<aws::testing::Harness>(model, kms_.get());
    }
    void close() {
        if (kms_) kms_->stop();
        executor_.drop_all();
        harness_.reset();
        kms_.reset();
        store_.reset();
    }
    void restart() {
        close();
        open();
    }
    void pass_days(std::int64_t days) { executor_.run_for_ms(days * base::day_ms); }

    aws::testing::Answer call(std::string_view operation, std::string_view body) {
        return harness_->json(operation, body);
    }
    // "" for a 200, otherwise "Code: message".
    std::string outcome(std::string_view operation, std::string_view body) {
        const auto answer = call(operation, body);
        if (answer.status == 200) return "";
        return answer.error_code() + ": " + answer.at("message");
    }
    std::string create_key(std::string_view body = "{}") {
        const auto answer = call("CreateKey", body);
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.at("KeyMetadata.KeyId");
    }
    static std::string key_body(const std::string& key, const std::string& more = "") {
        return R"({"KeyId":")" + key + "\"" + more + "}";
    }
    // Ciphertext in base64. `context` a JSON object.
    std::string encrypt_text(const std::string& key, std::string_view plain,
                             const std::string& context = "{}") {
        const auto answer =
            call("Encrypt", key_body(key, R"(,"Plaintext":")" + wire::encode_base64(plain) +
                                              R"(","EncryptionContext":)" + context));
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.at("CiphertextBlob");
    }
    static std::string decrypt_body(const std::string& blob, const std::string& context = "{}",
                                    const std::string& more = "") {
        return R"({"CiphertextBlob":")" + blob + R"(","EncryptionContext":)" + context + more + "}";
    }
    // The plaintext, or "Code: message".
    std::string decrypt_text(const std::string& blob, const std::string& context = "{}",
                             const std::string& more = "") {
        const auto answer = call("Decrypt", decrypt_body(blob, context, more));
        if (answer.status != 200) return answer.error_code() + ": " + answer.at("message");
        return wire::decode_base64(answer.at("Plaintext")).value();
    }
    std::string state_of(const std::string& key) {
        return call("DescribeKey", key_body(key)).at("KeyMetadata.KeyState");
    }
    static std::string arn_of(const std::string& key) {
        return "arn:aws:kms:us-west-2:000000000000:key/" + key;
    }

    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::SeededRandom random_{1};
    sim::RecordingLog log_;
    segment_log::MasterKey master_key_{"test", std::string(32, 'm')};
    sim::CrashFileSystem files_{nullptr, false};
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<Kms> kms_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

}  // namespace kms
