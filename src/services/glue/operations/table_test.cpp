#include "services/glue/testing.h"

namespace glue {
namespace {

class GlueTable : public GlueTest {};

constexpr const char* events = R"({"DatabaseName":"Acme","TableInput":{"Name":"Events",
    "Description":"telemetry","Owner":"me","Retention":3,"TableType":"EXTERNAL_TABLE",
    "LastAccessTime":1700000000.125,
    "Parameters":{"classification":"json"},
    "PartitionKeys":[{"Name":"year","Type":"string"}],
    "StorageDescriptor":{"Columns":[{"Name":"event_id","Type":"string","Comment":"id"},
      {"Name":"n","Type":"int"}],"Location":"s3://b/telemetry/",
      "InputFormat":"org.apache.hadoop.mapred.TextInputFormat",
      "OutputFormat":"org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
      "SerdeInfo":{"SerializationLibrary":"org.openx.data.jsonserde.JsonSerDe",
                   "Parameters":{"ignore.malformed.json":"true"}},
      "SortColumns":[{"Column":"n","SortOrder":1}],"Compressed":true}}})";

TEST_F(GlueTable, ShowsWhatWasPutIn) {
    EXPECT_EQ(outcome("CreateTable", events), "EntityNotFoundException: Database acme not found.");
    outcome("CreateDatabase", R"({"DatabaseInput":{"Name":"acme"}})");
    EXPECT_EQ(outcome("CreateTable", events), "");
    EXPECT_EQ(outcome("CreateTable", events), "AlreadyExistsException: Table already exists.");
    restart();
    const auto got = call("GetTable", R"({"DatabaseName":"ACME","Name":"EVENTS"})");
    EXPECT_EQ(got.at("Table.Name"), "events");
    EXPECT_EQ(got.at("Table.DatabaseName"), "acme");
    EXPECT_EQ(got.at("Table.Retention"), "3");
    EXPECT_NE(got.body.find("\"LastAccessTime\":1700000000.125"), std::string::npos);
    EXPECT_EQ(got.at("Table.PartitionKeys"), R"([{"Name":"year","Type":"string"}])");
    EXPECT_EQ(got.at("Table.StorageDescriptor.Columns.0.Comment"), "id");
    EXPECT_EQ(got.at("Table.StorageDescriptor.SerdeInfo.SerializationLibrary"),
              "org.openx.data.jsonserde.JsonSerDe");
    EXPECT_EQ(got.at("Table.StorageDescriptor.SerdeInfo.Parameters"),
              R"({"ignore.malformed.json":"true"})");
    EXPECT_EQ(got.at("Table.StorageDescriptor.SortColumns"), R"([{"Column":"n","SortOrder":1}])");
    EXPECT_EQ(got.at("Table.StorageDescriptor.Compressed"), "true");
    EXPECT_EQ(got.at("Table.TableType"), "EXTERNAL_TABLE");
    EXPECT_EQ(got.at("Table.CreatedBy"), "arn:aws:iam::000000000000:root");
    EXPECT_EQ(got.at("Table.VersionId"), "0");
    EXPECT_EQ(got.at("Table.IsRegisteredWithLakeFormation"), "false");
}

TEST_F(GlueTable, UpdateReplacesAndCountsVersions) {
    make_table();
    EXPECT_EQ(create_partition("2026", "1"), "");
    clock_.advance_ms(1000);
    EXPECT_EQ(outcome("UpdateTable", R"({"DatabaseName":"d","SkipArchive":true,"VersionId":"0",
        "TableInput":{"Name":"T","Description":"new","PartitionKeys":[{"Name":"year"},
        {"Name":"hour"}]}})"),
              "");
    const auto got = call("GetTable", R"({"DatabaseName":"d","Name":"t"})");
    EXPECT_EQ(got.at("Table.Description"), "new");
    EXPECT_EQ(got.at("Table.VersionId"), "1");
    EXPECT_EQ(got.at("Table.CreateTime"), "1767225600");
    EXPECT_EQ(got.at("Table.UpdateTime"), "1767225601");
    EXPECT_EQ(got.at("Table.StorageDescriptor"), "");
    EXPECT_EQ(
        outcome("UpdateTable", R"({"DatabaseName":"d","VersionId":"0","TableInput":{"Name":"t"}})"),
        "ConcurrentModificationException: Update table failed due to concurrent "
        "modifications.");
    EXPECT_EQ(outcome("UpdateTable", R"({"DatabaseName":"d","TableInput":{"Name":"u"}})"),
              "EntityNotFoundException: Table u not found.");
    EXPECT_EQ(outcome("GetPartition", R"({"DatabaseName":"d","TableName":"t",
        "PartitionValues":["2026","1"]})"),
              "");
}

