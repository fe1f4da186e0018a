// Invoke with real processes: answers, errors, crashes, limits, logs, warm and concurrent runs.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "services/lambda/testing.h"
#include "wire/base64.h"

namespace lambda {
namespace {

using aws::testing::Answer;
using testing::Stage;

double ms_of(const std::function<void()>& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
        .count();
}

std::string tail_of(const Answer& answer) {
    return wire::decode_base64(answer.headers.get("X-Amz-Log-Result")).value();
}

class InvokeTest : public ::testing::Test {
  protected:
    Stage stage_;
};

TEST_F(InvokeTest, AnswersWhatTheFunctionAnswers) {
    ASSERT_EQ(stage_.create("f").status, 201);
    const auto answer = stage_.invoke("f", R"({"a": [1, "ü"]})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.body, R"({"a": [1, "ü"]})");
    EXPECT_EQ(answer.headers.get("X-Amz-Executed-Version"), "$LATEST");
    EXPECT_EQ(answer.headers.find("X-Amz-Function-Error"), nullptr);
    EXPECT_EQ(answer.headers.find("X-Amz-Log-Result"), nullptr);
    EXPECT_EQ(stage_.invoke("f", "").body, "{}");
    EXPECT_EQ(stage_.invoke("arn:aws:lambda:us-west-2:000000000000:function:f", "1").body, "1");
    EXPECT_EQ(stage_.invoke("f:$LATEST", "2").body, "2");
}

TEST_F(InvokeTest, WarmProcessIsUsedAgainAndFast) {
    ASSERT_EQ(stage_.create("f").status, 201);
    const double cold_ms = ms_of([&] { stage_.invoke("f", "0"); });
    std::vector<double> warm;
    for (int i = 0; i < 200; ++i)
        warm.push_back(ms_of([&] { stage_.invoke("f", "1"); }));
    std::sort(warm.begin(), warm.end());
    RecordProperty("cold_us", static_cast<int>(cold_ms * 1000));
    RecordProperty("warm_p50_us", static_cast<int>(warm[100] * 1000));
    std::printf("cold %.2f ms, warm p50 %.3f ms, p99 %.3f ms\n", cold_ms, warm[100], warm[198]);
    EXPECT_LT(warm[100], 20);  // generous: other work shares the machine
    EXPECT_LT(cold_ms, 500);
    // One, unless the machine was so busy that it did not ask again within finishing_grace_ms.
    EXPECT_LE(stage_.lambda().runner().instances_count(), 3U);
}

TEST_F(InvokeTest, FunctionErrors) {
    ASSERT_EQ(stage_.create("f").status, 201);
    const auto failed = stage_.invoke("f", R"({"do": "fail", "message": "no good"})");
    EXPECT_EQ(failed.status, 200);
    EXPECT_EQ(failed.headers.get("X-Amz-Function-Error"), "Unhandled");
    EXPECT_EQ(failed.at("errorMessage"), "no good");
    EXPECT_EQ(failed.at("errorType"), "invalid");

    const auto exited = stage_.invoke("f", R"({"do": "exit", "code": 3})");
    EXPECT_EQ(exited.headers.get("X-Amz-Function-Error"), "Unhandled");
    EXPECT_EQ(exited.at("errorType"), "Runtime.ExitError");
    EXPECT_TRUE(
        exited.at("errorMessage").ends_with(" Error: Runtime exited with error: exit status 3"))
        << exited.body;
    EXPECT_TRUE(exited.at("errorMessage").starts_with("RequestId: "));
    EXPECT_TRUE(stage_.invoke("f", R"({"do": "exit", "code": 0})")
                    .at("errorMessage")
                    .ends_with("Runtime exited without providing a reason"));
    EXPECT_TRUE(stage_.invoke("f", R"({"do": "crash"})")
                    .at("errorMessage")
                    .ends_with("Runtime exited with error: signal: segmentation fault"));
    EXPECT_EQ(stage_.invoke("f", "1").body, "1");  // a new process
}

TEST_F(InvokeTest, TimeoutKills) {
    ASSERT_EQ(stage_.create("f", R"("Timeout": 1)").status, 201);
    Answer answer;
    const double ms = ms_of([&] {
        answer =
            stage_.invoke("f", R"({"do": "sleep", "ms": 60000})", {{"X-Amz-Log-Type", "Tail"}});
    });
    EXPECT_GE(ms, 1000);
    EXPECT_LT(ms, 5000);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.get("X-Amz-Function-Error"), "Unhandled");
    EXPECT_TRUE(answer.at("errorMessage").ends_with("Task timed out after 1.00 seconds"));
    const std::string tail = tail_of(answer);
    EXPECT_NE(tail.find("Task timed out after 1.00 seconds\n"), std::string::npos) << tail;
    EXPECT_NE(tail.find("Billed Duration: 1000 ms"), std::string::npos) << tail;
    EXPECT_TRUE(stage_.eventually([&] { return stage_.spawner().children_count() == 0; }));
    EXPECT_EQ(stage_.invoke("f", "1").body, "1");
}

TEST_F(InvokeTest, MemoryLimitKills) {
    ASSERT_EQ(stage_.create("f", R"("Timeout": 20)").status, 201);
    const auto fits = stage_.invoke("f", R"({"do": "allocate", "mib": 40, "ms": 100})");
    EXPECT_EQ(fits.body, "\"allocated\"");
    const auto answer = stage_.invoke("f", R"({"do": "allocate", "mib": 200, "ms": 10000})",
                                      {{"X-Amz-Log-Type", "Tail"}});
    EXPECT_EQ(answer.at("errorType"), "Runtime.ExitError");
    EXPECT_TRUE(answer.at("errorMessage").ends_with("signal: killed")) << answer.body;
    EXPECT_NE(tail_of(answer).find("Memory Size: 128 MB\tMax Memory Used: 128 MB"),
              std::string::npos)
        << tail_of(answer);
    EXPECT_EQ(stage_.invoke("f", "1").body, "1");
}

TEST_F(InvokeTest, LogLinesAndTail) {
    ASSERT_EQ(stage_.create("f").status, 201);
    const auto answer = stage_.invoke("f", R"({"do": "print", "line": "hello there"})",
                                      {{"X-Amz-Log-Type", "Tail"}});
    const std::string tail = tail_of(answer);
    EXPECT_TRUE(tail.starts_with("START RequestId: ")) << tail;
    const auto hello = tail.find("\nhello there\nEND RequestId: ");
    EXPECT_NE(hello, std::string::npos) << tail;
    EXPECT_NE(tail.find("\nREPORT RequestId: "), std::string::npos) << tail;
    EXPECT_NE(tail.find("\tMemory Size: 128 MB\tMax Memory Used: "), std::string::npos) << tail;
    EXPECT_NE(tail.find("\tInit Duration: "), std::string::npos) << tail;
    EXPECT_TRUE(stage_.eventually(
        [&] { return stage_.log_text("f").find("REPORT") != std::string::npos; }));
    EXPECT_TRUE(stage_.log_text("f").starts_with("INIT_START Runtime Version: provided.al2023\n"))
        << stage_.log_text("f");
    const auto streams = stage_.logs().streams("/aws/lambda/f");
    ASSERT_EQ(streams.size(), 1U);
    EXPECT_EQ(streams[0].size(), 11 + 9 + 32U) << streams[0];
    EXPECT_EQ(streams[0].substr(10, 10), "/[$LATEST]");
    // A second run of the same process: no Init Duration, tail of its own.
    const std::string second = tail_of(stage_.invoke("f", "1", {{"X-Amz-Log-Type", "Tail"}}));
    EXPECT_EQ(second.find("hello"), std::string::npos);
    EXPECT_EQ(second.find("Init Duration"), std::string::npos);
}

TEST_F(InvokeTest, AFloodOfLogLinesIsBounded) {
    ASSERT_EQ(stage_.create("f", R"("Timeout": 30)").status, 201);
    const auto answer =
        stage_.invoke("f", R"({"do": "flood", "lines": 50000})", {{"X-Amz-Log-Type", "Tail"}});
    EXPECT_EQ(answer.body, "\"flooded\"");
    EXPECT_EQ(tail_of(answer).size(), 4096U);
    EXPECT_TRUE(stage_.eventually([&] { return stage_.log_text("f").size() > 50'000 * 201; }));
    EXPECT_LT(stage_.logs().largest_batch_bytes(), 4'000'000U);
}

TEST_F(InvokeTest, EnvironmentOfTheProcess) {
    ASSERT_EQ(stage_
                  .create("f", R"("MemorySize": 256, "Environment": {"Variables":
        {"STREAM_NAME": "s", "AWS_ENDPOINT_URL_S3": "http://elsewhere"}})")
                  .status,
              201);
    const auto answer = stage_.invoke("f", R"({"do": "look", "variables": ["STREAM_NAME",
        "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "_HANDLER", "AWS_REGION",
        "AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "LAMBDA_TASK_ROOT", "TMPDIR", "PWD",
        "SSH_AUTH_SOCK"]})");
    EXPECT_EQ(answer.at("STREAM_NAME"), "s");
    EXPECT_EQ(answer.at("AWS_ENDPOINT_URL_S3"), "http://elsewhere");
    EXPECT_EQ(answer.at("AWS_ENDPOINT_URL"), "http://127.0.0.1:4566");
    EXPECT_EQ(answer.at("_HANDLER"), "h");
    EXPECT_EQ(answer.at("AWS_REGION"), "us-west-2");
    EXPECT_EQ(answer.at("AWS_LAMBDA_FUNCTION_NAME"), "f");
    EXPECT_EQ(answer.at("AWS_LAMBDA_FUNCTION_VERSION"), "$LATEST");
    EXPECT_EQ(answer.at("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), "256");
    EXPECT_EQ(answer.at("AWS_LAMBDA_LOG_GROUP_NAME"), "/aws/lambda/f");
    EXPECT_EQ(answer.at("AWS_ACCESS_KEY_ID"), "ASIATEST");
    EXPECT_EQ(answer.at("AWS_SESSION_TOKEN"), "session");
    EXPECT_EQ(answer.at("directory"), answer.at("LAMBDA_TASK_ROOT"));
    EXPECT_EQ(answer.at("SSH_AUTH_SOCK"), "<absent>");
    if (stage_.spawner().separate_users()) {
        EXPECT_GE(std::stoi(answer.at("user")), 59'000);
    }
}

TEST_F(InvokeTest, OurDataAndOtherFunctionsAreOutOfReach) {
    ASSERT_EQ(stage_.create("f").status, 201);
    const std::string data = stage_.directory() + "/data/secret";
    EXPECT_EQ(stage_.invoke("f", R"({"do": "read", "path": ")" + data + "\"}").body,
              "\"<Permission denied>\"");
    const auto look = stage_.invoke("f", R"({"do": "look", "variables": ["TMPDIR",
                                            "LAMBDA_TASK_ROOT"]})");
    const std::string tmp = look.at("TMPDIR");
    const std::string code = look.at("LAMBDA_TASK_ROOT");
    EXPECT_EQ(stage_.invoke("f", R"({"do": "write", "bytes": 100, "path": ")" + tmp + "/x\"}").body,
              "\"written\"");
    EXPECT_EQ(stage_.invoke("f", R"({"do": "write", "bytes": 1, "path": ")" + code + "/x\"}").body,
              "\"refused\"");
    // /tmp is the same directory, of this process only.
    EXPECT_EQ(stage_.invoke("f", R"({"do": "write", "bytes": 1, "path": "/tmp/lambda_test"})").body,
              "\"written\"");
    EXPECT_EQ(stage_.invoke("f", R"({"do": "read", "path": ")" + tmp + "/lambda_test\"}").body,
              "\"x\"");
    EXPECT_FALSE(std::filesystem::exists("/tmp/lambda_test"));
    ASSERT_EQ(stage_.create("g").status, 201);
    EXPECT_EQ(stage_.invoke("g", R"({"do": "read", "path": "/tmp/lambda_test"})").body,
              "\"<No such file or directory>\"");
    EXPECT_EQ(stage_.invoke("g", R"({"do": "read", "path": ")" + tmp + "/x\"}").body,
              "\"<Permission denied>\"");
    // The server's own secrets.
    const std::string environment = "/proc/" + std::to_string(::getpid()) + "/environ";
    EXPECT_EQ(stage_.invoke("f", R"({"do": "read", "path": ")" + environment + "\"}").body,
              "\"<Permission denied>\"");
}

