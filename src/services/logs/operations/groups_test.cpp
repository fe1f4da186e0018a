#include "services/logs/testing.h"

namespace logs {
namespace {

class LogGroups : public LogsTest {};

TEST_F(LogGroups, LiveFromCreateToDelete) {
    EXPECT_EQ(outcome("CreateLogGroup", R"({"logGroupName":"/aws/lambda/f","tags":{"k":"v"}})"),
              "");
    EXPECT_EQ(outcome("CreateLogGroup", R"({"logGroupName":"/aws/lambda/f"})"),
              "ResourceAlreadyExistsException: The specified log group already exists");
    restart();
    const auto groups = call("DescribeLogGroups", R"({"logGroupNamePrefix":"/aws"})");
    EXPECT_EQ(groups.at("logGroups.0.logGroupName"), "/aws/lambda/f");
    EXPECT_EQ(groups.at("logGroups.0.arn"),
              "arn:aws:logs:us-west-2:000000000000:log-group:/aws/lambda/f:*");
    EXPECT_EQ(groups.at("logGroups.0.creationTime"), std::to_string(start_ms));
    EXPECT_EQ(groups.at("logGroups.0.retentionInDays"), "");
    EXPECT_EQ(
        outcome("PutRetentionPolicy", R"({"logGroupName":"/aws/lambda/f","retentionInDays":7})"),
        "");
    restart();
    EXPECT_EQ(call("DescribeLogGroups", "{}").at("logGroups.0.retentionInDays"), "7");
    EXPECT_EQ(outcome("DeleteRetentionPolicy", R"({"logGroupName":"/aws/lambda/f"})"), "");
    EXPECT_EQ(call("DescribeLogGroups", "{}").at("logGroups.0.retentionInDays"), "");
    EXPECT_NE(
        outcome("PutRetentionPolicy", R"({"logGroupName":"/aws/lambda/f","retentionInDays":8})")
            .find("InvalidParameterException"),
        std::string::npos);
    EXPECT_EQ(outcome("DeleteLogGroup", R"({"logGroupName":"/aws/lambda/f"})"), "");
    EXPECT_EQ(outcome("DeleteLogGroup", R"({"logGroupName":"/aws/lambda/f"})"),
              "ResourceNotFoundException: The specified log group does not exist.");
    EXPECT_EQ(call("DescribeLogGroups", "{}").at("logGroups"), "[]");
}

TEST_F(LogGroups, ANewGroupOfTheSameNameIsEmptyAndTheOldFilesAreGone) {
    make_stream();
    EXPECT_EQ(put({{0, "old"}}).status, 200);
    EXPECT_EQ(files_->list("/logs").value().size(), 1U);
    EXPECT_EQ(outcome("DeleteLogGroup", R"({"logGroupName":"g"})"), "");
    EXPECT_EQ(files_->list("/logs").value().size(), 0U);
    make_stream();
    EXPECT_EQ(filter(), "");
}

TEST_F(LogGroups, FilesOfAGroupThatAreLeftByACrashAreRemovedAtStart) {
    make_stream();
    EXPECT_EQ(put({{0, "old"}}).status, 200);
    files_->inject({.call = sim::Call::remove, .times = 1000, .path_contains = "/logs/"});
    EXPECT_EQ(outcome("DeleteLogGroup", R"({"logGroupName":"g"})"), "");
    EXPECT_TRUE(log_.contains("stay until the next start"));
    files_->clear_faults();
    EXPECT_EQ(files_->list("/logs").value().size(), 1U);
    restart();
    EXPECT_EQ(files_->list("/logs").value().size(), 0U);
}

TEST_F(LogGroups, AreListedByPageAndPattern) {
    for (const char* name : {"a1", "b1", "B2", "c"}) {
        outcome("CreateLogGroup", R"({"logGroupName":")" + std::string(name) + "\"}");
    }
    auto page = call("DescribeLogGroups", R"({"limit":3})");
    EXPECT_EQ(page.at("logGroups.2.logGroupName"), "b1");
    EXPECT_EQ(page.at("logGroups.3"), "");
    page = call("DescribeLogGroups", R"({"limit":3,"nextToken":")" + page.at("nextToken") + "\"}");
    EXPECT_EQ(page.at("logGroups.0.logGroupName"), "c");
    EXPECT_EQ(page.at("nextToken"), "");
    page = call("DescribeLogGroups", R"({"logGroupNamePattern":"b"})");
    EXPECT_EQ(page.at("logGroups.0.logGroupName") + page.at("logGroups.1.logGroupName"), "B2b1");
    harness_->set_region("eu-west-1");
    EXPECT_EQ(call("DescribeLogGroups", "{}").at("logGroups"), "[]");
}

