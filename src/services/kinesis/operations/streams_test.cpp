// Making, describing, listing and deleting streams.
#include <gtest/gtest.h>

#include "services/kinesis/testing.h"

namespace kinesis {
namespace {

using testing::Stage;

TEST(CreateStream, OnDemandHasFourShardsAndIsActive) {
    Stage stage;
    stage.create_stream("acme-telemetry-stream");
    const auto summary =
        stage.call("DescribeStreamSummary", R"({"StreamName":"acme-telemetry-stream"})");
    ASSERT_EQ(summary.status, 200) << summary.body;
    const std::string at = "StreamDescriptionSummary.";
    EXPECT_EQ(summary.at(at + "StreamStatus"), "ACTIVE");
    EXPECT_EQ(summary.at(at + "OpenShardCount"), "4");
    EXPECT_EQ(summary.at(at + "StreamModeDetails.StreamMode"), "ON_DEMAND");
    EXPECT_EQ(summary.at(at + "RetentionPeriodHours"), "24");
    EXPECT_EQ(summary.at(at + "EncryptionType"), "NONE");
    EXPECT_EQ(summary.at(at + "MaxRecordSizeInKiB"), "1024");
    EXPECT_EQ(summary.at(at + "ConsumerCount"), "0");
    EXPECT_EQ(summary.at(at + "EnhancedMonitoring"), R"([{"ShardLevelMetrics":[]}])");
    EXPECT_EQ(summary.at(at + "StreamARN"),
              "arn:aws:kinesis:us-west-2:000000000000:stream/acme-telemetry-stream");
    EXPECT_EQ(summary.at(at + "StreamCreationTimestamp"), "1767225600");
}

TEST(CreateStream, RefusesWhatAwsRefuses) {
    Stage stage;
    stage.create_stream("s");
    EXPECT_EQ(stage.refusal("CreateStream", R"({"StreamName":"s"})"),
              "ResourceInUseException: Stream s under account 000000000000 already exists.");
    EXPECT_EQ(
        stage.refusal("CreateStream", R"({"StreamName":"a b"})"),
        "ValidationException: 1 validation error detected: Value 'a b' at 'streamName' failed "
        "to satisfy constraint: Member must satisfy regular expression pattern: "
        "[a-zA-Z0-9_.-]+");
    EXPECT_EQ(stage.refusal("CreateStream", R"({"StreamName":"p","ShardCount":0})"),
              "ValidationException: 1 validation error detected: Value '0' at 'shardCount' failed "
              "to satisfy constraint: Member must have value greater than or equal to 1");
    EXPECT_TRUE(stage.refusal("CreateStream", "{}").starts_with("ValidationException: "));
    EXPECT_TRUE(
        stage
            .refusal("CreateStream",
                     R"({"StreamName":"p","StreamModeDetails":{"StreamMode":"PROVISIONED"}})")
            .starts_with("ValidationException: ShardCount must be provided"));
    EXPECT_TRUE(
        stage
            .refusal(
                "CreateStream",
                R"({"StreamName":"p","ShardCount":2,"StreamModeDetails":{"StreamMode":"ON_DEMAND"}})")
            .starts_with("ValidationException: ShardCount must not be provided"));
    EXPECT_TRUE(stage.refusal("CreateStream", R"({"StreamName":"p","WarmThroughputMiBps":8})")
                    .starts_with("ValidationException: WarmThroughputMiBps"));
    EXPECT_TRUE(stage.refusal("CreateStream", R"({"StreamName":"p","MaxRecordSizeInKiB":10241})")
                    .starts_with("ValidationException: "));
    // None of it made anything.
    EXPECT_EQ(stage.call("ListStreams", "{}").at("StreamNames"), R"(["s"])");
}

TEST(CreateStream, HasAShardLimit) {
    Stage stage;
    stage.create_stream("big", 999);
    stage.create_stream("on-demand");  // does not count
    EXPECT_EQ(
        stage.refusal("CreateStream", R"({"StreamName":"more","ShardCount":2})"),
        "LimitExceededException: This request would exceed the shard limit for the account "
        "000000000000 in us-west-2. Current shard count for the account: 999. Limit: 1000. Number "
        "of additional shards that would have resulted from this request: 2. Refer to the AWS "
        "Service Limits page (https://docs.aws.amazon.com/general/latest/gr/"
        "aws_service_limits.html) for current limits and how to request higher limits.");
    EXPECT_TRUE(stage.refusal("CreateStream", R"({"StreamName":"more","ShardCount":2147483647})")
                    .starts_with("LimitExceededException: "));
    stage.create_stream("last", 1);
    const auto limits = stage.call("DescribeLimits", "{}");
    EXPECT_EQ(limits.at("ShardLimit"), "1000");
    EXPECT_EQ(limits.at("OpenShardCount"), "1000");
    EXPECT_EQ(limits.at("OnDemandStreamCount"), "1");
    EXPECT_EQ(limits.at("OnDemandStreamCountLimit"), "50");
}

TEST(CreateStream, HasAnOnDemandStreamLimit) {
    Stage stage;
    for (int i = 0; i < 50; ++i)
        stage.create_stream("s" + std::to_string(i));
    EXPECT_TRUE(stage.refusal("CreateStream", R"({"StreamName":"x"})")
                    .starts_with("LimitExceededException: This request would exceed the on-demand "
                                 "stream limit for the account 000000000000"));
    // Another account has its own.
    stage.harness->set_caller({.account = "111111111111"});
    stage.create_stream("x");
    EXPECT_EQ(stage.call("ListStreams", "{}").at("StreamNames"), R"(["x"])");
}

TEST(CreateStream, ADiskThatFailsLeavesNothing) {
    Stage stage;
    stage.files->inject({.call = sim::Call::sync_data, .times = 1'000});
    const auto answer = stage.call("CreateStream", R"({"StreamName":"s"})");
    EXPECT_NE(answer.status, 200);
    stage.files->clear_faults();
    EXPECT_EQ(stage.call("ListStreams", "{}").at("StreamNames"), "[]");
}

TEST(DescribeStream, ShowsShardsInPages) {
    Stage stage;
    stage.create_stream("s", 3);
    const auto all = stage.call("DescribeStream", R"({"StreamName":"s"})");
    const std::string at = "StreamDescription.";
    EXPECT_EQ(all.at(at + "HasMoreShards"), "false");
    EXPECT_EQ(all.at(at + "StreamModeDetails.StreamMode"), "PROVISIONED");
    EXPECT_EQ(all.at(at + "Shards.1.ShardId"), "shardId-000000000001");
    EXPECT_EQ(all.at(at + "Shards.1.HashKeyRange.StartingHashKey"),
              "113427455640312821154458202477256070485");
    EXPECT_EQ(all.at(at + "Shards.2.HashKeyRange.EndingHashKey"),
              "340282366920938463463374607431768211455");
    EXPECT_EQ(all.at(at + "Shards.0.SequenceNumberRange.StartingSequenceNumber").size(), 56U);
    EXPECT_EQ(all.at(at + "Shards.0.SequenceNumberRange.EndingSequenceNumber"), "");
    EXPECT_EQ(all.at(at + "Shards.3.ShardId"), "");
    const auto first = stage.call("DescribeStream", R"({"StreamName":"s","Limit":2})");
    EXPECT_EQ(first.at(at + "HasMoreShards"), "true");
    EXPECT_EQ(first.at(at + "Shards.2.ShardId"), "");
    const auto rest = stage.call(
        "DescribeStream",
        R"({"StreamName":"s","Limit":2,"ExclusiveStartShardId":"shardId-000000000001"})");
    EXPECT_EQ(rest.at(at + "HasMoreShards"), "false");
    EXPECT_EQ(rest.at(at + "Shards.0.ShardId"), "shardId-000000000002");
    stage.create_stream("wide", 101);
    const auto wide = stage.call("DescribeStream", R"({"StreamName":"wide","Limit":10000})");
    EXPECT_EQ(wide.at(at + "HasMoreShards"), "true");
    EXPECT_EQ(wide.at(at + "Shards.99.ShardId"), "shardId-000000000099");
    EXPECT_EQ(wide.at(at + "Shards.100.ShardId"), "");
}

TEST(DescribeStream, IsFoundByNameOrArnInItsOwnPlaceOnly) {
    Stage stage;
    stage.create_stream("s");
    const std::string arn = "arn:aws:kinesis:us-west-2:000000000000:stream/s";
    EXPECT_EQ(stage.call("DescribeStreamSummary", R"({"StreamARN":")" + arn + "\"}").status, 200);
    EXPECT_EQ(
        stage.call("DescribeStreamSummary", R"({"StreamName":"s","StreamARN":")" + arn + "\"}")
            .status,
        200);
    EXPECT_EQ(
        stage.refusal("DescribeStreamSummary", R"({"StreamName":"t","StreamARN":")" + arn + "\"}"),
        "InvalidArgumentException: StreamARN and StreamName name different streams.");
    EXPECT_EQ(stage.refusal("DescribeStreamSummary", "{}"),
              "InvalidArgumentException: Either StreamARN or StreamName should be provided.");
    EXPECT_EQ(stage.refusal("DescribeStreamSummary", R"({"StreamName":"absent"})"),
              "ResourceNotFoundException: Stream absent under account 000000000000 not found.");
    EXPECT_EQ(stage.refusal("DescribeStreamSummary",
                            R"({"StreamARN":"arn:aws:kinesis:eu-west-1:000000000000:stream/s"})"),
              "ResourceNotFoundException: Stream s under account 000000000000 not found.");
    EXPECT_EQ(stage.refusal("DescribeStreamSummary",
                            R"({"StreamARN":"arn:aws:kinesis:us-west-2:111111111111:stream/s"})"),
              "ResourceNotFoundException: Stream s under account 111111111111 not found.");
    stage.harness->set_caller({.account = "111111111111"});
    EXPECT_EQ(stage.refusal("DescribeStreamSummary", R"({"StreamName":"s"})"),
              "ResourceNotFoundException: Stream s under account 111111111111 not found.");
    EXPECT_EQ(stage.refusal("DescribeStreamSummary", R"({"StreamARN":")" + arn + "\"}"),
              "ResourceNotFoundException: Stream s under account 000000000000 not found.");
    stage.harness->set_caller({.account = "000000000000"});
    stage.harness->set_region("eu-west-1");
    EXPECT_EQ(stage.refusal("DescribeStreamSummary", R"({"StreamName":"s"})"),
              "ResourceNotFoundException: Stream s under account 000000000000 not found.");
}

