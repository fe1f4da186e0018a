#include "services/glue/testing.h"

namespace glue {
namespace {

class GlueDatabase : public GlueTest {};

TEST_F(GlueDatabase, LivesFromCreateToDelete) {
    EXPECT_EQ(outcome("CreateDatabase", R"({"CatalogId":"000000000000","DatabaseInput":
        {"Name":"Acme","Description":"x","LocationUri":"s3://b/","Parameters":{"k":"v"}}})"),
              "");
    EXPECT_EQ(outcome("CreateDatabase", R"({"DatabaseInput":{"Name":"ACME"}})"),
              "AlreadyExistsException: Database already exists.");
    auto got = call("GetDatabase", R"({"Name":"aCme"})");
    EXPECT_EQ(got.at("Database.Name"), "acme");
    EXPECT_EQ(got.at("Database.Description"), "x");
    EXPECT_EQ(got.at("Database.LocationUri"), "s3://b/");
    EXPECT_EQ(got.at("Database.Parameters.k"), "v");
    EXPECT_EQ(got.at("Database.CatalogId"), "000000000000");
    EXPECT_EQ(got.at("Database.CreateTime"), "1767225600");
    EXPECT_EQ(
        got.at("Database.CreateTableDefaultPermissions.0.Principal.DataLakePrincipalIdentifier"),
        "IAM_ALLOWED_PRINCIPALS");
    restart();
    EXPECT_EQ(outcome("UpdateDatabase",
                      R"({"Name":"acme","DatabaseInput":{"Name":"acme","Description":"y"}})"),
              "");
    got = call("GetDatabase", R"({"Name":"acme"})");
    EXPECT_EQ(got.at("Database.Description"), "y");
    EXPECT_EQ(got.at("Database.LocationUri"), "");
    EXPECT_EQ(outcome("DeleteDatabase", R"({"Name":"acme"})"), "");
    EXPECT_EQ(outcome("GetDatabase", R"({"Name":"Acme"})"),
              "EntityNotFoundException: Database acme not found.");
    EXPECT_EQ(outcome("DeleteDatabase", R"({"Name":"acme"})"),
              "EntityNotFoundException: Database acme not found.");
}

TEST_F(GlueDatabase, IsRenamedByUpdateUnlessTheNameIsTaken) {
    for (const char* name : {"a", "b"}) {
        outcome("CreateDatabase", R"({"DatabaseInput":{"Name":")" + std::string(name) + R"("}})");
    }
    outcome("CreateTable", R"({"DatabaseName":"a","TableInput":{"Name":"t"}})");
    EXPECT_EQ(outcome("UpdateDatabase", R"({"Name":"a","DatabaseInput":{"Name":"b"}})"),
              "AlreadyExistsException: Database already exists.");
    EXPECT_EQ(outcome("UpdateDatabase", R"({"Name":"a","DatabaseInput":{"Name":"c"}})"), "");
    EXPECT_EQ(outcome("GetDatabase", R"({"Name":"a"})"),
              "EntityNotFoundException: Database a not found.");
    EXPECT_EQ(outcome("GetTable", R"({"DatabaseName":"c","Name":"t"})"), "");
}

TEST_F(GlueDatabase, DeletionTakesTablesAndPartitionsAlong) {
    make_table();
    EXPECT_EQ(create_partition("2026", "1"), "");
    EXPECT_EQ(outcome("DeleteDatabase", R"({"Name":"d"})"), "");
    EXPECT_EQ(store_->verify().value(), 0U);
    make_table();
    EXPECT_EQ(call("GetPartitions", R"({"DatabaseName":"d","TableName":"t"})").at("Partitions"),
              "[]");
}

TEST_F(GlueDatabase, AreListedByPages) {
    for (const char* name : {"c", "a", "b"}) {
        outcome("CreateDatabase", R"({"DatabaseInput":{"Name":")" + std::string(name) + R"("}})");
    }
    auto page = call("GetDatabases", R"({"MaxResults":2})");
    EXPECT_EQ(page.at("DatabaseList.0.Name") + page.at("DatabaseList.1.Name"), "ab");
    const std::string token = page.at("NextToken");
    ASSERT_NE(token, "");
    page = call("GetDatabases", R"({"MaxResults":2,"NextToken":")" + token + R"("})");
    EXPECT_EQ(page.at("DatabaseList.0.Name") + page.at("DatabaseList.1.Name"), "c");
    EXPECT_EQ(page.at("NextToken"), "");
    EXPECT_EQ(outcome("GetDatabases", R"({"NextToken":"zzzz"})"),
              "InvalidInputException: Invalid NextToken.");
    harness_->set_region("eu-west-1");
    EXPECT_EQ(call("GetDatabases", "{}").at("DatabaseList"), "[]");
    EXPECT_EQ(outcome("GetDatabases", R"({"NextToken":")" + token + R"("})"),
              "InvalidInputException: Invalid NextToken.");
}

TEST_F(GlueDatabase, RefusesWhatItDoesNotHave) {
    EXPECT_EQ(outcome("CreateDatabase",
                      R"({"DatabaseInput":{"Name":"a","TargetDatabase":{"DatabaseName":"x"}}})"),
              "InvalidInputException: TargetDatabase is not supported by this server.");
    EXPECT_EQ(outcome("GetDatabase", R"({"Name":"a","CatalogId":"999999999999"})"),
              "EntityNotFoundException: Catalog 999999999999 not found.");
    EXPECT_NE(outcome("CreateDatabase", R"({"DatabaseInput":{"Name":""}})").find("length"),
              std::string::npos);
    EXPECT_NE(outcome("CreateDatabase", "{}").find("databaseInput"), std::string::npos);
    EXPECT_NE(outcome("CreateDatabase", R"({"DatabaseInput":{"Name":"a\u0001b"}})"), "");
}

TEST_F(GlueDatabase, HasTags) {
    outcome("CreateDatabase", R"({"DatabaseInput":{"Name":"a"},"Tags":{"k":"v"}})");
    const std::string arn = R"("ResourceArn":"arn:aws:glue:us-west-2:000000000000:database/a")";
    EXPECT_EQ(outcome("TagResource", "{" + arn + R"(,"TagsToAdd":{"l":"w","k":"u"}})"), "");
    EXPECT_EQ(call("GetTags", "{" + arn + "}").at("Tags"), R"({"k":"u","l":"w"})");
    EXPECT_EQ(outcome("UntagResource", "{" + arn + R"(,"TagsToRemove":["k"]})"), "");
    EXPECT_EQ(call("GetTags", "{" + arn + "}").at("Tags"), R"({"l":"w"})");
    std::string many;
    for (int i = 0; i < 50; ++i)
        many += (i ? "," : "") + ("\"t" + std::to_string(i) + "\":\"\"");
    EXPECT_EQ(outcome("TagResource", "{" + arn + R"(,"TagsToAdd":{)" + many + "}}"),
              "InvalidInputException: A resource may have at most 50 tags.");
    EXPECT_EQ(outcome("GetTags", R"({"ResourceArn":"arn:aws:glue:us-west-2:0:job/a"})"),
              "EntityNotFoundException: Resource arn:aws:glue:us-west-2:0:job/a not found.");
}

}  // namespace
}  // namespace glue
