// Creating, changing, listing and removing functions, their tags and their policies.
#include <gtest/gtest.h>

#include <filesystem>

#include "services/lambda/testing.h"
#include "wire/base64.h"
#include "wire/sha256.h"

namespace lambda {
namespace {

using testing::make_zip;
using testing::Stage;

const std::string tiny_zip = make_zip({{"bootstrap", "#!/bin/sh\nexit 1\n"}});

class FunctionsTest : public ::testing::Test {
  protected:
    aws::testing::Answer create(const std::string& name, const std::string& settings = {}) {
        return stage_.create_zip(name, tiny_zip, settings);
    }
    aws::testing::Answer get(const std::string& name) {
        return stage_.rest("GET", "/2015-03-31/functions/" + name + "/configuration");
    }
    std::size_t stored_zips() {
        const auto listed = stage_.objects().list(CodeStore::bucket_name("us-west-2"), {});
        return listed.has_value() ? listed.value().objects.size() : 0;
    }
    Stage stage_;
};

TEST_F(FunctionsTest, CreateAnswersTheConfiguration) {
    const auto answer = create("f", R"("Description": "d", "Timeout": 5, "MemorySize": 256,
        "EphemeralStorage": {"Size": 1024}, "Tags": {"a": "b"},
        "LoggingConfig": {"LogGroup": "/my/group"},
        "Environment": {"Variables": {"KEY": "value"}})");
    ASSERT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(answer.at("FunctionName"), "f");
    EXPECT_EQ(answer.at("FunctionArn"), "arn:aws:lambda:us-west-2:000000000000:function:f");
    EXPECT_EQ(answer.at("Runtime"), "provided.al2023");
    EXPECT_EQ(answer.at("Role"), "arn:aws:iam::000000000000:role/r");
    EXPECT_EQ(answer.at("Handler"), "h");
    EXPECT_EQ(answer.at("Description"), "d");
    EXPECT_EQ(answer.at("Timeout"), "5");
    EXPECT_EQ(answer.at("MemorySize"), "256");
    EXPECT_EQ(answer.at("EphemeralStorage.Size"), "1024");
    EXPECT_EQ(answer.at("CodeSize"), std::to_string(tiny_zip.size()));
    const auto digest = wire::sha256(tiny_zip);
    EXPECT_EQ(answer.at("CodeSha256"),
              wire::encode_base64({reinterpret_cast<const char*>(digest.data()), digest.size()}));
    EXPECT_EQ(answer.at("Version"), "$LATEST");
    EXPECT_EQ(answer.at("State"), "Active");
    EXPECT_EQ(answer.at("LastUpdateStatus"), "Successful");
    EXPECT_EQ(answer.at("PackageType"), "Zip");
    EXPECT_EQ(answer.at("Architectures.0"), "x86_64");
    EXPECT_EQ(answer.at("Environment.Variables.KEY"), "value");
    EXPECT_EQ(answer.at("TracingConfig.Mode"), "PassThrough");
    EXPECT_EQ(answer.at("LoggingConfig.LogGroup"), "/my/group");
    EXPECT_EQ(answer.at("RevisionId").size(), 36U);
    const std::string modified = answer.at("LastModified");  // 2026-03-01T12:00:00.000+0000
    EXPECT_EQ(modified.size(), 28U) << modified;
    EXPECT_TRUE(modified.ends_with("+0000"));

    const auto got = stage_.rest("GET", "/2015-03-31/functions/f");
    EXPECT_EQ(got.at("Configuration.FunctionName"), "f");
    EXPECT_EQ(got.at("Tags.a"), "b");
    EXPECT_EQ(got.at("Code.RepositoryType"), "S3");
    EXPECT_NE(got.at("Code.Location").find("/awslambda-us-west-2-tasks/snapshots/000000000000/f-"),
              std::string::npos)
        << got.body;
    EXPECT_NE(got.at("Code.Location").find("X-Amz-Signature="), std::string::npos);
    EXPECT_EQ(get("f").body, answer.body);
}

TEST_F(FunctionsTest, DefaultsAreAwss) {
    const auto answer = create("f");
    EXPECT_EQ(answer.at("Timeout"), "3");
    EXPECT_EQ(answer.at("MemorySize"), "128");
    EXPECT_EQ(answer.at("EphemeralStorage.Size"), "512");
    EXPECT_EQ(answer.at("LoggingConfig.LogGroup"), "/aws/lambda/f");
    EXPECT_EQ(answer.at("Environment"), "");
}

TEST_F(FunctionsTest, ANameIsTakenOnce) {
    ASSERT_EQ(create("f").status, 201);
    const auto again = create("f");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.error_code(), "ResourceConflictException");
    EXPECT_EQ(again.at("message"), "Function already exist: f");
    EXPECT_EQ(stored_zips(), 1U);
    // Another region or account has names of its own.
    stage_.harness().set_region("eu-central-1");
    EXPECT_EQ(create("f").status, 201);
    stage_.harness().set_region("us-west-2");
    stage_.harness().set_caller({"111111111111", "AKIA", "arn:aws:iam::111111111111:root", "u"});
    EXPECT_EQ(get("f").status, 404);
    EXPECT_EQ(create("f").status, 201);
}

TEST_F(FunctionsTest, WhatIsNotSupportedIsRefused) {
    for (const char* settings :
         {R"("Runtime": "python3.12")", R"("Layers": ["arn:aws:lambda:us-west-2:1:layer:l:1"])",
          R"("VpcConfig": {"SubnetIds": ["subnet-1"]})", R"("Architectures": ["arm64"])",
          R"("DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-west-2:000000000000:q"})",
          R"("PackageType": "Image")", R"("TracingConfig": {"Mode": "Active"})",
          R"("FileSystemConfigs": [{"Arn": "a", "LocalMountPath": "/mnt/a"}])",
          R"("SnapStart": {"ApplyOn": "PublishedVersions"})", R"("Publish": true)",
          R"("KMSKeyArn": "arn:aws:kms:us-west-2:000000000000:key/k")", R"("Timeout": 901)",
          R"("MemorySize": 10241)", R"("LoggingConfig": {"SystemLogLevel": "WARN"})",
          R"("Environment": {"Variables": {"AWS_REGION": "x"}})",
          R"("Environment": {"Variables": {"1x": "x"}})"}) {
        const auto answer = create("f", settings);
        EXPECT_EQ(answer.status, 400) << settings;
        EXPECT_EQ(answer.error_code(), "InvalidParameterValueException") << answer.body;
    }
    for (const char* settings : {R"("Timeout": 0)", R"("MemorySize": 127)", R"("Runtime": "cobol")",
                                 R"("EphemeralStorage": {"Size": 511})"}) {
        const auto answer = create("f", settings);
        EXPECT_EQ(answer.status, 400) << settings;
        EXPECT_EQ(answer.error_code(), "ValidationException") << answer.body;
    }
    // Saying "none" is fine.
    EXPECT_EQ(create("f", R"("Layers": [], "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
                             "DeadLetterConfig": {}, "SnapStart": {"ApplyOn": "None"},
                             "TracingConfig": {"Mode": "PassThrough"}, "Publish": false)")
                  .status,
              201);
}

TEST_F(FunctionsTest, VariablesAreBounded) {
    const auto with = [this](const std::string& name, std::size_t bytes) {
        return create(name, R"("Environment": {"Variables": {"AB": ")" +
                                std::string(bytes - 2, 'x') + "\"}}");
    };
    EXPECT_EQ(with("f", 4096).status, 201);
    EXPECT_EQ(with("g", 4097).error_code(), "InvalidParameterValueException");
}