TEST_F(InvokeTest, ConcurrentInvocationsGetProcessesOfTheirOwn) {
    ASSERT_EQ(stage_.create("f").status, 201);
    std::vector<std::thread> threads;
    std::atomic<int> good{0};
    const double ms = ms_of([&] {
        for (int i = 0; i < 4; ++i) {
            threads.emplace_back([&] {
                aws::testing::Harness harness(model, &stage_.lambda());
                const auto answer = harness.rest("POST", "/2015-03-31/functions/f/invocations",
                                                 R"({"do": "sleep", "ms": 500})");
                if (answer.body == "\"slept\"") ++good;
            });
        }
        for (auto& thread : threads)
            thread.join();
    });
    EXPECT_EQ(good.load(), 4);
    EXPECT_LT(ms, 1900);
    EXPECT_EQ(stage_.lambda().runner().instances_count(), 4U);
}

TEST_F(InvokeTest, WhatDoesNotStart) {
    ASSERT_EQ(stage_.create("exit", R"("Environment": {"Variables": {"INIT": "exit"}})").status,
              201);
    auto answer = stage_.invoke("exit", "1", {{"X-Amz-Log-Type", "Tail"}});
    EXPECT_EQ(answer.at("errorType"), "Runtime.ExitError");
    EXPECT_TRUE(answer.at("errorMessage").ends_with("exit status 7")) << answer.body;
    EXPECT_NE(tail_of(answer).find("exit status 7"), std::string::npos);

    ASSERT_EQ(stage_.create("error", R"("Environment": {"Variables": {"INIT": "error"}})").status,
              201);
    answer = stage_.invoke("error", "1");
    EXPECT_EQ(answer.headers.get("X-Amz-Function-Error"), "Unhandled");
    EXPECT_EQ(answer.at("errorType"), "Test.Init");
    EXPECT_EQ(answer.at("errorMessage"), "it was told to");

    ASSERT_EQ(stage_.create_zip("none", testing::make_zip({{"other", "x"}})).status, 201);
    answer = stage_.invoke("none", "1");
    EXPECT_EQ(answer.at("errorType"), "Runtime.InvalidEntrypoint");
    EXPECT_NE(answer.at("errorMessage").find("Couldn't find valid bootstrap(s)"),
              std::string::npos);

    const auto plain = testing::make_zip({{"bootstrap", "#!/bin/sh\n", 0100644}});
    ASSERT_EQ(stage_.create_zip("plain", plain).status, 201);
    answer = stage_.invoke("plain", "1");
    EXPECT_EQ(answer.at("errorType"), "Runtime.InvalidEntrypoint");
    EXPECT_TRUE(answer.at("errorMessage").ends_with("bootstrap: permission denied")) << answer.body;

    ASSERT_EQ(stage_
                  .create_zip("garbage", testing::make_zip({{"bootstrap",
                                                             "\x7f"
                                                             "no"}}))
                  .status,
              201);
    EXPECT_TRUE(stage_.invoke("garbage", "1").at("errorMessage").ends_with("exec format error"));
    EXPECT_TRUE(stage_.eventually([&] { return stage_.spawner().children_count() == 0; }));
}

