// nodejs functions: real node processes with AWS's runtime interface client, what their handlers
// may look like, and everything that goes wrong in them.
#include "services/lambda/node_runtime.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "services/lambda/inline_code.h"
#include "services/lambda/testing.h"
#include "wire/json.h"

namespace lambda {
namespace {

using aws::testing::Answer;
using testing::make_zip;
using testing::Stage;

// The settings of a function whose files come from a zip.
std::string node_settings(const std::string& handler, const std::string& runtime = "nodejs20.x") {
    return R"("Runtime": ")" + runtime + R"(", "Handler": ")" + handler + R"(", "Timeout": 20)";
}

// One server for all: it unpacks 850 files before its first nodejs function starts.
class NodeTest : public ::testing::Test {
  protected:
    static void SetUpTestSuite() { shared_ = std::make_unique<Stage>(); }
    static void TearDownTestSuite() { shared_.reset(); }

    Answer run_files(const std::vector<testing::ZipFile>& files, const std::string& handler,
                     const std::string& runtime = "nodejs20.x") {
        const std::string name = "f" + std::to_string(++count_);
        const auto made = stage_.create_zip(name, make_zip(files), node_settings(handler, runtime));
        EXPECT_EQ(made.status, 201) << made.body;
        return stage_.invoke(name, R"({"n": 20})");
    }
    Answer run_source(const std::string& source, const std::string& settings = {}) {
        const std::string name = "f" + std::to_string(++count_);
        const auto made = stage_.create_node(name, source, settings);
        EXPECT_EQ(made.status, 201) << made.body;
        return stage_.invoke(name, R"({"n": 20})");
    }
    // When the invocation's last line is there, or as it is.
    std::string last_log() const {
        const std::string name = "f" + std::to_string(count_);
        Stage::eventually(
            [&] { return stage_.log_text(name).find("REPORT RequestId") != std::string::npos; });
        return stage_.log_text(name);
    }

