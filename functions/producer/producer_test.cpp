#include "producer.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>

#include "sim/seeded_random.h"
#include "sim/virtual_clock.h"
#include "wire/base64.h"

namespace producer {
namespace {

using base::Error;
using base::ErrorKind;

// Keeps what was put; refuses what it is told to.
class FakeServices final : public Services {
  public:
    base::Result<std::string> kinesis(std::string_view operation, std::string_view body) override {
        EXPECT_EQ(operation, "PutRecords");
        ++put_calls;
        const auto request = boost::json::parse(std::string(body)).as_object();
        EXPECT_EQ(request.at("StreamName").as_string(), "acme-telemetry-stream");
        const auto& records = request.at("Records").as_array();
        EXPECT_GE(records.size(), 1U);
        EXPECT_LE(records.size(), call_records_max);
        if (failing_calls > 0) {
            --failing_calls;
            return Error{ErrorKind::unavailable, "no route", ""};
        }
        std::size_t bytes = 0;
        boost::json::array results;
        for (const auto& value : records) {
            const auto& record = value.as_object();
            const std::string key(record.at("PartitionKey").as_string());
            const std::string data =
                wire::decode_base64(std::string(record.at("Data").as_string())).value();
            bytes += data.size() + key.size();
            ++tries[key];
            if (refuse && refuse(key, tries[key])) {
                results.push_back({{"ErrorCode", "ProvisionedThroughputExceededException"},
                                   {"ErrorMessage", "slow down"}});
                continue;
            }
            order.push_back(key);
            stored[key] += data;
            results.push_back({{"SequenceNumber", "49"}, {"ShardId", "shardId-000000000000"}});
        }
        EXPECT_LE(bytes, call_bytes_max);
        return boost::json::serialize(boost::json::object{{"Records", results}});
    }

    base::Result<std::string> glue(std::string_view operation, std::string_view body) override {
        glue_calls.emplace_back(operation);
        if (glue_fails > 0) {
            --glue_fails;
            return Error{ErrorKind::unavailable, "glue is down", ""};
        }
        if (operation == "GetTable") return table;
        const auto request = boost::json::parse(std::string(body)).as_object();
        for (const auto& partition : request.at("PartitionInputList").as_array()) {
            partitions.push_back(boost::json::serialize(partition));
        }
        return batch_answer;
    }

    std::function<bool(const std::string& key, int attempt)> refuse;
    int failing_calls = 0;
    int put_calls = 0;
    std::map<std::string, int> tries;
    std::map<std::string, std::string> stored;
    std::vector<std::string> order;

    int glue_fails = 0;
    std::vector<std::string> glue_calls;
    std::vector<std::string> partitions;
    std::string batch_answer = "{}";
    std::string table = R"({"Table": {"Name": "streaming_events", "PartitionKeys": [
        {"Name": "year"}, {"Name": "month"}, {"Name": "day"}, {"Name": "hour"}],
        "StorageDescriptor": {"Location": "s3://bucket/telemetry",
        "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
        "Columns": [{"Name": "event_id", "Type": "string"}]}}})";
};

class ProducerTest : public testing::Test {
  protected:
    static std::string event(const std::string& id, std::size_t padding = 0) {
        return R"({"event_id":")" + id + R"(","completion_percentage":100.0,"x":")" +
               std::string(padding, 'x') + "\"}";
    }
    static std::string body(const std::vector<std::string>& events) {
        std::string out = R"({"events": [)";
        for (std::size_t i = 0; i < events.size(); ++i)
            out += (i > 0 ? ", " : "") + events[i];
        return out + "]}";
    }
    static std::string body(std::size_t count, std::size_t padding = 0) {
        std::vector<std::string> events;
        for (std::size_t i = 0; i < count; ++i)
            events.push_back(event(std::to_string(i), padding));
        return body(events);
    }
    std::string handle(const std::string& text) {
        auto answer = producer_.handle(text);
        return answer.has_value() ? answer.value() : answer.error().describe();
    }

    sim::VirtualClock clock_;
    sim::SeededRandom random_{1};
    FakeServices services_;
    std::vector<std::int64_t> waits_;
    std::string log_;
    Producer producer_{
        {"acme-telemetry-stream", "acme_telemetry", "streaming_events"},
        {services_, clock_, random_, [this](std::int64_t ms) { waits_.push_back(ms); },
         [this](const std::string& line) { log_ += line + "\n"; }}};
};

