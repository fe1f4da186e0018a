// Work groups through the wire: their life, their settings, and what those do to executions.
#include <gtest/gtest.h>

#include "services/athena/testing.h"

namespace athena {
namespace {

using FakeRows = testing::FakeEngine::Rows;

class WorkGroupsTest : public testing::AthenaTest {
  protected:
    WorkGroupsTest() { make_events(); }

    std::string create(const std::string& name, const std::string& configuration = "{}") {
        return outcome("CreateWorkGroup",
                       R"({"Name":")" + name + R"(","Configuration":)" + configuration + "}");
    }
    aws::testing::Answer get(const std::string& name) {
        return call("GetWorkGroup", R"({"WorkGroup":")" + name + R"("})");
    }
    std::string start_in(const std::string& group, const std::string& more = "") {
        return outcome("StartQueryExecution",
                       R"({"QueryString":"SELECT 1","WorkGroup":")" + group + "\"" + more + "}");
    }
    std::string ids_of(const std::string& group) {
        return call("ListQueryExecutions", R"({"WorkGroup":")" + group + R"("})")
            .at("QueryExecutionIds");
    }
};

constexpr const char* not_found = "InvalidRequestException: WorkGroup team is not found.";
constexpr const char* with_location =
    R"({"ResultConfiguration":{"OutputLocation":"s3://results/team"}})";

TEST_F(WorkGroupsTest, AreMadeReadListedAndDeleted) {
    EXPECT_EQ(outcome("GetWorkGroup", R"({"WorkGroup":"team"})"), not_found);
    EXPECT_EQ(outcome("CreateWorkGroup", R"({"Name":"team","Description":"ours",
        "Configuration":{"ResultConfiguration":{"OutputLocation":"s3://results/team",
            "EncryptionConfiguration":{"EncryptionOption":"SSE_S3"},
            "ExpectedBucketOwner":"000000000000"},
        "EnforceWorkGroupConfiguration":false,"PublishCloudWatchMetricsEnabled":true,
        "BytesScannedCutoffPerQuery":10000000,"RequesterPaysEnabled":false,
        "EngineVersion":{"SelectedEngineVersion":"Athena engine version 3"}},
        "Tags":[{"Key":"a","Value":"1"}]})"),
              "");
    for (int round = 0; round < 2; ++round) {
        const auto answer = get("team");
        const std::string at = "WorkGroup.Configuration.";
        EXPECT_EQ(answer.at("WorkGroup.Name"), "team");
        EXPECT_EQ(answer.at("WorkGroup.State"), "ENABLED");
        EXPECT_EQ(answer.at("WorkGroup.Description"), "ours");
        EXPECT_NE(answer.at("WorkGroup.CreationTime"), "");
        EXPECT_EQ(answer.at(at + "ResultConfiguration.OutputLocation"), "s3://results/team");
        EXPECT_EQ(answer.at(at + "ResultConfiguration.EncryptionConfiguration.EncryptionOption"),
                  "SSE_S3");
        EXPECT_EQ(answer.at(at + "ResultConfiguration.ExpectedBucketOwner"), "000000000000");
        EXPECT_EQ(answer.at(at + "EnforceWorkGroupConfiguration"), "false");
        EXPECT_EQ(answer.at(at + "PublishCloudWatchMetricsEnabled"), "true");
        EXPECT_EQ(answer.at(at + "BytesScannedCutoffPerQuery"), "10000000");
        EXPECT_EQ(answer.at(at + "EngineVersion.SelectedEngineVersion"), "Athena engine version 3");
        restart();
    }
    EXPECT_EQ(create("team"), "InvalidRequestException: WorkGroup is already created");
    const auto listed = call("ListWorkGroups", "{}");
    EXPECT_EQ(listed.at("WorkGroups.0.Name"), "primary");
    EXPECT_EQ(listed.at("WorkGroups.1.Name"), "team");
    EXPECT_EQ(outcome("DeleteWorkGroup", R"({"WorkGroup":"team"})"), "");
    EXPECT_EQ(outcome("DeleteWorkGroup", R"({"WorkGroup":"team"})"), not_found);
    EXPECT_EQ(call("ListWorkGroups", "{}").at("WorkGroups.1.Name"), "");
}

