// A Glue over a store in memory, asked through the real wire decoder.
#pragma once

#include <gtest/gtest.h>

#include "aws/testing.h"
#include "services/glue/glue.h"
#include "sim/crash_file_system.h"
#include "sim/recording_log.h"
#include "sim/seeded_executor.h"

namespace glue {

class GlueTest : public testing::Test {
  protected:
    GlueTest() { restart(); }

    void restart() {
        harness_.reset();
        glue_.reset();
        store_.reset();
        auto opened = meta_store::MetaStore::open({.directory = "/meta"}, files_, executor_, log_);
        EXPECT_TRUE(opened.has_value());
        store_ = std::move(opened.value());
        glue_ = std::make_unique<Glue>(*store_, clock_, random_);
        harness_ = std::make_unique<aws::testing::Harness>(model, glue_.get());
    }

    aws::testing::Answer call(std::string_view operation, std::string_view body) {
        return harness_->json(operation, body);
    }
    // "" for a 200, otherwise "Code: message".
    std::string outcome(std::string_view operation, std::string_view body) {
        return text(call(operation, body));
    }
    static std::string text(const aws::testing::Answer& answer) {
        if (answer.status == 200) return "";
        const std::string upper = answer.at("Message");
        return answer.error_code() + ": " + (upper.empty() ? answer.at("message") : upper);
    }
    // The database d with the table t, partitioned by year (string) and hour (int).
    void make_table() {
        EXPECT_EQ(outcome("CreateDatabase", R"({"DatabaseInput":{"Name":"d"}})"), "");
        EXPECT_EQ(outcome("CreateTable", R"({"DatabaseName":"d","TableInput":{"Name":"t",
            "PartitionKeys":[{"Name":"year","Type":"string"},{"Name":"hour","Type":"int"}],
            "StorageDescriptor":{"Columns":[{"Name":"a","Type":"string"}],"Location":"s3://b/t/"}}})"),
                  "");
    }
    std::string create_partition(const std::string& year, const std::string& hour) {
        return outcome("CreatePartition",
                       R"({"DatabaseName":"d","TableName":"t","PartitionInput":{"Values":[")" +
                           year + R"(",")" + hour +
                           R"("],"StorageDescriptor":{"Location":"s3://b/t/)" + year + "/" + hour +
                           R"(/","Columns":[{"Name":"a","Type":"string"}]}}})");
    }

    sim::VirtualClock clock_;
    sim::SeededExecutor executor_{1, clock_};
    sim::SeededRandom random_{1};
    sim::RecordingLog log_;
    sim::CrashFileSystem files_{nullptr, false};
    std::unique_ptr<meta_store::MetaStore> store_;
    std::unique_ptr<Glue> glue_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

}  // namespace glue
