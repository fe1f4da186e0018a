// Making, describing, listing, changing, tagging and deleting delivery streams.
#include <gtest/gtest.h>

#include "services/firehose/testing.h"
#include "wire/base64.h"

namespace firehose {
namespace {

using testing::Stage;

std::string s3(const std::string& more = "") {
    return R"("ExtendedS3DestinationConfiguration":{"RoleARN":"arn:aws:iam::000000000000:role/r",)"
           R"("BucketARN":"arn:aws:s3:::b")" +
           more + "}";
}

TEST(CreateDeliveryStream, IsDescribedInBothForms) {
    Stage stage;
    stage.create("d", R"(,"Prefix":"p/","CompressionFormat":"GZIP","BufferingHints":)"
                      R"({"SizeInMBs":64,"IntervalInSeconds":120})");
    const auto answer = stage.call("DescribeDeliveryStream", R"({"DeliveryStreamName":"d"})");
    ASSERT_EQ(answer.status, 200) << answer.body;
    const std::string at = "DeliveryStreamDescription.";
    EXPECT_EQ(answer.at(at + "DeliveryStreamARN"),
              "arn:aws:firehose:us-west-2:000000000000:deliverystream/d");
    EXPECT_EQ(answer.at(at + "DeliveryStreamStatus"), "ACTIVE");
    EXPECT_EQ(answer.at(at + "DeliveryStreamType"), "KinesisStreamAsSource");
    EXPECT_EQ(answer.at(at + "VersionId"), "1");
    EXPECT_EQ(answer.at(at + "CreateTimestamp"), "1767225600");
    EXPECT_EQ(answer.at(at + "HasMoreDestinations"), "false");
    EXPECT_EQ(answer.at(at + "Source.KinesisStreamSourceDescription.KinesisStreamARN"),
              testing::source_arn);
    EXPECT_EQ(answer.at(at + "Source.KinesisStreamSourceDescription.DeliveryStartTimestamp"),
              "1767225600");
    for (const char* form : {"S3DestinationDescription.", "ExtendedS3DestinationDescription."}) {
        const std::string to = at + "Destinations.0." + form;
        EXPECT_EQ(answer.at(to + "BucketARN"), "arn:aws:s3:::b");
        EXPECT_EQ(answer.at(to + "Prefix"), "p/");
        EXPECT_EQ(answer.at(to + "CompressionFormat"), "GZIP");
        EXPECT_EQ(answer.at(to + "BufferingHints.SizeInMBs"), "64");
        EXPECT_EQ(answer.at(to + "BufferingHints.IntervalInSeconds"), "120");
        EXPECT_EQ(answer.at(to + "EncryptionConfiguration.NoEncryptionConfig"), "NoEncryption");
        EXPECT_EQ(answer.at(to + "CloudWatchLoggingOptions.Enabled"), "false");
    }
    EXPECT_EQ(answer.at(at + "Destinations.0.DestinationId"), "destinationId-000000000001");
    EXPECT_EQ(answer.at(at + "Destinations.0.ExtendedS3DestinationDescription.S3BackupMode"),
              "Disabled");
}

TEST(CreateDeliveryStream, HasAwssDefaults) {
    Stage stage;
    stage.create("d", "", true);
    const auto answer = stage.call("DescribeDeliveryStream", R"({"DeliveryStreamName":"d"})");
    const std::string to =
        "DeliveryStreamDescription.Destinations.0.ExtendedS3DestinationDescription.";
    EXPECT_EQ(answer.at(to + "BufferingHints.SizeInMBs"), "5");
    EXPECT_EQ(answer.at(to + "BufferingHints.IntervalInSeconds"), "300");
    EXPECT_EQ(answer.at(to + "CompressionFormat"), "UNCOMPRESSED");
    EXPECT_EQ(answer.at("DeliveryStreamDescription.DeliveryStreamType"), "DirectPut");
    EXPECT_EQ(answer.at("DeliveryStreamDescription.Source"), "");
}

TEST(CreateDeliveryStream, RefusesWhatItCannotDo) {
    Stage stage;
    const auto refusal = [&](const std::string& members) {
        return stage.refusal("CreateDeliveryStream",
                             R"({"DeliveryStreamName":"d",)" + members + "}");
    };
    const std::string prefix = "InvalidArgumentException: ";
    EXPECT_EQ(refusal(R"("Tags":[{"Key":"k"}])"),
              prefix + "Exactly one destination configuration is supported for a Firehose");
    EXPECT_EQ(refusal(s3(R"(,"CompressionFormat":"Snappy")")),
              prefix + "CompressionFormat Snappy is not supported here.");
    EXPECT_TRUE(refusal(s3(R"(,"CompressionFormat":"LZ4")")).starts_with("ValidationException: ") ||
                refusal(s3(R"(,"CompressionFormat":"LZ4")")).starts_with(prefix));
    EXPECT_EQ(
        refusal(s3(R"(,"BufferingHints":{"SizeInMBs":5})")),
        prefix + "BufferingHints must specify both SizeInMBs and IntervalInSeconds, or neither.");
    EXPECT_EQ(refusal(s3(R"(,"S3BackupMode":"Enabled")")),
              prefix + "S3BackupMode Enabled is not supported here.");
    EXPECT_EQ(refusal(s3(R"(,"DynamicPartitioningConfiguration":{"Enabled":true})")),
              prefix + "DynamicPartitioningConfiguration is not supported here.");
    EXPECT_EQ(refusal(s3(R"(,"DataFormatConversionConfiguration":{})")),
              prefix + "DataFormatConversionConfiguration is not supported here.");
    EXPECT_EQ(
        refusal(
            s3(R"(,"ProcessingConfiguration":{"Enabled":true,"Processors":[{"Type":"Lambda"}]})")),
        prefix + "The processor type Lambda is not supported here.");
    EXPECT_EQ(
        refusal(s3(R"(,"Prefix":"a/!{timestamp:yyyy}/")")),
        prefix + "ErrorOutputPrefix cannot be null or empty when Prefix contains expressions");
    EXPECT_EQ(refusal(s3(R"(,"CustomTimeZone":"Nowhere/Land")")), prefix + "no such time zone");
    EXPECT_EQ(refusal(s3(R"(,"CloudWatchLoggingOptions":{"Enabled":true})")),
              prefix +
                  "LogGroupName and LogStreamName must be given when CloudWatchLoggingOptions are "
                  "enabled.");
    EXPECT_TRUE(
        refusal(s3(R"(,"EncryptionConfiguration":{"KMSEncryptionConfig":{"AWSKMSKeyARN":"k"}})"))
            .starts_with(prefix + "KMSEncryptionConfig"));
    EXPECT_EQ(refusal(s3() + R"(,"SplunkDestinationConfiguration":{"x":1})"),
              prefix + "SplunkDestinationConfiguration is not supported here.");
    EXPECT_EQ(refusal(s3() + R"(,"DeliveryStreamEncryptionConfigurationInput":{"KeyType":"x"})"),
              prefix + "DeliveryStreamEncryptionConfigurationInput is not supported here.");
    EXPECT_TRUE(refusal(s3() + R"(,"DeliveryStreamType":"KinesisStreamAsSource")")
                    .starts_with(prefix + "KinesisStreamSourceConfiguration must be given"));
    EXPECT_EQ(
        refusal(
            s3() +
            R"(,"DeliveryStreamType":"KinesisStreamAsSource","KinesisStreamSourceConfiguration":)"
            R"({"KinesisStreamARN":"arn:aws:kinesis:us-west-2:000000000000:stream/absent",)"
            R"("RoleARN":"arn:aws:iam::000000000000:role/r"})"),
        prefix +
            "The Kinesis stream arn:aws:kinesis:us-west-2:000000000000:stream/absent was not "
            "found.");
    EXPECT_EQ(refusal(s3() + R"(,"Tags":[{"Key":"aws:x"}])"),
              prefix + "Tag keys must not begin with aws:, which is reserved.");
    for (const char* bad : {R"(,"BufferingHints":{"SizeInMBs":129,"IntervalInSeconds":60})",
                            R"(,"BufferingHints":{"SizeInMBs":0,"IntervalInSeconds":60})",
                            R"(,"BufferingHints":{"SizeInMBs":1,"IntervalInSeconds":901})",
                            R"(,"FileExtension":"json")", R"(,"RoleARN":"nonsense")"}) {
        EXPECT_NE(refusal(s3(bad)), "accepted") << bad;
    }
    EXPECT_EQ(stage.call("ListDeliveryStreams", "{}").at("DeliveryStreamNames"), "[]");
    stage.create("d");
    EXPECT_EQ(refusal(s3()),
              "ResourceInUseException: Firehose d under accountId 000000000000 already exists");
    EXPECT_EQ(stage.refusal("DescribeDeliveryStream", R"({"DeliveryStreamName":"x"})"),
              "ResourceNotFoundException: Firehose x under account 000000000000 not found.");
    stage.harness->set_caller({.account = "111111111111"});
    EXPECT_EQ(stage.refusal("DescribeDeliveryStream", R"({"DeliveryStreamName":"d"})"),
              "ResourceNotFoundException: Firehose d under account 111111111111 not found.");
}

TEST(CreateDeliveryStream, TakesTheOldS3Form) {
    Stage stage;
    stage.make_bucket("b");
    ASSERT_EQ(stage
                  .call("CreateDeliveryStream",
                        R"({"DeliveryStreamName":"d","S3DestinationConfiguration":{"RoleARN":)"
                        R"("arn:aws:iam::000000000000:role/r","BucketARN":"arn:aws:s3:::b"}})")
                  .status,
              200);
    stage.put_direct("d", {"x"});
    ASSERT_TRUE(stage.flush("d").has_value());
    EXPECT_EQ(stage.delivered(), "x");
}

TEST(ListDeliveryStreams, PagesAndFilters) {
    Stage stage;
    stage.create("c");
    stage.create("a", "", true);
    stage.create("b");
    const auto first = stage.call("ListDeliveryStreams", R"({"Limit":2})");
    EXPECT_EQ(first.at("DeliveryStreamNames"), R"(["a","b"])");
    EXPECT_EQ(first.at("HasMoreDeliveryStreams"), "true");
    const auto rest =
        stage.call("ListDeliveryStreams", R"({"ExclusiveStartDeliveryStreamName":"b"})");
    EXPECT_EQ(rest.at("DeliveryStreamNames"), R"(["c"])");
    EXPECT_EQ(rest.at("HasMoreDeliveryStreams"), "false");
    EXPECT_EQ(stage.call("ListDeliveryStreams", R"({"DeliveryStreamType":"DirectPut"})")
                  .at("DeliveryStreamNames"),
              R"(["a"])");
}

TEST(PutRecord, OnlyWhereItIsAllowed) {
    Stage stage;
    stage.create("k");
    stage.create("d", "", true);
    EXPECT_EQ(stage.refusal("PutRecord", R"({"DeliveryStreamName":"k","Record":{"Data":""}})"),
              "InvalidArgumentException: This operation is not permitted on KinesisStreamAsSource "
              "delivery stream type.");
    EXPECT_EQ(stage.refusal("PutRecord", R"({"DeliveryStreamName":"x","Record":{"Data":""}})"),
              "ResourceNotFoundException: Firehose x under account 000000000000 not found.");
    const std::string largest = wire::encode_base64(std::string(1'024'000, 'x'));
    const auto put = [&](const std::string& data) {
        return stage.refusal("PutRecord",
                             R"({"DeliveryStreamName":"d","Record":{"Data":")" + data + "\"}}");
    };
    EXPECT_EQ(put(largest), "accepted");
    EXPECT_NE(put(wire::encode_base64(std::string(1'024'001, 'x'))), "accepted");
    std::string batch = R"({"DeliveryStreamName":"d","Records":[)";
    for (int i = 0; i < 5; ++i)
        batch += R"({"Data":")" + largest + "\"},";
    batch.back() = ']';
    EXPECT_EQ(stage.refusal("PutRecordBatch", batch + "}"),
              "InvalidArgumentException: Records size exceeds 4 MB limit");
    std::string many = R"({"DeliveryStreamName":"d","Records":[)";
    for (int i = 0; i < 501; ++i)
        many += R"({"Data":""},)";
    many.back() = ']';
    EXPECT_NE(stage.refusal("PutRecordBatch", many + "}"), "accepted");
}