TEST_F(WorkGroupsTest, HaveDefaults) {
    ASSERT_EQ(outcome("CreateWorkGroup", R"({"Name":"team"})"), "");
    const auto answer = get("team");
    EXPECT_EQ(answer.at("WorkGroup.Configuration.EnforceWorkGroupConfiguration"), "true");
    EXPECT_EQ(answer.at("WorkGroup.Configuration.PublishCloudWatchMetricsEnabled"), "false");
    EXPECT_EQ(answer.at("WorkGroup.Configuration.BytesScannedCutoffPerQuery"), "");
    EXPECT_EQ(answer.at("WorkGroup.Configuration.EngineVersion.EffectiveEngineVersion"),
              "Athena engine version 3");
    EXPECT_EQ(answer.at("WorkGroup.Configuration.ResultConfiguration.OutputLocation"), "");
}

TEST_F(WorkGroupsTest, PrimaryIsAlwaysThere) {
    options_.output_location = "s3://results/{account}/{region}/";
    restart();
    const std::string location = "WorkGroup.Configuration.ResultConfiguration.OutputLocation";
    EXPECT_EQ(get("primary").at(location), "s3://results/000000000000/us-west-2/");
    EXPECT_EQ(get("primary").at("WorkGroup.Configuration.EnforceWorkGroupConfiguration"), "false");
    EXPECT_EQ(create("primary"), "InvalidRequestException: primary workGroup could not be created");
    EXPECT_NE(outcome("DeleteWorkGroup", R"({"WorkGroup":"primary"})"), "");
    EXPECT_EQ(outcome("UpdateWorkGroup", R"({"WorkGroup":"primary","ConfigurationUpdates":
        {"ResultConfigurationUpdates":{"RemoveOutputLocation":true}}})"),
              "");
    restart();
    EXPECT_EQ(get("primary").at(location), "");
    EXPECT_EQ(call("ListWorkGroups", "{}").at("WorkGroups.0.Name"), "primary");
    EXPECT_EQ(call("ListWorkGroups", "{}").at("WorkGroups.1.Name"), "");
}

TEST_F(WorkGroupsTest, AreUpdatedInPart) {
    ASSERT_EQ(create("team", with_location), "");
    EXPECT_EQ(outcome("UpdateWorkGroup", R"({"WorkGroup":"team","Description":"d"})"), "");
    EXPECT_EQ(outcome("UpdateWorkGroup", R"({"WorkGroup":"team","ConfigurationUpdates":{
        "EnforceWorkGroupConfiguration":false,"BytesScannedCutoffPerQuery":20000000,
        "ResultConfigurationUpdates":{"ExpectedBucketOwner":"000000000000"}}})"),
              "");
    auto answer = get("team");
    EXPECT_EQ(answer.at("WorkGroup.Description"), "d");
    EXPECT_EQ(answer.at("WorkGroup.Configuration.BytesScannedCutoffPerQuery"), "20000000");
    EXPECT_EQ(answer.at("WorkGroup.Configuration.ResultConfiguration.OutputLocation"),
              "s3://results/team");
    EXPECT_EQ(outcome("UpdateWorkGroup", R"({"WorkGroup":"team","Description":"",
        "ConfigurationUpdates":{"RemoveBytesScannedCutoffPerQuery":true,
        "ResultConfigurationUpdates":{"RemoveExpectedBucketOwner":true}}})"),
              "");
    answer = get("team");
    EXPECT_EQ(answer.at("WorkGroup.Description"), "");
    EXPECT_EQ(answer.at("WorkGroup.Configuration.BytesScannedCutoffPerQuery"), "");
    EXPECT_EQ(answer.at("WorkGroup.Configuration.ResultConfiguration.ExpectedBucketOwner"), "");
    EXPECT_NE(outcome("UpdateWorkGroup", R"({"WorkGroup":"team","ConfigurationUpdates":{
        "ResultConfigurationUpdates":{"RemoveOutputLocation":true,"OutputLocation":"s3://a"}}})"),
              "");
    EXPECT_EQ(outcome("UpdateWorkGroup", R"({"WorkGroup":"other"})"),
              "InvalidRequestException: WorkGroup other is not found.");
}