TEST(ListStreams, PagesByTokenAndByName) {
    Stage stage;
    for (const char* name : {"delta", "alpha", "charlie", "bravo"})
        stage.create_stream(name);
    const auto first = stage.call("ListStreams", R"({"Limit":2})");
    EXPECT_EQ(first.at("StreamNames"), R"(["alpha","bravo"])");
    EXPECT_EQ(first.at("HasMoreStreams"), "true");
    EXPECT_EQ(first.at("StreamSummaries.1.StreamName"), "bravo");
    EXPECT_EQ(first.at("StreamSummaries.1.StreamStatus"), "ACTIVE");
    const auto second =
        stage.call("ListStreams", R"({"Limit":2,"NextToken":")" + first.at("NextToken") + "\"}");
    EXPECT_EQ(second.at("StreamNames"), R"(["charlie","delta"])");
    EXPECT_EQ(second.at("HasMoreStreams"), "false");
    EXPECT_EQ(second.at("NextToken"), "");
    EXPECT_EQ(
        stage.call("ListStreams", R"({"ExclusiveStartStreamName":"bravo"})").at("StreamNames"),
        R"(["charlie","delta"])");
    EXPECT_EQ(stage.refusal("ListStreams", R"({"NextToken":"x"})"),
              "InvalidArgumentException: Invalid NextToken.");
    stage.clock.advance_ms(300'001);
    EXPECT_TRUE(stage.refusal("ListStreams", R"({"NextToken":")" + first.at("NextToken") + "\"}")
                    .starts_with("ExpiredNextTokenException: "));
}