    static std::unique_ptr<Stage> shared_;
    static int count_;
    Stage& stage_ = *shared_;
};

std::unique_ptr<Stage> NodeTest::shared_;
int NodeTest::count_ = 0;

TEST_F(NodeTest, HandlersOfEveryForm) {
    const std::string answer = R"({"twice":40})";
    for (const char* source : {
             "exports.handler = async (event) => ({ twice: event.n * 2 });",
             "exports.handler = (event, context, done) => { done(null, { twice: event.n * 2 }); };",
             "exports.handler = (event, context) => { context.succeed({ twice: event.n * 2 }); };",
             "exports.handler = (event) => Promise.resolve({ twice: event.n * 2 });",
             "exports.handler = (event, context, done) => { "
             "setTimeout(() => done(null, { twice: event.n * 2 }), 20); };",
         }) {
        const auto got = run_source(source);
        EXPECT_EQ(got.body, answer) << source << last_log();
        EXPECT_EQ(got.headers.find("X-Amz-Function-Error"), nullptr);
    }
    const std::string module = "export const handler = async (event) => ({ twice: event.n * 2 });";
    const std::string common = "exports.handler = async (event) => ({ twice: event.n * 2 });";
    EXPECT_EQ(run_files({{"index.mjs", module}}, "index.handler").body, answer);
    EXPECT_EQ(run_files({{"index.cjs", common}}, "index.handler").body, answer);
    EXPECT_EQ(run_files({{"src/deep/app.js", common}}, "src/deep/app.handler").body, answer);
    EXPECT_EQ(run_files({{"src/app.mjs", module}}, "src/app.handler").body, answer);
    EXPECT_EQ(
        run_files({{"app.js", module}, {"package.json", R"({"type": "module"})"}}, "app.handler")
            .body,
        answer);
    EXPECT_EQ(run_files({{"app.js", "exports.api = { run: async () => 7 };"}}, "app.api.run").body,
              "7");
    EXPECT_EQ(run_files({{"index.mjs", module}}, "index.handler", "nodejs24.x").body, answer);
    EXPECT_EQ(run_files({{"index.js", common}}, "index.handler", "nodejs24.x").body, answer);
    EXPECT_EQ(run_files({{"index.js", common}}, "index.handler", "nodejs18.x").body, answer);
}

TEST_F(NodeTest, AWarmProcessKeepsItsState) {
    ASSERT_EQ(stage_.create_node("warm", "let n = 0; exports.handler = async () => ++n;").status,
              201);
    EXPECT_EQ(stage_.invoke("warm", "{}").body, "1");
    EXPECT_EQ(stage_.invoke("warm", "{}").body, "2");
    EXPECT_EQ(stage_.invoke("warm", "{}").body, "3");
    EXPECT_NE(stage_.log_text("warm").find("nodejs20.x"), std::string::npos);
}

TEST_F(NodeTest, WhatTheHandlerSees) {
    const auto answer = run_source(R"js(
        exports.handler = async (event, context) => ({
            name: context.functionName, arn: context.invokedFunctionArn, id: context.awsRequestId,
            memory: context.memoryLimitInMB, group: context.logGroupName,
            left: context.getRemainingTimeInMillis() > 1000,
            root: process.env.LAMBDA_TASK_ROOT === __dirname, cwd: process.cwd() === __dirname,
            region: process.env.AWS_REGION, endpoint: process.env.AWS_ENDPOINT_URL,
            key: process.env.AWS_ACCESS_KEY_ID, token: process.env.AWS_SESSION_TOKEN,
            execution: process.env.AWS_EXECUTION_ENV, mine: process.env.MINE,
            api: /^127\.0\.0\.1:\d+$/.test(process.env.AWS_LAMBDA_RUNTIME_API),
        });)js",
                                   R"("Environment": {"Variables": {"MINE": "yes"}})");
    const std::string name = "f" + std::to_string(count_);
    EXPECT_EQ(answer.at("name"), name);
    EXPECT_EQ(answer.at("arn"), "arn:aws:lambda:us-west-2:000000000000:function:" + name);
    EXPECT_EQ(answer.at("id").size(), 36U);
    EXPECT_EQ(answer.at("memory"), "128");
    EXPECT_EQ(answer.at("group"), "/aws/lambda/" + name);
    EXPECT_EQ(answer.at("region"), "us-west-2");
    EXPECT_EQ(answer.at("endpoint"), "http://127.0.0.1:4566");
    EXPECT_EQ(answer.at("key"), "ASIATEST");
    EXPECT_EQ(answer.at("token"), "session");
    EXPECT_EQ(answer.at("execution"), "AWS_Lambda_nodejs20.x");
    EXPECT_EQ(answer.at("mine"), "yes");
    for (const char* yes : {"left", "root", "cwd", "api"})
        EXPECT_EQ(answer.at(yes), "true") << yes;
}

TEST_F(NodeTest, TheSdkIsThereForRequireAndForImport) {
    EXPECT_EQ(run_source("const { S3 } = require('@aws-sdk/client-s3');"
                         "exports.handler = async () => typeof new S3({}).listObjectVersions;")
                  .body,
              "\"function\"")
        << last_log();
    EXPECT_EQ(run_files({{"index.mjs",
                          "import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';"
                          "export const handler = async () => typeof CloudWatchLogsClient;"}},
                        "index.handler")
                  .body,
              "\"function\"")
        << last_log();
    // What a function brings itself wins.
    EXPECT_EQ(
        run_files({{"index.js", "exports.handler = async () => require('@aws-sdk/client-s3');"},
                   {"node_modules/@aws-sdk/client-s3/index.js", "module.exports = 'mine';"}},
                  "index.handler")
            .body,
        "\"mine\"");
}

TEST_F(NodeTest, ErrorsOfTheHandler) {
    for (const char* source :
         {"exports.handler = async () => { throw new TypeError('broken'); };",
          "exports.handler = () => { throw new TypeError('broken'); };",
          "exports.handler = (event, context, done) => done(new TypeError('broken'));"}) {
        const auto answer = run_source(source);
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.headers.get("X-Amz-Function-Error"), "Unhandled") << answer.body;
        EXPECT_EQ(answer.at("errorType"), "TypeError");
        EXPECT_EQ(answer.at("errorMessage"), "broken");
        EXPECT_NE(answer.at("trace").find("index.js"), std::string::npos) << answer.body;
        EXPECT_NE(last_log().find("ERROR\tInvoke Error"), std::string::npos) << last_log();
    }
    // Outside of any handler's reach: the process ends, its caller is told why, and the next
    // invocation gets a new one.
    ASSERT_EQ(stage_
                  .create_node("late", R"js(exports.handler = (event, context, done) => {
        if (event.fail) setTimeout(() => { throw new RangeError('late'); }, 5);
        else done(null, 'fine');
    };)js")
                  .status,
              201);
    const auto late = stage_.invoke("late", R"({"fail": true})");
    EXPECT_EQ(late.at("errorType"), "RangeError") << late.body;
    EXPECT_EQ(late.headers.get("X-Amz-Function-Error"), "Unhandled");
    EXPECT_EQ(stage_.invoke("late", "{}").body, "\"fine\"");
    const auto rejected = run_source(
        "exports.handler = () => { Promise.reject(new Error('nobody')); return new "
        "Promise(() => {}); };");
    EXPECT_EQ(rejected.at("errorType"), "Runtime.UnhandledPromiseRejection") << rejected.body;
    // The answer was given before the process ended.
    EXPECT_EQ(run_source(
                  "exports.handler = (event, context) => { context.succeed(1); process.exit(0); };")
                  .body,
              "1");
    const auto left = run_source("exports.handler = async () => process.exit(3);");
    EXPECT_EQ(left.at("errorType"), "Runtime.ExitError") << left.body;
    EXPECT_NE(left.at("errorMessage").find("exit status 3"), std::string::npos);
}

