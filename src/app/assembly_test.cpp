// Assemblies as the CDK writes them, and broken ones.
#include "app/assembly.h"

#include <gtest/gtest.h>

#include "sim/crash_file_system.h"

namespace app {
namespace {

class AssemblyTest : public ::testing::Test {
  protected:
    AssemblyTest() { EXPECT_TRUE(files_.make_directory("/out")); }

    void write(const std::string& name, const std::string& text) {
        ASSERT_TRUE(base::replace_file(files_, "/out/" + name, text));
    }
    base::Result<std::vector<AssemblyStack>> read() {
        return read_assembly(files_, "/out", {"000000000000", "us-west-2"});
    }
    std::string failure() {
        auto found = read();
        return found ? "" : found.error().message;
    }
    static std::string stack(const std::string& name, const std::string& dependencies) {
        return "\"" + name +
               "\": {\"type\": \"aws:cloudformation:stack\", \"properties\": {"
               "\"templateFile\": \"" +
               name +
               ".json\", \"stackTemplateAssetObjectUrl\": "
               "\"s3://assets-${AWS::AccountId}-${AWS::Region}/" +
               name + "-hash.json\"}, \"dependencies\": [" + dependencies + "]}";
    }

    sim::CrashFileSystem files_;
};

constexpr const char* assets_artifact =
    R"("First.assets": {"type": "cdk:asset-manifest", "properties": {"file": "First.assets.json"}})";

TEST_F(AssemblyTest, StacksComeAfterWhatTheyDependOn) {
    write("manifest.json", "{\"artifacts\": {" + stack("Second", "\"First\"") + "," +
                               stack("First", "\"First.assets\"") + "," + assets_artifact +
                               R"(, "Tree": {"type": "cdk:tree"}}})");
    write("First.json", "{\"Resources\": {}}");
    write("Second.json", "{}");
    write("First.assets.json", R"({"files": {"abc": {
        "source": {"path": "asset.abc.zip", "packaging": "file"},
        "destinations": {"here": {"bucketName": "assets-${AWS::AccountId}-${AWS::Region}",
                                  "objectKey": "abc.zip",
                                  "assumeRoleArn": "arn:${AWS::Partition}:iam::1:role/r"}}}}, "dockerImages": {}})");
    auto found = read();
    ASSERT_TRUE(found) << found.error().describe();
    ASSERT_EQ(found.value().size(), 2U);
    const AssemblyStack& first = found.value()[0];
    EXPECT_EQ(first.name, "First");
    EXPECT_EQ(first.template_text, "{\"Resources\": {}}");
    EXPECT_EQ(first.template_bucket, "assets-000000000000-us-west-2");
    EXPECT_EQ(first.template_key, "First-hash.json");
    ASSERT_EQ(first.assets.size(), 1U);
    EXPECT_EQ(first.assets[0].path, "/out/asset.abc.zip");
    EXPECT_EQ(first.assets[0].bucket, "assets-000000000000-us-west-2");
    EXPECT_EQ(first.assets[0].key, "abc.zip");
    EXPECT_EQ(first.assets[0].role_arn, "arn:aws:iam::1:role/r");
    EXPECT_EQ(found.value()[1].name, "Second");
    EXPECT_EQ(found.value()[1].dependencies, std::vector<std::string>{"First"});
}

TEST_F(AssemblyTest, NoneThereSaysWhatToDo) {
    auto found = read();
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().kind, base::ErrorKind::not_found);
    EXPECT_EQ(found.error().message, "the stacks' templates are missing: run ./dev build");
}

TEST_F(AssemblyTest, WhatCannotBeDeployedIsRefused) {
    write("First.json", "{}");
    write("Second.json", "{}");
    write("manifest.json", "nonsense");
    EXPECT_NE(failure().find("not a JSON object"), std::string::npos);
    write("manifest.json", R"({"artifacts": {"Tree": {"type": "cdk:tree"}}})");
    EXPECT_NE(failure().find("it has no stack"), std::string::npos);
    write("manifest.json", "{\"artifacts\": {" + stack("First", "\"Second\"") + "," +
                               stack("Second", "\"First\"") + "}}");
    EXPECT_NE(failure().find("depend on each other"), std::string::npos);
    write("manifest.json", "{\"artifacts\": {" + stack("Missing", "") + "}}");
    EXPECT_FALSE(read());
    write("manifest.json",
          R"({"artifacts": {"Up": {"type": "aws:cloudformation:stack", "properties": {
              "templateFile": "../secret", "stackTemplateAssetObjectUrl": "s3://a/b"}}}})");
    EXPECT_NE(failure().find("a stack has no template"), std::string::npos);
    write("manifest.json", R"({"artifacts": {"A": {"type": "aws:cloudformation:stack", "properties":
              {"templateFile": "First.json", "stackTemplateAssetObjectUrl": "s3://bucket"}}}})");
    EXPECT_NE(failure().find("the template is no asset"), std::string::npos);
}

TEST_F(AssemblyTest, AssetsThatWouldHaveToBeMadeAreRefused) {
    write("manifest.json",
          "{\"artifacts\": {" + stack("First", "\"First.assets\"") + "," + assets_artifact + "}}");
    write("First.json", "{}");
    for (const char* assets :
         {R"({"files": {"a": {"source": {"path": "folder", "packaging": "zip"}}}})",
          R"({"files": {"a": {"source": {"path": "../up.zip", "packaging": "file"}}}})",
          R"({"files": {"a": 7}})", R"({"dockerImages": {"image": {}}})"}) {
        write("First.assets.json", assets);
        EXPECT_NE(failure().find("the stacks' templates cannot be read"), std::string::npos)
            << assets;
    }
}

}  // namespace
}  // namespace app