TEST_F(FunctionsTest, BadZipsAreRefusedAndLeaveNothing) {
    for (const std::string& zip :
         {std::string(), std::string("no zip"), make_zip({{"../bootstrap", "x"}}),
          make_zip({{"bootstrap", "/bin/sh", 0120777}})}) {
        const auto answer = stage_.create_zip("f", zip);
        EXPECT_EQ(answer.status, 400);
        EXPECT_EQ(answer.error_code(), "InvalidParameterValueException");
        EXPECT_TRUE(answer.at("message").starts_with("Could not unzip uploaded file."));
    }
    EXPECT_EQ(get("f").status, 404);
    EXPECT_TRUE(std::filesystem::is_empty(stage_.directory() + "/functions/code"));
    EXPECT_EQ(stored_zips(), 0U);
}

TEST_F(FunctionsTest, CodeFromAnObject) {
    const auto body = [](const std::string& bucket, const std::string& key) {
        return R"({"FunctionName": "f", "Role": "arn:aws:iam::000000000000:role/r",
                   "Handler": "h", "Runtime": "provided.al2", "Code": {"S3Bucket": ")" +
               bucket + R"(", "S3Key": ")" + key + "\"}}";
    };
    auto answer = stage_.rest("POST", "/2015-03-31/functions", body("assets", "k.zip"));
    EXPECT_EQ(answer.error_code(), "InvalidParameterValueException");
    EXPECT_NE(answer.body.find("NoSuchBucket"), std::string::npos) << answer.body;
    ASSERT_TRUE(stage_.objects().create_bucket({"assets", "000000000000", "us-west-2", {}, {}}));
    answer = stage_.rest("POST", "/2015-03-31/functions", body("assets", "k.zip"));
    EXPECT_NE(answer.body.find("NoSuchKey"), std::string::npos) << answer.body;
    ASSERT_TRUE(stage_.objects().put("assets", "k.zip", tiny_zip));
    answer = stage_.rest("POST", "/2015-03-31/functions", body("assets", "k.zip"));
    EXPECT_EQ(answer.status, 201) << answer.body;
    EXPECT_EQ(answer.at("CodeSize"), std::to_string(tiny_zip.size()));
}

TEST_F(FunctionsTest, CodeFromAVersionOfAnObject) {
    const std::string other_zip = make_zip({{"bootstrap", "#!/bin/sh\nexit 2\n"}});
    ASSERT_TRUE(stage_.objects().create_bucket({"assets", "000000000000", "us-west-2", {}, {}}));
    ASSERT_TRUE(stage_.objects().update_bucket("assets", [](object_store::Bucket& bucket) {
        bucket.versioning = object_store::versioning_enabled;
    }));
    const auto first = stage_.objects().put("assets", "k.zip", tiny_zip);
    ASSERT_TRUE(stage_.objects().put("assets", "k.zip", other_zip));
    const auto body = [](const std::string& version) {
        return R"({"FunctionName": "f", "Role": "arn:aws:iam::000000000000:role/r",
                   "Handler": "h", "Runtime": "provided.al2", "Code": {"S3Bucket": "assets",
                   "S3Key": "k.zip", "S3ObjectVersion": ")" +
               version + "\"}}";
    };
    const auto missing = stage_.rest("POST", "/2015-03-31/functions", body("nothing"));
    EXPECT_NE(missing.body.find("NoSuchVersion"), std::string::npos) << missing.body;
    const auto made = stage_.rest("POST", "/2015-03-31/functions", body(first.value().version_id));
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.at("CodeSize"), std::to_string(tiny_zip.size()));
    const auto updated = stage_.rest("PUT", "/2015-03-31/functions/f/code",
                                     R"({"S3Bucket": "assets", "S3Key": "k.zip"})");
    EXPECT_EQ(updated.at("CodeSize"), std::to_string(other_zip.size())) << updated.body;
}

TEST_F(FunctionsTest, CodeOfOthersIsNotRead) {
    ASSERT_TRUE(stage_.objects().create_bucket({"theirs", "111111111111", "us-west-2", {}, {}}));
    ASSERT_TRUE(stage_.objects().create_bucket({"far", "000000000000", "eu-west-1", {}, {}}));
    const auto create_from = [&](const std::string& bucket) {
        EXPECT_TRUE(stage_.objects().put(bucket, "k.zip", tiny_zip).has_value());
        return stage_.rest("POST", "/2015-03-31/functions",
                           R"({"FunctionName": "f", "Role": "arn:aws:iam::000000000000:role/r",
                               "Handler": "h", "Runtime": "provided.al2", "Code": {"S3Bucket": ")" +
                               bucket + R"(", "S3Key": "k.zip"}})");
    };
    EXPECT_EQ(create_from("theirs").error_code(), "AccessDeniedException");
    EXPECT_NE(create_from("far").body.find("The bucket is in this region: eu-west-1"),
              std::string::npos);
}