TEST_F(NodeTest, ErrorsWhileLoading) {
    const auto fails = [](const Answer& answer, const char* type) {
        EXPECT_EQ(answer.headers.get("X-Amz-Function-Error"), "Unhandled") << answer.body;
        EXPECT_EQ(answer.at("errorType"), type) << answer.body;
    };
    fails(run_source("exports.handler = async ( => 1;"), "Runtime.UserCodeSyntaxError");
    fails(run_source("require('no-such-module');"), "Runtime.ImportModuleError");
    fails(run_source("throw new RangeError('at load');"), "RangeError");
    fails(run_source("exports.other = 1;"), "Runtime.HandlerNotFound");
    fails(run_source("exports.handler = 1;"), "Runtime.HandlerNotFound");
    fails(run_files({{"other.js", "exports.handler = 1"}}, "index.handler"),
          "Runtime.ImportModuleError");
    fails(run_files({{"index.js", "exports.handler = 1"}}, "index"),
          "Runtime.MalformedHandlerName");
    fails(run_files({{"index.js", "exports.handler = 1"}}, "../index.handler"),
          "Runtime.MalformedHandlerName");
    const auto dead = run_source("process.kill(process.pid, 'SIGKILL');");
    fails(dead, "Runtime.ExitError");
    // As AWS: version 24 has no callbacks.
    fails(run_files({{"index.js", "exports.handler = (event, context, done) => done(null, 1);"}},
                    "index.handler", "nodejs24.x"),
          "Runtime.CallbackHandlerDeprecated");
}

TEST_F(NodeTest, StreamingIsRefused) {
    const auto answer = run_source(
        "exports.handler = awslambda.streamifyResponse(async (event, stream) => {"
        "stream.write('part'); stream.end(); });");
    EXPECT_EQ(answer.headers.get("X-Amz-Function-Error"), "Unhandled");
    EXPECT_EQ(answer.at("errorType"), "Runtime.StreamingNotSupported") << answer.body;
    EXPECT_EQ(answer.body.find("part\""), std::string::npos);
}

TEST_F(NodeTest, LimitsHold) {
    const auto hangs =
        run_source("exports.handler = async () => { for (;;); };", R"("Timeout": 1)");
    EXPECT_EQ(hangs.at("errorType"), "Sandbox.Timedout") << hangs.body;
    const auto waits = run_source(
        "exports.handler = () => new Promise(() => setInterval(() => {}, 50));", R"("Timeout": 1)");
    EXPECT_EQ(waits.at("errorType"), "Sandbox.Timedout") << waits.body;
    // A handler that neither answers nor waits for anything: the event loop runs empty.
    EXPECT_EQ(run_source("exports.handler = () => { };").body, "null");
    for (const char* greedy : {"const all = []; exports.handler = async () => { for (;;) "
                               "all.push(Buffer.alloc(1e6, 1)); };",
                               "const all = []; exports.handler = async () => { for (;;) "
                               "all.push([1.5, {}, 'x' + all.length]); };"}) {
        const auto answer = run_source(greedy);
        EXPECT_EQ(answer.headers.get("X-Amz-Function-Error"), "Unhandled");
        EXPECT_EQ(answer.at("errorType"), "Runtime.ExitError") << answer.body;
    }
    const auto large = run_source("exports.handler = async () => 'x'.repeat(7e6);");
    EXPECT_EQ(large.at("errorType"), "Function.ResponseSizeTooLarge") << large.body;
    EXPECT_EQ(run_source("exports.handler = async () => 'x'.repeat(6e6);").body.size(), 6'000'002U);
    const auto round = run_source("const c = {}; c.c = c; exports.handler = async () => c;");
    EXPECT_EQ(round.headers.get("X-Amz-Function-Error"), "Unhandled") << round.body;
}

