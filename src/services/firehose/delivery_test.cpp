// When and what a delivery stream delivers, and how it fails.
#include <gtest/gtest.h>

#include "services/firehose/testing.h"

namespace firehose {
namespace {

using testing::Stage;

constexpr const char* one_minute = R"(,"BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":60})";

TEST(Delivery, WaitsForTheIntervalFromTheFirstRecordOn) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("d", one_minute);
    stage.run_for_ms(1'000'000);
    EXPECT_TRUE(stage.objects().empty());  // nothing comes of nothing
    stage.put_source({"a\n", "b\n"});
    stage.run_for_ms(30'000);
    stage.put_source({"c\n"});
    stage.run_for_ms(29'000);
    EXPECT_TRUE(stage.objects().empty());
    stage.run_for_ms(2'000);
    ASSERT_EQ(stage.objects().size(), 1U);
    EXPECT_EQ(stage.objects()[0].bytes, "a\nb\nc\n");
    stage.run_for_ms(1'000'000);
    EXPECT_EQ(stage.objects().size(), 1U);
    stage.put_source({"d\n"});
    stage.run_for_ms(61'000);
    EXPECT_EQ(stage.delivered(), "a\nb\nc\nd\n");
}

TEST(Delivery, CutsAtTheSizeToTheRecord) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("d", one_minute);
    // 300 records of 10,000 bytes: 1 MiB is reached with the 105th.
    std::string all;
    for (int i = 0; i < 30; ++i) {
        std::vector<std::string> records;
        for (int r = 0; r < 10; ++r) {
            records.push_back(std::string(9'999, static_cast<char>('a' + i % 26)) + "\n");
            all += records.back();
        }
        stage.put_source(records);
    }
    stage.run_for_ms(1'000);
    auto objects = stage.objects();
    ASSERT_EQ(objects.size(), 2U);
    for (const auto& object : objects)
        EXPECT_EQ(object.bytes.size(), 1'050'000U);
    stage.run_for_ms(61'000);
    EXPECT_EQ(stage.objects().size(), 3U);
    std::map<std::string, std::string> by_content;
    std::size_t total = 0;
    for (const auto& object : stage.objects())
        total += object.bytes.size();
    EXPECT_EQ(total, all.size());
}

TEST(Delivery, ZeroSecondsMeansSoon) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("d", R"(,"BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":0})");
    for (int i = 0; i < 8; ++i) {
        stage.put_source({"x"});
        stage.run_for_ms(100);
    }
    EXPECT_TRUE(stage.objects().empty());
    stage.run_for_ms(300);
    ASSERT_EQ(stage.objects().size(), 1U);
    EXPECT_EQ(stage.delivered(), "xxxxxxxx");
}

TEST(Delivery, NamesObjectsAsAwsDoes) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("acme-data-kinesis-to-s3",
                 std::string(one_minute) +
                     R"(,"CompressionFormat":"GZIP",)"
                     R"("Prefix":"telemetry/year=!{timestamp:yyyy}/month=!{timestamp:MM}/)"
                     R"(day=!{timestamp:dd}/hour=!{timestamp:HH}/",)"
                     R"("ErrorOutputPrefix":"errors/!{firehose:error-output-type}/")");
    stage.clock.set_wall_ms(1'767'229'199'000);  // 00:59:59
    stage.put_source({"{\"a\":1}\n"});
    stage.run_for_ms(5'000);
    stage.put_source({"{\"a\":2}\n"});  // the next hour, the same object
    stage.run_for_ms(61'000);
    const auto objects = stage.objects();
    ASSERT_EQ(objects.size(), 1U);
    const std::string head =
        "telemetry/year=2026/month=01/day=01/hour=00/"
        "acme-data-kinesis-to-s3-1-2026-01-01-00-59-59-";
    EXPECT_TRUE(objects[0].key.starts_with(head)) << objects[0].key;
    EXPECT_TRUE(objects[0].key.ends_with(".gz"));
    EXPECT_EQ(objects[0].key.size(), head.size() + 36 + 3);
    EXPECT_EQ(objects[0].bytes, "{\"a\":1}\n{\"a\":2}\n");
}

TEST(Delivery, UsesExtensionTimeZoneAndDelimiter) {
    Stage stage;
    stage.make_bucket("b");
    stage.create(
        "d", std::string(one_minute) +
                 R"(,"FileExtension":".jsonl","CustomTimeZone":"UTC","ProcessingConfiguration":)"
                 R"({"Enabled":true,"Processors":[{"Type":"AppendDelimiterToRecord",)"
                 R"("Parameters":[{"ParameterName":"Delimiter","ParameterValue":"\\n"}]}]})");
    stage.put_source({"x", "y"});
    stage.run_for_ms(61'000);
    const auto objects = stage.objects();
    ASSERT_EQ(objects.size(), 1U);
    EXPECT_TRUE(objects[0].key.starts_with("2026/01/01/00/d-1-")) << objects[0].key;
    EXPECT_TRUE(objects[0].key.ends_with(".jsonl"));
    EXPECT_EQ(objects[0].bytes, "x\ny\n");
}

TEST(Delivery, BeginsAtTheStreamsEndAtCreation) {
    Stage stage;
    stage.make_bucket("b");
    stage.put_source({"before"});
    stage.create("d", one_minute);
    stage.put_source({"after"});
    stage.run_for_ms(61'000);
    EXPECT_EQ(stage.delivered(), "after");
    // The place is durable although nothing was delivered after this.
    stage.create("e", one_minute);
    stage.put_source({"later"});
    ASSERT_TRUE(stage.reopen()) << stage.error;
    stage.run_for_ms(61'000);
    EXPECT_EQ(stage.delivered(), "afterlaterlater");
}

TEST(Delivery, GoesOnAfterARestartWithItsDeadline) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("d", one_minute);
    stage.put_source({"a"});
    stage.run_for_ms(40'000);
    ASSERT_TRUE(stage.reopen()) << stage.error;
    stage.run_for_ms(15'000);
    stage.put_source({"b"});
    EXPECT_TRUE(stage.objects().empty());
    stage.run_for_ms(6'000);  // 61 seconds after the first record arrived
    EXPECT_EQ(stage.delivered(), "ab");
    ASSERT_TRUE(stage.reopen()) << stage.error;
    stage.run_for_ms(1'000'000);
    EXPECT_EQ(stage.delivered(), "ab");
}

TEST(Delivery, ABacklogIsCutBySizeNotByAge) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("d", one_minute);
    stage.firehose->stop();  // the source goes on without us
    for (int i = 0; i < 25; ++i)
        stage.put_source({std::string(100'000, 'x')});
    stage.clock.advance_ms(10'000'000);
    ASSERT_TRUE(stage.reopen()) << stage.error;
    stage.run_for_ms(1'000);
    ASSERT_EQ(stage.objects().size(), 3U);
    EXPECT_EQ(stage.delivered().size(), 2'500'000U);
}

TEST(Delivery, RetriesUntilTheBucketIsThereAndLosesNothing) {
    Stage stage;
    stage.create("d", std::string(one_minute) +
                          R"(,"CloudWatchLoggingOptions":{"Enabled":true,"LogGroupName":)"
                          R"("/aws/firehose/d","LogStreamName":"DestinationDelivery"})");
    stage.put_source({"a"});
    stage.run_for_ms(600'000);
    EXPECT_TRUE(stage.log.contains("a delivery failed, will retry"));
    ASSERT_FALSE(stage.logs.lines.empty());
    EXPECT_EQ(stage.logs.lines[0].where,
              "000000000000/us-west-2//aws/firehose/d/DestinationDelivery");
    EXPECT_NE(stage.logs.lines[0].message.find("\"errorCode\":\"S3.NoSuchBucket\""),
              std::string::npos)
        << stage.logs.lines[0].message;
    // Backoff: 1, 2, 4, … 60 s, not a storm.
    EXPECT_LT(stage.logs.lines.size(), 18U);
    EXPECT_GT(stage.logs.lines.size(), 8U);
    EXPECT_EQ(stage.source->held_at, 0U);
    stage.put_source({"b"});
    stage.make_bucket("b");
    stage.run_for_ms(61'000);
    EXPECT_EQ(stage.delivered(), "ab");
    EXPECT_GT(stage.source->held_at, 0U);
    EXPECT_NE(stage.logs.lines.back().message.find("Delivered 2 records, 2 bytes, as 2 bytes to "
                                                   "s3://b/"),
              std::string::npos)
        << stage.logs.lines.back().message;
}

TEST(Delivery, AForeignBucketIsRefused) {
    Stage stage;
    stage.make_bucket("b", "111111111111");
    stage.create("d", one_minute);
    stage.put_source({"a"});
    stage.run_for_ms(120'000);
    EXPECT_TRUE(stage.objects().empty());
    EXPECT_TRUE(stage.log.contains("the bucket belongs to another account"));
}

TEST(Delivery, SurvivesAFullDisk) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("d", one_minute);
    stage.put_source({"a"});
    stage.files->inject({.call = sim::Call::write, .os_error = 28, .times = 1'000'000});
    stage.run_for_ms(200'000);
    EXPECT_TRUE(stage.objects().empty());
    stage.files->clear_faults();
    // What a failed write left undecided, a restart decides.
    ASSERT_TRUE(stage.reopen()) << stage.error;
    stage.run_for_ms(61'000);
    EXPECT_EQ(stage.delivered(), "a");
}

TEST(Delivery, HoldsTheSourceAtTheCheckpointFromTheStartOn) {
    Stage stage;
    stage.make_bucket("b");
    stage.put_source({"before"});
    stage.create("d", one_minute);
    EXPECT_TRUE(stage.source->holder.starts_with("firehose/"));
    const auto first = stage.source->held_at;
    EXPECT_GT(first, 0U);
    stage.put_source({"x"});
    stage.run_for_ms(61'000);
    const auto second = stage.source->held_at;
    EXPECT_GT(second, first);
    ASSERT_TRUE(stage.reopen()) << stage.error;
    EXPECT_EQ(stage.source->held_at, second);  // before anything ran
}

TEST(Flush, DeliversWhatIsThereNow) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("d");
    const auto nothing = stage.flush("d");
    ASSERT_TRUE(nothing.has_value());
    EXPECT_EQ(nothing.value().objects, 0U);
    stage.put_source({"a", "b"});
    const auto report = stage.flush("d");
    ASSERT_TRUE(report.has_value()) << report.error().describe();
    EXPECT_EQ(report.value().objects, 1U);
    EXPECT_EQ(report.value().records, 2U);
    EXPECT_EQ(report.value().bytes, 2U);
    EXPECT_EQ(stage.delivered(), "ab");
    EXPECT_EQ(stage.flush("nope").error().kind, base::ErrorKind::not_found);
    stage.create("e");
    stage.put_source({"c"});
    const auto all = stage.flush("");
    ASSERT_TRUE(all.has_value());
    EXPECT_EQ(all.value().objects, 2U);
}

TEST(Flush, SaysWhyItFailedAndTheRetryGoesOn) {
    Stage stage;
    stage.create("d");
    stage.put_source({"a"});
    const auto report = stage.flush("d");
    ASSERT_FALSE(report.has_value());
    EXPECT_EQ(report.error().kind, base::ErrorKind::not_found);
    stage.make_bucket("b");
    const auto second = stage.flush("d");  // does not wait for the backoff
    ASSERT_TRUE(second.has_value()) << second.error().describe();
    EXPECT_EQ(second.value().records, 1U);
}

TEST(Flush, IsAnsweredWhileRecordsKeepComing) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("d");
    stage.put_source({"a"});
    bool answered = false;
    stage.firehose->flush("d", [&](base::Result<FlushReport> report) {
        EXPECT_TRUE(report.has_value());
        answered = true;
    });
    for (int i = 0; i < 500 && !answered; ++i) {
        stage.put_source({"more"});
        stage.run_for_ms(1);
    }
    EXPECT_TRUE(answered);
}

TEST(DirectPut, IsDurableThenDelivered) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("d", one_minute, true);
    const auto syncs = stage.files->call_count(sim::Call::sync_data);
    const auto one =
        stage.call("PutRecord", R"({"DeliveryStreamName":"d","Record":{"Data":"YQo="}})");
    ASSERT_EQ(one.status, 200) << one.body;
    EXPECT_NE(one.at("RecordId"), "");
    EXPECT_EQ(one.at("Encrypted"), "false");
    EXPECT_GT(stage.files->call_count(sim::Call::sync_data), syncs);
    const auto batch = stage.call(
        "PutRecordBatch",
        R"({"DeliveryStreamName":"d","Records":[{"Data":"Ygo="},{"Data":""},{"Data":"Ywo="}]})");
    EXPECT_EQ(batch.at("FailedPutCount"), "0");
    EXPECT_NE(batch.at("RequestResponses.0.RecordId"), batch.at("RequestResponses.2.RecordId"));
    ASSERT_TRUE(stage.reopen()) << stage.error;
    EXPECT_TRUE(stage.objects().empty());
    stage.run_for_ms(61'000);
    EXPECT_EQ(stage.delivered(), "a\nb\nc\n");
    // Delivered records take no room.
    const std::string directory =
        "/data/delivery/" + stage.files->list("/data/delivery").value()[0];
    const auto segments = stage.files->list(directory);
    std::uint64_t bytes = 0;
    for (const auto& name : segments.value()) {
        bytes += stage.files->status(directory + "/" + name).value().size_bytes;
    }
    EXPECT_LT(bytes, 4096U) << segments.value().size();
    stage.put_direct("d", {"d\n"});
    stage.run_for_ms(61'000);
    EXPECT_EQ(stage.delivered().size(), 8U);
}

TEST(Source, DeletedMeansDeliverTheRestAndRest) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("d", one_minute);
    stage.put_source({"a"});
    stage.run_for_ms(1'000);  // read, not delivered
    stage.source->remove();
    stage.put_source({"unreachable"});
    stage.run_for_ms(200'000);
    EXPECT_EQ(stage.delivered(), "a");
    EXPECT_TRUE(stage.log.contains("the source stream was deleted"));
    const auto report = stage.flush("d");
    EXPECT_TRUE(report.has_value());
}

}  // namespace
}  // namespace firehose