TEST(ListShards, PagesByToken) {
    Stage stage;
    stage.create_stream("s", 5);
    const auto first = stage.call("ListShards", R"({"StreamName":"s","MaxResults":3})");
    EXPECT_EQ(first.at("Shards.2.ShardId"), "shardId-000000000002");
    EXPECT_EQ(first.at("Shards.3.ShardId"), "");
    const std::string token = first.at("NextToken");
    ASSERT_NE(token, "");
    const auto second = stage.call("ListShards", R"({"NextToken":")" + token + "\"}");
    EXPECT_EQ(second.at("Shards.0.ShardId"), "shardId-000000000003");
    EXPECT_EQ(second.at("Shards.1.ShardId"), "shardId-000000000004");
    EXPECT_EQ(second.at("NextToken"), "");
    EXPECT_EQ(stage.refusal("ListShards", R"({"StreamName":"s","NextToken":")" + token + "\"}"),
              "InvalidArgumentException: NextToken and StreamName cannot be provided together.");
    EXPECT_EQ(stage.refusal("ListShards", "{}"),
              "InvalidArgumentException: Either NextToken or StreamName should be provided.");
    stage.harness->set_caller({.account = "111111111111"});
    EXPECT_EQ(stage.refusal("ListShards", R"({"NextToken":")" + token + "\"}"),
              "InvalidArgumentException: Invalid NextToken.");
    stage.harness->set_caller({.account = "000000000000"});
    stage.clock.advance_ms(300'001);
    EXPECT_TRUE(stage.refusal("ListShards", R"({"NextToken":")" + token + "\"}")
                    .starts_with("ExpiredNextTokenException: "));
}

