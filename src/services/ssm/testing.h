// Parameter Store over a store in memory and a stand-in for KMS.
#pragma once

#include <gtest/gtest.h>

#include "aws/testing.h"
#include "services/ssm/ssm.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"

namespace ssm {

// Turns bytes round and remembers which context they belong to.
struct FakeEncryption final : ports::Encryption {
    aws::Reply<ports::Sealed> encrypt_under(const aws::Call&, const std::string& key,
                                            std::string_view plain,
                                            const ports::EncryptionContext& context) override {
        if (fault) return *fault;
        std::string blob(plain.rbegin(), plain.rend());
        blob += "|" + key + "|" + context.at("PARAMETER_ARN");
        return ports::Sealed{"arn:" + key, std::move(blob)};
    }
    aws::Reply<std::string> decrypt_under(const aws::Call&, std::string_view blob,
                                          const ports::EncryptionContext& context) override {
        if (fault) return *fault;
        const auto bar = blob.rfind('|');
        if (blob.substr(bar + 1) != context.at("PARAMETER_ARN")) {
            return aws::Fault("InvalidCiphertextException", "");
        }
        const std::string_view turned = blob.substr(0, blob.find('|'));
        return std::string(turned.rbegin(), turned.rend());
    }
    std::optional<aws::Fault> fault;
};

class SsmTest : public testing::Test {
  protected:
    SsmTest() { open(); }
    ~SsmTest() override { close(); }

    void open() {
        auto opened = meta_store::MetaStore::open({.directory = "/meta"}, files_, executor_, log_);
        ASSERT_TRUE(opened.has_value());
        store_ = std::move(opened.value());
        ssm_ = std::make_unique<Ssm>(Environment{clock_, *store_, encryption_});
        harness_ = std::make_unique<aws::testing::Harness>(model, ssm_.get());
    }
    void close() {
        executor_.drop_all();
        harness_.reset();
        ssm_.reset();
        store_.reset();
    }
    void restart() {
        close();
        open();
    }

    aws::testing::Answer call(std::string_view operation, std::string_view body) {
        return harness_->json(operation, body);
    }
    // "" for a 200, otherwise "Code: message".
    std::string outcome(std::string_view operation, std::string_view body) {
        const auto answer = call(operation, body);
        if (answer.status == 200) return "";
        return answer.error_code() + ": " + answer.at("message");
    }
    static std::string name_body(const std::string& name, const std::string& more = "") {
        return R"({"Name":")" + name + "\"" + more + "}";
    }
    std::string put(const std::string& name, const std::string& value,
                    const std::string& more = R"(,"Type":"String")") {
        return outcome("PutParameter", name_body(name, R"(,"Value":")" + value + "\"" + more));
    }
    // Its value, or "Code: message".
    std::string get(const std::string& name, const std::string& more = "") {
        const auto answer = call("GetParameter", name_body(name, more));
        if (answer.status != 200) return answer.error_code() + ": " + answer.at("message");
        return answer.at("Parameter.Value");
    }
    // "a b c" of a list's Names.
    static std::string names(const aws::testing::Answer& answer) {
        std::string out;
        for (int i = 0;; ++i) {
            const std::string name = answer.at("Parameters." + std::to_string(i) + ".Name");
            if (name.empty()) return out;
            out += (out.empty() ? "" : " ") + name;
        }
    }

    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::RecordingLog log_;
    FakeEncryption encryption_;
    sim::CrashFileSystem files_{nullptr, false};
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<Ssm> ssm_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

}  // namespace ssm
