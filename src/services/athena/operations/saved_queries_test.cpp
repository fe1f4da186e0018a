// Named queries and prepared statements through the wire.
#include <gtest/gtest.h>

#include <algorithm>

#include "services/athena/testing.h"

namespace athena {
namespace {

class SavedQueriesTest : public testing::AthenaTest {
  protected:
    std::string create(const std::string& name, const std::string& more = "") {
        const auto answer = call("CreateNamedQuery", R"({"Name":")" + name +
                                                         R"(","Database":"acme",)"
                                                         R"("QueryString":"SELECT 1")" +
                                                         more + "}");
        EXPECT_EQ(answer.status, 200) << answer.body;
        return answer.at("NamedQueryId");
    }
    static std::string by_id(const std::string& id) {
        return R"({"NamedQueryId":")" + id + R"("})";
    }
    std::string prepare(const std::string& name, const std::string& query) {
        return outcome("CreatePreparedStatement",
                       R"({"StatementName":")" + name + R"(","WorkGroup":"primary",)" +
                           R"("QueryStatement":)" + testing::json_quote(query) + "}");
    }
};

constexpr const char* token = "0123456789abcdef0123456789abcdef";

TEST_F(SavedQueriesTest, AreKeptChangedAndDeleted) {
    const std::string id = create("totals", R"(,"Description":"d")");
    restart();
    auto answer = call("GetNamedQuery", by_id(id));
    EXPECT_EQ(answer.at("NamedQuery"),
              R"({"Name":"totals","Description":"d","Database":"acme","QueryString":"SELECT 1",)"
              R"("NamedQueryId":")" +
                  id + R"(","WorkGroup":"primary"})");
    EXPECT_EQ(outcome("UpdateNamedQuery",
                      R"({"NamedQueryId":")" + id + R"(","Name":"n2","QueryString":"SELECT 2"})"),
              "");
    answer = call("GetNamedQuery", by_id(id));
    EXPECT_EQ(answer.at("NamedQuery.Name"), "n2");
    EXPECT_EQ(answer.at("NamedQuery.QueryString"), "SELECT 2");
    EXPECT_EQ(answer.at("NamedQuery.Description"), "d");
    EXPECT_EQ(outcome("UpdateNamedQuery",
                      R"({"NamedQueryId":")" + id +
                          R"(","Name":"n2","QueryString":"SELECT 2","Description":""})"),
              "");
    EXPECT_EQ(call("GetNamedQuery", by_id(id)).at("NamedQuery.Description"), "");
    EXPECT_EQ(outcome("DeleteNamedQuery", by_id(id)), "");
    const std::string gone = "InvalidRequestException: NamedQuery " + id + " was not found";
    for (const char* operation : {"GetNamedQuery", "DeleteNamedQuery"})
        EXPECT_EQ(outcome(operation, by_id(id)), gone);
    EXPECT_EQ(call("ListNamedQueries", "{}").at("NamedQueryIds"), "[]");
}

TEST_F(SavedQueriesTest, ATokenMakesARepeatedRequestTheSame) {
    const std::string with = std::string(R"(,"ClientRequestToken":")") + token + "\"";
    const std::string id = create("n", with);
    EXPECT_EQ(id.size(), 36U);
    EXPECT_EQ(create("n", with), id);
    restart();
    EXPECT_EQ(create("n", with), id);
    EXPECT_EQ(outcome("CreateNamedQuery",
                      R"({"Name":"other","Database":"acme","QueryString":"SELECT 1")" + with + "}"),
              "InvalidRequestException: Idempotent parameters do not match");
    EXPECT_EQ(call("ListNamedQueries", "{}").at("NamedQueryIds.1"), "");
    // Once deleted, the token is free; 32 hexadecimal digits make the same id.
    EXPECT_EQ(outcome("DeleteNamedQuery", by_id(id)), "");
    EXPECT_EQ(create("n", with), id);
    EXPECT_NE(create("n"), create("n"));
}

TEST_F(SavedQueriesTest, AreListedByWorkGroupAndGotTogether) {
    ASSERT_EQ(outcome("CreateWorkGroup", R"({"Name":"team"})"), "");
    std::vector<std::string> ids = {create("a"), create("b"), create("c")};
    const std::string teams = create("d", R"(,"WorkGroup":"team")");
    std::sort(ids.begin(), ids.end());
    const auto page = call("ListNamedQueries", R"({"MaxResults":2})");
    EXPECT_EQ(page.at("NamedQueryIds"), "[\"" + ids[0] + "\",\"" + ids[1] + "\"]");
    const auto next =
        call("ListNamedQueries", R"({"NextToken":")" + page.at("NextToken") + R"("})");
    EXPECT_EQ(next.at("NamedQueryIds"), "[\"" + ids[2] + "\"]");
    EXPECT_EQ(next.at("NextToken"), "");
    EXPECT_EQ(call("ListNamedQueries", R"({"WorkGroup":"team"})").at("NamedQueryIds"),
              "[\"" + teams + "\"]");
    const auto several =
        call("BatchGetNamedQuery", R"({"NamedQueryIds":[")" + teams + R"(","nobody"]})");
    EXPECT_EQ(several.at("NamedQueries.0.WorkGroup"), "team");
    EXPECT_EQ(several.at("NamedQueries.1.Name"), "");
    EXPECT_EQ(several.at("UnprocessedNamedQueryIds.0.NamedQueryId"), "nobody");
    EXPECT_EQ(outcome("CreateNamedQuery", R"({"Name":"n","Database":"d","QueryString":"SELECT 1",
        "WorkGroup":"none"})"),
              "InvalidRequestException: WorkGroup none is not found.");
}