TEST_F(FunctionsTest, UpdateCode) {
    const std::string before = create("f").at("RevisionId");
    const std::string other = make_zip({{"bootstrap", "#!/bin/sh\nexit 2\n"}});
    const auto put = [&](const std::string& more) {
        return stage_.rest("PUT", "/2015-03-31/functions/f/code",
                           R"({"ZipFile": ")" + wire::encode_base64(other) + "\"" + more + "}");
    };
    EXPECT_EQ(put(R"(, "RevisionId": "wrong")").status, 412);
    const auto dry = put(R"(, "DryRun": true)");
    EXPECT_EQ(dry.status, 200);
    EXPECT_EQ(get("f").at("RevisionId"), before);
    const auto changed = put(R"(, "RevisionId": ")" + before + "\"");
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_NE(changed.at("RevisionId"), before);
    EXPECT_EQ(changed.at("CodeSha256"), dry.at("CodeSha256"));
    EXPECT_TRUE(stage_.eventually([&] { return stored_zips() == 1; }));
    EXPECT_TRUE(stage_.invoke("f", "1").at("errorMessage").ends_with("exit status 2"));
}

TEST_F(FunctionsTest, UpdateConfigurationKeepsWhatIsNotNamed) {
    create("f", R"("Description": "d", "Environment": {"Variables": {"AA": "1"}})");
    const auto changed = stage_.rest("PUT", "/2015-03-31/functions/f/configuration",
                                     R"({"Timeout": 60, "Handler": "other"})");
    ASSERT_EQ(changed.status, 200) << changed.body;
    EXPECT_EQ(changed.at("Timeout"), "60");
    EXPECT_EQ(changed.at("Handler"), "other");
    EXPECT_EQ(changed.at("Description"), "d");
    EXPECT_EQ(changed.at("Environment.Variables.AA"), "1");
    EXPECT_EQ(stage_.rest("PUT", "/2015-03-31/functions/nope/configuration", "{}").status, 404);
}