TEST(Tags, AddRemoveList) {
    Stage stage;
    stage.create("d");
    EXPECT_EQ(stage.refusal("TagDeliveryStream",
                            R"({"DeliveryStreamName":"d","Tags":[{"Key":"b","Value":"1"},)"
                            R"({"Key":"a"}]})"),
              "accepted");
    ASSERT_TRUE(stage.reopen()) << stage.error;
    const auto page =
        stage.call("ListTagsForDeliveryStream", R"({"DeliveryStreamName":"d","Limit":1})");
    EXPECT_EQ(page.at("Tags"), R"([{"Key":"a","Value":""}])");
    EXPECT_EQ(page.at("HasMoreTags"), "true");
    EXPECT_EQ(stage.refusal("UntagDeliveryStream", R"({"DeliveryStreamName":"d","TagKeys":["a"]})"),
              "accepted");
    EXPECT_EQ(stage.call("ListTagsForDeliveryStream", R"({"DeliveryStreamName":"d"})").at("Tags"),
              R"([{"Key":"b","Value":"1"}])");
    std::string many;
    for (int i = 0; i < 50; ++i)
        many += "{\"Key\":\"t" + std::to_string(i) + "\"},";
    many.pop_back();
    EXPECT_TRUE(
        stage.refusal("TagDeliveryStream", R"({"DeliveryStreamName":"d","Tags":[)" + many + "]}")
            .starts_with("LimitExceededException: "));
}

