// Statements and types.
#include "athena_sql/parser.h"

#include <gtest/gtest.h>

namespace athena_sql {
namespace {

template <class T>
T parsed(const std::string& text) {
    auto statement = parse(text);
    EXPECT_TRUE(statement) << text << "\n" << statement.error().describe();
    if (!statement || !std::holds_alternative<T>(statement.value())) {
        ADD_FAILURE() << text;
        return {};
    }
    return std::move(std::get<T>(statement.value()));
}

TEST(Ddl, CreateExternalTable) {
    const auto table = parsed<CreateTable>(R"(
        CREATE EXTERNAL TABLE IF NOT EXISTS acme_telemetry.streaming_events (
          `event_id` string COMMENT 'unique',
          watch_duration_seconds INT,
          nested struct<a:array<int>,`B c`:map<string,decimal(10,2)>>,
          code varchar(10)
        )
        COMMENT 'the events'
        PARTITIONED BY (year string, month string)
        ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
        WITH SERDEPROPERTIES ('ignore.malformed.json'='true', "mapping.a" = 'A')
        STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
        OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
        LOCATION 's3://bucket/telemetry/'
        TBLPROPERTIES ('classification'='json');)");
    EXPECT_EQ(table.name.database, "acme_telemetry");
    EXPECT_EQ(table.name.table, "streaming_events");
    EXPECT_TRUE(table.if_not_exists);
    ASSERT_EQ(table.columns.size(), 4U);
    EXPECT_EQ(table.columns[0].name, "event_id");
    EXPECT_EQ(table.columns[0].comment, "unique");
    EXPECT_EQ(hive_name(table.columns[2].type),
              "struct<a:array<int>,B c:map<string,decimal(10,2)>>");
    EXPECT_EQ(hive_name(table.columns[3].type), "varchar(10)");
    ASSERT_EQ(table.partition_columns.size(), 2U);
    EXPECT_EQ(table.row_format.serde, "org.openx.data.jsonserde.JsonSerDe");
    EXPECT_EQ(table.row_format.serde_properties[1],
              (std::pair<std::string, std::string>{"mapping.a", "A"}));
    EXPECT_EQ(table.location, "s3://bucket/telemetry/");
    EXPECT_EQ(table.properties.size(), 1U);
    EXPECT_EQ(table.comment, "the events");
    EXPECT_TRUE(table.input_format.ends_with("TextInputFormat"));
}

TEST(Ddl, DelimitedFormatsAndEscapes) {
    const auto table = parsed<CreateTable>(
        R"(CREATE EXTERNAL TABLE t (a int) ROW FORMAT DELIMITED FIELDS TERMINATED BY '\t' ESCAPED BY
           '\\' COLLECTION ITEMS TERMINATED BY '\002' MAP KEYS TERMINATED BY '\u0003' LINES
           TERMINATED BY '\n' NULL DEFINED AS '' STORED AS TEXTFILE LOCATION 's3://b/p')");
    EXPECT_TRUE(table.row_format.delimited);
    EXPECT_EQ(table.row_format.fields, "\t");
    EXPECT_EQ(table.row_format.escaped, "\\");
    EXPECT_EQ(table.row_format.collection_items, "\x02");
    EXPECT_EQ(table.row_format.map_keys, "\x03");
    EXPECT_EQ(table.row_format.lines, "\n");
    EXPECT_EQ(table.row_format.null_text, "");
    EXPECT_EQ(table.stored_as, "TEXTFILE");
}

TEST(Ddl, Partitions) {
    const auto added = parsed<AddPartitions>(
        "ALTER TABLE d.t ADD IF NOT EXISTS PARTITION (year='2024', month=1) LOCATION 's3://b/x/' "
        "PARTITION (year='2024', month='02')");
    EXPECT_TRUE(added.if_not_exists);
    ASSERT_EQ(added.partitions.size(), 2U);
    EXPECT_EQ(added.partitions[0].spec, (PartitionSpec{{"year", "2024"}, {"month", "1"}}));
    EXPECT_EQ(added.partitions[0].location, "s3://b/x/");
    const auto dropped =
        parsed<DropPartitions>("alter table t drop if exists partition (a='1'), partition (a='2')");
    EXPECT_EQ(dropped.partitions.size(), 2U);
    EXPECT_EQ(parse("ALTER TABLE t DROP PARTITION (a > '1')").error().code, "NOT_SUPPORTED");
}

TEST(Ddl, TheOthers) {
    EXPECT_EQ(parsed<RepairTable>("MSCK REPAIR TABLE acme_telemetry.streaming_events").name.table,
              "streaming_events");
    const auto database = parsed<CreateDatabase>(
        "CREATE SCHEMA IF NOT EXISTS Acme COMMENT 'c' LOCATION 's3://b/' WITH DBPROPERTIES "
        "('a'='b')");
    EXPECT_EQ(database.name, "acme");
    EXPECT_EQ(database.properties.size(), 1U);
    EXPECT_TRUE(parsed<DropDatabase>("DROP DATABASE IF EXISTS a CASCADE").cascade);
    EXPECT_FALSE(parsed<DropDatabase>("DROP DATABASE a RESTRICT").cascade);
    EXPECT_TRUE(parsed<DropTable>("DROP TABLE IF EXISTS a.b").if_exists);
    EXPECT_EQ(parsed<ShowTables>("SHOW TABLES IN acme 'e*'").pattern, "e*");
    EXPECT_EQ(parsed<ShowTables>("SHOW TABLES").database, "");
    EXPECT_EQ(parsed<ShowPartitions>("SHOW PARTITIONS `a`.`b`").name.database, "a");
    EXPECT_EQ(parsed<ShowColumns>("SHOW COLUMNS FROM t IN d").name.database, "d");
    EXPECT_EQ(parsed<ShowCreateTable>("SHOW CREATE TABLE t").name.table, "t");
    EXPECT_TRUE(parsed<DescribeTable>("DESCRIBE FORMATTED t").formatted);
    parsed<ShowDatabases>("show databases;");
}

TEST(Ddl, Refusals) {
    for (const char* text :
         {"CREATE TABLE t (a int) LOCATION 's3://b/'", "ALTER TABLE t ADD COLUMNS (a int)",
          "ALTER TABLE t RENAME TO u", "DROP VIEW v", "SHOW VIEWS",
          "UNLOAD (SELECT 1) TO 's3://b/'", "EXPLAIN SELECT 1", "DELETE FROM t",
          "CREATE OR REPLACE VIEW v AS SELECT 1"}) {
        const auto statement = parse(text);
        ASSERT_FALSE(statement) << text;
        EXPECT_EQ(statement.error().code, "NOT_SUPPORTED") << text;
    }
    for (const char* text :
         {"CREATE EXTERNAL TABLE t LOCATION 's3://b/'", "CREATE EXTERNAL TABLE t (a int)",
          "CREATE EXTERNAL TABLE t (a nope) "
          "LOCATION 's3://b/'",
          "MSCK TABLE t", "SHOW", "DROP", "ALTER", ";"}) {
        const auto statement = parse(text);
        ASSERT_FALSE(statement) << text;
        EXPECT_EQ(statement.error().code, "SYNTAX_ERROR") << text;
    }
}

TEST(Types, HiveAndTrinoNames) {
    const auto type = parse_hive_type("struct<a:array<int>,b:map<string,decimal(10,2)>,c:char(3)>");
    ASSERT_TRUE(type);
    EXPECT_EQ(trino_name(type.value()),
              "row(a array(integer), b map(varchar, decimal(10,2)), c char(3))");
    EXPECT_EQ(duckdb_name(type.value()),
              "STRUCT(\"a\" INTEGER[], \"b\" MAP(VARCHAR, DECIMAL(10,2)), \"c\" VARCHAR)");
    EXPECT_EQ(trino_name(parse_trino_type("array<row(x bigint, double, ts timestamp(3) with time "
                                          "zone)>")
                             .value()),
              "array(row(x bigint, double, ts timestamp(3) with time zone))");
    for (const char* text :
         {"int", "bigint", "tinyint", "smallint", "float", "double", "string", "boolean", "binary",
          "date", "timestamp", "decimal(38,10)", "varchar(12)", "char(2)"}) {
        const auto one = parse_hive_type(text);
        ASSERT_TRUE(one) << text;
        EXPECT_EQ(hive_name(one.value()), text);
    }
    std::string deep = "int";
    for (std::size_t i = 0; i < type_depth_max; ++i)
        deep = "array<" + deep + ">";
    EXPECT_TRUE(parse_hive_type(deep));
    EXPECT_FALSE(parse_hive_type("array<" + deep + ">"));
    for (const char* bad : {"", "nope", "array<int", "map<int>", "struct<>", "decimal(39)",
                            "decimal(5,6)", "varchar(0)", "int extra", "struct<a int>"}) {
        EXPECT_FALSE(parse_hive_type(bad)) << bad;
    }
    EXPECT_EQ(parse_hive_type("uniontype<int>").error().kind, base::ErrorKind::unsupported);
}

TEST(Types, ColumnInfo) {
    const auto varchar = column_type_info(make_varchar());
    EXPECT_EQ(varchar.name, "varchar");
    EXPECT_EQ(varchar.precision, 2147483647);
    EXPECT_TRUE(varchar.case_sensitive);
    const auto bigint = column_type_info(make_type(TypeKind::bigint));
    EXPECT_EQ(bigint.precision, 19);
    EXPECT_FALSE(bigint.case_sensitive);
    EXPECT_EQ(column_type_info(make_decimal(10, 2)).scale, 2);
    EXPECT_EQ(column_type_info(make_array(make_varchar())).name, "array");
    EXPECT_EQ(column_type_info(make_type(TypeKind::real)).name, "float");
}

}  // namespace
}  // namespace athena_sql
