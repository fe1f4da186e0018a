#include "batch.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <set>

namespace generator {
namespace {

constexpr base::Timestamp now{1'772'366'700'000};

TEST(Batch, RequestsFromEventAndEnvironment) {
    EXPECT_EQ(read_request("{}", "", 7).value().batch_size, 1000U);
    EXPECT_EQ(read_request("{}", "", 7).value().seed, 7U);
    EXPECT_EQ(read_request("{}", "20", 7).value().batch_size, 20U);
    EXPECT_EQ(read_request(R"({"batch_size": 5, "seed": 3})", "20", 7).value().batch_size, 5U);
    EXPECT_EQ(read_request(R"({"batch_size": 5, "seed": 3})", "20", 7).value().seed, 3U);
    EXPECT_EQ(read_request(R"({"source": "aws.events", "detail": {}})", "", 7).value().batch_size,
              1000U);
    EXPECT_EQ(read_request(R"({"batch_size": 1000000})", "", 7).value().batch_size, 1'000'000U);
    for (const char* event :
         {R"({"batch_size": 0})", R"({"batch_size": -1})", R"({"batch_size": "5"})",
          R"({"batch_size": 1000001})", R"({"batch_size": 1.5})", R"({"seed": "x"})", "{"}) {
        EXPECT_FALSE(read_request(event, "", 7).has_value()) << event;
    }
    for (const char* size : {"0", "x", "10x", "-5", "1000001"}) {
        EXPECT_FALSE(read_request("{}", size, 7).has_value()) << size;
    }
}

TEST(Batch, PayloadsHoldEveryEventAndFit) {
    const auto whole = make_payloads({1000, 1}, {}, now);
    ASSERT_EQ(whole.size(), 1U);
    const auto parts = make_payloads({1000, 1}, {}, now, 20'000);
    EXPECT_GT(parts.size(), 10U);
    std::set<std::string> ids;
    for (const auto& payload : parts) {
        EXPECT_LE(payload.size(), 20'000U);
        const auto parsed = boost::json::parse(payload);
        for (const auto& event : parsed.as_object().at("events").as_array()) {
            ids.insert(std::string(event.as_object().at("event_id").as_string()));
        }
    }
    EXPECT_EQ(ids.size(), 1000U);
    // An event larger than the bound goes alone.
    EXPECT_EQ(make_payloads({3, 1}, {}, now, 10).size(), 3U);
}

TEST(Batch, ReportsSumsOfAllInvocations) {
    int calls = 0;
    auto report = run_batch({40'000, 1}, {}, now, [&calls](const std::string& payload) {
        ++calls;
        EXPECT_LE(payload.size(), payload_bytes_max);
        return base::Result<std::string>(R"({"sent":10000,"failed":1,"retried":2})");
    });
    EXPECT_EQ(calls, 3);
    EXPECT_EQ(report.value(), R"({"generated":40000,"sent":30000,"failed":10000,"retried":6})");
}

TEST(Batch, AProducerThatFails) {
    const base::Error down{base::ErrorKind::unavailable, "down", ""};
    const auto failing = [&](const std::string&) { return base::Result<std::string>(down); };
    EXPECT_EQ(run_batch({10, 1}, {}, now, failing).error().message, "down");
    int calls = 0;
    const auto once = [&](const std::string&) {
        return calls++ == 0 ? base::Result<std::string>(down)
                            : base::Result<std::string>(R"({"sent":5})");
    };
    EXPECT_EQ(run_batch({40'000, 1}, {}, now, once).value(),
              R"({"generated":40000,"sent":10,"failed":39990,"retried":0})");
}

}  // namespace
}  // namespace generator