TEST_F(WorkGroupsTest, RefuseWhatTheyDoNotHave) {
    for (const char* configuration :
         {R"({"RequesterPaysEnabled":true})", R"({"MonitoringConfiguration":{}})",
          R"({"ManagedQueryResultsConfiguration":{"Enabled":true}})",
          R"({"EngineVersion":{"SelectedEngineVersion":"PySpark engine version 3"}})",
          R"({"EnableMinimumEncryptionConfiguration":true})",
          R"({"ResultConfiguration":{"EncryptionConfiguration":{"EncryptionOption":"SSE_KMS"}}})",
          R"({"IdentityCenterConfiguration":{"EnableIdentityCenter":true}})"}) {
        EXPECT_NE(create("team", configuration).find("is not supported by this server"),
                  std::string::npos)
            << configuration;
    }
    EXPECT_NE(create("team", R"({"BytesScannedCutoffPerQuery":9999999})").find("10000000"),
              std::string::npos);
    EXPECT_EQ(create("team", R"({"ResultConfiguration":{"OutputLocation":"/tmp"}})"),
              "InvalidRequestException: outputLocation is not a valid S3 path.");
    EXPECT_NE(create("a b"), "");
    EXPECT_EQ(outcome("GetWorkGroup", R"({"WorkGroup":"team"})"), not_found);
    EXPECT_EQ(create("team", R"({"ManagedQueryResultsConfiguration":{"Enabled":false},
                                 "RequesterPaysEnabled":false})"),
              "");
}

TEST_F(WorkGroupsTest, ListsPages) {
    for (int i = 0; i < 5; ++i)
        ASSERT_EQ(create("g" + std::to_string(i)), "");
    std::string token;
    std::vector<std::string> names;
    do {
        const auto page = call(
            "ListWorkGroups",
            R"({"MaxResults":2)" + (token.empty() ? "" : ",\"NextToken\":\"" + token + "\"") + "}");
        for (const char* at : {"WorkGroups.0.Name", "WorkGroups.1.Name"})
            names.push_back(page.at(at));
        token = page.at("NextToken");
    } while (!token.empty());
    EXPECT_EQ(names, (std::vector<std::string>{"g0", "g1", "g2", "g3", "g4", "primary"}));
}

TEST_F(WorkGroupsTest, EnforcedSettingsWinOverTheCalls) {
    const std::string elsewhere = R"(,"ResultConfiguration":{"OutputLocation":"s3://lake/x"})";
    ASSERT_EQ(create("team", with_location), "");
    const std::string id = run("SELECT 1", R"(,"WorkGroup":"team")");  // asks for s3://results/out
    EXPECT_EQ(state(id, "ResultConfiguration.OutputLocation"), "s3://results/team/" + id + ".csv");
    EXPECT_EQ(state(id, "WorkGroup"), "team");
    ASSERT_EQ(outcome("UpdateWorkGroup", R"({"WorkGroup":"team","ConfigurationUpdates":
        {"EnforceWorkGroupConfiguration":false}})"),
              "");
    const std::string other = run("SELECT 1", R"(,"WorkGroup":"team")");
    EXPECT_EQ(state(other, "ResultConfiguration.OutputLocation"),
              "s3://results/out/" + other + ".csv");
    EXPECT_EQ(start_in("team"), "");  // the group's location
    // A group that enforces but has no location leaves it to the call.
    ASSERT_EQ(create("bare"), "");
    EXPECT_EQ(start_in("bare", elsewhere), "");
    EXPECT_EQ(start_in("bare").substr(0, 52),
              "InvalidRequestException: No output location provided");
}

