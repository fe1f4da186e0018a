// Athena's resource types: the steps as values, and run against the service as a stack does.
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "aws/resource_testing.h"
#include "services/athena/testing.h"

namespace athena {
namespace {

constexpr const char* group_type = "AWS::Athena::WorkGroup";
constexpr const char* query_type = "AWS::Athena::NamedQuery";

class ResourcesTest : public testing::AthenaTest {
  protected:
    ResourcesTest() {
        driver_.set_pump([this] { stage_.executor.run_until_idle(); });
    }
    std::string group(const std::string& path) {
        return call("GetWorkGroup", R"({"WorkGroup":"team"})").at("WorkGroup." + path);
    }
    std::string tags() {
        return call("ListTagsForResource",
                    R"({"ResourceARN":"arn:aws:athena:us-west-2:000000000000:workgroup/team"})")
            .at("Tags");
    }

    aws::testing::ResourceDriver driver_{model, athena_.get()};
};

constexpr const char* whole_group = R"({"Name":"team","Description":"ours",
    "RecursiveDeleteOption":"true","Tags":[{"Key":"a","Value":"1"}],
    "WorkGroupConfiguration":{"EnforceWorkGroupConfiguration":true,
        "PublishCloudWatchMetricsEnabled":false,"BytesScannedCutoffPerQuery":"10000000",
        "RequesterPaysEnabled":false,
        "EngineVersion":{"SelectedEngineVersion":"Athena engine version 3"},
        "ResultConfiguration":{"OutputLocation":"s3://results/team/",
            "EncryptionConfiguration":{"EncryptionOption":"SSE_S3"}}}})";

TEST_F(ResourcesTest, AWorkGroupIsMadeAsTheTemplateSays) {
    driver_.stack_tags = {{"stack", "lake"}};
    const auto made = driver_.create(group_type, whole_group);
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, "team");
    EXPECT_EQ(group("Description"), "ours");
    EXPECT_EQ(group("Configuration.BytesScannedCutoffPerQuery"), "10000000");
    EXPECT_EQ(group("Configuration.ResultConfiguration.OutputLocation"), "s3://results/team/");
    EXPECT_EQ(tags(), R"([{"Key":"a","Value":"1"},{"Key":"stack","Value":"lake"}])");
    EXPECT_EQ(driver_.create(group_type, whole_group).problem, "team already exists");
    EXPECT_EQ(driver_.create(group_type, whole_group, "Thing", true).problem, "");
}

TEST_F(ResourcesTest, AWorkGroupChangesInPlace) {
    auto made = driver_.create(group_type, whole_group);
    ASSERT_EQ(made.problem, "");
    driver_.update(made, R"({"Name":"team","State":"DISABLED","Tags":[{"Key":"b","Value":"2"}]})");
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(group("State"), "DISABLED");
    EXPECT_EQ(group("Description"), "");
    EXPECT_EQ(group("Configuration.BytesScannedCutoffPerQuery"), "");
    EXPECT_EQ(group("Configuration.ResultConfiguration"), "{}");
    EXPECT_EQ(group("Configuration.EngineVersion.SelectedEngineVersion"), "AUTO");
    EXPECT_EQ(tags(), R"([{"Key":"b","Value":"2"}])");
    driver_.update(made, whole_group);
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(group("State"), "ENABLED");
    EXPECT_EQ(group("Configuration.ResultConfiguration.EncryptionConfiguration.EncryptionOption"),
              "SSE_S3");
    driver_.update(made, R"({"Name":"other"})");
    EXPECT_EQ(made.problem, "replaces");
}

TEST_F(ResourcesTest, AWorkGroupGoesOnlyWithItsContentWhenToldSo) {
    auto made = driver_.create(group_type, R"({"Name":"team","State":"DISABLED"})");
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(group("State"), "DISABLED");
    driver_.update(made, R"({"Name":"team"})");
    auto query = driver_.create(query_type, R"({"Database":"d","QueryString":"SELECT 1",
                                                 "WorkGroup":"team"})",
                                "Query");
    ASSERT_EQ(query.problem, "");
    EXPECT_EQ(driver_.remove(made), "InvalidRequestException: WorkGroup team is not empty");
    EXPECT_TRUE(driver_.exists(made));
    driver_.update(made, R"({"Name":"team","RecursiveDeleteOption":true})");
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_EQ(driver_.remove(query), "");
}

TEST_F(ResourcesTest, AWorkGroupRefusesWhatTheServiceHasNot) {
    EXPECT_EQ(driver_
                  .create(group_type, R"({"Name":"team","WorkGroupConfiguration":
                                             {"ExecutionRole":"arn"}})")
                  .problem,
              "ValidationError: Properties validation failed for resource Thing with message:\n"
              "#/WorkGroupConfiguration: extraneous key [ExecutionRole] is not permitted");
    EXPECT_EQ(driver_
                  .create(group_type, R"({"Name":"team","WorkGroupConfiguration":
                                             {"RequesterPaysEnabled":true}})")
                  .problem,
              "InvalidRequestException: RequesterPaysEnabled is not supported by this server.");
    EXPECT_EQ(driver_
                  .create(group_type, R"({"Name":"team","WorkGroupConfiguration":
                                             {"BytesScannedCutoffPerQuery":1}})")
                  .problem.substr(0, 20),
              "ValidationException:");
}

TEST_F(ResourcesTest, ANamedQueryIsReplacedByEveryChange) {
    const char* properties =
        R"({"Name":"n","Database":"d","QueryString":"SELECT 1","Description":"x"})";
    auto made = driver_.create(query_type, properties);
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.attributes.at("NamedQueryId"), boost::json::string(made.context.physical_id));
    const std::string id = R"({"NamedQueryId":")" + made.context.physical_id + R"("})";
    EXPECT_EQ(call("GetNamedQuery", id).at("NamedQuery.QueryString"), "SELECT 1");
    EXPECT_EQ(driver_.create(query_type, properties, "Thing", true).problem, "");
    EXPECT_EQ(call("ListNamedQueries", "{}").at("NamedQueryIds.1"), "");
    auto other = made;
    driver_.update(other, R"({"Name":"n","Database":"d","QueryString":"SELECT 2"})");
    EXPECT_EQ(other.problem, "replaces");
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
}

TEST(AthenaResources, AreSteps) {
    const aws::ResourceContext context{.account = "1",
                                       .region = "r",
                                       .stack_name = "S",
                                       .logical_id = "Q",
                                       .physical_id = "id",
                                       .token = "0123456789abcdef0123456789abcdef"};
    const auto properties =
        aws::decode_properties(named_query_resource, "Q",
                               boost::json::parse(R"({"Database":"d","QueryString":"SELECT 1"})"));
    ASSERT_TRUE(properties);
    const auto steps = named_query_resource.create(context, properties.value().get());
    ASSERT_TRUE(steps);
    ASSERT_EQ(steps.value().size(), 1U);
    EXPECT_EQ(steps.value()[0].operation, "CreateNamedQuery");
    EXPECT_EQ(boost::json::serialize(steps.value()[0].input),
              R"({"Database":"d","QueryString":"SELECT 1","Name":"S-Q-0123456789AB",)"
              R"("ClientRequestToken":"0123456789abcdef0123456789abcdef"})");
    EXPECT_EQ(named_query_resource.update, nullptr);
}

}  // namespace
}  // namespace athena