TEST_F(NodeTest, LogLines) {
    const auto answer = run_source(R"js(exports.handler = async () => {
        console.log(JSON.stringify({ a: 1 }, undefined, 2));
        console.error('bad %d', 7);
        process.stdout.write('plain\n');
    };)js");
    EXPECT_EQ(answer.body, "null");
    EXPECT_NE(last_log().find("\tINFO\t{\n  \"a\": 1\n}\n"), std::string::npos) << last_log();
    EXPECT_NE(last_log().find("\tERROR\tbad 7\n"), std::string::npos) << last_log();
    EXPECT_NE(last_log().find("\nplain\n"), std::string::npos) << last_log();
    // 20 MB of log in one invocation: all of it is kept, none of it in memory.
    const auto flood = run_source(
        "exports.handler = async () => { for (let i = 0; i < 20000; ++i) "
        "console.log('x'.repeat(1000)); };");
    EXPECT_EQ(flood.body, "null");
    EXPECT_GT(last_log().size(), 20'000'000U);
    EXPECT_LT(stage_.logs().largest_batch_bytes(), 4U << 20);
}

TEST_F(NodeTest, LogLinesAsJson) {
    const auto run_with = [&](const std::string& levels) {
        run_source(R"js(exports.handler = async () => {
            console.debug('fine'); console.info('some\nmore'); console.error('bad'); };)js",
                   R"("LoggingConfig": {"LogFormat": "JSON")" + levels + "}");
        std::string text;
        const std::string name = "f" + std::to_string(count_);
        // The last line of all levels; at the highest ones nothing ever comes.
        Stage::eventually([&] {
            text = stage_.log_text(name);
            return text.find("platform.report") != std::string::npos ||
                   levels.find("WARN") != std::string::npos;
        });
        for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1) {
            const std::string line = text.substr(at, text.find('\n', at) - at);
            EXPECT_TRUE(wire::check_json(line)) << line;
        }
        return text;
    };
    const auto usual = run_with("");
    for (const char* part :
         {R"("type":"platform.initStart")", R"("type":"platform.start")", R"("level":"INFO")",
          R"("message":"some\nmore")", R"("message":"bad")", R"("type":"platform.report")",
          R"("status":"success")", R"("maxMemoryUsedMB":)"}) {
        EXPECT_NE(usual.find(part), std::string::npos) << part << "\n" << usual;
    }
    EXPECT_EQ(usual.find("fine"), std::string::npos);
    EXPECT_EQ(usual.find("runtimeDone"), std::string::npos);
    EXPECT_EQ(usual.find("START RequestId"), std::string::npos);
    const auto all = run_with(R"(, "ApplicationLogLevel": "TRACE", "SystemLogLevel": "DEBUG")");
    EXPECT_NE(all.find("fine"), std::string::npos) << all;
    EXPECT_NE(all.find("platform.runtimeDone"), std::string::npos) << all;
    const auto least = run_with(R"(, "ApplicationLogLevel": "FATAL", "SystemLogLevel": "WARN")");
    EXPECT_EQ(least, "");
    // What goes wrong is a warning.
    run_source("exports.handler = () => new Promise(() => setInterval(() => {}, 50));",
               R"("Timeout": 1, "LoggingConfig": {"LogFormat": "JSON", "SystemLogLevel": "WARN"})");
    const std::string name = "f" + std::to_string(count_);
    EXPECT_TRUE(Stage::eventually([&] {
        return stage_.log_text(name).find(R"("status":"timeout")") != std::string::npos;
    })) << stage_.log_text(name);
}

TEST_F(NodeTest, OurDataIsOutOfReach) {
    const auto answer = run_source(
        "const fs = require('fs'); exports.handler = async () => {"
        "const out = {}; for (const path of ['" +
        stage_.directory() + R"js(/data/secret', __filename]) {
            try { fs.readFileSync(path); out.read = (out.read ?? '') + path; }
            catch (error) { out.refused = error.code; }
            try { fs.writeFileSync(path + '.new', 'x'); out.wrote = path; } catch { }
        }
        fs.writeFileSync('/tmp/x', 'mine'); out.tmp = fs.readFileSync('/tmp/x', 'utf8');
        return out; };)js");
    EXPECT_EQ(answer.at("refused"), "EACCES") << answer.body;
    EXPECT_TRUE(answer.at("read").ends_with("/index.js")) << answer.body;
    EXPECT_EQ(answer.body.find("wrote"), std::string::npos) << answer.body;
    EXPECT_EQ(answer.at("tmp"), "mine");
}