TEST_F(FunctionsTest, LogFormat) {
    auto answer = create("f", R"("LoggingConfig": {"LogFormat": "JSON",
                                 "ApplicationLogLevel": "FATAL"})");
    EXPECT_EQ(answer.at("LoggingConfig.LogFormat"), "JSON") << answer.body;
    EXPECT_EQ(answer.at("LoggingConfig.ApplicationLogLevel"), "FATAL");
    EXPECT_EQ(answer.at("LoggingConfig.SystemLogLevel"), "INFO");
    const auto update = [&](const std::string& logging) {
        return stage_.rest("PUT", "/2015-03-31/functions/f/configuration",
                           R"({"LoggingConfig": )" + logging + "}");
    };
    answer = update(R"({"SystemLogLevel": "WARN"})");
    EXPECT_EQ(answer.at("LoggingConfig.SystemLogLevel"), "WARN");
    EXPECT_EQ(answer.at("LoggingConfig.ApplicationLogLevel"), "FATAL");
    answer = update(R"({"LogFormat": "Text"})");
    EXPECT_EQ(answer.at("LoggingConfig.LogFormat"), "Text");
    EXPECT_EQ(answer.at("LoggingConfig.SystemLogLevel"), "");
    EXPECT_EQ(update(R"({"SystemLogLevel": "WARN"})").error_code(),
              "InvalidParameterValueException");
    EXPECT_EQ(update(R"({"LogFormat": "JSON"})").at("LoggingConfig.ApplicationLogLevel"), "INFO");
}

TEST_F(FunctionsTest, ListInPages) {
    for (const char* name : {"c", "a", "b"})
        ASSERT_EQ(create(name).status, 201);
    auto page = stage_.rest("GET", "/2015-03-31/functions?MaxItems=2");
    EXPECT_EQ(page.at("Functions.0.FunctionName"), "a");
    EXPECT_EQ(page.at("Functions.1.FunctionName"), "b");
    EXPECT_EQ(page.at("Functions.2.FunctionName"), "");
    const std::string marker = page.at("NextMarker");
    ASSERT_NE(marker, "");
    page = stage_.rest("GET", "/2015-03-31/functions?MaxItems=2&Marker=" + marker);
    EXPECT_EQ(page.at("Functions.0.FunctionName"), "c");
    EXPECT_EQ(page.at("NextMarker"), "");
    EXPECT_EQ(stage_.rest("GET", "/2015-03-31/functions?Marker=%21").status, 400);
    EXPECT_EQ(stage_.rest("GET", "/2015-03-31/functions/a/versions").at("Versions.0.Version"),
              "$LATEST");
}