TEST_F(ProducerTest, EventsBecomeLinesAsTheyCame) {
    EXPECT_EQ(handle(body({event("a"), R"({ "event_id" : "b", "n": [1, {"s": "}],\""}] })"})),
              R"({"sent":2,"failed":0,"retried":0})");
    EXPECT_EQ(services_.stored["a"], event("a") + "\n");
    EXPECT_EQ(services_.stored["b"],
              "{ \"event_id\" : \"b\", \"n\": [1, {\"s\": \"}],\\\"\"}] }\n");
    EXPECT_EQ(services_.put_calls, 1);
    EXPECT_TRUE(waits_.empty());
}

TEST_F(ProducerTest, CallsAreAsLargeAsAllowed) {
    EXPECT_EQ(handle(body(500)), R"({"sent":500,"failed":0,"retried":0})");
    EXPECT_EQ(services_.put_calls, 1);
    handle(body(501));
    EXPECT_EQ(services_.put_calls, 3);
    services_.put_calls = 0;
    handle(body(12, 500'000));  // 6 MB
    EXPECT_EQ(services_.put_calls, 2);
    EXPECT_EQ(handle(body(0)), R"({"sent":0,"failed":0,"retried":0})");
}

TEST_F(ProducerTest, OnlyRefusedRecordsAreSentAgain) {
    services_.refuse = [](const std::string& key, int attempt) {
        return (key == "3" && attempt <= 2) || (key == "7" && attempt <= 1);
    };
    EXPECT_EQ(handle(body(10)), R"({"sent":10,"failed":0,"retried":3})");
    EXPECT_EQ(services_.tries["0"], 1);
    EXPECT_EQ(services_.tries["7"], 2);
    EXPECT_EQ(services_.tries["3"], 3);
    EXPECT_EQ(waits_.size(), 2U);
    EXPECT_EQ(services_.order.back(), "3");
}

TEST_F(ProducerTest, WaitsGrowAndHaveAnEnd) {
    services_.refuse = [](const std::string& key, int) { return key == "1"; };
    EXPECT_EQ(handle(body(2)), R"({"sent":1,"failed":1,"retried":7})");
    EXPECT_EQ(services_.tries["1"], attempts_max);
    ASSERT_EQ(waits_.size(), static_cast<std::size_t>(attempts_max - 1));
    for (std::size_t i = 0; i < waits_.size(); ++i) {
        EXPECT_GE(waits_[i], 0);
        EXPECT_LE(waits_[i], std::min(backoff_ms_max, backoff_ms_min << (i + 1)));
    }
    EXPECT_NE(log_.find("ProvisionedThroughputExceededException"), std::string::npos);
}

TEST_F(ProducerTest, ACallThatFailsGivesItsRecordsUp) {
    services_.failing_calls = 1;
    EXPECT_EQ(handle(body(600)), R"({"sent":100,"failed":500,"retried":0})");
    services_.failing_calls = 1;
    EXPECT_EQ(handle(body(5)), "unavailable: no event could be sent: no route");
}

TEST_F(ProducerTest, BadBodies) {
    for (const char* text :
         {"", "[]", "1", "{}", R"({"events": 1})", R"({"events": [1]})", R"({"events": [{}]})",
          R"({"events": [{"event_id": 1}]})", R"({"events": [{"event_id": ""}]})",
          R"({"events": [)", R"({"event": [{"event_id": "a"}]})"}) {
        EXPECT_TRUE(handle(text).starts_with("invalid")) << text << ": " << handle(text);
    }
    EXPECT_EQ(services_.put_calls, 0);
    EXPECT_EQ(handle(body({event(std::string(256, 'k'))})), R"({"sent":1,"failed":0,"retried":0})");
    EXPECT_TRUE(handle(body({event(std::string(257, 'k'))})).starts_with("invalid"));
}

TEST_F(ProducerTest, OneEventTooLargeDoesNotSpoilTheOthers) {
    EXPECT_EQ(handle(body({event("small"), event("large", record_bytes_max)})),
              R"({"sent":1,"failed":1,"retried":0})");
    EXPECT_FALSE(services_.tries.contains("large"));
}

TEST_F(ProducerTest, ThisHourAndTheNextArePartitionsOnce) {
    clock_.advance_ms(1'772'368'200'000 - clock_.now().ms);  // 2026-03-01T12:30:00Z
    handle(body(1));
    EXPECT_EQ(services_.glue_calls, (std::vector<std::string>{"GetTable", "BatchCreatePartition"}));
    ASSERT_EQ(services_.partitions.size(), 2U);
    EXPECT_EQ(services_.partitions[0],
              R"({"Values":["2026","03","01","12"],"StorageDescriptor":{"Location":)"
              R"("s3://bucket/telemetry/year=2026/month=03/day=01/hour=12/","InputFormat":)"
              R"("org.apache.hadoop.mapred.TextInputFormat","Columns":[{"Name":"event_id",)"
              R"("Type":"string"}]}})");
    EXPECT_NE(services_.partitions[1].find("hour=13/"), std::string::npos);
    handle(body(1));
    EXPECT_EQ(services_.glue_calls.size(), 2U);
    clock_.advance_ms(3'600'000);
    handle(body(1));
    EXPECT_EQ(services_.glue_calls.size(), 3U);  // the table is remembered
    ASSERT_EQ(services_.partitions.size(), 3U);
    EXPECT_NE(services_.partitions[2].find("hour=14/"), std::string::npos);
}

TEST_F(ProducerTest, ExistingPartitionsAreFine) {
    services_.batch_answer = R"({"Errors": [{"PartitionValues": ["2026"], "ErrorDetail":
        {"ErrorCode": "AlreadyExistsException", "ErrorMessage": "Partition already exists."}}]})";
    handle(body(1));
    handle(body(1));
    EXPECT_EQ(services_.glue_calls.size(), 2U);
}