// A custom resource's answer goes to the ResponseURL as it is written, though the handler sends it
// to port 443 by https, as the CDK's do; here to the runtime API, which answers 403 to strangers.
TEST_F(NodeTest, AnswersToCloudFormationFollowTheirUrl) {
    ASSERT_EQ(stage_
                  .create_node("custom", R"js(
        const https = require('https');
        const put = (options) => new Promise((resolve) => {
            const request = https.request(options, (response) => {
                response.resume(); resolve(response.statusCode);
            });
            request.on('error', (error) => resolve(error.code));
            request.end('{}');
        });
        exports.handler = async (event) => {
            const url = require('url').parse(event.ResponseURL ?? event.Other);
            return [await put({ hostname: url.hostname, path: url.path, method: 'PUT' }),
                    await put({ hostname: url.hostname, path: '/other', method: 'PUT' })];
        };)js")
                  .status,
              201);
    const std::string url =
        "http://" + stage_.runtime_address() + "/answer%7Chere?X-Amz-Signature=1";
    EXPECT_EQ(stage_.invoke("custom", R"({"ResponseURL": ")" + url + "\"}").body,
              R"([403,"ECONNREFUSED"])");
    EXPECT_EQ(stage_.invoke("custom", R"({"Other": ")" + url + "\"}").body,
              R"(["ECONNREFUSED","ECONNREFUSED"])");
    // cfn-response, which inline source has beside it.
    const auto sent = run_source(R"js(exports.handler = (event, context) =>
        require('cfn-response').send({ ...event, ResponseURL: ')js" +
                                 url + R"js(' }, context, 'SUCCESS', { a: 1 });)js");
    EXPECT_EQ(sent.body, "null");
    EXPECT_NE(last_log().find("Status code: 403"), std::string::npos) << last_log();
}

TEST(NodeMissing, TheInvocationSaysWhatToInstall) {
    const auto message = [](NodeOptions node) {
        Options options;
        options.node = std::move(node);
        Stage stage(options);
        EXPECT_EQ(stage.create_node("f", "exports.handler = async () => 1;").status, 201);
        const auto answer = stage.invoke("f", "{}");
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.headers.get("X-Amz-Function-Error"), "Unhandled");
        EXPECT_EQ(answer.at("errorType"), "Runtime.InvalidEntrypoint") << answer.body;
        EXPECT_TRUE(Stage::eventually([&] {
            return stage.log_text("f").find("Runtime.InvalidEntrypoint") != std::string::npos;
        }));
        return answer.at("errorMessage");
    };
    EXPECT_NE(message({"", {"/nowhere"}, "/nowhere/x.zip"})
                  .find("install it (apt-get install nodejs) or name it with --node"),
              std::string::npos);
    EXPECT_NE(message({"/nowhere/node", {}, "/nowhere/x.zip"}).find("/nowhere/node does not exist"),
              std::string::npos);
    EXPECT_NE(message({"bin/node", {}, "/nowhere/x.zip"}).find("is not an absolute path"),
              std::string::npos);
    EXPECT_NE(message({"/bin/true", {}, "/nowhere/x.zip"}).find("make it with ./dev build"),
              std::string::npos);
    const std::string bad = "/var/tmp/lambda_test.bad." + std::to_string(::getpid()) + ".zip";
    std::ofstream(bad) << "not a zip";
    EXPECT_NE(message({"/bin/true", {}, bad}).find("is damaged"), std::string::npos);
    std::filesystem::remove(bad);
}

TEST(NodeProgram, NotOneThatCanRun) {
    Options options;
    Stage probe;  // for its package
    options.node = probe.options().node;
    options.node.program = "/etc/passwd";
    Stage stage(options);
    ASSERT_EQ(stage.create_node("f", "exports.handler = async () => 1;").status, 201);
    const auto answer = stage.invoke("f", "{}");
    EXPECT_NE(answer.at("errorMessage").find("/etc/passwd, which the functions' user cannot start"),
              std::string::npos)
        << answer.body;
}

TEST(NodePath, DirectoriesOfPath) {
    EXPECT_EQ(directories_of_path("/a:/b::c:"), (std::vector<std::string>{"/a", "/b", "c"}));
    EXPECT_EQ(directories_of_path(""), std::vector<std::string>{});
}

TEST(InlineSource, IsTheSamePackageEachTime) {
    EXPECT_EQ(zip_inline_source("x"), zip_inline_source("x"));
    EXPECT_NE(zip_inline_source("x"), zip_inline_source("y"));
    EXPECT_TRUE(
        CodeStore::check(zip_inline_source(std::string(inline_source_bytes_max, 'x'))).has_value());
}

}  // namespace
}  // namespace lambda
