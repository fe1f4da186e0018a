// Executions through the wire: starting, running, ending, and what is said of them.
#include <gtest/gtest.h>

#include "services/athena/testing.h"

namespace athena {
namespace {

using testing::json_quote;

class QueryTest : public testing::AthenaTest {
  protected:
    QueryTest() {
        make_events();
        for (const char* month : {"01", "02"}) {
            catalog_.partitions["acme.events"][{"2024", month}] =
                std::string("s3://lake/t/year=2024/month=") + month;
        }
        put("t/year=2024/month=01/a.gz", "aaaa");
        put("t/year=2024/month=01/sub/b", "bb");
        put("t/year=2024/month=02/c.gz", "cccccc");
        put("t/year=2024/month=02/_hidden", "x");
        put("t/year=2024/month=02/.also", "x");
        put("t/year=2024/month=02/_folder/d", "x");
        put("t/year=2024/month=02/empty", "");
        put("t/year=2024/month=020/other", "x");
    }
};

TEST_F(QueryTest, RunsToItsResultObject) {
    const std::string id = run("SELECT event_id, n FROM acme.events");
    EXPECT_EQ(state(id), "RUNNING");
    engine_.succeed({{"a\"b", "1"}, {"", std::nullopt}, {"c,\nd", "-2"}}, 12);
    stage_.executor.run_until_idle();
    EXPECT_EQ(state(id), "SUCCEEDED");
    EXPECT_EQ(result(id), "\"event_id\",\"n\"\n\"a\"\"b\",\"1\"\n\"\",\n\"c,\nd\",\"-2\"\n");
    EXPECT_EQ(state(id, "Statistics.DataScannedInBytes"), "12");
    EXPECT_EQ(state(id, "Statistics.EngineExecutionTimeInMillis"), "7");
    EXPECT_EQ(state(id, "StatementType"), "DML");
    EXPECT_EQ(state(id, "ResultConfiguration.OutputLocation"), "s3://results/out/" + id + ".csv");
    EXPECT_NE(stage_.read("results", "out/" + id + ".csv.metadata").find("event_id"),
              std::string::npos);
    EXPECT_EQ(athena_->unfinished_count(), 0U);
}

TEST_F(QueryTest, GivesTheEngineOnlyWhatMatches) {
    run("SELECT n, \"$path\", year FROM acme.events WHERE month = '02'");
    ASSERT_EQ(engine_.seen.size(), 1U);
    const sql_engine::QueryPlan& plan = engine_.seen[0];
    ASSERT_EQ(plan.scans.size(), 1U);
    const sql_engine::Scan& scan = plan.scans[0];
    ASSERT_EQ(scan.objects.size(), 1U);
    EXPECT_EQ(scan.objects[0].name(), "s3://lake/t/year=2024/month=02/c.gz");
    EXPECT_EQ(scan.objects[0].codec, sql_engine::Codec::gzip);
    EXPECT_EQ(scan.objects[0].size_bytes, 6U);
    EXPECT_EQ(scan.partitions,
              (std::vector<std::vector<std::optional<std::string>>>{{"2024", "02"}}));
    ASSERT_EQ(scan.columns.size(), 4U);  // month, n, $path, year
    EXPECT_EQ(scan.columns[0].source, sql_engine::ColumnSource::partition);
    EXPECT_EQ(scan.columns[0].position, 1U);
    EXPECT_EQ(scan.columns[1].field, "N.O");
    EXPECT_EQ(scan.columns[2].source, sql_engine::ColumnSource::path);
    EXPECT_TRUE(scan.json.ignore_malformed);
    const auto opened = plan.opener->open(scan.objects[0]);
    ASSERT_TRUE(opened);
    std::string bytes(6, ' ');
    EXPECT_EQ(opened.value()->read_at(0, bytes).value(), 6U);
    EXPECT_EQ(bytes, "cccccc");
}

TEST_F(QueryTest, AnObjectReplacedMeanwhileIsRefused) {
    run("SELECT n FROM acme.events WHERE month = '02'");
    stage_.clock.advance_ms(5);
    put("t/year=2024/month=02/c.gz", "dddddd");
    const auto& plan = engine_.seen[0];
    const auto opened = plan.opener->open(plan.scans[0].objects[0]);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().context, "changed");
}

TEST_F(QueryTest, RefusesAtTheStartWhatCannotRun) {
    const std::string location = R"(,"ResultConfiguration":{"OutputLocation":"s3://results/"}})";
    const auto said = [&](const std::string& query, const std::string& more = "") {
        return outcome("StartQueryExecution",
                       R"({"QueryString":)" + json_quote(query) + more + location);
    };
    EXPECT_EQ(said("SELEC 1"),
              "InvalidRequestException: line 1:1: mismatched input 'SELEC'. Expecting: 'ALTER', "
              "'CREATE', 'DESCRIBE', 'DROP', 'MSCK', 'SELECT', 'SHOW', 'VALUES', 'WITH'");
    const auto answer = call("StartQueryExecution", R"({"QueryString":"SELECT ("})");
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(said("SELECT 1", R"(,"WorkGroup":"other")"),
              "InvalidRequestException: WorkGroup other is not found.");
    EXPECT_EQ(said("SELECT 1", R"(,"QueryExecutionContext":{"Catalog":"mine"})"),
              "InvalidRequestException: Data catalog mine was not found");
    EXPECT_EQ(said("SELECT 1", R"(,"EngineConfiguration":{"MaxConcurrentDpus":4})"),
              "InvalidRequestException: EngineConfiguration is not supported by this server.");
    EXPECT_EQ(said("SELECT 1", R"(,"ResultReuseConfiguration":{"ResultReuseByAgeConfiguration":
                               {"Enabled":true,"MaxAgeInMinutes":5}})"),
              "InvalidRequestException: Result reuse is not supported by this server.");
    EXPECT_EQ(said("SELECT ?"),
              "InvalidRequestException: line 1:1: Incorrect number of "
              "parameters: expected 1 but found 0");
    EXPECT_EQ(outcome("StartQueryExecution", R"({"QueryString":"SELECT 1"})"),
              "InvalidRequestException: No output location provided. An output location is "
              "required either through the Workgroup result configuration setting or as an API "
              "input.");
    for (const auto& [text, message] :
         {std::pair{"results/x", "outputLocation is not a valid S3 path."},
          std::pair{"s3://absent/x", "Unable to verify/create output bucket absent"}}) {
        EXPECT_EQ(outcome("StartQueryExecution",
                          std::string(R"({"QueryString":"SELECT 1","ResultConfiguration":)") +
                              R"({"OutputLocation":")" + text + R"("}})"),
                  std::string("InvalidRequestException: ") + message);
    }
    EXPECT_EQ(call("ListQueryExecutions", "{}").at("QueryExecutionIds.0"), "");
}

TEST_F(QueryTest, FailsWithTrinosWords) {
    const std::string id = run("SELECT x FROM acme.events");
    EXPECT_EQ(state(id), "FAILED");
    EXPECT_EQ(state(id, "Status.StateChangeReason"),
              "COLUMN_NOT_FOUND: line 1:8: Column 'x' cannot be resolved or requester is not "
              "authorized to access requested resources");
    EXPECT_EQ(state(id, "Status.AthenaError.ErrorCategory"), "2");
    EXPECT_EQ(state(id, "Status.AthenaError.ErrorType"), "1006");
    EXPECT_EQ(result(id), "<not_found>");
    const std::string table =
        run("SELECT * FROM nope", R"(,"QueryExecutionContext":{"Database":"ACME"})");
    EXPECT_EQ(state(table, "Status.StateChangeReason"),
              "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.acme.nope' does not exist");
    EXPECT_EQ(state(table, "QueryExecutionContext.Database"), "acme");
    const std::string lost = run("SELECT n FROM acme.events");
    engine_.fail({base::ErrorKind::unavailable, "ENGINE_PROCESS_LOST", "it died\n\nLINE 1: x"});
    stage_.executor.run_until_idle();
    EXPECT_EQ(state(lost, "Status.StateChangeReason"), "ENGINE_PROCESS_LOST: it died");
    EXPECT_EQ(state(lost, "Status.AthenaError.Retryable"), "true");
    EXPECT_EQ(outcome("GetQueryResults", R"({"QueryExecutionId":")" + lost + R"("})"),
              "InvalidRequestException: Query did not finish successfully. Final query state: "
              "FAILED");
}

TEST_F(QueryTest, TablesThatCannotBeReadSaySo) {
    const auto reason = [&](const std::function<void(ports::Table&)>& change) {
        ports::Table table = catalog_.databases["acme"]["events"];
        change(table);
        table.name = "other";
        table.partition_keys.clear();
        catalog_.databases["acme"]["other"] = table;
        return state(run("SELECT count(*) FROM acme.other"), "Status.StateChangeReason");
    };
    EXPECT_EQ(reason([](auto& t) { t.serde_library = "org.x.Avro"; }),
              "HIVE_UNSUPPORTED_FORMAT: SerDe org.x.Avro is not supported (other)");
    const std::string lazy = "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe";
    EXPECT_EQ(reason([&](auto& t) { t.serde_library = lazy; }),
              "HIVE_UNSUPPORTED_FORMAT: The engine reads JSON lines only so far, not tables of "
              "SerDe " +
                  lazy + " (other)");
    EXPECT_EQ(reason([](auto& t) { t.location = "/etc"; }),
              "HIVE_METASTORE_ERROR: Table location is not an S3 path: '/etc'");
    EXPECT_EQ(reason([](auto& t) { t.location = "s3://absent/x"; }),
              "HIVE_CANNOT_OPEN_SPLIT: The specified bucket does not exist: absent");
    EXPECT_EQ(reason([](auto& t) { t.table_type = "VIRTUAL_VIEW"; }),
              "NOT_SUPPORTED: Views are not supported: other");
    EXPECT_EQ(reason([](auto& t) { t.parameters["projection.enabled"] = "true"; }),
              "HIVE_UNSUPPORTED_FORMAT: Partition projection is not supported (other)");
    EXPECT_EQ(reason([](auto& t) { t.columns[0].type = "nope"; }),
              "HIVE_INVALID_METADATA: line 1:22: not a column type: unknown type nope (column "
              "event_id of acme.other)");
    object_store::Bucket bucket;
    bucket.name = "theirs";
    bucket.account = "111111111111";
    ASSERT_TRUE(stage_.store->create_bucket(bucket));
    EXPECT_EQ(reason([](auto& t) { t.location = "s3://theirs/x/"; }),
              "PERMISSION_DENIED: Access Denied to the bucket theirs");
}

TEST_F(QueryTest, StopsWhatRunsAndWhatWaits) {
    options_.running_max = 1;
    restart();
    const std::string first = run("SELECT n FROM acme.events");
    const std::string second = run("SELECT n FROM acme.events");
    EXPECT_EQ(state(first), "RUNNING");
    EXPECT_EQ(state(second), "QUEUED");
    EXPECT_EQ(outcome("StopQueryExecution", R"({"QueryExecutionId":")" + second + R"("})"), "");
    stage_.executor.run_until_idle();
    EXPECT_EQ(state(second), "CANCELLED");
    EXPECT_EQ(state(second, "Status.StateChangeReason"), "Query cancelled by user");
    EXPECT_EQ(engine_.seen.size(), 1U);
    EXPECT_EQ(outcome("StopQueryExecution", R"({"QueryExecutionId":")" + first + R"("})"), "");
    stage_.executor.run_until_idle();
    EXPECT_EQ(state(first), "CANCELLED");
    EXPECT_EQ(result(first), "<not_found>");
    EXPECT_EQ(outcome("StopQueryExecution", R"({"QueryExecutionId":")" + first + R"("})"), "");
    EXPECT_EQ(outcome("StopQueryExecution", R"({"QueryExecutionId":"absent"})"),
              "InvalidRequestException: QueryExecution absent was not found");
    EXPECT_EQ(athena_->unfinished_count(), 0U);
}

TEST_F(QueryTest, BoundsWhatRunsAndWhatWaits) {
    options_.running_max = 2;
    options_.queued_max = 1;
    restart();
    run("SELECT n FROM acme.events");
    run("SELECT n FROM acme.events");
    const std::string third = run("SELECT n FROM acme.events");
    EXPECT_EQ(engine_.running.size(), 2U);
    const auto refused = call(
        "StartQueryExecution",
        R"({"QueryString":"SELECT 1","ResultConfiguration":{"OutputLocation":"s3://results/"}})");
    EXPECT_EQ(refused.error_code(), "TooManyRequestsException");
    EXPECT_EQ(refused.at("Reason"), "CONCURRENT_QUERY_LIMIT_EXCEEDED");
    engine_.succeed({});
    stage_.executor.run_until_idle();
    EXPECT_EQ(state(third), "RUNNING");
}

TEST_F(QueryTest, ATokenStartsOneExecution) {
    const std::string token = R"(,"ClientRequestToken":"0123456789abcdef0123456789abcdef")";
    const std::string id = start("SELECT n FROM acme.events", token);
    EXPECT_EQ(start("SELECT n FROM acme.events", token), id);
    stage_.executor.run_until_idle();
    EXPECT_EQ(engine_.seen.size(), 1U);
    const auto other =
        call("StartQueryExecution",
             R"({"QueryString":"SELECT 2")" + token +
                 R"(,"ResultConfiguration":{"OutputLocation":"s3://results/out/"}})");
    EXPECT_EQ(other.error_code(), "InvalidRequestException");
    // Two at once: the store decides.
    const std::string twin = R"({"QueryString":"SELECT 1","ClientRequestToken":
        "ffffffffffffffffffffffffffffffff","ResultConfiguration":{"OutputLocation":"s3://results/"}})";
    aws::testing::Answer a;
    aws::testing::Answer b;
    harness_->start_json("StartQueryExecution", twin, &a);
    harness_->start_json("StartQueryExecution", twin, &b);
    stage_.executor.run_until_idle();
    EXPECT_EQ(a.status, 200);
    EXPECT_EQ(a.at("QueryExecutionId"), b.at("QueryExecutionId"));
    EXPECT_EQ(engine_.seen.size(), 2U);
}

TEST_F(QueryTest, ParametersAreBoundInTheTree) {
    run("SELECT n FROM acme.events WHERE month = ?", R"(,"ExecutionParameters":["'01'"])");
    ASSERT_EQ(engine_.seen.size(), 1U);
    EXPECT_EQ(engine_.seen[0].scans[0].objects.size(), 2U);
    EXPECT_EQ(outcome("StartQueryExecution",
                      R"({"QueryString":"SELECT ?","ExecutionParameters":["1; DROP TABLE x"],
                          "ResultConfiguration":{"OutputLocation":"s3://results/"}})"),
              "InvalidRequestException: line 1:8: The execution parameter at position 1 is not a "
              "literal");
}