TEST_F(InvokeTest, AShellScriptIsAFunctionToo) {
    const auto zip = testing::make_zip({{"bootstrap", "#!/bin/sh\nexec ./lib/run.sh\n"},
                                        {"lib/run.sh", "#!/bin/sh\necho from sh; exit 9\n"}});
    ASSERT_EQ(stage_.create_zip("sh", zip).status, 201);
    const auto answer = stage_.invoke("sh", "1", {{"X-Amz-Log-Type", "Tail"}});
    EXPECT_TRUE(answer.at("errorMessage").ends_with("exit status 9")) << answer.body;
    EXPECT_NE(tail_of(answer).find("from sh\n"), std::string::npos) << tail_of(answer);
}

TEST_F(InvokeTest, RefusedRequests) {
    ASSERT_EQ(stage_.create("f").status, 201);
    auto answer = stage_.invoke("nope", "1");
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.error_code(), "ResourceNotFoundException");
    EXPECT_EQ(answer.at("Message").empty() ? answer.at("message") : answer.at("Message"),
              "Function not found: arn:aws:lambda:us-west-2:000000000000:function:nope");
    answer = stage_.invoke("f:PROD", "1");
    EXPECT_EQ(answer.error_code(), "ResourceNotFoundException");
    answer = stage_.invoke("f", "{");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.error_code(), "InvalidRequestContentException");
    answer = stage_.invoke("arn:aws:lambda:eu-west-1:000000000000:function:f", "1");
    EXPECT_EQ(answer.error_code(), "ResourceNotFoundException");
    answer = stage_.invoke("f", "1", {{"X-Amz-Invocation-Type", "Sometimes"}});
    EXPECT_EQ(answer.status, 400);
    answer = stage_.invoke("f", "1", {{"X-Amz-Client-Context", "!"}});
    EXPECT_EQ(answer.error_code(), "InvalidRequestContentException");
    const std::string large = "\"" + std::string(invoke_event_bytes_max - 1, 'x') + "\"";
    answer = stage_.invoke("f", large, {{"X-Amz-Invocation-Type", "Event"}});
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(answer.error_code(), "RequestTooLargeException");
    EXPECT_EQ(stage_.invoke("f", large).body, large);
    answer = stage_.invoke("f", "\"" + std::string(invoke_bytes_max - 1, 'x') + "\"");
    EXPECT_EQ(answer.status, 413);
    EXPECT_EQ(stage_.invoke("f", "1", {{"X-Amz-Invocation-Type", "DryRun"}}).status, 204);
}

