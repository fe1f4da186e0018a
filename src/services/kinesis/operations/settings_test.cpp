// Retention, encryption, tags, and AWS's limits.
#include <gtest/gtest.h>

#include "services/kinesis/testing.h"
#include "wire/base64.h"

namespace kinesis {
namespace {

using testing::Stage;

constexpr std::int64_t hour_ms = 3'600'000;

TEST(Retention, GoesUpAndDownWithinItsBounds) {
    Stage stage;
    stage.create_stream("s");
    const auto change = [&](const std::string& way, int hours) {
        return stage.refusal(
            way + "StreamRetentionPeriod",
            R"({"StreamName":"s","RetentionPeriodHours":)" + std::to_string(hours) + "}");
    };
    EXPECT_EQ(change("Increase", 48), "accepted");
    EXPECT_EQ(change("Increase", 48), "accepted");
    EXPECT_EQ(
        change("Increase", 47),
        "InvalidArgumentException: Requested retention period (47 hours) for stream s can not "
        "be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod "
        "API.");
    EXPECT_EQ(
        change("Decrease", 49),
        "InvalidArgumentException: Requested retention period (49 hours) for stream s can not "
        "be longer than existing retention period (48 hours). Use IncreaseRetentionPeriod "
        "API.");
    EXPECT_EQ(change("Decrease", 23),
              "InvalidArgumentException: Minimum allowed retention period is 24 hours. Requested "
              "retention period (23 hours) is too short.");
    EXPECT_EQ(change("Increase", 8761),
              "InvalidArgumentException: Maximum allowed retention period is 8760 hours. Requested "
              "retention period (8761 hours) is too long.");
    EXPECT_EQ(change("Increase", 8760), "accepted");
    EXPECT_EQ(change("Decrease", 24), "accepted");
}

TEST(Retention, ExpiredRecordsAreGoneForReadersAtOnce) {
    Stage stage;
    stage.create_stream("s", 1);
    stage.put("s", "k", "old");
    stage.clock.advance_ms(hour_ms);
    stage.put("s", "k", "young");
    std::string at = stage.iterator("s", 0, "TRIM_HORIZON");
    stage.clock.advance_ms(23 * hour_ms);
    EXPECT_EQ(stage.read_shard("s", 0).size(), 2U);  // exactly 24 hours: still there
    stage.clock.advance_ms(1);
    const auto left = stage.read_shard("s", 0);
    ASSERT_EQ(left.size(), 1U);
    EXPECT_EQ(left[0].data, "young");
    // A longer retention brings back what no sweep has deleted yet.
    ASSERT_EQ(stage
                  .call("IncreaseStreamRetentionPeriod",
                        R"({"StreamName":"s","RetentionPeriodHours":48})")
                  .status,
              200);
    EXPECT_EQ(stage.read_shard("s", 0).size(), 2U);
}

TEST(Retention, TheSweepDeletesWhatNothingHolds) {
    Stage stage;
    stage.create_stream("s", 1);
    stage.put("s", "k", "held");
    const auto found =
        stage.kinesis->find_stream("arn:aws:kinesis:us-west-2:000000000000:stream/s");
    ASSERT_TRUE(found.has_value());
    const std::string id = found.value().id;
    stage.kinesis->hold_stream(id, "firehose/x", 0);
    const auto files = [&] { return stage.files->list("/data/streams/" + id).value().size(); };
    const auto before = files();
    stage.clock.advance_ms(25 * hour_ms);
    stage.executor.run_for_ms(2 * retention_sweep_interval_ms);
    EXPECT_EQ(files(), before);
    EXPECT_TRUE(stage.read_shard("s", 0).empty());  // expired for readers all the same
    const auto held = stage.kinesis->read_stream(id, 0, 100, 1'000'000);
    ASSERT_TRUE(held.has_value());
    ASSERT_EQ(held.value().records.size(), 1U);
    EXPECT_EQ(held.value().records[0].data, "held");
    stage.kinesis->release_stream(id, "firehose/x");
    stage.executor.run_for_ms(2 * retention_sweep_interval_ms);
    EXPECT_TRUE(stage.kinesis->read_stream(id, 0, 100, 1'000'000).value().records.empty());
    EXPECT_TRUE(stage.log.contains("expired segments deleted"));
    stage.put("s", "k", "new");
    EXPECT_EQ(stage.read_shard("s", 0).size(), 1U);
}

TEST(Retention, ManyHeldExpiredRecordsDoNotHideTheLiveOnes) {
    Stage stage;
    stage.create_stream("s", 1);
    const auto found =
        stage.kinesis->find_stream("arn:aws:kinesis:us-west-2:000000000000:stream/s");
    stage.kinesis->hold_stream(found.value().id, "h", 0);
    for (int i = 0; i < 300; ++i)
        stage.put("s", "k", "old");
    stage.clock.advance_ms(25 * hour_ms);
    stage.put("s", "k", "live");
    std::string at = stage.iterator("s", 0, "TRIM_HORIZON");
    const auto answer = stage.call("GetRecords", R"({"ShardIterator":")" + at + R"(","Limit":10})");
    EXPECT_EQ(answer.at("Records.0.Data"), "bGl2ZQ==");
    EXPECT_EQ(answer.at("MillisBehindLatest"), "0");
}

TEST(Encryption, IsToldToClients) {
    Stage stage;
    stage.create_stream("s", 1);
    stage.put("s", "k", "plain");
    const std::string start =
        R"({"StreamName":"s","EncryptionType":"KMS","KeyId":"alias/aws/kinesis"})";
    ASSERT_EQ(stage.call("StartStreamEncryption", start).status, 200);
    const auto summary = stage.call("DescribeStreamSummary", R"({"StreamName":"s"})");
    EXPECT_EQ(summary.at("StreamDescriptionSummary.EncryptionType"), "KMS");
    EXPECT_EQ(summary.at("StreamDescriptionSummary.KeyId"), "alias/aws/kinesis");
    const auto put = stage.call("PutRecords", R"({"StreamName":"s","Records":[{"PartitionKey":"k",)"
                                              R"("Data":"YQ=="}]})");
    EXPECT_EQ(put.at("EncryptionType"), "KMS");
    ASSERT_TRUE(stage.reopen()) << stage.error;
    const auto got = stage.read_shard("s", 0);
    ASSERT_EQ(got.size(), 2U);
    EXPECT_EQ(got[0].encryption_type, "");
    EXPECT_EQ(got[1].encryption_type, "KMS");
    EXPECT_TRUE(stage
                    .refusal("StopStreamEncryption",
                             R"({"StreamName":"s","EncryptionType":"KMS","KeyId":"alias/other"})")
                    .starts_with("InvalidArgumentException: KeyId alias/other is not"));
    ASSERT_EQ(stage.call("StopStreamEncryption", start).status, 200);
    EXPECT_EQ(stage.call("DescribeStreamSummary", R"({"StreamName":"s"})")
                  .at("StreamDescriptionSummary.EncryptionType"),
              "NONE");
    EXPECT_TRUE(stage
                    .refusal("StartStreamEncryption",
                             R"({"StreamName":"s","EncryptionType":"KMS","KeyId":"alias/mine"})")
                    .starts_with("KMSNotFoundException: Key 'alias/mine' does not exist."));
    EXPECT_TRUE(
        stage
            .refusal("StartStreamEncryption",
                     R"({"StreamName":"s","EncryptionType":"NONE","KeyId":"alias/aws/kinesis"})")
            .starts_with("InvalidArgumentException: "));
}

// Sealed at rest whatever clients are told.
TEST(Encryption, NothingReadableIsOnDisk) {
    Stage stage;
    stage.create_stream("s", 1);
    stage.put("s", "secret-partition-key", "secret-data");
    const std::string directory = "/data/streams/" + stage.files->list("/data/streams").value()[0];
    std::size_t bytes = 0;
    const auto names = stage.files->list(directory);
    for (const auto& name : names.value()) {
        const auto contents =
            base::read_file(*stage.files, directory + "/" + name, 100'000'000).value();
        bytes += contents.size();
        EXPECT_EQ(contents.find("secret"), std::string::npos) << name;
    }
    EXPECT_GT(bytes, 0U);
}

TEST(Tags, AddOverwriteRemoveList) {
    Stage stage;
    stage.create_stream("s");
    const std::string arn = R"("ResourceARN":"arn:aws:kinesis:us-west-2:000000000000:stream/s")";
    EXPECT_EQ(stage.refusal("AddTagsToStream", R"({"StreamName":"s","Tags":{"b":"1","a":""}})"),
              "accepted");
    EXPECT_EQ(stage.refusal("TagResource", R"({"Tags":{"b":"2","\u00e9 x":"\u2c00"},)" + arn + "}"),
              "accepted");
    const auto list = stage.call("ListTagsForStream", R"({"StreamName":"s"})");
    EXPECT_EQ(list.at("Tags.0.Key"), "a");
    EXPECT_EQ(list.at("Tags.1.Value"), "2");
    EXPECT_EQ(list.at("HasMoreTags"), "false");
    const auto page = stage.call("ListTagsForStream",
                                 R"({"StreamName":"s","Limit":1,"ExclusiveStartTagKey":"a"})");
    EXPECT_EQ(page.at("Tags"), R"([{"Key":"b","Value":"2"}])");
    EXPECT_EQ(page.at("HasMoreTags"), "true");
    EXPECT_EQ(stage.refusal("RemoveTagsFromStream", R"({"StreamName":"s","TagKeys":["a","z"]})"),
              "accepted");
    EXPECT_EQ(stage.refusal("UntagResource", R"({"TagKeys":["\u00e9 x"],)" + arn + "}"),
              "accepted");
    EXPECT_EQ(stage.call("ListTagsForResource", "{" + arn + "}").at("Tags"),
              R"([{"Key":"b","Value":"2"}])");
    EXPECT_EQ(stage.refusal("AddTagsToStream", R"({"StreamName":"s","Tags":{"a;b":"1"}})"),
              "InvalidArgumentException: Some tags contain invalid characters. Valid characters: "
              "Unicode letters, digits, white space, _ . / = + - % @ :.");
    EXPECT_TRUE(stage.refusal("AddTagsToStream", R"({"StreamName":"s","Tags":{"":"1"}})")
                    .starts_with("ValidationException: "));
    EXPECT_TRUE(stage.refusal("TagResource", R"({"Tags":{"a":"b"},"ResourceARN":"arn:aws:s3:::b"})")
                    .starts_with("ValidationException: "));
}

TEST(Tags, AreAtMostFifty) {
    Stage stage;
    stage.create_stream("s");
    const auto add = [&](int from, int count) {
        std::string tags;
        for (int i = from; i < from + count; ++i) {
            tags += (i == from ? "\"t" : ",\"t") + std::to_string(i) + "\":\"v\"";
        }
        return stage.refusal("AddTagsToStream", R"({"StreamName":"s","Tags":{)" + tags + "}}");
    };
    EXPECT_EQ(add(0, 50), "accepted");
    EXPECT_EQ(add(50, 1),
              "InvalidArgumentException: Failed to add tags to stream s under account 000000000000 "
              "because a given stream cannot have more than 50 tags associated with it.");
    EXPECT_EQ(add(0, 50), "accepted");  // the same ones
}

TEST(Updates, OfOneStreamRunOneAfterAnother) {
    Stage stage;
    stage.create_stream("s");
    std::vector<aws::testing::Answer> answers(40);
    for (std::size_t i = 0; i < answers.size(); ++i) {
        stage.harness->start_json(
            "AddTagsToStream", R"({"StreamName":"s","Tags":{"t)" + std::to_string(i) + R"(":"v"}})",
            &answers[i]);
    }
    stage.executor.run_until_idle();
    for (const auto& answer : answers)
        EXPECT_EQ(answer.status, 200) << answer.body;
    ASSERT_TRUE(stage.reopen()) << stage.error;
    const auto list = stage.call("ListTagsForStream", R"({"StreamName":"s","Limit":50})");
    EXPECT_NE(list.at("Tags.39.Key"), "");
}

TEST(Updates, WaitInABoundedQueue) {
    Stage stage;
    stage.create_stream("s");
    std::vector<aws::testing::Answer> answers(Stream::updates_max + 3);
    for (auto& answer : answers) {
        stage.harness->start_json("AddTagsToStream", R"({"StreamName":"s","Tags":{"t":"v"}})",
                                  &answer);
    }
    std::size_t refused = 0;
    stage.executor.run_until_idle();
    for (const auto& answer : answers)
        refused += answer.status == 400 ? 1 : 0;
    EXPECT_GT(refused, 0U);
    EXPECT_LT(refused, 4U);
}

TEST(AwsLimits, AThousandRecordsASecondAShard) {
    Stage stage(true);
    stage.create_stream("s", 1);
    std::string body = R"({"StreamName":"s","Records":[)";
    for (int i = 0; i < 500; ++i) {
        body += std::string(i == 0 ? "" : ",") + R"({"PartitionKey":"k","Data":""})";
    }
    body += "]}";
    EXPECT_EQ(stage.call("PutRecords", body).at("FailedRecordCount"), "0");
    EXPECT_EQ(stage.call("PutRecords", body).at("FailedRecordCount"), "0");
    const auto third = stage.call("PutRecords", body);
    EXPECT_EQ(third.status, 200);
    EXPECT_EQ(third.at("FailedRecordCount"), "500");
    EXPECT_EQ(third.at("Records.0.ErrorCode"), "ProvisionedThroughputExceededException");
    EXPECT_EQ(third.at("Records.499.ErrorMessage"),
              "Rate exceeded for shard shardId-000000000000 in stream s under account "
              "000000000000.");
    EXPECT_EQ(third.at("Records.0.SequenceNumber"), "");
    EXPECT_EQ(stage.refusal("PutRecord", R"({"StreamName":"s","PartitionKey":"k","Data":""})"),
              "ProvisionedThroughputExceededException: Rate exceeded for shard "
              "shardId-000000000000 in stream s under account 000000000000.");
    stage.clock.advance_ms(100);
    EXPECT_EQ(stage.call("PutRecords", body).at("FailedRecordCount"), "400");
    std::string at = stage.iterator("s", 0, "TRIM_HORIZON");
    const auto got = stage.call("GetRecords", R"({"ShardIterator":")" + at + "\"}");
    EXPECT_NE(got.at("Records.1099.SequenceNumber"), "");
    EXPECT_EQ(got.at("Records.1100.SequenceNumber"), "");
}

TEST(AwsLimits, AMebibyteASecondAShard) {
    Stage stage(true);
    stage.create_stream("s", 1);
    const std::string record = R"({"PartitionKey":"k","Data":")" +
                               wire::encode_base64(std::string(600 * 1024, 'x')) + "\"}";
    const std::string body = R"({"StreamName":"s","Records":[)" + record + "," + record + "]}";
    const auto answer = stage.call("PutRecords", body);
    EXPECT_EQ(answer.at("FailedRecordCount"), "1");
    EXPECT_EQ(answer.at("Records.0.ErrorCode"), "");
    EXPECT_EQ(answer.at("Records.1.ErrorCode"), "ProvisionedThroughputExceededException");
}

