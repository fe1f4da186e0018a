// The backend over the wire against a server of our own that answers as a test wants.
#include "mcp/wire_backend.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <future>
#include <mutex>

#include "mcp/wire_s3.h"
#include "os/random.h"
#include "server/fixture_testing.h"

namespace mcp {
namespace {

namespace json = boost::json;
using server::testing::eventually;

struct Seen {
    wire::RequestHead head;
    std::string body;
    std::string header(std::string_view name) const { return std::string(head.headers.get(name)); }
};

// Keys that may end.
class FakeCredentials final : public client::CredentialSource {
  public:
    base::Result<wire::sigv4::Credentials> get(const std::atomic<bool>*) override {
        if (!there) return base::Error{base::ErrorKind::unavailable, "no route", ""};
        return wire::sigv4::Credentials{"AKIA" + std::to_string(version), "secret", "session"};
    }
    bool renew() override {
        ++version;
        return true;
    }
    std::atomic<bool> there{true};
    std::atomic<int> version{1};
};

class WireBackendTest : public server::testing::HttpServerTest {
  protected:
    WireBackendTest() {
        handler_.on_run = [this](std::shared_ptr<server::Exchange> exchange) {
            std::function<wire::Response(const Seen&)> answer;
            Seen seen{exchange->head(), std::string(exchange->body())};
            {
                const std::lock_guard lock(seen_mutex_);
                seen_.push_back(seen);
                if (parks_ && seen.header("x-amz-target").find("Stop") == std::string::npos) {
                    parked_.push_back(std::move(exchange));
                    return;
                }
                answer = answer_;
            }
            exchange->respond(answer(seen));
        };
    }
    ~WireBackendTest() override {
        if (backend_) backend_->drain();
        release();
        waiting_.stop();
    }

    static wire::Response response(int status, std::string body) {
        wire::Response made;
        made.status = status;
        made.body = std::move(body);
        return made;
    }
    void answer(std::function<wire::Response(const Seen&)> with) {
        const std::lock_guard lock(seen_mutex_);
        answer_ = std::move(with);
    }
    void answer(int status, const std::string& body) {
        answer([=](const Seen&) { return response(status, body); });
    }
    std::vector<Seen> seen() {
        const std::lock_guard lock(seen_mutex_);
        return seen_;
    }
    void release() {
        std::vector<std::shared_ptr<server::Exchange>> parked;
        {
            const std::lock_guard lock(seen_mutex_);
            parks_ = false;
            std::swap(parked, parked_);
        }
        for (const auto& exchange : parked)
            exchange->respond(response(200, "{}"));
    }
    std::size_t parked_count() {
        const std::lock_guard lock(seen_mutex_);
        return parked_.size();
    }

    WireBackend& backend() {
        if (!backend_) {
            if (port_ == 0) port_ = serve();
            options_of_wire_.settings.region = "us-west-2";
            options_of_wire_.settings.endpoints[""] = "http://127.0.0.1:" + std::to_string(port_);
            options_of_wire_.retry.base_ms = 1;
            backend_ = std::make_unique<WireBackend>(
                options_of_wire_, credentials_,
                WireBackend::Environment{clock_, random_, waiting_, log_});
        }
        return *backend_;
    }
    aws::Reply<json::object> call(std::string_view service, std::string_view operation,
                                  json::object input = {}) {
        std::promise<aws::Reply<json::object>> done;
        backend().call(service, operation, std::move(input),
                       [&](aws::Reply<json::object> reply) { done.set_value(std::move(reply)); });
        return done.get_future().get();
    }
    aws::Reply<ObjectPart> read(std::uint64_t offset, std::uint64_t bytes_max) {
        std::promise<aws::Reply<ObjectPart>> done;
        backend().read_object(
            "lake", "a b/c+d.csv", offset, bytes_max,
            [&](aws::Reply<ObjectPart> reply) { done.set_value(std::move(reply)); });
        return done.get_future().get();
    }

    WireOptions options_of_wire_;
    std::shared_ptr<FakeCredentials> credentials_ = std::make_shared<FakeCredentials>();
    os::SystemRandom random_;
    os::ThreadPool waiting_{WireOptions::threads, WireOptions::threads};
    std::unique_ptr<WireBackend> backend_;

