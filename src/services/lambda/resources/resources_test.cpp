// AWS::Lambda::Function and AWS::Lambda::Permission against the service: what a stack's function is
// made of, every change, and what does not work.
#include <gtest/gtest.h>

#include "aws/resource_testing.h"
#include "services/lambda/testing.h"

namespace lambda {
namespace {

using testing::Stage;

constexpr const char* function_type = "AWS::Lambda::Function";
constexpr const char* permission_type = "AWS::Lambda::Permission";
const std::string role = R"("Role": "arn:aws:iam::000000000000:role/r")";
const std::string inline_function =
    R"("Runtime": "nodejs20.x", "Handler": "index.handler", "Code": {"ZipFile":
       "exports.handler = async (event) => ({ got: event, mine: process.env.MINE });"}, )" +
    role;

struct LambdaResourceTest : ::testing::Test {
    Stage stage;
    aws::testing::ResourceDriver driver{model, &stage.lambda()};

    aws::testing::Answer configuration(const std::string& name) {
        return stage.rest("GET", "/2015-03-31/functions/" + name + "/configuration");
    }
    // Put a zip where a template's Code says it is.
    void put_asset(const std::string& key, const std::string& bytes) {
        if (!stage.objects().find_bucket("assets").has_value()) {
            ASSERT_TRUE(
                stage.objects().create_bucket({"assets", "000000000000", "us-west-2", {}, {}}));
        }
        ASSERT_TRUE(stage.objects().put("assets", key, bytes).has_value());
    }
    std::string from_asset(const std::string& key, const std::string& more = {}) {
        return R"({"Runtime": "provided.al2023", "Handler": "bootstrap", "Code": {"S3Bucket":
            "assets", "S3Key": ")" +
               key + "\"}, " + role + more + "}";
    }
};

TEST_F(LambdaResourceTest, InlineSourceRuns) {
    driver.stack_tags = {{"team", "lake"}};
    const auto made = driver.create(function_type, "{" + inline_function + R"(,
        "Environment": {"Variables": {"MINE": 7}}, "Timeout": "20", "MemorySize": 256,
        "Description": "d", "Architectures": ["x86_64"], "EphemeralStorage": {"Size": 1024},
        "TracingConfig": {"Mode": "PassThrough"}, "LoggingConfig": {"LogGroup": "/my/group"},
        "ReservedConcurrentExecutions": 2, "Tags": [{"Key": "a", "Value": "b"}]})");
    ASSERT_EQ(made.problem, "");
    const std::string& name = made.context.physical_id;
    EXPECT_TRUE(name.starts_with("TestStack-Thing-")) << name;
    EXPECT_EQ(made.attributes.at("Arn").as_string(),
              "arn:aws:lambda:us-west-2:000000000000:function:" + name);
    const auto got = configuration(name);
    EXPECT_EQ(got.at("Timeout"), "20");
    EXPECT_EQ(got.at("MemorySize"), "256");
    EXPECT_EQ(got.at("Description"), "d");
    EXPECT_EQ(got.at("EphemeralStorage.Size"), "1024");
    EXPECT_EQ(got.at("LoggingConfig.LogGroup"), "/my/group");
    EXPECT_EQ(stage.rest("GET", "/2019-09-30/functions/" + name + "/concurrency")
                  .at("ReservedConcurrentExecutions"),
              "2");
    const auto tags = stage.rest("GET", "/2015-03-31/functions/" + name);
    EXPECT_EQ(tags.at("Tags.a"), "b");
    EXPECT_EQ(tags.at("Tags.team"), "lake");
    EXPECT_EQ(stage.invoke(name, "1").body, R"({"got":1,"mine":"7"})");
}