TEST_F(QueryTest, ResultsComeInPagesWithTheHeaderCounted) {
    const std::string id = run("SELECT event_id, n FROM acme.events");
    testing::FakeEngine::Rows rows;
    for (int i = 0; i < 2500; ++i)
        rows.push_back({"id" + std::to_string(i), std::nullopt});
    const auto early = outcome("GetQueryResults", R"({"QueryExecutionId":")" + id + R"("})");
    EXPECT_EQ(early, "InvalidRequestException: Query has not yet finished. Current state: RUNNING");
    engine_.succeed(rows);
    stage_.executor.run_until_idle();
    const auto first = call("GetQueryResults", R"({"QueryExecutionId":")" + id + R"("})");
    EXPECT_EQ(first.at("ResultSet.Rows.0.Data.0.VarCharValue"), "event_id");
    EXPECT_EQ(first.at("ResultSet.Rows.1.Data.0.VarCharValue"), "id0");
    EXPECT_EQ(first.at("ResultSet.Rows.1.Data.1.VarCharValue"), "");
    EXPECT_EQ(first.at("ResultSet.Rows.999.Data.0.VarCharValue"), "id998");
    EXPECT_EQ(first.at("ResultSet.Rows.1000.Data.0.VarCharValue"), "");
    EXPECT_EQ(first.at("ResultSet.ResultSetMetadata.ColumnInfo.1.Type"), "integer");
    EXPECT_EQ(first.at("ResultSet.ResultSetMetadata.ColumnInfo.0.Nullable"), "UNKNOWN");
    std::size_t seen = 1000;
    std::string token = first.at("NextToken");
    while (!token.empty()) {
        const auto page =
            call("GetQueryResults", R"({"QueryExecutionId":")" + id +
                                        R"(","MaxResults":700,"NextToken":")" + token + R"("})");
        ASSERT_EQ(page.status, 200) << page.body;
        EXPECT_EQ(page.at("ResultSet.Rows.0.Data.0.VarCharValue"), "id" + std::to_string(seen - 1));
        while (!page.at("ResultSet.Rows." + std::to_string((seen - 1000) % 700) +
                        ".Data.0.VarCharValue")
                    .empty()) {
            ++seen;
            if ((seen - 1000) % 700 == 0) break;
        }
        token = page.at("NextToken");
    }
    EXPECT_EQ(seen, 2501U);
    EXPECT_EQ(outcome("GetQueryResults",
                      R"({"QueryExecutionId":")" + id + R"(","NextToken":"nonsense"})"),
              "InvalidRequestException: The next token is not valid");
    ASSERT_TRUE(stage_.remove("results", {"out/" + id + ".csv"}));
    EXPECT_EQ(outcome("GetQueryResults", R"({"QueryExecutionId":")" + id + R"("})"),
              "InvalidRequestException: Could not find results");
}