    std::mutex seen_mutex_;
    std::vector<Seen> seen_;
    std::vector<std::shared_ptr<server::Exchange>> parked_;
    bool parks_ = false;
    std::function<wire::Response(const Seen&)> answer_ = [](const Seen&) {
        return response(200, R"({"Name":"x"})");
    };
};

TEST_F(WireBackendTest, JsonServicesBySignedRequests) {
    auto reply = call("glue", "GetTable", {{"DatabaseName", "d"}, {"Name", "t"}});
    ASSERT_TRUE(reply);
    EXPECT_EQ(json::serialize(reply.value()), R"({"Name":"x"})");
    ASSERT_TRUE(call("cloudwatch", "GetMetricData"));
    const auto all = seen();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].head.method, "POST");
    EXPECT_EQ(all[0].body, R"({"DatabaseName":"d","Name":"t"})");
    EXPECT_EQ(all[0].header("x-amz-target"), "AWSGlue.GetTable");
    EXPECT_EQ(all[0].header("content-type"), "application/x-amz-json-1.1");
    EXPECT_EQ(all[0].header("x-amz-security-token"), "session");
    EXPECT_NE(all[0].header("authorization").find("/us-west-2/glue/aws4_request"),
              std::string::npos);
    EXPECT_EQ(all[1].header("x-amz-target"), "GraniteServiceVersion20100801.GetMetricData");
    EXPECT_EQ(all[1].header("content-type"), "application/x-amz-json-1.0");
    EXPECT_NE(all[1].header("authorization").find("/us-west-2/monitoring/aws4_request"),
              std::string::npos);
}

TEST_F(WireBackendTest, WhatIsNotAskedHere) {
    EXPECT_EQ(call("lambda", "Invoke").error().code, "UnknownOperationException");
    EXPECT_EQ(call("s3", "DeleteObject", {{"Bucket", "lake"}}).error().code,
              "UnknownOperationException");
    EXPECT_EQ(call("s3", "ListObjectsV2", {{"Bucket", ".."}}).error().code, "InvalidArgument");
    EXPECT_EQ(call("s3", "ListObjectsV2", {{"Bucket", "lake"}, {"Oops", 1}}).error().code,
              "InvalidArgument");
    EXPECT_TRUE(seen().empty());
}