TEST_F(GlueTable, DeletionTakesPartitionsAlong) {
    make_table();
    EXPECT_EQ(create_partition("2026", "1"), "");
    EXPECT_EQ(outcome("DeleteTable", R"({"DatabaseName":"d","Name":"T"})"), "");
    EXPECT_EQ(outcome("DeleteTable", R"({"DatabaseName":"d","Name":"t"})"),
              "EntityNotFoundException: Table t not found.");
    EXPECT_EQ(outcome("GetTable", R"({"DatabaseName":"d","Name":"t"})"),
              "EntityNotFoundException: Table t not found.");
    EXPECT_EQ(store_->verify().value(), 1U);  // the database
}

TEST_F(GlueTable, BatchDeleteReportsThoseThatAreMissing) {
    make_table();
    const auto answer =
        call("BatchDeleteTable", R"({"DatabaseName":"d","TablesToDelete":["t","gone"]})");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.at("Errors"),
              R"([{"TableName":"gone","ErrorDetail":{"ErrorCode":"EntityNotFoundException",)"
              R"("ErrorMessage":"Table gone not found."}}])");
    EXPECT_EQ(call("GetTables", R"({"DatabaseName":"d"})").at("TableList"), "[]");
}

TEST_F(GlueTable, AreListedByPatternAndPage) {
    outcome("CreateDatabase", R"({"DatabaseInput":{"Name":"d"}})");
    for (const char* name : {"event_b", "event_a", "other"}) {
        outcome("CreateTable",
                R"({"DatabaseName":"d","TableInput":{"Name":")" + std::string(name) + R"("}})");
    }
    auto page = call("GetTables", R"({"DatabaseName":"d","Expression":"EVENT_.*","MaxResults":1})");
    EXPECT_EQ(page.at("TableList.0.Name"), "event_a");
    EXPECT_EQ(page.at("TableList.1.Name"), "");
    page = call("GetTables", R"({"DatabaseName":"d","Expression":"event_.*","NextToken":")" +
                                 page.at("NextToken") + R"("})");
    EXPECT_EQ(page.at("TableList.0.Name"), "event_b");
    EXPECT_EQ(page.at("TableList.1.Name"), "");
    EXPECT_EQ(page.at("NextToken"), "");
    EXPECT_EQ(call("GetTables", R"({"DatabaseName":"d","Expression":"event"})").at("TableList"),
              "[]");
    EXPECT_NE(outcome("GetTables", R"({"DatabaseName":"d","Expression":"("})").find("Invalid"),
              std::string::npos);
    EXPECT_EQ(outcome("GetTables", R"({"DatabaseName":"x"})"),
              "EntityNotFoundException: Database x not found.");
}

TEST_F(GlueTable, RefusesWhatItDoesNotHave) {
    outcome("CreateDatabase", R"({"DatabaseInput":{"Name":"d"}})");
    const auto create = [&](const std::string& more, const std::string& inside = "") {
        return outcome("CreateTable", R"({"DatabaseName":"d","TableInput":{"Name":"t")" + inside +
                                          "}" + more + "}");
    };
    EXPECT_EQ(create(R"(,"PartitionIndexes":[{"Keys":["a"],"IndexName":"i"}])"),
              "InvalidInputException: PartitionIndexes is not supported by this server.");
    EXPECT_EQ(create(R"(,"TransactionId":"x")"),
              "InvalidInputException: TransactionId is not supported by this server.");
    EXPECT_EQ(create("", R"(,"ViewDefinition":{})"),
              "InvalidInputException: ViewDefinition is not supported by this server.");
    EXPECT_EQ(create("", R"(,"StorageDescriptor":{"SchemaReference":{}})"),
              "InvalidInputException: SchemaReference is not supported by this server.");
    EXPECT_EQ(outcome("CreateTable", R"({"DatabaseName":"d"})"),
              "InvalidInputException: TableInput is required.");
    EXPECT_EQ(create(""), "");
}

}  // namespace
}  // namespace glue
