#include "services/athena/testing.h"

#include "wire/json.h"

namespace athena::testing {

namespace {

base::Error absent(const std::string& what) {
    return {base::ErrorKind::not_found, what + " not found.", what};
}

}  // namespace

std::string json_quote(std::string_view text) {
    std::string out;
    wire::append_json_string(out, text);
    return out;
}

base::Result<std::vector<std::string>> FakeCatalog::list_databases(const Scope&) const {
    std::vector<std::string> out;
    for (const auto& [name, tables] : databases)
        out.push_back(name);
    return out;
}

base::Result<void> FakeCatalog::create_database(const Scope&, const std::string& name,
                                                const std::string&, const std::string&) {
    if (databases.contains(name)) {
        return base::Error{base::ErrorKind::already_exists, "Database " + name + " already exists",
                           name};
    }
    databases[name];
    return base::ok();
}

base::Result<void> FakeCatalog::drop_database(const Scope&, const std::string& name, bool cascade) {
    if (!databases.contains(name)) return absent("Database " + name);
    if (!cascade && !databases[name].empty()) {
        return base::Error{base::ErrorKind::invalid, "Database " + name + " is not empty.", name};
    }
    databases.erase(name);
    return base::ok();
}

base::Result<bool> FakeCatalog::database_exists(const Scope&, const std::string& name) const {
    return databases.contains(name);
}

base::Result<std::vector<std::string>> FakeCatalog::list_tables(const Scope&,
                                                                const std::string& database) const {
    const auto found = databases.find(database);
    if (found == databases.end()) return absent("Database " + database);
    std::vector<std::string> out;
    for (const auto& [name, table] : found->second)
        out.push_back(name);
    return out;
}

base::Result<ports::Table> FakeCatalog::find_table(const Scope&, const std::string& database,
                                                   const std::string& table) const {
    const auto found = databases.find(database);
    if (found == databases.end() || !found->second.contains(table)) {
        return absent("Table " + table);
    }
    return found->second.at(table);
}

base::Result<void> FakeCatalog::create_table(const Scope&, const ports::Table& table) {
    if (!databases.contains(table.database)) return absent("Database " + table.database);
    if (databases[table.database].contains(table.name)) {
        return base::Error{base::ErrorKind::already_exists,
                           "Table " + table.name + " already exists", table.name};
    }
    databases[table.database][table.name] = table;
    return base::ok();
}

base::Result<void> FakeCatalog::drop_table(const Scope&, const std::string& database,
                                           const std::string& table) {
    if (databases[database].erase(table) == 0) return absent("Table " + table);
    return base::ok();
}

base::Result<std::vector<ports::Partition>> FakeCatalog::list_partitions(
    const Scope&, const std::string& database, const std::string& table) const {
    std::vector<ports::Partition> out;
    const auto found = partitions.find(database + "." + table);
    if (found == partitions.end()) return out;
    for (const auto& [values, location] : found->second)
        out.push_back({values, location});
    return out;
}

base::Result<std::size_t> FakeCatalog::add_partitions(const Scope&, const std::string& database,
                                                      const std::string& table,
                                                      const std::vector<ports::Partition>& wanted) {
    batches.push_back(wanted.size());
    std::size_t added = 0;
    for (const ports::Partition& one : wanted) {
        added += partitions[database + "." + table].emplace(one.values, one.location).second;
    }
    return added;
}

base::Result<void> FakeCatalog::drop_partition(const Scope&, const std::string& database,
                                               const std::string& table,
                                               const std::vector<std::string>& values) {
    if (partitions[database + "." + table].erase(values) == 0) return absent("Partition");
    return base::ok();
}

sql_engine::QueryId FakeEngine::run(sql_engine::QueryPlan plan,
                                    std::shared_ptr<sql_engine::ResultSink> sink) {
    const sql_engine::QueryId id = ++last_;
    seen.push_back(plan);
    running[id] = {std::move(plan), std::move(sink)};
    if (script) succeed(*script);
    return id;
}

void FakeEngine::cancel(sql_engine::QueryId id) {
    const auto found = running.find(id);
    if (found == running.end()) return;
    Query query = std::move(found->second);
    running.erase(found);
    sql_engine::QueryEnd ended;
    ended.failure = sql_engine::QueryFailure{base::ErrorKind::unavailable,
                                             std::string(sql_engine::code_cancelled), "cancelled"};
    end(std::move(query), {}, ended);
}

void FakeEngine::succeed(const Rows& rows, std::uint64_t bytes_scanned) {
    ASSERT_FALSE(running.empty());
    Query query = std::move(running.begin()->second);
    running.erase(running.begin());
    sql_engine::QueryEnd ended;
    ended.statistics.bytes_scanned = bytes_scanned;
    ended.statistics.rows_returned = rows.size();
    ended.statistics.engine_ms = 7;
    end(std::move(query), rows, ended);
}

void FakeEngine::fail(sql_engine::QueryFailure failure) {
    ASSERT_FALSE(running.empty());
    Query query = std::move(running.begin()->second);
    running.erase(running.begin());
    sql_engine::QueryEnd ended;
    ended.failure = std::move(failure);
    end(std::move(query), {}, ended);
}

void FakeEngine::end(Query query, const Rows& rows, sql_engine::QueryEnd end) {
    executor_.post([sink = query.sink, rows, end = std::move(end)]() mutable {
        for (std::size_t begin = 0; begin < rows.size(); begin += sql_engine::batch_rows_max) {
            sql_engine::ResultBatch batch;
            batch.column_count = rows[begin].size();
            for (std::size_t i = begin;
                 i < std::min(begin + sql_engine::batch_rows_max, rows.size()); ++i) {
                for (const auto& cell : rows[i]) {
                    batch.append(cell ? std::optional<std::string_view>(*cell) : std::nullopt);
                }
            }
            if (auto taken = sink->rows(batch); !taken) {
                end.failure = sql_engine::QueryFailure{taken.error().kind, "GENERIC_INTERNAL_ERROR",
                                                       taken.error().message};
                break;
            }
        }
        sink->finish(end);
    });
}

AthenaTest::AthenaTest() {
    stage_.make_bucket("results");
    stage_.make_bucket("lake");
    restart();
}

AthenaTest::~AthenaTest() {
    stage_.executor.run_until_idle();
    while (!engine_.running.empty())
        engine_.cancel(engine_.running.begin()->first);
    stage_.executor.run_until_idle();
}

void AthenaTest::restart() {
    harness_.reset();
    athena_.reset();
    athena_ = std::make_unique<Athena>(
        options_, Environment{*stage_.meta, *stage_.store, catalog_, engine_, stage_.clock,
                              stage_.random, stage_.executor, stage_.log, metrics_});
    const auto started = athena_->start();
    EXPECT_TRUE(started) << started.error().describe();
    harness_ = std::make_unique<aws::testing::Harness>(model, athena_.get());
    harness_->set_pump([this] { stage_.executor.run_one(); });
}

void AthenaTest::crash() {
    harness_.reset();
    engine_.running.clear();
    stage_.executor.drop_all();
    // What runs can never end, so it is never destroyed: as a killed process leaves it.
    static auto& killed = *new std::vector<Athena*>();
    killed.push_back(athena_.release());
    restart();
}

aws::testing::Answer AthenaTest::call(std::string_view operation, std::string_view body) {
    return harness_->json(operation, body);
}

std::string AthenaTest::outcome(std::string_view operation, std::string_view body) {
    const auto answer = call(operation, body);
    if (answer.status == 200) return "";
    const std::string upper = answer.at("Message");
    return answer.error_code() + ": " + (upper.empty() ? answer.at("message") : upper);
}

std::string AthenaTest::start(const std::string& query, const std::string& more) {
    const auto answer =
        call("StartQueryExecution",
             R"({"QueryString":)" + json_quote(query) +
                 R"(,"ResultConfiguration":{"OutputLocation":"s3://results/out/"})" + more + "}");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.at("QueryExecutionId");
}

std::string AthenaTest::run(const std::string& query, const std::string& more) {
    const std::string id = start(query, more);
    stage_.executor.run_until_idle();
    return id;
}

std::string AthenaTest::state(const std::string& id, const std::string& path) {
    const auto answer = call("GetQueryExecution", R"({"QueryExecutionId":")" + id + R"("})");
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.at("QueryExecution." + path);
}

std::string AthenaTest::result(const std::string& id) {
    const std::string location = state(id, "ResultConfiguration.OutputLocation");
    EXPECT_TRUE(location.starts_with("s3://results/")) << location;
    return stage_.read("results", location.substr(13));
}

void AthenaTest::put(const std::string& key, const std::string& bytes) {
    const auto stored = stage_.put("lake", key, bytes);
    ASSERT_TRUE(stored) << stored.error().describe();
}

void AthenaTest::make_events() {
    ports::Table table;
    table.database = "acme";
    table.name = "events";
    table.table_type = "EXTERNAL_TABLE";
    table.columns = {{"event_id", "string", "unique"}, {"n", "int", ""}};
    table.partition_keys = {{"year", "string", ""}, {"month", "string", ""}};
    table.location = "s3://lake/t/";
    table.input_format = "org.apache.hadoop.mapred.TextInputFormat";
    table.output_format = "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat";
    table.serde_library = "org.openx.data.jsonserde.JsonSerDe";
    table.serde_parameters = {{"ignore.malformed.json", "true"}, {"mapping.n", "N.O"}};
    table.parameters = {{"classification", "json"}};
    catalog_.databases["acme"]["events"] = table;
}

}  // namespace athena::testing