TEST(ListShards, Filters) {
    Stage stage;
    stage.create_stream("s", 3);
    stage.clock.advance_ms(10'000);
    const auto count = [&](const std::string& more) {
        const auto answer = stage.call("ListShards", R"({"StreamName":"s",)" + more + "}");
        EXPECT_EQ(answer.status, 200) << answer.body;
        int shards = 0;
        while (!answer.at("Shards." + std::to_string(shards) + ".ShardId").empty())
            ++shards;
        return shards;
    };
    EXPECT_EQ(count(R"("ExclusiveStartShardId":"shardId-000000000000")"), 2);
    EXPECT_EQ(count(R"("ShardFilter":{"Type":"AFTER_SHARD_ID","ShardId":"shardId-000000000001"})"),
              1);
    EXPECT_EQ(count(R"("ShardFilter":{"Type":"AT_LATEST"})"), 3);
    EXPECT_EQ(count(R"("ShardFilter":{"Type":"AT_TRIM_HORIZON"})"), 3);
    EXPECT_EQ(count(R"("ShardFilter":{"Type":"FROM_TRIM_HORIZON"})"), 3);
    EXPECT_EQ(count(R"("ShardFilter":{"Type":"AT_TIMESTAMP","Timestamp":1767225601})"), 3);
    EXPECT_EQ(count(R"("ShardFilter":{"Type":"AT_TIMESTAMP","Timestamp":1767225599})"), 0);
    EXPECT_EQ(count(R"("ShardFilter":{"Type":"FROM_TIMESTAMP","Timestamp":1767225599})"), 3);
    EXPECT_EQ(count(R"("StreamCreationTimestamp":1767225600)"), 3);
    EXPECT_EQ(stage.refusal("ListShards", R"({"StreamName":"s","StreamCreationTimestamp":1})"),
              "ResourceNotFoundException: Stream s under account 000000000000 not found.");
    for (const char* bad : {R"({"Type":"AFTER_SHARD_ID"})", R"({"Type":"AT_TIMESTAMP"})",
                            R"({"Type":"AT_LATEST","ShardId":"shardId-000000000000"})",
                            R"({"Type":"AT_LATEST","Timestamp":1767225601})",
                            R"({"Type":"AT_TIMESTAMP","Timestamp":9767225601})"}) {
        EXPECT_TRUE(stage
                        .refusal("ListShards",
                                 std::string(R"({"StreamName":"s","ShardFilter":)") + bad + "}")
                        .starts_with("InvalidArgumentException: "))
            << bad;
    }
}

TEST(DeleteStream, FreesTheNameAndTheFiles) {
    Stage stage;
    stage.create_stream("s");
    const std::string number = stage.put("s", "k", "gone");
    const std::string old = stage.iterator("s", 0, "TRIM_HORIZON");
    EXPECT_EQ(stage.files->list("/data/streams").value().size(), 1U);
    ASSERT_EQ(stage.call("DeleteStream", R"({"StreamName":"s"})").status, 200);
    EXPECT_EQ(stage.call("DescribeStreamSummary", R"({"StreamName":"s"})")
                  .at("StreamDescriptionSummary.StreamStatus"),
              "DELETING");
    EXPECT_EQ(stage.refusal("DeleteStream", R"({"StreamName":"s"})"),
              "ResourceInUseException: Stream s under account 000000000000 not ACTIVE, instead in "
              "state DELETING");
    EXPECT_EQ(stage.refusal("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":"YQ=="})"),
              "ResourceNotFoundException: Stream s under account 000000000000 not found.");
    stage.executor.run_until_idle();
    EXPECT_EQ(stage.refusal("DescribeStreamSummary", R"({"StreamName":"s"})"),
              "ResourceNotFoundException: Stream s under account 000000000000 not found.");
    EXPECT_TRUE(stage.files->list("/data/streams").value().empty());
    // The name again is another stream.
    stage.create_stream("s");
    EXPECT_TRUE(stage.refusal("GetRecords", R"({"ShardIterator":")" + old + "\"}")
                    .starts_with("ResourceNotFoundException: "));
    EXPECT_TRUE(
        stage
            .refusal("GetShardIterator",
                     R"({"StreamName":"s","ShardId":"shardId-000000000000","ShardIteratorType":)"
                     R"("AT_SEQUENCE_NUMBER","StartingSequenceNumber":")" +
                         number + "\"}")
            .starts_with("InvalidArgumentException: "));
    for (int shard = 0; shard < 4; ++shard)
        EXPECT_TRUE(stage.read_shard("s", shard).empty());
}