TEST_F(WorkGroupsTest, DisabledOnesTakeNoQueries) {
    ASSERT_EQ(create("team", with_location), "");
    ASSERT_EQ(outcome("UpdateWorkGroup", R"({"WorkGroup":"team","State":"DISABLED"})"), "");
    EXPECT_EQ(start_in("team"), "InvalidRequestException: WorkGroup team is disabled.");
    EXPECT_EQ(outcome("CreateNamedQuery", R"({"Name":"n","Database":"d","QueryString":"SELECT 1",
        "WorkGroup":"team"})"),
              "InvalidRequestException: WorkGroup team is disabled.");
    ASSERT_EQ(outcome("UpdateWorkGroup", R"({"WorkGroup":"team","State":"ENABLED"})"), "");
    EXPECT_EQ(start_in("team"), "");
    EXPECT_EQ(start_in("nobody"), "InvalidRequestException: WorkGroup nobody is not found.");
}

TEST_F(WorkGroupsTest, CutOffQueriesThatWouldScanTooMuch) {
    for (const char* month : {"01", "02"}) {
        const std::string folder = std::string("t/year=2024/month=") + month;
        catalog_.partitions["acme.events"][{"2024", month}] = "s3://lake/" + folder;
        put(folder + "/a", std::string(6'000'000, 'x'));
    }
    ASSERT_EQ(create("team", R"({"ResultConfiguration":{"OutputLocation":"s3://results/team"},
                                 "BytesScannedCutoffPerQuery":10000000})"),
              "");
    const std::string wide = run("SELECT n FROM acme.events", R"(,"WorkGroup":"team")");
    EXPECT_EQ(state(wide), "CANCELLED");
    EXPECT_EQ(state(wide, "Status.StateChangeReason"), "Bytes scanned limit was exceeded");
    EXPECT_EQ(state(wide, "Statistics.DataScannedInBytes"), "0");
    EXPECT_TRUE(engine_.seen.empty());
    // Partitions that are pruned do not count; neither does anything without a limit.
    run("SELECT n FROM acme.events WHERE month = '01'", R"(,"WorkGroup":"team")");
    EXPECT_EQ(engine_.seen.size(), 1U);
    run("SELECT n FROM acme.events");
    EXPECT_EQ(engine_.seen.size(), 2U);
    ASSERT_EQ(outcome("UpdateWorkGroup", R"({"WorkGroup":"team","ConfigurationUpdates":
        {"BytesScannedCutoffPerQuery":12000000}})"),
              "");
    run("SELECT n FROM acme.events", R"(,"WorkGroup":"team")");  // exactly the limit
    EXPECT_EQ(engine_.seen.size(), 3U);
}

TEST_F(WorkGroupsTest, PublishMetricsWhenToldTo) {
    const std::string location = R"("ResultConfiguration":{"OutputLocation":"s3://results/"})";
    ASSERT_EQ(create("loud", "{" + location + R"(,"PublishCloudWatchMetricsEnabled":true})"), "");
    ASSERT_EQ(create("quiet", "{" + location + "}"), "");
    for (const char* group : {"loud", "quiet"}) {
        run("SELECT 1", R"(,"WorkGroup":")" + std::string(group) + "\"");
        engine_.succeed({{"1"}}, 12);
        stage_.executor.run_until_idle();
    }
    const std::string shown = metrics_.render();
    EXPECT_NE(shown.find("datastack_athena_processed_bytes_total{work_group=\"loud\",state="
                         "\"SUCCEEDED\"} 12"),
              std::string::npos)
        << shown;
    EXPECT_EQ(shown.find("quiet"), std::string::npos);
}