TEST(AwsLimits, FiveReadsASecondAShard) {
    Stage stage(true);
    stage.create_stream("s", 2);
    const std::string at = stage.iterator("s", 0, "TRIM_HORIZON");
    const auto get = [&](const std::string& iterator) {
        return stage.refusal("GetRecords", R"({"ShardIterator":")" + iterator + "\"}");
    };
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(get(at), "accepted");
    EXPECT_EQ(get(at),
              "ProvisionedThroughputExceededException: Rate exceeded for shard "
              "shardId-000000000000 in stream s under account 000000000000.");
    EXPECT_EQ(get(stage.iterator("s", 1, "TRIM_HORIZON")), "accepted");
    stage.clock.advance_ms(200);
    EXPECT_EQ(get(at), "accepted");
    EXPECT_NE(get(at), "accepted");
}

TEST(AwsLimits, TwoMebibytesASecondReadArePaidByWaiting) {
    Stage stage(true);
    stage.create_stream("s", 1);
    for (int i = 0; i < 5; ++i) {
        stage.put("s", "k", std::string(1'000'000, 'x'));
        stage.clock.advance_ms(1000);
    }
    const std::string at = stage.iterator("s", 0, "TRIM_HORIZON");
    const auto get = [&] {
        return stage.refusal("GetRecords", R"({"ShardIterator":")" + at + "\"}");
    };
    EXPECT_EQ(get(), "accepted");  // 5 MB: two and a half seconds' worth
    stage.clock.advance_ms(1000);
    EXPECT_NE(get(), "accepted");
    stage.clock.advance_ms(1000);
    EXPECT_EQ(get(), "accepted");
}

}  // namespace
}  // namespace kinesis