TEST_F(WireBackendTest, QueriesRunInTheirWorkgroup) {
    options_of_wire_.workgroup = "analysts";
    options_of_wire_.output_location = "s3://results/x/";
    ASSERT_TRUE(call("athena", "StartQueryExecution", {{"QueryString", "SELECT 1"}}));
    EXPECT_EQ(seen()[0].body, R"({"QueryString":"SELECT 1","WorkGroup":"analysts",)"
                              R"("ResultConfiguration":{"OutputLocation":"s3://results/x/"}})");
    ASSERT_TRUE(call("athena", "GetQueryExecution", {{"QueryExecutionId", "q"}}));
    EXPECT_EQ(seen()[1].body, R"({"QueryExecutionId":"q"})");
}

TEST_F(WireBackendTest, FaultsOfTheServicesAreTheOperations) {
    answer(400, R"({"__type":"com.amazon#EntityNotFoundException","Message":"no such table"})");
    auto reply = call("glue", "GetTable");
    EXPECT_EQ(reply.error().code, "EntityNotFoundException");
    EXPECT_EQ(reply.error().message, "no such table");
    EXPECT_EQ(reply.error().http_status, 400);
    answer(404, "<Error><Code>NoSuchBucket</Code><Message>none</Message></Error>");
    EXPECT_EQ(call("s3", "ListObjectsV2", {{"Bucket", "lake"}}).error().code, "NoSuchBucket");
    answer(404, "");
    EXPECT_EQ(call("s3", "HeadObject", {{"Bucket", "lake"}, {"Key", "k"}}).error().code,
              "NotFound");
    answer(501, R"({"__type":"UnknownOperationException"})");
    EXPECT_EQ(call("cloudwatch", "GetMetricData").error().code, "UnknownOperationException");
    const std::size_t before = seen().size();
    answer(403, R"({"__type":"UnrecognizedClientException","message":"wrong key"})");
    EXPECT_EQ(call("athena", "GetQueryExecution").error().message, "wrong key");
    EXPECT_EQ(seen().size(), before + 1) << "a wrong key is not tried again";
    for (const char* body : {"[]", "nope", "\"x\""}) {
        answer(200, body);
        EXPECT_EQ(call("glue", "GetTable").error().code, "InternalFailure") << body;
    }
}

TEST_F(WireBackendTest, ThrottledCallsAreTriedAgain) {
    answer([this](const Seen&) {
        return seen_.size() < 3 ? response(400, R"({"__type":"ThrottlingException"})")
                                : response(200, "{}");
    });
    EXPECT_TRUE(call("glue", "GetTables"));
    EXPECT_EQ(seen().size(), 3U);
    answer(503, "");
    EXPECT_EQ(call("glue", "GetTables").error().code, "ServiceUnavailable");
    EXPECT_EQ(seen().size(), 3U + 4U) << "not for ever";
}

TEST_F(WireBackendTest, NobodyThere) {
    backend();
    server_->stop(0);
    const auto reply = call("kinesis", "ListStreams");
    EXPECT_EQ(reply.error().code, "ServiceUnavailable");
    EXPECT_EQ(reply.error().http_status, 503);
    EXPECT_NE(reply.error().message.find("kinesis at http://127.0.0.1:"), std::string::npos)
        << reply.error().message;
}

TEST_F(WireBackendTest, SomebodyWhoDoesNotAnswer) {
    parks_ = true;
    options_of_wire_.receive_ms = 150;
    options_of_wire_.retry.total_ms_max = 150;
    const std::int64_t started_ns = clock_.monotonic_ns();
    const auto reply = call("glue", "GetTables");
    EXPECT_EQ(reply.error().code, "ServiceUnavailable");
    EXPECT_NE(reply.error().message.find("timed out"), std::string::npos);
    EXPECT_LT(clock_.monotonic_ns() - started_ns, 10'000'000'000) << "given up, not for ever";
    EXPECT_EQ(parked_count(), 1U) << "its time is over: no other try";
}

TEST_F(WireBackendTest, SomebodyWhoDoesNotSpeakHttp) {
    handler_.on_run = [](const auto& exchange) {
        wire::Response made;
        made.body = std::string(100, 'x');
        made.headers.add("Content-Type", "text/html");
        exchange->respond(std::move(made));
    };
    EXPECT_EQ(call("glue", "GetTables").error().code, "InternalFailure");
    EXPECT_EQ(call("s3", "ListObjectsV2", {{"Bucket", "lake"}}).error().code, "InternalFailure");
}

TEST_F(WireBackendTest, KeysThatHaveEndedAreFetchedAgain) {
    answer([](const Seen& seen) {
        return seen.header("authorization").find("AKIA2/") == std::string::npos
                   ? response(400, R"({"__type":"ExpiredTokenException","message":"over"})")
                   : response(200, "{}");
    });
    EXPECT_TRUE(call("glue", "GetTables"));
    EXPECT_EQ(credentials_->version, 2);
    credentials_->there = false;
    EXPECT_EQ(call("glue", "GetTables").error().code, "NoCredentials");
}

TEST_F(WireBackendTest, ABusyPoolRefusesAndStillStopsQueries) {
    parks_ = true;
    backend();
    std::atomic<std::size_t> done{0};
    std::atomic<std::size_t> refused{0};
    const std::size_t accepted = WireOptions::calls_at_once_max + WireOptions::calls_queued_max;
    const auto ask = [&] {
        backend().call("glue", "GetTable", {}, [&](aws::Reply<json::object> reply) {
            if (!reply) ++refused;
            ++done;
        });
    };
    for (std::size_t i = 0; i < WireOptions::calls_at_once_max; ++i)
        ask();
    ASSERT_TRUE(eventually([&] { return parked_count() == WireOptions::calls_at_once_max; }));
    for (std::size_t i = 0; i < WireOptions::calls_queued_max; ++i)
        ask();
    EXPECT_EQ(done, 0U);
    ask();
    EXPECT_EQ(refused, 1U) << "at once";
    EXPECT_TRUE(call("athena", "StopQueryExecution", {{"QueryExecutionId", "q"}}));
    release();
    EXPECT_TRUE(eventually([&] { return done == accepted + 1; }));
    EXPECT_EQ(refused, 1U);
}

TEST_F(WireBackendTest, TheEndGivesUpWhatWaitsButStopsQueries) {
    parks_ = true;
    std::promise<aws::Reply<json::object>> done;
    backend().call("glue", "GetTable", {},
                   [&](aws::Reply<json::object> reply) { done.set_value(std::move(reply)); });
    ASSERT_TRUE(eventually([&] { return parked_count() == 1; }));
    backend().drain();
    auto waited = done.get_future();
    ASSERT_EQ(waited.wait_for(std::chrono::seconds(5)), std::future_status::ready);
    EXPECT_EQ(waited.get().error().code, "ServiceUnavailable");
    EXPECT_EQ(call("glue", "GetTable").error().message, "The server stops.");
    EXPECT_TRUE(call("athena", "StopQueryExecution", {{"QueryExecutionId", "q"}}));
}

// Whoever asked for it stops the query by its id; without it nobody could.
TEST_F(WireBackendTest, TheEndWaitsForTheIdOfAQueryThatStarts) {
    parks_ = true;
    options_of_wire_.start_grace_ms = 500;
    std::vector<std::promise<aws::Reply<json::object>>> done(WireOptions::starts_at_once_max + 1);
    std::vector<std::future<aws::Reply<json::object>>> answers;
    for (auto& promise : done) {
        answers.push_back(promise.get_future());
        backend().call(
            "athena", "StartQueryExecution", {{"QueryString", "SELECT 1"}},
            [&promise](aws::Reply<json::object> reply) { promise.set_value(std::move(reply)); });
    }
    ASSERT_TRUE(eventually([&] { return parked_count() == WireOptions::starts_at_once_max; }));
    backend().drain();
    std::shared_ptr<server::Exchange> first;
    {
        const std::lock_guard lock(seen_mutex_);
        first = parked_.front();
        parked_.erase(parked_.begin());
    }
    EXPECT_EQ(answers[0].wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
    first->respond(response(200, R"({"QueryExecutionId":"q"})"));
    const auto got = [&](const auto& answer) {
        return answer.wait_for(std::chrono::milliseconds(0)) == std::future_status::ready;
    };
    ASSERT_TRUE(eventually([&] { return std::ranges::any_of(answers, got); }));
    // The others are given up when their time is over, and what was not sent stays here.
    std::size_t started = 0;
    std::size_t refused = 0;
    for (auto& answer : answers) {
        ASSERT_EQ(answer.wait_for(std::chrono::seconds(5)), std::future_status::ready);
        const auto reply = answer.get();
        if (reply) ++started;
        if (!reply && reply.error().message == "The server stops.") ++refused;
    }
    EXPECT_EQ(started, 1U);
    EXPECT_EQ(refused, 1U);
    EXPECT_EQ(seen().size(), WireOptions::starts_at_once_max);
}

TEST_F(WireBackendTest, ListsOfObjects) {
    answer(200,
           "<?xml version=\"1.0\"?><ListBucketResult><Name>lake</Name><Prefix>a+b%2F</Prefix>"
           "<IsTruncated>true</IsTruncated><KeyCount>1</KeyCount><MaxKeys>1000</MaxKeys>"
           "<EncodingType>url</EncodingType><Contents><Key>a+b/%01%2B.gz</Key>"
           "<LastModified>2026-01-01T00:00:05.500Z</LastModified><Size>12</Size></Contents>"
           "<CommonPrefixes><Prefix>a+b/c%3D1/</Prefix></CommonPrefixes>"
           "<NextContinuationToken>t+/=</NextContinuationToken></ListBucketResult>");
    auto reply = call("s3", "ListObjectsV2",
                      {{"Bucket", "lake"}, {"Prefix", "a b/"}, {"Delimiter", "/"}, {"MaxKeys", 5}});
    ASSERT_TRUE(reply) << reply.error().message;
    const json::object& list = reply.value();
    const json::object& object = list.at("Contents").as_array().at(0).as_object();
    EXPECT_EQ(object.at("Key").as_string(), "a b/\x01+.gz");
    EXPECT_EQ(object.at("Size").as_int64(), 12);
    EXPECT_EQ(object.at("LastModified").to_number<double>(), 1'767'225'605.5);
    EXPECT_EQ(list.at("CommonPrefixes").as_array().at(0).as_object().at("Prefix").as_string(),
              "a b/c=1/");
    EXPECT_EQ(list.at("NextContinuationToken").as_string(), "t+/=");
    EXPECT_TRUE(list.at("IsTruncated").as_bool());
    const Seen asked = seen()[0];
    EXPECT_EQ(asked.head.target,
              "/lake?list-type=2&encoding-type=url&prefix=a%20b%2F&delimiter=%2F&max-keys=5");
    EXPECT_FALSE(asked.header("x-amz-content-sha256").empty());
    answer(200, "<ListBucketResult><Contents>");
    EXPECT_EQ(call("s3", "ListObjectsV2", {{"Bucket", "lake"}}).error().code, "InternalFailure");
}

TEST_F(WireBackendTest, PartsOfObjects) {
    const std::string whole = "0123456789";
    answer([&](const Seen& seen) {
        wire::Response made = response(206, "345");
        made.headers.add("Content-Range", "bytes 3-5/10");
        EXPECT_EQ(seen.head.target, "/lake/a%20b/c%2Bd.csv");
        EXPECT_EQ(seen.header("range"), "bytes=3-5");
        return made;
    });
    auto part = read(3, 3);
    ASSERT_TRUE(part) << part.error().message;
    EXPECT_EQ(part.value().bytes, "345");
    EXPECT_EQ(part.value().object_bytes, 10U);
    // Ranges are not known: all of it comes.
    answer(200, whole);
    EXPECT_EQ(read(3, 3).value().bytes, "345");
    EXPECT_EQ(read(3, 3).value().object_bytes, 10U);
    // Behind the end there is nothing, but the size.
    answer([&](const Seen& seen) {
        return seen.head.method == "HEAD"
                   ? response(200, whole)
                   : response(416, "<Error><Code>InvalidRange</Code></Error>");
    });
    part = read(10, 5);
    ASSERT_TRUE(part) << part.error().message;
    EXPECT_EQ(part.value().bytes, "");
    EXPECT_EQ(part.value().object_bytes, 10U);
    EXPECT_EQ(read(0, 0).value().object_bytes, 10U);
}

}  // namespace
}  // namespace mcp