TEST_F(QueryTest, ListsTheNewestFirstAndGetsManyAtOnce) {
    std::vector<std::string> ids;
    engine_.script = testing::FakeEngine::Rows{};
    for (int i = 0; i < 5; ++i) {
        ids.push_back(run("SELECT " + std::to_string(i)));
        stage_.clock.advance_ms(10);
    }
    auto page = call("ListQueryExecutions", R"({"MaxResults":3})");
    EXPECT_EQ(page.at("QueryExecutionIds.0"), ids[4]);
    EXPECT_EQ(page.at("QueryExecutionIds.2"), ids[2]);
    EXPECT_EQ(page.at("QueryExecutionIds.3"), "");
    page = call("ListQueryExecutions",
                R"({"MaxResults":3,"NextToken":")" + page.at("NextToken") + R"("})");
    EXPECT_EQ(page.at("QueryExecutionIds.0"), ids[1]);
    EXPECT_EQ(page.at("QueryExecutionIds.1"), ids[0]);
    EXPECT_EQ(page.at("NextToken"), "");
    const auto many =
        call("BatchGetQueryExecution", R"({"QueryExecutionIds":[")" + ids[0] + R"(","absent"]})");
    EXPECT_EQ(many.at("QueryExecutions.0.Query"), "SELECT 0");
    EXPECT_EQ(many.at("UnprocessedQueryExecutionIds.0.QueryExecutionId"), "absent");
    EXPECT_EQ(outcome("ListQueryExecutions", R"({"NextToken":"x"})"),
              "InvalidRequestException: The next token is not valid");
    harness_->set_region("eu-west-1");
    EXPECT_EQ(call("ListQueryExecutions", "{}").at("QueryExecutionIds.0"), "");
    EXPECT_EQ(outcome("GetQueryExecution", R"({"QueryExecutionId":")" + ids[0] + R"("})"),
              "InvalidRequestException: QueryExecution " + ids[0] + " was not found");
}