TEST_F(ProducerTest, AFailingCatalogNeverFailsTheBatchAndIsTriedAgain) {
    services_.glue_fails = 1;
    EXPECT_EQ(handle(body(1)), R"({"sent":1,"failed":0,"retried":0})");
    EXPECT_NE(log_.find("glue is down"), std::string::npos);
    services_.batch_answer = R"({"Errors": [{"ErrorDetail": {"ErrorCode":
        "EntityNotFoundException", "ErrorMessage": "gone"}}]})";
    EXPECT_EQ(handle(body(1)), R"({"sent":1,"failed":0,"retried":0})");
    services_.batch_answer = "{}";
    handle(body(1));
    const std::size_t calls = services_.glue_calls.size();
    handle(body(1));
    EXPECT_EQ(services_.glue_calls.size(), calls);
}

TEST_F(ProducerTest, OtherTablesGetNoPartitions) {
    services_.table = R"({"Table": {"PartitionKeys": [{"Name": "day"}],
                          "StorageDescriptor": {"Location": "s3://b/"}}})";
    EXPECT_EQ(handle(body(1)), R"({"sent":1,"failed":0,"retried":0})");
    EXPECT_TRUE(services_.partitions.empty());
    EXPECT_NE(log_.find("not partitioned by year"), std::string::npos);
}

}  // namespace
}  // namespace producer