TEST(UpdateDestination, ReplacesWhatIsGivenAndCountsUp) {
    Stage stage;
    stage.make_bucket("b");
    stage.make_bucket("c");
    stage.create("d", R"(,"Prefix":"p/")");
    stage.put_source({"buffered"});
    stage.run_for_ms(1'000);
    const auto update = [&](const std::string& version, const std::string& more) {
        return stage.refusal("UpdateDestination",
                             R"({"DeliveryStreamName":"d","DestinationId":)"
                             R"("destinationId-000000000001","CurrentDeliveryStreamVersionId":")" +
                                 version + R"(","ExtendedS3DestinationUpdate":{)" + more + "}}");
    };
    EXPECT_EQ(
        update("2", ""),
        "ConcurrentModificationException: Cannot update firehose: d since the current version "
        "id: 1 and specified version id: 2 do not match");
    EXPECT_EQ(update("1", R"("CompressionFormat":"ZIP")"),
              "InvalidArgumentException: CompressionFormat ZIP is not supported here.");
    EXPECT_EQ(update("1", R"("BucketARN":"arn:aws:s3:::c","CompressionFormat":"GZIP")"),
              "accepted");
    const auto shown = stage.call("DescribeDeliveryStream", R"({"DeliveryStreamName":"d"})");
    EXPECT_EQ(shown.at("DeliveryStreamDescription.VersionId"), "2");
    EXPECT_EQ(shown.at("DeliveryStreamDescription.Destinations.0.ExtendedS3DestinationDescription."
                       "Prefix"),
              "p/");
    ASSERT_TRUE(stage.flush("d").has_value());
    EXPECT_TRUE(stage.objects("b").empty());
    const auto objects = stage.objects("c");
    ASSERT_EQ(objects.size(), 1U);
    EXPECT_TRUE(objects[0].key.starts_with("p/2026/01/01/00/d-2-")) << objects[0].key;
    EXPECT_EQ(objects[0].bytes, "buffered");
}