TEST_F(QueryTest, ACrashFailsWhatWasUnfinishedAndKeepsWhatWasDone) {
    options_.running_max = 2;
    restart();
    const std::string done = run("SELECT 1");
    engine_.succeed({{"1"}});
    stage_.executor.run_until_idle();
    const std::string running = run("SELECT 2");
    const std::string more = run("SELECT 3");
    const std::string queued = run("SELECT 4");
    EXPECT_EQ(state(queued), "QUEUED");
    crash();
    EXPECT_EQ(state(done), "SUCCEEDED");
    EXPECT_EQ(result(done), "\"_col0\"\n\"1\"\n");
    for (const std::string& id : {running, more, queued}) {
        EXPECT_EQ(state(id), "FAILED");
        EXPECT_TRUE(state(id, "Status.StateChangeReason").starts_with("SERVER_RESTARTED"));
        EXPECT_EQ(state(id, "Status.AthenaError.Retryable"), "true");
        EXPECT_EQ(result(id), "<not_found>");
    }
}

TEST_F(QueryTest, AFullDiskFailsTheQueryAndNotTheServer) {
    const std::string id = run("SELECT n FROM acme.events");
    ASSERT_TRUE(stage_.store->delete_bucket("results"));
    engine_.succeed({{"1"}});
    stage_.executor.run_until_idle();
    EXPECT_EQ(state(id), "FAILED");
    EXPECT_TRUE(state(id, "Status.StateChangeReason").starts_with("The query result could not be"));
    EXPECT_EQ(state(id, "Status.AthenaError.ErrorType"), "401");
    EXPECT_EQ(athena_->unfinished_count(), 0U);
}