TEST_F(InvokeTest, LargestAnswers) {
    ASSERT_EQ(stage_.create("f", R"("Timeout": 20)").status, 201);
    const auto fits = stage_.invoke("f", R"({"do": "large", "bytes": 6291554})");
    EXPECT_EQ(fits.body.size(), 6'291'556U);
    const auto answer = stage_.invoke("f", R"({"do": "large", "bytes": 6291555})");
    EXPECT_EQ(answer.headers.get("X-Amz-Function-Error"), "Unhandled");
    EXPECT_EQ(answer.at("errorType"), "Function.ResponseSizeTooLarge");
}

TEST_F(InvokeTest, EventIsRunLater) {
    ASSERT_EQ(stage_.create("f").status, 201);
    const auto answer = stage_.invoke("f", R"({"do": "print", "line": "in the background"})",
                                      {{"X-Amz-Invocation-Type", "Event"}});
    EXPECT_EQ(answer.status, 202);
    EXPECT_EQ(answer.body, "");
    EXPECT_TRUE(stage_.eventually(
        [&] { return stage_.log_text("f").find("in the background\n") != std::string::npos; }));
}

TEST_F(InvokeTest, QueuedInvocationsSurviveARestart) {
    ASSERT_EQ(stage_.create("f", R"("Timeout": 30)").status, 201);
    // The first runs when the service stops; both run after the start.
    stage_.invoke("f", R"({"do": "sleep", "ms": 20000})", {{"X-Amz-Invocation-Type", "Event"}});
    EXPECT_TRUE(
        stage_.eventually([&] { return stage_.log_text("f").find("START") != std::string::npos; }));
    stage_.restart();
    EXPECT_TRUE(stage_.eventually([&] {
        const std::string text = stage_.log_text("f");
        return text.find("START", text.find("START") + 5) != std::string::npos;
    }));
}