TEST_F(SavedQueriesTest, StopAtTheirMaximum) {
    meta_store::Table<ReferenceRow> listed(*stage_.meta, "athena.named_queries_by_group");
    meta_store::Changes changes;
    for (std::size_t i = 1; i < named_queries_max; ++i) {
        ReferenceRow row;
        row.id = std::to_string(i);
        listed.put(changes, {testing::account, "us-west-2", "primary", row.id}, row);
    }
    ASSERT_TRUE(stage_.meta->commit(std::move(changes)));
    create("last");
    EXPECT_EQ(
        outcome("CreateNamedQuery", R"({"Name":"n","Database":"d","QueryString":"SELECT 1"})"),
        "InvalidRequestException: There may be at most 1000 named queries.");
}

TEST_F(SavedQueriesTest, PreparedStatementsHaveNames) {
    EXPECT_EQ(prepare("by_type", "SELECT ?"), "");
    EXPECT_EQ(prepare("by_type", "SELECT ?"),
              "InvalidRequestException: PreparedStatement by_type already exists");
    restart();
    const std::string named = R"({"StatementName":"by_type","WorkGroup":"primary")";
    auto answer = call("GetPreparedStatement", named + "}");
    EXPECT_EQ(answer.at("PreparedStatement.QueryStatement"), "SELECT ?");
    EXPECT_EQ(answer.at("PreparedStatement.WorkGroupName"), "primary");
    EXPECT_EQ(outcome("UpdatePreparedStatement",
                      named + R"(,"QueryStatement":"SELECT ? + 1","Description":"x"})"),
              "");
    answer = call("GetPreparedStatement", named + "}");
    EXPECT_EQ(answer.at("PreparedStatement.QueryStatement"), "SELECT ? + 1");
    EXPECT_EQ(answer.at("PreparedStatement.Description"), "x");
    EXPECT_EQ(prepare("another", "SELECT 1"), "");
    const auto page = call("ListPreparedStatements", R"({"WorkGroup":"primary","MaxResults":1})");
    EXPECT_EQ(page.at("PreparedStatements.0.StatementName"), "another");
    EXPECT_EQ(call("ListPreparedStatements",
                   R"({"WorkGroup":"primary","NextToken":")" + page.at("NextToken") + R"("})")
                  .at("PreparedStatements.0.StatementName"),
              "by_type");
    const auto several =
        call("BatchGetPreparedStatement",
             R"({"WorkGroup":"primary","PreparedStatementNames":["by_type","no"]})");
    EXPECT_EQ(several.at("PreparedStatements.0.StatementName"), "by_type");
    EXPECT_EQ(several.at("UnprocessedPreparedStatementNames.0.StatementName"), "no");
    EXPECT_EQ(outcome("DeletePreparedStatement", named + "}"), "");
    for (const char* operation : {"DeletePreparedStatement", "GetPreparedStatement"}) {
        EXPECT_EQ(outcome(operation, named + "}"),
                  "ResourceNotFoundException: PreparedStatement by_type was not found in "
                  "workGroup primary");
    }
    EXPECT_EQ(
        call("UpdatePreparedStatement", named + R"(,"QueryStatement":"SELECT 1"})").error_code(),
        "ResourceNotFoundException");
}

TEST_F(SavedQueriesTest, PreparedStatementsAreExecuted) {
    make_events();
    ASSERT_EQ(prepare("by_n", "SELECT event_id FROM acme.events WHERE n = ? AND event_id = ?"), "");
    const std::string id = run("EXECUTE by_n USING 7, 'it''s, 1'");
    EXPECT_EQ(state(id), "RUNNING");
    EXPECT_EQ(state(id, "Query"), "EXECUTE by_n USING 7, 'it''s, 1'");
    ASSERT_EQ(engine_.seen.size(), 1U);
    EXPECT_NE(engine_.seen[0].sql.find("7"), std::string::npos) << engine_.seen[0].sql;
    EXPECT_NE(engine_.seen[0].sql.find("it''s, 1"), std::string::npos) << engine_.seen[0].sql;
    run("EXECUTE by_n;", R"(,"ExecutionParameters":["7","'x'"])");
    EXPECT_EQ(engine_.seen.size(), 2U);
    const auto said = [&](const std::string& query, const std::string& more = "") {
        return outcome("StartQueryExecution", R"({"QueryString":)" + testing::json_quote(query) +
                                                  R"(,"ResultConfiguration":)"
                                                  R"({"OutputLocation":"s3://results/"})" +
                                                  more + "}");
    };
    EXPECT_EQ(said("EXECUTE nobody"),
              "InvalidRequestException: PreparedStatement nobody was not found in workGroup "
              "primary");
    EXPECT_NE(said("EXECUTE by_n USING 1").find("Incorrect number of parameters"),
              std::string::npos);
    EXPECT_NE(said("EXECUTE by_n USING 1, 'a'", R"(,"ExecutionParameters":["7"])"), "");
    EXPECT_EQ(said("EXECUTE"),
              "InvalidRequestException: line 1:8: mismatched input '<EOF>'. Expecting: "
              "<identifier>");
    EXPECT_NE(said("EXECUTE by_n USING 1,, 2").find("<expression>"), std::string::npos);
    EXPECT_NE(said("EXECUTE by_n USING 1, count(*)").find("is not a literal"), std::string::npos);
    EXPECT_NE(said("EXECUTE by_n WITH 1").find("Expecting: 'USING'"), std::string::npos);
}

}  // namespace
}  // namespace athena