TEST_F(FunctionsTest, EverythingSurvivesARestart) {
    create("f", R"("Timeout": 9, "Tags": {"a": "b"})");
    stage_.rest("POST", "/2015-03-31/functions/f/policy",
                R"({"StatementId": "s", "Action": "lambda:InvokeFunction",
                    "Principal": "events.amazonaws.com"})");
    const std::string before = get("f").body;
    stage_.restart();
    EXPECT_EQ(get("f").body, before);
    EXPECT_EQ(stage_.rest("GET", "/2015-03-31/functions/f/policy").status, 200);
    EXPECT_EQ(stage_.invoke("f", "1").at("errorType"), "Runtime.ExitError");
    // The unpacked code is only a cache.
    std::filesystem::remove_all(stage_.directory() + "/functions");
    stage_.restart();
    EXPECT_EQ(stage_.invoke("f", "1").at("errorType"), "Runtime.ExitError");
}

TEST_F(FunctionsTest, OrphanedCodeIsSweptAtStart) {
    create("f");
    ASSERT_TRUE(stage_.objects().put(CodeStore::bucket_name("us-west-2"),
                                     "snapshots/000000000000/g-" + std::string(32, '0'), "x"));
    std::filesystem::create_directory(stage_.directory() + "/functions/code/left.part");
    std::filesystem::create_directories(stage_.directory() + "/functions/run/left/tmp");
    stage_.restart();
    EXPECT_TRUE(stage_.eventually([&] { return stored_zips() == 1; }));
    EXPECT_FALSE(std::filesystem::exists(stage_.directory() + "/functions/code/left.part"));
    EXPECT_FALSE(std::filesystem::exists(stage_.directory() + "/functions/run/left"));
    // Also where the crash left the region's first zip, and no function at all.
    ASSERT_EQ(stage_.rest("DELETE", "/2015-03-31/functions/f").status, 204);
    ASSERT_TRUE(stage_.objects().put(CodeStore::bucket_name("us-west-2"),
                                     "snapshots/000000000000/g-" + std::string(32, '0'), "x"));
    stage_.restart();
    EXPECT_TRUE(stage_.eventually([&] { return stored_zips() == 0; }));
}

TEST_F(FunctionsTest, Delete) {
    create("f");
    EXPECT_EQ(stage_.rest("DELETE", "/2015-03-31/functions/f?Qualifier=1").status, 404);
    EXPECT_EQ(stage_.rest("DELETE", "/2015-03-31/functions/f?Qualifier=%24LATEST").status, 400);
    const auto deleted = stage_.rest("DELETE", "/2015-03-31/functions/f");
    EXPECT_EQ(deleted.status, 204);
    EXPECT_EQ(deleted.body, "");
    EXPECT_EQ(stage_.rest("DELETE", "/2015-03-31/functions/f").error_code(),
              "ResourceNotFoundException");
    EXPECT_EQ(create("f").status, 201);
}

TEST_F(FunctionsTest, Tags) {
    create("f", R"("Tags": {"a": "1"})");
    const std::string target =
        "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aus-west-2%3A000000000000%3Afunction%3Af";
    EXPECT_EQ(stage_.rest("POST", target, R"({"Tags": {"b": "2", "c": "3"}})").status, 204);
    EXPECT_EQ(stage_.rest("DELETE", target + "?tagKeys=a&tagKeys=c").status, 204);
    const auto tags = stage_.rest("GET", target);
    EXPECT_EQ(tags.body, R"({"Tags":{"b":"2"}})");
    EXPECT_EQ(stage_.rest("POST", target, R"({"Tags": {"aws:x": "2"}})").status, 400);
    std::string many;
    for (std::size_t i = 0; i < tags_max; ++i) {
        many += (i > 0 ? ", \"" : "\"") + std::to_string(i) + "\": \"v\"";
    }
    EXPECT_EQ(stage_.rest("POST", target, "{\"Tags\": {" + many + "}}").status, 400);
}