TEST(DeleteStream, GoesOnAfterARestart) {
    Stage stage;
    stage.create_stream("s");
    stage.put("s", "k", "gone");
    ASSERT_EQ(stage.call("DeleteStream", R"({"StreamName":"s"})").status, 200);
    ASSERT_TRUE(stage.reopen()) << stage.error;  // before the background work
    EXPECT_EQ(stage.call("DescribeStreamSummary", R"({"StreamName":"s"})")
                  .at("StreamDescriptionSummary.StreamStatus"),
              "DELETING");
    stage.executor.run_until_idle();
    EXPECT_EQ(stage.call("ListStreams", "{}").at("StreamNames"), "[]");
    EXPECT_TRUE(stage.files->list("/data/streams").value().empty());
    ASSERT_TRUE(stage.reopen()) << stage.error;
    EXPECT_EQ(stage.call("ListStreams", "{}").at("StreamNames"), "[]");
}

TEST(UpdateStreamMode, TwiceADay) {
    Stage stage;
    stage.create_stream("s", 2);
    const auto change = [&](const std::string& mode) {
        return stage.refusal("UpdateStreamMode",
                             R"({"StreamARN":"arn:aws:kinesis:us-west-2:000000000000:stream/s",)"
                             R"("StreamModeDetails":{"StreamMode":")" +
                                 mode + "\"}}");
    };
    EXPECT_EQ(change("ON_DEMAND"), "accepted");
    EXPECT_EQ(change("ON_DEMAND"), "accepted");  // no change, not counted
    EXPECT_EQ(change("PROVISIONED"), "accepted");
    EXPECT_EQ(change("ON_DEMAND"),
              "LimitExceededException: The mode of stream s under account 000000000000 was changed "
              "twice within the last 24 hours.");
    stage.clock.advance_ms(86'400'000);
    EXPECT_EQ(change("ON_DEMAND"), "accepted");
    EXPECT_EQ(stage.call("DescribeStreamSummary", R"({"StreamName":"s"})")
                  .at("StreamDescriptionSummary.OpenShardCount"),
              "2");
}

TEST(Streams, AllIsThereAfterARestart) {
    Stage stage;
    stage.create_stream("a");
    stage.create_stream("b", 3);
    ASSERT_EQ(stage
                  .call("IncreaseStreamRetentionPeriod",
                        R"({"StreamName":"b","RetentionPeriodHours":48})")
                  .status,
              200);
    ASSERT_EQ(stage.call("AddTagsToStream", R"({"StreamName":"b","Tags":{"k":"v"}})").status, 200);
    const std::string before = stage.call("DescribeStream", R"({"StreamName":"b"})").body;
    ASSERT_TRUE(stage.reopen()) << stage.error;
    EXPECT_EQ(stage.call("ListStreams", "{}").at("StreamNames"), R"(["a","b"])");
    EXPECT_EQ(stage.call("DescribeStream", R"({"StreamName":"b"})").body, before);
    EXPECT_EQ(stage.call("ListTagsForStream", R"({"StreamName":"b"})").at("Tags"),
              R"([{"Key":"k","Value":"v"}])");
}

TEST(Streams, ADamagedLogIsReportedAndTheOthersWork) {
    Stage stage;
    stage.create_stream("bad", 1);
    stage.put("bad", "k", "x");
    const std::string id = stage.files->list("/data/streams").value()[0];
    stage.create_stream("good", 1);
    stage.put("good", "k", "y");
    stage.kinesis->stop();
    const std::string directory = "/data/streams/" + id;
    for (const auto names = stage.files->list(directory); const auto& name : names.value()) {
        stage.files->corrupt(directory + "/" + name, 8, '\x7f');
    }
    ASSERT_TRUE(stage.reopen()) << stage.error;
    EXPECT_TRUE(stage.log.contains("a stream's log cannot be opened; its records are refused"));
    EXPECT_EQ(stage.read_shard("good", 0).size(), 1U);
    const auto put =
        stage.call("PutRecord", R"({"StreamName":"bad","PartitionKey":"k","Data":""})");
    EXPECT_EQ(put.status, 500);
    EXPECT_EQ(put.error_code(), "InternalFailure");
    EXPECT_EQ(stage.call("DescribeStreamSummary", R"({"StreamName":"bad"})").status, 200);
    // It can be deleted.
    EXPECT_EQ(stage.call("DeleteStream", R"({"StreamName":"bad"})").status, 200);
    stage.executor.run_until_idle();
    EXPECT_EQ(stage.call("ListStreams", "{}").at("StreamNames"), R"(["good"])");
}

}  // namespace
}  // namespace kinesis
