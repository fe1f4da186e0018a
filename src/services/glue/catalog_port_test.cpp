#include "services/glue/testing.h"

namespace glue {
namespace {

class GluePort : public GlueTest {
  protected:
    const Scope scope_{"000000000000", "us-west-2"};
    ports::Catalog& catalog() { return *glue_; }
};

TEST_F(GluePort, TablesRoundTrip) {
    ASSERT_TRUE(catalog().create_database(scope_, "D", "c", "s3://b/").has_value());
    EXPECT_EQ(catalog().create_database(scope_, "d", "", "").error().kind,
              base::ErrorKind::already_exists);
    EXPECT_TRUE(catalog().database_exists(scope_, "d").value());
    EXPECT_FALSE(catalog().database_exists({"111111111111", "us-west-2"}, "d").value());
    ports::Table table;
    table.database = "d";
    table.name = "T";
    table.table_type = "EXTERNAL_TABLE";
    table.columns = {{"a", "string", "first"}, {"b", "array<int>", ""}};
    table.partition_keys = {{"year", "string", ""}};
    table.location = "s3://b/t/";
    table.input_format = "in";
    table.output_format = "out";
    table.serde_library = "serde";
    table.serde_parameters = {{"k", "v"}};
    table.parameters = {{"EXTERNAL", "TRUE"}};
    table.comment = "about";
    ASSERT_TRUE(catalog().create_table(scope_, table).has_value());
    const auto got = catalog().find_table(scope_, "D", "t").value();
    EXPECT_EQ(got.name, "t");
    EXPECT_EQ(got.columns[0].comment, "first");
    EXPECT_EQ(got.columns[1].type, "array<int>");
    EXPECT_EQ(got.partition_keys[0].name, "year");
    EXPECT_EQ(got.location, table.location);
    EXPECT_EQ(got.serde_library, "serde");
    EXPECT_EQ(got.serde_parameters, table.serde_parameters);
    EXPECT_EQ(got.parameters, table.parameters);
    EXPECT_EQ(got.comment, "about");
    EXPECT_EQ(catalog().list_tables(scope_, "d").value(), std::vector<std::string>{"t"});
    EXPECT_EQ(catalog().drop_database(scope_, "d", false).error().kind, base::ErrorKind::invalid);
    ASSERT_TRUE(catalog().drop_table(scope_, "d", "t").has_value());
    EXPECT_EQ(catalog().drop_table(scope_, "d", "t").error().kind, base::ErrorKind::not_found);
    ASSERT_TRUE(catalog().drop_database(scope_, "d", false).has_value());
    EXPECT_TRUE(catalog().list_databases(scope_).value().empty());
}

TEST_F(GluePort, PartitionsThatExistAreCountedOut) {
    make_table();
    const auto at = [](const char* hour) {
        return ports::Partition{{"2026", hour}, std::string("s3://b/t/") + hour + "/"};
    };
    EXPECT_EQ(catalog().add_partitions(scope_, "d", "t", {at("1"), at("2")}).value(), 2U);
    EXPECT_EQ(catalog().add_partitions(scope_, "d", "t", {at("2"), at("3"), at("3")}).value(), 1U);
    EXPECT_EQ(catalog().add_partitions(scope_, "d", "t", {{{"2026"}, ""}}).error().kind,
              base::ErrorKind::invalid);
    const auto all = catalog().list_partitions(scope_, "d", "t").value();
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[2].values, (Values{"2026", "3"}));
    EXPECT_EQ(all[2].location, "s3://b/t/3/");
    ASSERT_TRUE(catalog().drop_partition(scope_, "d", "t", {"2026", "1"}).has_value());
    EXPECT_EQ(catalog().drop_partition(scope_, "d", "t", {"2026", "1"}).error().kind,
              base::ErrorKind::not_found);
    EXPECT_EQ(catalog().list_partitions(scope_, "d", "x").error().kind, base::ErrorKind::not_found);
}

TEST_F(GluePort, ManyPartitionsAreListedWhole) {
    make_table();
    std::vector<ports::Partition> many;
    for (int i = 0; i < 3000; ++i) {
        many.push_back({{"2026", std::to_string(i)}, std::string(2000, 'x')});
    }
    EXPECT_EQ(catalog().add_partitions(scope_, "d", "t", many).value(), 3000U);
    EXPECT_EQ(catalog().list_partitions(scope_, "d", "t").value().size(), 3000U);
}

}  // namespace
}  // namespace glue