TEST(DeleteDeliveryStream, DeliversLastAndFreesEverything) {
    Stage stage;
    stage.make_bucket("b");
    stage.create("d", "", true);
    stage.create("k");
    stage.put_direct("d", {"last"});
    stage.put_source({"words"});
    ASSERT_EQ(stage.call("DeleteDeliveryStream", R"({"DeliveryStreamName":"d"})").status, 200);
    ASSERT_EQ(stage.call("DeleteDeliveryStream", R"({"DeliveryStreamName":"k"})").status, 200);
    EXPECT_NE(stage.refusal("PutRecord", R"({"DeliveryStreamName":"d","Record":{"Data":""}})"),
              "accepted");
    stage.run_for_ms(1'000);
    EXPECT_EQ(stage.call("ListDeliveryStreams", "{}").at("DeliveryStreamNames"), "[]");
    EXPECT_EQ(stage.delivered().size(), 9U);
    EXPECT_TRUE(stage.files->list("/data/delivery").value().empty());
    EXPECT_EQ(stage.source->holder, "");
    stage.put_source({"x"});
    stage.run_for_ms(1'000'000);
    EXPECT_EQ(stage.delivered().size(), 9U);
    stage.create("d", "", true);  // the name is free
}

TEST(DeleteDeliveryStream, GoesOnAfterARestartAndWithoutItsBucket) {
    Stage stage;
    stage.create("d", "", true);
    stage.put_direct("d", {"nowhere to go"});
    ASSERT_EQ(stage.call("DeleteDeliveryStream", R"({"DeliveryStreamName":"d"})").status, 200);
    ASSERT_TRUE(stage.reopen()) << stage.error;
    EXPECT_EQ(stage.call("DescribeDeliveryStream", R"({"DeliveryStreamName":"d"})")
                  .at("DeliveryStreamDescription.DeliveryStreamStatus"),
              "DELETING");
    stage.run_for_ms(1'000);
    EXPECT_EQ(stage.call("ListDeliveryStreams", "{}").at("DeliveryStreamNames"), "[]");
    EXPECT_TRUE(stage.files->list("/data/delivery").value().empty());
}

}  // namespace
}  // namespace firehose