TEST_F(InvokeTest, NewCodeAndSettingsReplaceWarmProcesses) {
    ASSERT_EQ(stage_.create("f").status, 201);
    const std::string before = stage_.invoke("f", R"({"do": "look", "variables": []})").at("pid");
    const auto changed = stage_.rest("PUT", "/2015-03-31/functions/f/configuration",
                                     R"({"Environment": {"Variables": {"NOW": "new"}}})");
    EXPECT_EQ(changed.status, 200) << changed.body;
    const auto after = stage_.invoke("f", R"({"do": "look", "variables": ["NOW"]})");
    EXPECT_EQ(after.at("NOW"), "new");
    EXPECT_NE(after.at("pid"), before);
    EXPECT_TRUE(stage_.eventually([&] { return stage_.spawner().children_count() == 1; }));
}

TEST_F(InvokeTest, ReservedConcurrencyOfZeroStops) {
    ASSERT_EQ(stage_.create("f").status, 201);
    EXPECT_EQ(stage_
                  .rest("PUT", "/2017-10-31/functions/f/concurrency",
                        R"({"ReservedConcurrentExecutions": 0})")
                  .status,
              200);
    const auto answer = stage_.invoke("f", "1");
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.error_code(), "TooManyRequestsException");
    EXPECT_EQ(answer.at("Reason"), "ReservedFunctionConcurrentInvocationLimitExceeded");
    EXPECT_EQ(stage_.rest("DELETE", "/2017-10-31/functions/f/concurrency").status, 204);
    EXPECT_EQ(stage_.invoke("f", "1").body, "1");
}

TEST_F(InvokeTest, DeletedFunctionsLeaveNothing) {
    ASSERT_EQ(stage_.create("f").status, 201);
    ASSERT_EQ(stage_.invoke("f", "1").body, "1");
    EXPECT_EQ(stage_.rest("DELETE", "/2015-03-31/functions/f").status, 204);
    EXPECT_EQ(stage_.invoke("f", "1").status, 404);
    EXPECT_TRUE(stage_.eventually([&] {
        return stage_.spawner().children_count() == 0 &&
               std::filesystem::is_empty(stage_.directory() + "/functions/code") &&
               std::filesystem::is_empty(stage_.directory() + "/functions/run");
    }));
    EXPECT_TRUE(stage_.eventually([&] {
        return stage_.objects()
            .list(CodeStore::bucket_name("us-west-2"), {})
            .value()
            .objects.empty();
    }));
}

}  // namespace
}  // namespace lambda