TEST_F(LambdaResourceTest, ChangesInPlaceAndBackToTheDefaults) {
    auto function = driver.create(function_type, "{" + inline_function + "}");
    ASSERT_EQ(function.problem, "");
    const std::string name = function.context.physical_id;
    const std::string sha = configuration(name).at("CodeSha256");
    driver.update(function, "{" + inline_function + R"(, "Timeout": 9, "Description": "new",
        "Environment": {"Variables": {"A1": "x"}}, "LoggingConfig": {"LogGroup": "/g"},
        "ReservedConcurrentExecutions": 1, "Tags": [{"Key": "k", "Value": "v"}]})");
    ASSERT_EQ(function.problem, "");
    EXPECT_EQ(configuration(name).at("Timeout"), "9");
    EXPECT_EQ(configuration(name).at("Environment.Variables.A1"), "x");
    EXPECT_EQ(configuration(name).at("LoggingConfig.LogGroup"), "/g");
    EXPECT_EQ(configuration(name).at("CodeSha256"), sha);
    EXPECT_EQ(stage.rest("GET", "/2015-03-31/functions/" + name).at("Tags.k"), "v");
    driver.update(function, "{" + inline_function + "}");
    ASSERT_EQ(function.problem, "");
    EXPECT_EQ(configuration(name).at("Timeout"), "3");
    EXPECT_EQ(configuration(name).at("Description"), "");
    EXPECT_EQ(configuration(name).at("Environment.Variables.A1"), "");
    EXPECT_EQ(configuration(name).at("LoggingConfig.LogGroup"), "/aws/lambda/" + name);
    EXPECT_EQ(stage.rest("GET", "/2015-03-31/functions/" + name).at("Tags.k"), "");
    EXPECT_EQ(stage.rest("GET", "/2019-09-30/functions/" + name + "/concurrency")
                  .at("ReservedConcurrentExecutions"),
              "");
    driver.update(function, "{" + inline_function + R"(, "FunctionName": "other"})");
    EXPECT_EQ(function.problem, "replaces");
}

// As the CDK's provider framework has it.
TEST_F(LambdaResourceTest, LogsAsJson) {
    auto function = driver.create(function_type, "{" + inline_function + R"(,
        "LoggingConfig": {"ApplicationLogLevel": "FATAL", "LogFormat": "JSON"}})");
    ASSERT_EQ(function.problem, "");
    const std::string name = function.context.physical_id;
    EXPECT_EQ(configuration(name).at("LoggingConfig.ApplicationLogLevel"), "FATAL");
    driver.update(function, "{" + inline_function + R"(, "LoggingConfig": {"LogFormat": "JSON"}})");
    ASSERT_EQ(function.problem, "");
    EXPECT_EQ(configuration(name).at("LoggingConfig.ApplicationLogLevel"), "INFO");
    driver.update(function, "{" + inline_function + "}");
    ASSERT_EQ(function.problem, "");
    EXPECT_EQ(configuration(name).at("LoggingConfig.LogFormat"), "Text");
    driver.update(function,
                  "{" + inline_function + R"(, "LoggingConfig": {"SystemLogLevel": "WARN"}})");
    EXPECT_NE(function.problem.find("only supported with LogFormat JSON"), std::string::npos);
}

TEST_F(LambdaResourceTest, CodeFromAnAsset) {
    put_asset("1.zip", testing::test_function_zip());
    put_asset("2.zip", testing::make_zip({{"bootstrap", "#!/bin/sh\nexit 3\n"}}));
    auto function = driver.create(function_type, from_asset("1.zip"));
    ASSERT_EQ(function.problem, "");
    const std::string name = function.context.physical_id;
    EXPECT_EQ(stage.invoke(name, "5").body, "5");
    driver.update(function, from_asset("2.zip"));
    ASSERT_EQ(function.problem, "");
    EXPECT_EQ(stage.invoke(name, "5").at("errorType"), "Runtime.ExitError");
}

TEST_F(LambdaResourceTest, ResumedCreationEndsTheSame) {
    const std::string properties =
        "{" + inline_function + R"(, "ReservedConcurrentExecutions": 3})";
    ASSERT_EQ(driver.create(function_type, properties).problem, "");
    EXPECT_NE(driver.create(function_type, properties).problem.find("already exists"),
              std::string::npos);
    stage.restart();
    aws::testing::ResourceDriver after(model, &stage.lambda());
    const auto again = after.create(function_type, properties, "Thing", true);
    EXPECT_EQ(again.problem, "");
    // One package, though its creation ran twice.
    EXPECT_EQ(stage.objects().list(CodeStore::bucket_name("us-west-2"), {}).value().objects.size(),
              1U);
}

TEST_F(LambdaResourceTest, GoesAndMayGoAgain) {
    auto function = driver.create(function_type, "{" + inline_function + "}");
    ASSERT_EQ(function.problem, "");
    EXPECT_TRUE(driver.exists(function));
    EXPECT_EQ(driver.remove(function), "");
    EXPECT_FALSE(driver.exists(function));
    EXPECT_EQ(driver.remove(function), "");
}