TEST_F(WorkGroupsTest, MetricsOfManyGroupsAreBounded) {
    engine_.script = FakeRows{{"1"}};
    for (std::size_t i = 0; i <= groups_with_metrics_max; ++i) {
        const std::string name = "g" + std::to_string(i);
        ASSERT_EQ(create(name, R"({"ResultConfiguration":{"OutputLocation":"s3://results/"},
                                   "PublishCloudWatchMetricsEnabled":true})"),
                  "");
        run("SELECT 1", R"(,"WorkGroup":")" + name + "\"");
    }
    const std::string shown = metrics_.render();
    EXPECT_NE(shown.find("work_group=\"g99\""), std::string::npos);
    EXPECT_EQ(shown.find("work_group=\"g100\""), std::string::npos);
    EXPECT_NE(shown.find("work_group=\"others\""), std::string::npos);
}

TEST_F(WorkGroupsTest, ListTheirExecutionsOnly) {
    ASSERT_EQ(create("team", with_location), "");
    const std::string ours = run("SELECT 1", R"(,"WorkGroup":"team")");
    stage_.clock.advance_ms(5);
    const std::string primarys = run("SELECT 1");
    stage_.clock.advance_ms(5);
    const std::string later = run("SELECT 1", R"(,"WorkGroup":"team")");
    for (int round = 0; round < 2; ++round) {
        EXPECT_EQ(ids_of("team"), "[\"" + later + "\",\"" + ours + "\"]");
        EXPECT_EQ(ids_of("primary"), "[\"" + primarys + "\"]");
        EXPECT_EQ(call("ListQueryExecutions", "{}").at("QueryExecutionIds.0"), primarys);
        crash();
    }
    const auto page = call("ListQueryExecutions", R"({"WorkGroup":"team","MaxResults":1})");
    EXPECT_EQ(page.at("QueryExecutionIds.0"), later);
    const auto next = call("ListQueryExecutions",
                           R"({"WorkGroup":"team","NextToken":")" + page.at("NextToken") + R"("})");
    EXPECT_EQ(next.at("QueryExecutionIds"), "[\"" + ours + "\"]");
    EXPECT_EQ(outcome("ListQueryExecutions", R"({"WorkGroup":"nobody"})"),
              "InvalidRequestException: WorkGroup nobody is not found.");
}

TEST_F(WorkGroupsTest, AreDeletedWithWhatIsInThem) {
    ASSERT_EQ(create("team", with_location), "");
    const std::string id = run("SELECT 1", R"(,"WorkGroup":"team")");
    engine_.succeed({{"1"}});
    stage_.executor.run_until_idle();
    EXPECT_EQ(outcome("DeleteWorkGroup", R"({"WorkGroup":"team"})"),
              "InvalidRequestException: WorkGroup team is not empty");
    const std::string running = run("SELECT 2", R"(,"WorkGroup":"team")");
    const std::string others = run("SELECT 3");
    EXPECT_EQ(outcome("DeleteWorkGroup", R"({"WorkGroup":"team","RecursiveDeleteOption":true})"),
              "");
    stage_.executor.run_until_idle();
    for (const std::string& gone : {id, running}) {
        EXPECT_EQ(outcome("GetQueryExecution", R"({"QueryExecutionId":")" + gone + R"("})"),
                  "InvalidRequestException: QueryExecution " + gone + " was not found");
        EXPECT_NE(outcome("StopQueryExecution", R"({"QueryExecutionId":")" + gone + R"("})"), "");
        EXPECT_NE(outcome("GetQueryResults", R"({"QueryExecutionId":")" + gone + R"("})"), "");
    }
    EXPECT_EQ(state(others), "RUNNING");
    EXPECT_EQ(athena_->unfinished_count(), 1U);
    // One that is made again is another one.
    ASSERT_EQ(create("team", with_location), "");
    EXPECT_EQ(ids_of("team"), "[]");
    EXPECT_NE(outcome("GetQueryExecution", R"({"QueryExecutionId":")" + id + R"("})"), "");
    EXPECT_EQ(outcome("DeleteWorkGroup", R"({"WorkGroup":"team"})"), "");
}

