// ECR over a store in memory.
#pragma once

#include <gtest/gtest.h>

#include "aws/testing.h"
#include "services/ecr/ecr.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"

namespace ecr {

class EcrTest : public testing::Test {
  protected:
    EcrTest() { open(); }
    ~EcrTest() override { close(); }

    void open() {
        auto opened = meta_store::MetaStore::open({.directory = "/meta"}, files_, executor_, log_);
        ASSERT_TRUE(opened.has_value());
        store_ = std::move(opened.value());
        ecr_ = std::make_unique<Ecr>(Environment{clock_, *store_});
        harness_ = std::make_unique<aws::testing::Harness>(model, ecr_.get());
    }
    void close() {
        executor_.drop_all();
        harness_.reset();
        ecr_.reset();
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
    static std::string named(const std::string& name, const std::string& more = "") {
        return R"({"repositoryName":")" + name + "\"" + more + "}";
    }
    static std::string arn_of(const std::string& name) {
        return "arn:aws:ecr:us-west-2:000000000000:repository/" + name;
    }
    // At least 100 characters, as the API wants it.
    static std::string lifecycle() {
        return R"({\"rules\":[{\"rulePriority\":1,\"selection\":{\"tagStatus\":\"untagged\",)"
               R"(\"countType\":\"sinceImagePushed\",\"countNumber\":365,)"
               R"(\"countUnit\":\"days\"},\"action\":{\"type\":\"expire\"}}]})";
    }

    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::RecordingLog log_;
    sim::CrashFileSystem files_{nullptr, false};
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<Ecr> ecr_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

}  // namespace ecr