TEST_F(LambdaResourceTest, WhatDoesNotWorkSaysWhy) {
    const auto problem = [&](const std::string& properties) {
        static int count = 0;
        return driver.create(function_type, properties, "Bad" + std::to_string(++count)).problem;
    };
    put_asset("text.zip", "not a zip");
    EXPECT_EQ(problem(from_asset("text.zip")),
              "InvalidParameterValueException: Could not unzip uploaded file. Please check your "
              "file, then try to upload again.");
    EXPECT_EQ(problem(from_asset("missing.zip")),
              "InvalidParameterValueException: Error occurred while GetObject. S3 Error Code: "
              "NoSuchKey. S3 Error Message: The specified key does not exist.");
    EXPECT_NE(problem(R"({"Runtime": "provided.al2023", "Handler": "h", "Code": {"S3Bucket":
                         "nowhere", "S3Key": "k"}, )" +
                      role + "}")
                  .find("S3 Error Code: NoSuchBucket."),
              std::string::npos);
    EXPECT_NE(problem(from_asset("text.zip", R"(, "Architectures": ["arm64"])"))
                  .find("Architecture arm64 is not supported here"),
              std::string::npos);
    EXPECT_NE(problem(from_asset("text.zip", R"(, "Layers": ["arn"])"))
                  .find("extraneous key [Layers] is not permitted"),
              std::string::npos);
    EXPECT_NE(problem(from_asset("text.zip", R"(, "TracingConfig": {"Mode": "Active"})"))
                  .find("TracingConfig with Mode Active is not supported here"),
              std::string::npos);
    EXPECT_NE(problem(R"({"Runtime": "python3.12", "Handler": "h", "Code": {"ZipFile": "x"}, )" +
                      role + "}")
                  .find("ZipFile can only be used with nodejs runtimes here"),
              std::string::npos);
    EXPECT_NE(problem(R"({"Runtime": "nodejs20.x", "Handler": "h", "Code": {"ZipFile": ")" +
                      std::string(4 * 1024 * 1024 + 1, 'x') + "\"}, " + role + "}")
                  .find("ZipFile is larger than 4194304 bytes"),
              std::string::npos);
    EXPECT_NE(problem(R"({"Runtime": "nodejs20.x", "Handler": "h", "Code": {"ImageUri": "x"}, )" +
                      role + "}")
                  .find("#/Code: extraneous key [ImageUri] is not permitted"),
              std::string::npos);
    EXPECT_NE(problem(R"({"Runtime": "nodejs20.x", "Handler": "h", )" + role + "}")
                  .find("required key [Code] not found"),
              std::string::npos);
    EXPECT_EQ(stage.rest("GET", "/2015-03-31/functions").at("Functions"), "[]");
}

TEST_F(LambdaResourceTest, PermissionsOfOneFunction) {
    auto function = driver.create(function_type, "{" + inline_function + "}");
    const std::string name = function.context.physical_id;
    const auto statement = [&](const std::string& rule) {
        return R"({"Action": "lambda:InvokeFunction", "FunctionName": ")" + name +
               R"(", "Principal": "events.amazonaws.com",
                 "SourceArn": "arn:aws:events:us-west-2:000000000000:rule/)" +
               rule + "\"}";
    };
    auto one = driver.create(permission_type, statement("one"), "One");
    ASSERT_EQ(one.problem, "");
    // Another statement of the same policy is not this one.
    auto two = driver.create(permission_type, statement("two"), "Two");
    ASSERT_EQ(two.problem, "");
    EXPECT_EQ(two.attributes.at("Id").as_string(), two.context.physical_id);
    const auto policy = stage.rest("GET", "/2015-03-31/functions/" + name + "/policy");
    EXPECT_NE(policy.body.find(one.context.physical_id), std::string::npos);
    EXPECT_NE(policy.body.find("rule/two"), std::string::npos);
    EXPECT_EQ(driver.create(permission_type, statement("two"), "Two", true).problem, "");
    driver.update(two, statement("three"));
    EXPECT_EQ(two.problem, "replaces");
    two.problem.clear();
    EXPECT_EQ(driver.remove(two), "");
    EXPECT_FALSE(driver.exists(two));
    EXPECT_TRUE(driver.exists(one));
    EXPECT_EQ(driver.remove(two), "");
    EXPECT_EQ(driver.remove(function), "");
    EXPECT_FALSE(driver.exists(one));
    EXPECT_EQ(driver.remove(one), "");
    EXPECT_NE(driver.create(permission_type, statement("x"), "X").problem.find("not found"),
              std::string::npos);
}

}  // namespace
}  // namespace lambda
