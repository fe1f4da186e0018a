// Glue's resource types, as values and against the catalog.
#include <gtest/gtest.h>

#include "aws/resource_testing.h"
#include "services/glue/testing.h"

namespace glue {
namespace {

constexpr const char* database_type = "AWS::Glue::Database";
constexpr const char* table_type = "AWS::Glue::Table";

class GlueResources : public GlueTest {
  protected:
    std::string table(const std::string& path) {
        return call("GetTable", R"({"DatabaseName":"acme","Name":"events"})").at("Table." + path);
    }
    aws::testing::Resource make_database(const std::string& more = "") {
        return driver_.create(
            database_type,
            R"({"CatalogId":"000000000000","DatabaseInput":{"Name":"acme")" + more + "}}",
            "Database");
    }
    static std::string table_json(const std::string& more = "",
                                  const std::string& name = "events") {
        return R"({"CatalogId":"000000000000","DatabaseName":"acme","TableInput":{"Name":")" +
               name + "\"" + more + "}}";
    }

    aws::testing::ResourceDriver driver_{model, glue_.get()};
};

constexpr const char* storage = R"(,"TableType":"EXTERNAL_TABLE","Retention":"7","Owner":"me",
    "Parameters":{"classification":"json","projection.enabled":false,"count":3},
    "PartitionKeys":[{"Name":"year","Type":"string","Comment":"UTC"}],
    "StorageDescriptor":{"Columns":[{"Name":"a","Type":"string"},{"Name":"n","Type":"int"}],
        "Location":"s3://lake/telemetry/","Compressed":"true",
        "InputFormat":"org.apache.hadoop.mapred.TextInputFormat",
        "SerdeInfo":{"SerializationLibrary":"org.openx.data.jsonserde.JsonSerDe",
                     "Parameters":{"serialization.format":"1"}},
        "SortColumns":[{"Column":"a","SortOrder":1}],"NumberOfBuckets":2})";

TEST_F(GlueResources, ADatabaseIsMadeChangedAndGone) {
    auto made = make_database(R"(,"Description":"d","Parameters":{"a":"1"})");
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, "acme");
    const char* named = R"({"Name":"acme"})";
    EXPECT_EQ(call("GetDatabase", named).at("Database.Description"), "d");
    EXPECT_EQ(make_database().problem, "acme already exists");
    driver_.update(made, R"({"CatalogId":"000000000000","DatabaseInput":{"Name":"acme",
        "LocationUri":"s3://lake/"}})");
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(call("GetDatabase", named).at("Database.Description"), "");
    EXPECT_EQ(call("GetDatabase", named).at("Database.LocationUri"), "s3://lake/");
    auto other = made;
    driver_.update(other, R"({"CatalogId":"000000000000","DatabaseInput":{"Name":"b"}})");
    EXPECT_EQ(other.problem, "replaces");
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
}

TEST_F(GlueResources, ADatabaseMayHaveAMadeName) {
    const auto made =
        driver_.create(database_type, R"({"CatalogId":"000000000000","DatabaseInput":{}})", "Lake");
    ASSERT_EQ(made.problem, "");
    EXPECT_TRUE(made.context.physical_id.starts_with("teststack-lake-"));
    EXPECT_NE(driver_
                  .create(database_type, R"({"CatalogId":"000000000001",
        "DatabaseInput":{"Name":"x"}})",
                          "Other")
                  .problem,
              "");
    EXPECT_EQ(driver_
                  .create(database_type, R"({"CatalogId":"000000000000","DatabaseInput":
        {"TargetDatabase":{}}})")
                  .problem,
              "ValidationError: Properties validation failed for resource Thing with message:\n"
              "#/DatabaseInput: extraneous key [TargetDatabase] is not permitted");
}

TEST_F(GlueResources, ATableIsMadeAsTheTemplateSays) {
    ASSERT_EQ(make_database().problem, "");
    const auto made = driver_.create(table_type, table_json(storage));
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(made.context.physical_id, "events");
    EXPECT_EQ(table("TableType"), "EXTERNAL_TABLE");
    EXPECT_EQ(table("Retention"), "7");
    EXPECT_EQ(table("Parameters"),
              R"({"classification":"json","count":"3","projection.enabled":"false"})");
    EXPECT_EQ(table("PartitionKeys.0.Comment"), "UTC");
    EXPECT_EQ(table("StorageDescriptor.Columns.1.Type"), "int");
    EXPECT_EQ(table("StorageDescriptor.Compressed"), "true");
    EXPECT_EQ(table("StorageDescriptor.SerdeInfo.Parameters"), R"({"serialization.format":"1"})");
    EXPECT_EQ(table("StorageDescriptor.SortColumns.0.SortOrder"), "1");
    EXPECT_EQ(driver_.create(table_type, table_json(storage)).problem, "events already exists");
    EXPECT_EQ(driver_.create(table_type, table_json(storage), "Thing", true).problem, "");
}

TEST_F(GlueResources, ATableChangesInPlaceAndKeepsItsPartitions) {
    ASSERT_EQ(make_database().problem, "");
    auto made = driver_.create(table_type, table_json(storage));
    ASSERT_EQ(made.problem, "");
    ASSERT_EQ(outcome("CreatePartition", R"({"DatabaseName":"acme","TableName":"events",
        "PartitionInput":{"Values":["2024"],"StorageDescriptor":{"Location":"s3://lake/2024/"}}})"),
              "");
    driver_.update(made, table_json(R"(,"PartitionKeys":[{"Name":"year","Type":"string"}],
        "StorageDescriptor":{"Columns":[{"Name":"b","Type":"bigint"}]})"));
    ASSERT_EQ(made.problem, "");
    EXPECT_EQ(table("StorageDescriptor.Columns.0.Name"), "b");
    EXPECT_EQ(table("Parameters"), "");
    EXPECT_EQ(call("GetPartitions", R"({"DatabaseName":"acme","TableName":"events"})")
                  .at("Partitions.0.Values.0"),
              "2024");
    auto other = made;
    driver_.update(other, table_json("", "others"));
    EXPECT_EQ(other.problem, "replaces");
    EXPECT_EQ(driver_.remove(made), "");
    EXPECT_FALSE(driver_.exists(made));
    EXPECT_EQ(driver_.remove(made), "");
}

TEST_F(GlueResources, ATableNeedsItsDatabaseAndKnownProperties) {
    EXPECT_EQ(driver_.create(table_type, table_json()).problem.substr(0, 24),
              "EntityNotFoundException:");
    ASSERT_EQ(make_database().problem, "");
    EXPECT_EQ(driver_
                  .create(table_type, table_json(R"(,"StorageDescriptor":
        {"SchemaReference":{"SchemaVersionNumber":1}})"))
                  .problem,
              "ValidationError: Properties validation failed for resource Thing with message:\n"
              "#/TableInput/StorageDescriptor: extraneous key [SchemaReference] is not permitted");
    EXPECT_EQ(
        driver_.create(table_type, R"({"DatabaseName":"acme","TableInput":{"Name":"x"}})").problem,
        "ValidationError: Properties validation failed for resource Thing with message:\n"
        "#: required key [CatalogId] not found");
}

}  // namespace
}  // namespace glue