TEST_F(LogGroups, HaveTags) {
    outcome("CreateLogGroup", R"({"logGroupName":"g","tags":{"k":"v"}})");
    const std::string arn = R"("resourceArn":"arn:aws:logs:us-west-2:000000000000:log-group:g")";
    EXPECT_EQ(outcome("TagResource", "{" + arn + R"(,"tags":{"l":"w"}})"), "");
    EXPECT_EQ(outcome("TagLogGroup", R"({"logGroupName":"g","tags":{"m":""}})"), "");
    EXPECT_EQ(outcome("UntagResource", "{" + arn + R"(,"tagKeys":["k"]})"), "");
    EXPECT_EQ(call("ListTagsForResource", "{" + arn + "}").at("tags"), R"({"l":"w","m":""})");
    EXPECT_EQ(outcome("UntagLogGroup", R"({"logGroupName":"g","tags":["l"]})"), "");
    EXPECT_EQ(call("ListTagsLogGroup", R"({"logGroupName":"g"})").at("tags"), R"({"m":""})");
    std::string many;
    for (int i = 0; i < 50; ++i)
        many += (i ? "," : "") + ("\"t" + std::to_string(i) + "\":\"\"");
    EXPECT_NE(outcome("TagResource", "{" + arn + R"(,"tags":{)" + many + "}}")
                  .find("TooManyTagsException"),
              std::string::npos);
}

TEST_F(LogGroups, StreamsAreDescribedByNameAndByTime) {
    for (const char* name : {"b", "a", "c"})
        make_stream(name);
    put({{3000, "xx"}}, "a");
    clock_.advance_ms(5000);
    put({{1000, "x"}, {2000, "yyy"}}, "b");
    const auto names = [&](const std::string& more) {
        std::string found;
        std::string token;
        do {
            const auto page =
                call("DescribeLogStreams",
                     R"({"logGroupName":"g","limit":2)" + more +
                         (token.empty() ? "" : R"(,"nextToken":")" + token + "\"") + "}");
            for (int i = 0; i < 2; ++i) {
                found += page.at("logStreams." + std::to_string(i) + ".logStreamName");
            }
            token = page.at("nextToken");
        } while (!token.empty());
        return found;
    };
    EXPECT_EQ(names(""), "abc");
    EXPECT_EQ(names(R"(,"descending":true)"), "cba");
    EXPECT_EQ(names(R"(,"orderBy":"LastEventTime","descending":true)"), "abc");
    EXPECT_EQ(names(R"(,"logStreamNamePrefix":"b")"), "b");
    for (int round = 0; round < 3; ++round) {
        const auto b =
            call("DescribeLogStreams", R"({"logGroupName":"g","logStreamNamePrefix":"b"})");
        EXPECT_EQ(b.at("logStreams.0.firstEventTimestamp"), std::to_string(start_ms + 1000));
        EXPECT_EQ(b.at("logStreams.0.lastEventTimestamp"), std::to_string(start_ms + 2000));
        EXPECT_EQ(b.at("logStreams.0.lastIngestionTime"), std::to_string(start_ms + 5000));
        EXPECT_EQ(b.at("logStreams.0.storedBytes"), "56") << round;
        if (round == 0) crash();  // counted again from the log
        if (round == 1) restart();
    }
    EXPECT_NE(
        outcome("DescribeLogStreams",
                R"({"logGroupName":"g","logStreamNamePrefix":"a","orderBy":"LastEventTime"})"),
        "");
}

TEST_F(LogGroups, CountsAreWrittenNowAndThen) {
    make_stream();
    put({{0, "x"}});
    executor_.run_for_ms(stats_flush_interval_ms + 1);
    const meta_store::Table<ProgressRow> progress(*store_, "logs.progress");
    std::int64_t stored = 0;
    ASSERT_TRUE(progress
                    .scan({},
                          [&](auto, const ProgressRow& row) {
                              stored = row.stored_bytes;
                              return true;
                          })
                    .has_value());
    EXPECT_EQ(stored, 27);
}

TEST_F(LogGroups, RefuseWhatIsNotThere) {
    EXPECT_NE(
        outcome("CreateLogGroup", R"({"logGroupName":"g","kmsKeyId":"k"})").find("not supported"),
        std::string::npos);
    EXPECT_NE(outcome("CreateLogGroup", R"({"logGroupName":"a b"})"), "");
    EXPECT_EQ(outcome("CreateLogStream", R"({"logGroupName":"g","logStreamName":"s"})"),
              "ResourceNotFoundException: The specified log group does not exist.");
    make_stream();
    EXPECT_EQ(outcome("CreateLogStream", R"({"logGroupName":"g","logStreamName":"s"})"),
              "ResourceAlreadyExistsException: The specified log stream already exists");
    EXPECT_EQ(outcome("DeleteLogStream", R"({"logGroupName":"g","logStreamName":"x"})"),
              "ResourceNotFoundException: The specified log stream does not exist.");
}

}  // namespace
}  // namespace logs
