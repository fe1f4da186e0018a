// Athena over an object store in memory, a small catalog and an engine that a test scripts.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aws/testing.h"
#include "object_store/testing.h"
#include "services/athena/athena.h"

namespace athena::testing {

inline constexpr const char* account = "000000000000";
inline const Scope test_scope{account, "us-west-2"};

class FakeCatalog final : public ports::Catalog {
  public:
    std::map<std::string, std::map<std::string, ports::Table>> databases;
    std::map<std::string, std::map<std::vector<std::string>, std::string>> partitions;
    std::vector<std::size_t> batches;  // sizes of add_partitions' calls

    base::Result<std::vector<std::string>> list_databases(const Scope&) const override;
    base::Result<void> create_database(const Scope&, const std::string& name, const std::string&,
                                       const std::string&) override;
    base::Result<void> drop_database(const Scope&, const std::string& name, bool cascade) override;
    base::Result<bool> database_exists(const Scope&, const std::string& name) const override;
    base::Result<std::vector<std::string>> list_tables(const Scope&,
                                                       const std::string& database) const override;
    base::Result<ports::Table> find_table(const Scope&, const std::string& database,
                                          const std::string& table) const override;
    base::Result<void> create_table(const Scope&, const ports::Table& table) override;
    base::Result<void> drop_table(const Scope&, const std::string& database,
                                  const std::string& table) override;
    base::Result<std::vector<ports::Partition>> list_partitions(
        const Scope&, const std::string& database, const std::string& table) const override;
    base::Result<std::size_t> add_partitions(const Scope&, const std::string& database,
                                             const std::string& table,
                                             const std::vector<ports::Partition>& wanted) override;
    base::Result<void> drop_partition(const Scope&, const std::string& database,
                                      const std::string& table,
                                      const std::vector<std::string>& values) override;
};

// Keeps every query until the test ends it, or ends them at once by `script`.
class FakeEngine final : public sql_engine::SqlEngine {
  public:
    explicit FakeEngine(base::Executor& executor) : executor_(executor) {}

    struct Query {
        sql_engine::QueryPlan plan;
        std::shared_ptr<sql_engine::ResultSink> sink;
    };
    using Rows = std::vector<std::vector<std::optional<std::string>>>;

    std::map<sql_engine::QueryId, Query> running;
    std::vector<sql_engine::QueryPlan> seen;
    std::optional<Rows> script;  // answered as soon as asked

    sql_engine::QueryId run(sql_engine::QueryPlan plan,
                            std::shared_ptr<sql_engine::ResultSink> sink) override;
    void cancel(sql_engine::QueryId id) override;
    void stop() override {}

    // End the only (or the first) running query.
    void succeed(const Rows& rows, std::uint64_t bytes_scanned = 0);
    void fail(sql_engine::QueryFailure failure);

  private:
    void end(Query query, const Rows& rows, sql_engine::QueryEnd end);
    base::Executor& executor_;
    sql_engine::QueryId last_ = 0;
};

class AthenaTest : public ::testing::Test {
  protected:
    AthenaTest();
    ~AthenaTest() override;

    // Stop and start again on the same disk.
    void restart();
    // Destroy without a word, as a crash would leave the stored rows.
    void crash();

    aws::testing::Answer call(std::string_view operation, std::string_view body);
    // "" for a 200, otherwise "Code: message".
    std::string outcome(std::string_view operation, std::string_view body);
    // StartQueryExecution with the usual location; the id. Does not wait for its end.
    std::string start(const std::string& query, const std::string& more = "");
    // The same, and runs until nothing is left to do; the id.
    std::string run(const std::string& query, const std::string& more = "");
    // A member of GetQueryExecution's answer, "Status.State".
    std::string state(const std::string& id, const std::string& path = "Status.State");
    // The result object's text.
    std::string result(const std::string& id);
    void put(const std::string& key, const std::string& bytes = "{}");
    // acme.events: columns event_id string, n int; keys year, month; at s3://lake/t/.
    void make_events();

    object_store::testing::Stage stage_;
    base::Metrics metrics_;
    FakeCatalog catalog_;
    FakeEngine engine_{stage_.executor};
    Options options_;
    std::unique_ptr<Athena> athena_;
    std::unique_ptr<aws::testing::Harness> harness_;
};

// A JSON text.
std::string json_quote(std::string_view text);

}  // namespace athena::testing