TEST_F(QueryTest, OldExecutionsAreForgotten) {
    engine_.script = testing::FakeEngine::Rows{};
    const std::string token = R"(,"ClientRequestToken":"0123456789abcdef0123456789abcdef")";
    const std::string old = run("SELECT 1", token);
    stage_.clock.advance_ms(history_ms_max + 1);
    const std::string fresh = run("SELECT 2");
    stage_.executor.run_for_ms(2 * history_sweep_ms);
    EXPECT_EQ(state(fresh), "SUCCEEDED");
    EXPECT_EQ(outcome("GetQueryExecution", R"({"QueryExecutionId":")" + old + R"("})"),
              "InvalidRequestException: QueryExecution " + old + " was not found");
    EXPECT_EQ(call("ListQueryExecutions", "{}").at("QueryExecutionIds.1"), "");
    EXPECT_NE(run("SELECT 1", token), old);
}

TEST_F(QueryTest, TheWorkGroupsLocationIsTheDefault) {
    options_.output_location = "s3://results/{account}/{region}/";
    restart();
    engine_.script = testing::FakeEngine::Rows{};
    const auto answer = call("StartQueryExecution", R"({"QueryString":"SELECT 1"})");
    ASSERT_EQ(answer.status, 200) << answer.body;
    const std::string id = answer.at("QueryExecutionId");
    EXPECT_EQ(state(id, "ResultConfiguration.OutputLocation"),
              "s3://results/000000000000/us-west-2/" + id + ".csv");
    const auto group = call("GetWorkGroup", R"({"WorkGroup":"primary"})");
    EXPECT_EQ(group.at("WorkGroup.Configuration.ResultConfiguration.OutputLocation"),
              "s3://results/000000000000/us-west-2/");
    EXPECT_EQ(call("ListWorkGroups", "{}").at("WorkGroups.0.Name"), "primary");
}

