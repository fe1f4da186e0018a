// HiveQL statements through the wire.
#include "services/athena/statements.h"

#include <gtest/gtest.h>

#include "services/athena/plan.h"
#include "services/athena/testing.h"

namespace athena {
namespace {

class StatementsTest : public testing::AthenaTest {
  protected:
    StatementsTest() { make_events(); }
    // "" for success, otherwise the reason.
    std::string reason(const std::string& statement) {
        const std::string id = run(statement);
        const std::string ended = state(id);
        if (ended == "SUCCEEDED") return "";
        return state(id, "Status.StateChangeReason");
    }
    std::string printed(const std::string& statement) {
        const std::string id = run(statement);
        EXPECT_EQ(state(id), "SUCCEEDED") << state(id, "Status.StateChangeReason");
        return result(id);
    }
};

TEST_F(StatementsTest, RepairAddsWhatTheCatalogLacks) {
    catalog_.partitions["acme.events"][{"2024", "01"}] = "s3://lake/t/year=2024/month=01/";
    put("t/year=2024/month=01/a");
    put("t/year=2024/month=02/a");
    put("t/year=2024/month=02/b");
    put("t/YEAR=2025/Month=a%2Fb/deeper/c");
    put("t/year=2025/junk/d");
    put("t/other/month=01/e");
    put("t/year=2026/file");
    const std::string id = run("MSCK REPAIR TABLE acme.events");
    EXPECT_EQ(state(id), "SUCCEEDED") << state(id, "Status.StateChangeReason");
    EXPECT_EQ(state(id, "StatementType"), "DDL");
    EXPECT_EQ(state(id, "ResultConfiguration.OutputLocation"), "s3://results/out/" + id + ".txt");
    EXPECT_EQ(result(id),
              "Partitions not in metastore:\tevents:year=2025/month=a%2Fb"
              "\tevents:year=2024/month=02\n"
              "Repair: Added partition to metastore events:year=2025/month=a%2Fb\n"
              "Repair: Added partition to metastore events:year=2024/month=02\n");
    const auto& known = catalog_.partitions["acme.events"];
    EXPECT_EQ(known.size(), 3U);
    EXPECT_EQ(known.at({"2024", "02"}), "s3://lake/t/year=2024/month=02/");
    EXPECT_EQ(known.at({"2025", "a/b"}), "s3://lake/t/YEAR=2025/Month=a%2Fb/");
    EXPECT_EQ(printed("MSCK REPAIR TABLE acme.events"), "");
    const auto rows = call("GetQueryResults", R"({"QueryExecutionId":")" + id + R"("})");
    EXPECT_TRUE(rows.at("ResultSet.Rows.0.Data.0.VarCharValue").starts_with("Partitions not in"));
    EXPECT_EQ(rows.at("ResultSet.Rows.3.Data.0.VarCharValue"), "");
    EXPECT_NE(stage_.read("results", "out/" + id + ".txt.metadata"), "<not_found>");
}

TEST_F(StatementsTest, RepairWorksInBatchesAndOverPagesOfFolders) {
    for (int i = 0; i < 1205; ++i)
        put("t/year=2024/month=" + std::to_string(1000 + i) + "/a");
    printed("MSCK REPAIR TABLE acme.events");
    EXPECT_EQ(catalog_.partitions["acme.events"].size(), 1205U);
    EXPECT_EQ(catalog_.batches.size(), 13U);
    EXPECT_EQ(catalog_.batches.front(), repair_batch_partitions);
    EXPECT_EQ(catalog_.batches.back(), 5U);
}

TEST_F(StatementsTest, RepairRefusals) {
    EXPECT_EQ(reason("MSCK REPAIR TABLE acme.nope"),
              "FAILED: SemanticException [Error 10001]: Table not found acme.nope");
    catalog_.databases["acme"]["events"].partition_keys.clear();
    EXPECT_EQ(reason("MSCK REPAIR TABLE acme.events"),
              "FAILED: SemanticException [Error 10241]: Table is not a partitioned table: events");
}

TEST_F(StatementsTest, CreatesDatabasesAndTables) {
    EXPECT_EQ(reason("CREATE DATABASE fresh COMMENT 'c'"), "");
    EXPECT_EQ(reason("CREATE DATABASE fresh"),
              "FAILED: Execution Error, return code 1 from "
              "org.apache.hadoop.hive.ql.exec.DDLTask. AlreadyExistsException(message:Database "
              "fresh already exists)");
    EXPECT_EQ(reason("CREATE DATABASE IF NOT EXISTS fresh"), "");
    const std::string table =
        "CREATE EXTERNAL TABLE IF NOT EXISTS fresh.logs (a string, b array<int>) PARTITIONED BY "
        "(day date) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\\t' LOCATION 's3://lake/logs' "
        "TBLPROPERTIES ('skip.header.line.count'='1')";
    EXPECT_EQ(reason(table), "");
    EXPECT_EQ(reason(table), "");
    const ports::Table& made = catalog_.databases["fresh"]["logs"];
    EXPECT_EQ(made.serde_library, "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe");
    EXPECT_EQ(made.input_format, "org.apache.hadoop.mapred.TextInputFormat");
    EXPECT_EQ(made.serde_parameters.at("field.delim"), "\t");
    EXPECT_EQ(made.partition_keys[0].type, "date");
    EXPECT_EQ(made.columns[1].type, "array<int>");
    EXPECT_EQ(made.parameters.at("EXTERNAL"), "TRUE");
    EXPECT_TRUE(reason("CREATE EXTERNAL TABLE fresh.x (a int, a int) LOCATION 's3://lake/x'")
                    .starts_with("FAILED: SemanticException [Error 10036]"));
    EXPECT_TRUE(reason("CREATE EXTERNAL TABLE fresh.x (a int) PARTITIONED BY (a int) LOCATION "
                       "'s3://lake/x'")
                    .starts_with("FAILED: SemanticException [Error 10035]"));
    EXPECT_TRUE(reason("CREATE EXTERNAL TABLE fresh.x (a int) STORED AS ORC LOCATION 's3://lake/x'")
                    .starts_with("FAILED: SemanticException STORED AS ORC"));
    EXPECT_TRUE(reason("CREATE EXTERNAL TABLE none.x (a int) LOCATION 's3://lake/x'")
                    .find("NoSuchObjectException") != std::string::npos);
    EXPECT_NE(reason("DROP DATABASE fresh").find("InvalidOperationException"), std::string::npos);
    EXPECT_EQ(reason("DROP TABLE fresh.logs"), "");
    EXPECT_NE(reason("DROP TABLE fresh.logs"), "");
    EXPECT_EQ(reason("DROP TABLE IF EXISTS fresh.logs"), "");
    EXPECT_EQ(reason("DROP DATABASE fresh"), "");
    EXPECT_EQ(reason("DROP DATABASE IF EXISTS fresh"), "");
    EXPECT_NE(reason("DROP DATABASE fresh CASCADE"), "");
}

TEST_F(StatementsTest, AltersPartitions) {
    EXPECT_EQ(reason("ALTER TABLE acme.events ADD PARTITION (month='01', year='2024') PARTITION "
                     "(year='2024', month='02') LOCATION 's3://lake/elsewhere/'"),
              "");
    const auto& known = catalog_.partitions["acme.events"];
    EXPECT_EQ(known.at({"2024", "01"}), "s3://lake/t/year=2024/month=01/");
    EXPECT_EQ(known.at({"2024", "02"}), "s3://lake/elsewhere/");
    EXPECT_NE(reason("ALTER TABLE acme.events ADD PARTITION (year='2024', month='01')")
                  .find("Partition already exists: year=2024/month=01"),
              std::string::npos);
    EXPECT_EQ(reason("ALTER TABLE acme.events ADD IF NOT EXISTS PARTITION (year='2024', "
                     "month='01')"),
              "");
    EXPECT_TRUE(reason("ALTER TABLE acme.events ADD PARTITION (year='2024')")
                    .starts_with("FAILED: SemanticException [Error 10125]"));
    EXPECT_TRUE(reason("ALTER TABLE acme.events ADD PARTITION (year='2024', day='1')")
                    .starts_with("FAILED: SemanticException [Error 10098]"));
    EXPECT_EQ(printed("SHOW PARTITIONS acme.events"), "year=2024/month=01\nyear=2024/month=02\n");
    EXPECT_TRUE(reason("ALTER TABLE acme.events DROP PARTITION (year='1999')")
                    .starts_with("FAILED: SemanticException [Error 10006]"));
    EXPECT_EQ(reason("ALTER TABLE acme.events DROP IF EXISTS PARTITION (year='1999')"), "");
    EXPECT_EQ(reason("ALTER TABLE acme.events DROP PARTITION (year='2024')"), "");
    EXPECT_TRUE(known.empty());
}

TEST_F(StatementsTest, Shows) {
    catalog_.databases["zoo"];
    catalog_.databases["acme"]["other"] = {};
    EXPECT_EQ(printed("SHOW DATABASES"), "acme\nzoo\n");
    EXPECT_EQ(printed("SHOW DATABASES LIKE 'z*'"), "zoo\n");
    EXPECT_EQ(printed("SHOW TABLES IN acme"), "events\nother\n");
    EXPECT_EQ(printed("SHOW TABLES IN acme 'ev*|zz'"), "events\n");
    EXPECT_EQ(printed("SHOW COLUMNS IN acme.events"), "event_id\nn\nyear\nmonth\n");
    EXPECT_NE(reason("SHOW TABLES IN nope").find("Database does not exist: nope"),
              std::string::npos);
    const std::string id = run("SHOW TABLES IN acme");
    const auto rows = call("GetQueryResults", R"({"QueryExecutionId":")" + id + R"("})");
    EXPECT_EQ(rows.at("ResultSet.ResultSetMetadata.ColumnInfo.0.Name"), "tab_name");
    EXPECT_EQ(rows.at("ResultSet.Rows.0.Data.0.VarCharValue"), "events");
    EXPECT_EQ(state(id, "StatementType"), "UTILITY");
}

TEST_F(StatementsTest, ShowCreateTableCanBeRunAgain) {
    const std::string text = printed("SHOW CREATE TABLE acme.events");
    EXPECT_EQ(text, R"(CREATE EXTERNAL TABLE `acme.events`(
  `event_id` string COMMENT 'unique', 
  `n` int)
PARTITIONED BY ( 
  `year` string, 
  `month` string)
ROW FORMAT SERDE 
  'org.openx.data.jsonserde.JsonSerDe' 
WITH SERDEPROPERTIES ( 
  'ignore.malformed.json'='true', 
  'mapping.n'='N.O') 
STORED AS INPUTFORMAT 
  'org.apache.hadoop.mapred.TextInputFormat' 
OUTPUTFORMAT 
  'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
LOCATION
  's3://lake/t/'
TBLPROPERTIES (
  'classification'='json')
)");
    EXPECT_EQ(printed("DESCRIBE acme.events"),
              "event_id            \tstring              \tunique              \n"
              "n                   \tint                 \t                    \n"
              "year                \tstring              \t                    \n"
              "month               \tstring              \t                    \n"
              "\t \t \n# Partition Information\t \t \n"
              "# col_name          \tdata_type           \tcomment             \n\t \t \n"
              "year                \tstring              \t                    \n"
              "month               \tstring              \t                    \n");
    EXPECT_NE(printed("DESCRIBE FORMATTED acme.events").find("s3://lake/t/"), std::string::npos);
}

TEST(Paths, EscapeAndBack) {
    for (const std::string text : {"plain", "a/b", "a=b:c%d", "ümlaut", "", "%", "%2", "100%"}) {
        EXPECT_EQ(unescape_path(escape_path(text)), text);
    }
    EXPECT_EQ(escape_path("a/b=c%"), "a%2Fb%3Dc%25");
    EXPECT_EQ(unescape_path("%2f%zz%"), "/%zz%");
}

TEST(HiddenObjects, ByAnyPartOfTheirName) {
    for (const char* hidden : {"_SUCCESS", ".x", "a/_b/c", "a/.b", "folder/", ""}) {
        EXPECT_TRUE(hidden_object(hidden)) << hidden;
    }
    for (const char* shown : {"a", "a/b_c", "a.b/c.gz"})
        EXPECT_FALSE(hidden_object(shown)) << shown;
}

}  // namespace
}  // namespace athena
