// What the processes themselves may ask, and what is in nobody's way: hostile runtimes, limits of
// the pool, idleness.
#include "services/lambda/runner.h"

#include <gtest/gtest.h>

#include <thread>

#include "services/lambda/testing.h"

namespace lambda {
namespace {

using testing::Stage;

// A request to the runtime API as a process would make it; status 0 when it is not answered.
wire::Response ask(Stage& stage, const std::string& method, const std::string& path,
                   const std::string& body = {}) {
    wire::RequestHead head;
    head.method = method;
    head.path = path;
    wire::Response out;
    out.status = 0;
    stage.lambda().runtime_api().handle(
        head, body, [&out](wire::Response response) { out = std::move(response); });
    return out;
}

TEST(RuntimeApi, StrangersGetNothing) {
    Stage stage;
    ASSERT_EQ(stage.create("f").status, 201);
    ASSERT_EQ(stage.invoke("f", "1").body, "1");
    for (const char* path :
         {"/2018-06-01/runtime/invocation/next", "//2018-06-01/runtime/invocation/next", "/",
          "/0123456789abcdef0123456789abcdef/2018-06-01/runtime/invocation/next", ""}) {
        EXPECT_EQ(ask(stage, "GET", path).status, 403) << path;
    }
}

TEST(RuntimeApi, AProcessMayOnlyAnswerItsOwnInvocation) {
    Stage stage;
    ASSERT_EQ(stage.create("f").status, 201);
    const auto look =
        stage.invoke("f", R"({"do": "look", "variables": ["AWS_LAMBDA_RUNTIME_API"]})");
    const std::string address = look.at("AWS_LAMBDA_RUNTIME_API");
    const std::string base = address.substr(address.find('/')) + "/2018-06-01/runtime/";
    EXPECT_EQ(ask(stage, "POST", base + "invocation/some-id/response", "1").status, 400);
    EXPECT_EQ(ask(stage, "POST", base + "invocation/some-id/error", "1").status, 400);
    EXPECT_EQ(ask(stage, "POST", base + "init/error", "{}").status, 403);
    EXPECT_EQ(ask(stage, "POST", base + "invocation/next").status, 404);
    EXPECT_EQ(ask(stage, "GET", base + "nothing").status, 404);
    EXPECT_EQ(stage.invoke("f", "2").body, "2");
}

TEST(Pool, ConcurrencyOfAFunctionIsBounded) {
    Options options;
    options.runner.instances_per_function_max = 1;
    Stage stage(options);
    ASSERT_EQ(stage.create("f", R"("Timeout": 10)").status, 201);
    std::thread busy([&] {
        aws::testing::Harness harness(model, &stage.lambda());
        EXPECT_EQ(harness
                      .rest("POST", "/2015-03-31/functions/f/invocations",
                            R"({"do": "sleep", "ms": 1000})")
                      .body,
                  "\"slept\"");
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    const auto answer = stage.invoke("f", "1");
    EXPECT_EQ(answer.status, 429);
    EXPECT_EQ(answer.error_code(), "TooManyRequestsException");
    EXPECT_EQ(answer.at("Reason"), "ConcurrentInvocationLimitExceeded");
    busy.join();
    EXPECT_EQ(stage.invoke("f", "1").body, "1");
}

TEST(Pool, AnIdleProcessMakesRoomForAnotherFunction) {
    Options options;
    options.runner.instances_max = 1;
    Stage stage(options);
    ASSERT_EQ(stage.create("f").status, 201);
    ASSERT_EQ(stage.create("g").status, 201);
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(stage.invoke("f", "1").body, "1");
        EXPECT_EQ(stage.invoke("g", "2").body, "2");
    }
    EXPECT_TRUE(stage.eventually([&] { return stage.lambda().runner().instances_count() == 1; }));
}

TEST(Pool, ASlowStartIsGivenUp) {
    Options options;
    options.runner.init_ms_max = 300;
    Stage stage(options);
    ASSERT_EQ(stage.create("f", R"("Environment": {"Variables": {"INIT": "hang"}})").status, 201);
    const auto answer = stage.invoke("f", "1");
    EXPECT_EQ(answer.headers.get("X-Amz-Function-Error"), "Unhandled");
    EXPECT_EQ(answer.at("errorType"), "Sandbox.Timedout");
    EXPECT_TRUE(stage.eventually([&] { return stage.spawner().children_count() == 0; }));
}

TEST(Pool, OldProcessesAreReplaced) {
    Options options;
    options.runner.instance_life_ms = 1;
    Stage stage(options);
    ASSERT_EQ(stage.create("f").status, 201);
    const std::string look = R"({"do": "look", "variables": []})";
    const std::string first = stage.invoke("f", look).at("pid");
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    EXPECT_NE(stage.invoke("f", look).at("pid"), first);
}

TEST(Pool, ManyInvocationsFromManyThreads) {
    Stage stage;
    ASSERT_EQ(stage.create("f", R"("Timeout": 30)").status, 201);
    std::atomic<int> good{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 6; ++t) {
        threads.emplace_back([&, t] {
            aws::testing::Harness harness(model, &stage.lambda());
            for (int i = 0; i < 50; ++i) {
                const std::string payload = std::to_string(t * 1000 + i);
                const auto answer =
                    harness.rest("POST", "/2015-03-31/functions/f/invocations", payload);
                if (answer.body == payload) ++good;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(good.load(), 300);
    // Six at work; and where answering takes longer than the grace, six that have not asked again.
    EXPECT_LE(stage.lambda().runner().instances_count(), 12U);
}

}  // namespace
}  // namespace lambda