TEST_F(QueryTest, ShowsTheCatalog) {
    EXPECT_EQ(call("ListDataCatalogs", "{}").at("DataCatalogsSummary.0.CatalogName"),
              "AwsDataCatalog");
    EXPECT_EQ(call("GetDataCatalog", R"({"Name":"awsdatacatalog"})").at("DataCatalog.Type"),
              "GLUE");
    EXPECT_EQ(
        call("ListDatabases", R"({"CatalogName":"AwsDataCatalog"})").at("DatabaseList.0.Name"),
        "acme");
    EXPECT_EQ(outcome("ListDatabases", R"({"CatalogName":"x"})"),
              "InvalidRequestException: Data catalog x was not found");
    EXPECT_EQ(outcome("GetDatabase", R"({"CatalogName":"AwsDataCatalog","DatabaseName":"x"})"),
              "MetadataException: Database x not found.");
    const auto table = call("GetTableMetadata", R"({"CatalogName":"AwsDataCatalog",
        "DatabaseName":"acme","TableName":"EVENTS"})");
    EXPECT_EQ(table.at("TableMetadata.Columns.0.Comment"), "unique");
    EXPECT_EQ(table.at("TableMetadata.PartitionKeys.1.Name"), "month");
    EXPECT_EQ(table.at("TableMetadata.Parameters.location"), "s3://lake/t/");
    const auto tables =
        call("ListTableMetadata", R"({"CatalogName":"AwsDataCatalog","DatabaseName":"acme"})");
    EXPECT_EQ(tables.at("TableMetadataList.0.Name"), "events");
}

}  // namespace
}  // namespace athena
