// stream_status, against a backend that answers from a script.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mcp/tools/catalog.h"
#include "mcp/tools/support.h"
#include "mcp/tools/testing.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;
using testing::parse_object;

class StreamStatus : public testing::ToolsTest {};

TEST_F(StreamStatus, AStreamHasItsShardsAndItsNewestDeliveredObject) {
    backend.on("DescribeStreamSummary",
               R"({"StreamDescriptionSummary":{"StreamARN":"arn:s/a","StreamStatus":"ACTIVE",
                   "OpenShardCount":2,"RetentionPeriodHours":24,
                   "StreamModeDetails":{"StreamMode":"ON_DEMAND"}}})");
    backend.on("ListDeliveryStreams", R"({"DeliveryStreamNames":["d1","d2"]})");
    backend.answers["DescribeDeliveryStream"] =
        [](const json::object& input) -> aws::Reply<json::object> {
        const std::string name = text_at(input, "DeliveryStreamName");
        return parse_object(R"({"DeliveryStreamDescription":{"DeliveryStreamName":")" + name +
                            R"(","DeliveryStreamStatus":"ACTIVE","Source":
            {"KinesisStreamSourceDescription":{"KinesisStreamARN":"arn:s/)" +
                            (name == "d1" ? "a" : "b") + R"("}},"Destinations":[
            {"ExtendedS3DestinationDescription":{"BucketARN":"arn:aws:s3:::data",
             "Prefix":"events/!{timestamp:yyyy}/"}}]}})");
    };
    const double now_s = static_cast<double>(clock.now().ms) / 1'000;
    backend.answers["ListObjectsV2"] =
        [now_s](const json::object& input) -> aws::Reply<json::object> {
        EXPECT_EQ(text_at(input, "Prefix"), "events/");
        return json::object{
            {"Contents",
             json::array{
                 json::object{{"Key", "events/old"}, {"Size", 1}, {"LastModified", now_s - 90}},
                 json::object{{"Key", "events/new"}, {"Size", 2}, {"LastModified", now_s - 30}}}}};
    };
    const json::object out = data(stream_status, R"({"stream":"events"})");
    EXPECT_EQ(out.at("open_shards"), 2);
    ASSERT_EQ(array_at(out, "deliveries").size(), 1U);
    const json::object& delivery = array_at(out, "deliveries").at(0).as_object();
    EXPECT_EQ(delivery.at("last_object"), "events/new");
    EXPECT_EQ(delivery.at("seconds_since_last_object").as_double(), 30);
    // CloudWatch did not answer: null, and why.
    EXPECT_TRUE(out.at("records_per_second").is_null());
    EXPECT_TRUE(out.at("bytes_per_second").is_null());
    EXPECT_TRUE(out.at("delivery_lag_seconds").is_null());
    ASSERT_EQ(array_at(out, "notices").size(), 1U);
    EXPECT_NE(array_at(out, "notices").at(0).as_string().find("Rates"), json::string::npos);
}

class StreamRates : public StreamStatus {
  protected:
    void SetUp() override {
        StreamStatus::SetUp();
        clock.advance_ms(30'000);  // half past a minute
        now_s = clock.now().ms / 1'000;
        backend.on("DescribeStreamSummary",
                   R"({"StreamDescriptionSummary":{"StreamARN":"arn:s/a","StreamStatus":"ACTIVE",
                       "OpenShardCount":1,"RetentionPeriodHours":24}})");
        backend.on("ListDeliveryStreams", R"({"DeliveryStreamNames":["d1","d2"]})");
        backend.answers["DescribeDeliveryStream"] =
            [](const json::object& input) -> aws::Reply<json::object> {
            return parse_object(R"({"DeliveryStreamDescription":{"DeliveryStreamName":")" +
                                text_at(input, "DeliveryStreamName") +
                                R"(","Source":{"KinesisStreamSourceDescription":
                                   {"KinesisStreamARN":"arn:s/a"}}}})");
        };
    }
    // Points by id: (seconds before now, value), the newest first.
    using Points = std::vector<std::pair<std::int64_t, double>>;
    void metrics(std::map<std::string, Points> points) {
        backend.answers["GetMetricData"] =
            [this, points](const json::object& input) -> aws::Reply<json::object> {
            json::array results;
            for (const json::value& query : array_at(input, "MetricDataQueries")) {
                const std::string id = text_at(query.as_object(), "Id");
                json::array times;
                json::array values;
                const auto found = points.find(id);
                for (const auto& [before_s, value] :
                     found == points.end() ? Points{} : found->second) {
                    times.push_back(static_cast<double>(now_s - before_s));
                    values.push_back(value);
                }
                results.push_back(
                    json::object{{"Id", id}, {"Timestamps", times}, {"Values", values}});
            }
            return json::object{{"MetricDataResults", results}};
        };
    }
    const json::object& asked() {
        for (const auto& one : backend.asked)
            if (one.operation == "GetMetricData") return one.input;
        static const json::object none;
        return none;
    }
    std::int64_t now_s = 0;
};

TEST_F(StreamRates, AreMeansOfFiveMinutes) {
    // 330 seconds are looked at: the minute under way, and five whole ones.
    metrics({{"records", {{30, 330.0}, {330, 330.0}, {390, 1e9}}}, {"bytes", {{90, 33'000.0}}}});
    const json::object out = data(stream_status, R"({"stream":"events"})");
    EXPECT_EQ(out.at("records_per_second").to_number<double>(), 2);
    EXPECT_EQ(out.at("bytes_per_second").to_number<double>(), 100);
    EXPECT_TRUE(out.at("delivery_lag_seconds").is_null());
    EXPECT_EQ(array_at(out, "notices").size(), 1U);  // nothing was delivered
    EXPECT_EQ(asked().at("StartTime"), now_s - 30 - 1'200);
    const auto& first = array_at(asked(), "MetricDataQueries").at(0).as_object();
    EXPECT_EQ(
        json::serialize(*object_at(first, "MetricStat")),
        R"({"Metric":{"Namespace":"AWS/Kinesis","MetricName":"IncomingRecords",)"
        R"("Dimensions":[{"Name":"StreamName","Value":"events"}]},"Period":60,"Stat":"Sum"})");
}

TEST_F(StreamRates, TheLagIsTheSlowestDeliverysLast) {
    metrics({{"freshness0", {{40, 12.5}, {100, 70}}}, {"behind1", {{30, 20'000.0}}}});
    const json::object out = data(stream_status, R"({"stream":"events"})");
    EXPECT_EQ(out.at("delivery_lag_seconds").to_number<double>(), 20);
    // Nothing put is a rate of nothing, not an unknown one.
    EXPECT_EQ(out.at("records_per_second").to_number<double>(), 0);
    EXPECT_TRUE(array_at(out, "notices").empty());
}

TEST_F(StreamRates, AnAnswerWithoutResultsIsNotARate) {
    backend.on("GetMetricData", "{}");
    const json::object out = data(stream_status, R"({"stream":"events"})");
    EXPECT_TRUE(out.at("records_per_second").is_null());
    EXPECT_EQ(array_at(out, "notices").size(), 2U);
}

TEST_F(StreamStatus, AStreamThatIsNotThereNamesOthers) {
    backend.answers["DescribeStreamSummary"] = [](const json::object&) -> aws::Reply<json::object> {
        return aws::Fault("ResourceNotFoundException", "no");
    };
    backend.on("ListStreams", R"({"StreamNames":["acme-events"]})");
    EXPECT_NE(failure(stream_status, R"({"stream":"events"})").find("`acme-events`"),
              std::string::npos);
}

}  // namespace
}  // namespace mcp::tools