TEST_F(FunctionsTest, Permissions) {
    create("f");
    const std::string target = "/2015-03-31/functions/f/policy";
    EXPECT_EQ(stage_.rest("GET", target).error_code(), "ResourceNotFoundException");
    const std::string body = R"({"StatementId": "s1", "Action": "lambda:InvokeFunction",
        "Principal": "events.amazonaws.com",
        "SourceArn": "arn:aws:events:us-west-2:000000000000:rule/r"})";
    const auto added = stage_.rest("POST", target, body);
    ASSERT_EQ(added.status, 201) << added.body;
    EXPECT_EQ(added.at("Statement"),
              R"({"Sid":"s1","Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},)"
              R"("Action":"lambda:InvokeFunction",)"
              R"("Resource":"arn:aws:lambda:us-west-2:000000000000:function:f",)"
              R"("Condition":{"ArnLike":{"AWS:SourceArn":)"
              R"("arn:aws:events:us-west-2:000000000000:rule/r"}}})");
    EXPECT_EQ(stage_.rest("POST", target, body).error_code(), "ResourceConflictException");
    const auto policy = stage_.rest("GET", target);
    EXPECT_TRUE(policy.at("Policy").starts_with(R"({"Version":"2012-10-17","Id":"default")"));
    EXPECT_EQ(policy.at("RevisionId"), get("f").at("RevisionId"));
    EXPECT_EQ(stage_
                  .rest("POST", target, R"({"StatementId": "s2", "Action": "lambda:*",
                          "Principal": "somebody"})")
                  .error_code(),
              "InvalidParameterValueException");
    EXPECT_EQ(stage_
                  .rest("POST", target, R"({"StatementId": "s 2", "Action": "lambda:*",
                          "Principal": "*"})")
                  .status,
              400);
    EXPECT_EQ(stage_.rest("DELETE", target + "/s1?RevisionId=wrong").status, 412);
    EXPECT_EQ(stage_.rest("DELETE", target + "/s1").status, 204);
    EXPECT_EQ(stage_.rest("DELETE", target + "/s1").error_code(), "ResourceNotFoundException");
    EXPECT_EQ(stage_.rest("GET", target).status, 404);
}

TEST_F(FunctionsTest, APolicyIsBounded) {
    create("f");
    int added = 0;
    aws::testing::Answer answer;
    do {
        answer = stage_.rest("POST", "/2015-03-31/functions/f/policy",
                             R"({"StatementId": "s)" + std::to_string(added++) +
                                 R"(", "Action": "lambda:InvokeFunction", "Principal": "*"})");
    } while (answer.status == 201 && added < 1000);
    EXPECT_EQ(answer.error_code(), "PolicyLengthExceededException");
    EXPECT_GT(added, 50);
}

// ports::FunctionInvoker, as the events service uses it.
class InvokerTest : public FunctionsTest {
  protected:
    static aws::Caller rule(const std::string& name) {
        aws::Caller caller;
        caller.account = "000000000000";
        caller.service_principal = "events.amazonaws.com";
        caller.source_arn = "arn:aws:events:us-west-2:000000000000:rule/" + name;
        return caller;
    }
    std::string invoke_async(const std::string& arn, const aws::Caller& caller) {
        std::atomic<bool> done{false};
        std::string code;
        stage_.lambda().invoke_async(arn, R"({"do": "print", "line": "by rule"})", caller,
                                     [&](aws::Reply<void> reply) {
                                         code = reply ? "ok" : reply.error().code;
                                         done = true;
                                     });
        EXPECT_TRUE(stage_.eventually([&] { return done.load(); }));
        return code;
    }
    const std::string arn_ = "arn:aws:lambda:us-west-2:000000000000:function:f";
};

TEST_F(InvokerTest, OnlyWhenThePolicyAllows) {
    EXPECT_EQ(invoke_async(arn_, rule("r")), "ResourceNotFoundException");
    ASSERT_EQ(stage_.create("f").status, 201);
    EXPECT_EQ(invoke_async(arn_, rule("r")), "AccessDeniedException");
    stage_.rest("POST", "/2015-03-31/functions/f/policy",
                R"({"StatementId": "s", "Action": "lambda:InvokeFunction",
                    "Principal": "events.amazonaws.com",
                    "SourceArn": "arn:aws:events:us-west-2:000000000000:rule/r*"})");
    EXPECT_EQ(invoke_async(arn_, rule("other")), "AccessDeniedException");
    EXPECT_EQ(invoke_async(arn_, rule("r1")), "ok");
    EXPECT_TRUE(stage_.eventually(
        [&] { return stage_.log_text("f").find("by rule\n") != std::string::npos; }));

    std::atomic<bool> done{false};
    ports::InvokeResult result;
    stage_.lambda().invoke(arn_, "[1]", rule("r1"), [&](aws::Reply<ports::InvokeResult> reply) {
        if (reply) result = std::move(reply.value());
        done = true;
    });
    EXPECT_TRUE(stage_.eventually([&] { return done.load(); }));
    EXPECT_EQ(result.status, 200);
    EXPECT_EQ(result.payload, "[1]");
    EXPECT_EQ(result.function_error, "");
}

}  // namespace
}  // namespace lambda