TEST_F(WorkGroupsTest, SavedQueriesKeepThemFromBeingDeleted) {
    ASSERT_EQ(create("team"), "");
    const auto saved = call("CreateNamedQuery", R"({"Name":"n","Database":"d",
        "QueryString":"SELECT 1","WorkGroup":"team"})");
    ASSERT_EQ(create("other"), "");
    ASSERT_EQ(outcome("CreatePreparedStatement", R"({"StatementName":"p1","WorkGroup":"other",
        "QueryStatement":"SELECT ?"})"),
              "");
    for (const char* name : {"team", "other"}) {
        const std::string input = std::string(R"({"WorkGroup":")") + name + "\"";
        EXPECT_EQ(outcome("DeleteWorkGroup", input + "}"),
                  std::string("InvalidRequestException: WorkGroup ") + name + " is not empty");
        EXPECT_EQ(outcome("DeleteWorkGroup", input + R"(,"RecursiveDeleteOption":true})"), "");
        ASSERT_EQ(create(name), "");
        EXPECT_EQ(outcome("DeleteWorkGroup", input + "}"), "");
    }
    EXPECT_NE(outcome("GetNamedQuery", R"({"NamedQueryId":")" + saved.at("NamedQueryId") + R"("})"),
              "");
}

TEST_F(WorkGroupsTest, HaveTags) {
    ASSERT_EQ(create("team"), "");
    const std::string arn =
        R"({"ResourceARN":"arn:aws:athena:us-west-2:000000000000:workgroup/team")";
    EXPECT_EQ(outcome("TagResource", arn + R"(,"Tags":[{"Key":"b","Value":"2"},
                                                      {"Key":"a","Value":"1"}]})"),
              "");
    EXPECT_EQ(outcome("TagResource", arn + R"(,"Tags":[{"Key":"a","Value":"3"}]})"), "");
    EXPECT_EQ(outcome("UntagResource", arn + R"(,"TagKeys":["b","zz"]})"), "");
    const auto tags = call("ListTagsForResource", arn + "}");
    EXPECT_EQ(tags.at("Tags"), R"([{"Key":"a","Value":"3"}])");
    std::string many;
    for (int i = 0; i < 50; ++i)
        many += (i == 0 ? "" : ",") + (R"({"Key":"k)" + std::to_string(i) + R"(","Value":""})");
    EXPECT_NE(outcome("TagResource", arn + R"(,"Tags":[)" + many + "]}"), "");
    EXPECT_EQ(outcome("UntagResource", arn + R"(,"TagKeys":["a"]})"), "");
    EXPECT_EQ(outcome("TagResource", arn + R"(,"Tags":[)" + many + "]}"), "");
    EXPECT_EQ(call("ListTagsForResource", R"({"ResourceARN":
        "arn:aws:athena:us-west-2:000000000000:workgroup/none"})")
                  .error_code(),
              "InvalidRequestException");
    EXPECT_EQ(call("ListTagsForResource", R"({"ResourceARN":
        "arn:aws:athena:eu-west-1:000000000000:workgroup/team"})")
                  .error_code(),
              "ResourceNotFoundException");
}

TEST_F(WorkGroupsTest, AreTheAccountsAndTheRegions) {
    ASSERT_EQ(create("team"), "");
    harness_->set_region("eu-west-1");
    EXPECT_EQ(outcome("GetWorkGroup", R"({"WorkGroup":"team"})"), not_found);
    EXPECT_EQ(create("team"), "");
}

TEST_F(WorkGroupsTest, StopAtTheirMaximum) {
    meta_store::Table<WorkGroupRow> rows(*stage_.meta, "athena.work_groups");
    meta_store::Changes changes;
    for (std::size_t i = 0; i < work_groups_max - 2; ++i) {
        WorkGroupRow row;
        row.name = "g" + std::to_string(i);
        rows.put(changes, {testing::account, "us-west-2", row.name}, row);
    }
    ASSERT_TRUE(stage_.meta->commit(std::move(changes)));
    EXPECT_EQ(create("last"), "");  // with primary
    EXPECT_EQ(create("more"), "InvalidRequestException: There may be at most 1000 work groups.");
}

}  // namespace
}  // namespace athena
