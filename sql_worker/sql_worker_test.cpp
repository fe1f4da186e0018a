// The engine end to end: ProcessEngine, the real spawner, the real datastack-sql, objects in
// memory.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <future>

#include "os/child_channel.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/spawner.h"
#include "os/thread_pool.h"
#include "sql_engine/process_engine.h"
#include "text.h"

namespace {

using athena_sql::make_type;
using athena_sql::TypeKind;
using sql_engine::Codec;
using sql_engine::QueryEnd;
using sql_engine::QueryPlan;

class QuietLog final : public base::Log {
  public:
    void write(base::LogLevel, std::string_view, std::initializer_list<base::LogField>) override {}
};

// Started before any thread exists, as in the program.
std::unique_ptr<os::Spawner> spawner_holder;
class SpawnerEnvironment final : public ::testing::Environment {
  public:
    void SetUp() override {
        auto started = os::Spawner::start();
        ASSERT_TRUE(started) << started.error().describe();
        spawner_holder = std::move(started.value());
        ASSERT_TRUE(spawner_holder->open("sql-worker-test-" + std::to_string(::getpid()), log_));
    }
    void TearDown() override { spawner_holder.reset(); }

  private:
    QuietLog log_;
};
const auto* const environment = ::testing::AddGlobalTestEnvironment(new SpawnerEnvironment);

std::string binary_directory() {
    return std::filesystem::read_symlink("/proc/self/exe").parent_path();
}

class MemoryBytes final : public sql_engine::ObjectBytes {
  public:
    explicit MemoryBytes(std::string bytes) : bytes_(std::move(bytes)) {}
    std::uint64_t size_bytes() const override { return bytes_.size(); }
    base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const override {
        const auto rest =
            std::string_view(bytes_).substr(std::min<std::size_t>(offset, bytes_.size()));
        const auto count = std::min(rest.size(), out.size());
        std::copy_n(rest.data(), count, out.data());
        return count;
    }
    std::optional<wire::FileRange> file_range() const override { return std::nullopt; }

  private:
    std::string bytes_;
};

class FileBytes final : public sql_engine::ObjectBytes {
  public:
    FileBytes(std::shared_ptr<const base::File> file, std::uint64_t offset, std::uint64_t size)
        : range_{std::move(file), offset, size} {}
    std::uint64_t size_bytes() const override { return range_.length; }
    base::Result<std::size_t> read_at(std::uint64_t offset, std::span<char> out) const override {
        return range_.file->read_at(range_.offset + offset, out);
    }
    std::optional<wire::FileRange> file_range() const override { return range_; }

  private:
    wire::FileRange range_;
};

class MapOpener final : public sql_engine::ObjectOpener {
  public:
    std::map<std::string, std::shared_ptr<const sql_engine::ObjectBytes>> objects;
    base::Result<std::shared_ptr<const sql_engine::ObjectBytes>> open(
        const sql_engine::ScanObject& object) override {
        const auto found = objects.find(object.key);
        if (found == objects.end()) {
            return base::Error{base::ErrorKind::not_found, "no such key " + object.key, ""};
        }
        return found->second;
    }
};

struct Outcome {
    std::vector<std::vector<std::optional<std::string>>> rows;
    QueryEnd end;
};

class CollectingSink final : public sql_engine::ResultSink {
  public:
    base::Result<void> rows(const sql_engine::ResultBatch& batch) override {
        for (std::size_t row = 0; row < batch.row_count(); ++row) {
            auto& cells = outcome.rows.emplace_back();
            for (std::size_t column = 0; column < batch.column_count; ++column) {
                const auto cell = batch.cell(row, column);
                cells.push_back(cell ? std::optional(std::string(*cell)) : std::nullopt);
            }
        }
        if (fail_rows) return base::Error{base::ErrorKind::io, "the disk is gone", ""};
        return base::ok();
    }
    void finish(const QueryEnd& end) override {
        outcome.end = end;
        done.set_value();
    }
    bool fail_rows = false;
    Outcome outcome;
    std::promise<void> done;
};

std::string gzip(const std::string& bytes) {
    z_stream stream = {};
    EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    std::string out(compressBound(static_cast<uLong>(bytes.size())) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

class Engine : public ::testing::Test {
  protected:
    Engine() {
        temporary_ = std::filesystem::temp_directory_path() /
                     ("datastack-sql-test-" + std::to_string(::getpid()));
        std::filesystem::create_directory(temporary_);
        base::ChildOptions options;
        options.program = binary_directory() + "/datastack-sql";
        options.arguments = {"datastack-sql", temporary_.string(), "2"};
        options.working_directory = temporary_;
        launcher_ = std::make_unique<os::ChildChannelLauncher>(*spawner_holder, options);
        engine_ = std::make_unique<sql_engine::ProcessEngine>(sql_engine::EngineOptions{},
                                                              *launcher_, pool_, clock_, log_);
    }
    ~Engine() override {
        engine_->stop();
        pool_.stop();
        engine_.reset();
        std::filesystem::remove_all(temporary_);
    }

    void add(const std::string& key, std::string bytes, Codec codec = Codec::none,
             std::uint32_t partition = 0) {
        sql_engine::ScanObject object;
        object.bucket = "lake";
        object.key = key;
        object.size_bytes = bytes.size();
        object.codec = codec;
        object.partition = partition;
        scan_.objects.push_back(object);
        opener_->objects[key] = std::make_shared<MemoryBytes>(std::move(bytes));
    }
    void column(const std::string& name, athena_sql::Type type) {
        scan_.columns.push_back({.name = name, .type = std::move(type), .field = name});
    }
    QueryPlan plan(const std::string& sql, std::vector<athena_sql::Type> types) {
        QueryPlan made;
        made.sql = sql;
        made.scans.push_back(scan_);
        for (auto& type : types)
            made.result_columns.push_back({"r", std::move(type)});
        made.opener = opener_;
        made.limits.memory_bytes_max = 256 << 20;
        return made;
    }
    Outcome run(QueryPlan query) {
        auto sink = std::make_shared<CollectingSink>();
        auto done = sink->done.get_future();
        engine_->run(std::move(query), sink);
        done.wait();
        return sink->outcome;
    }
    Outcome run(const std::string& sql, std::vector<athena_sql::Type> types) {
        return run(plan(sql, std::move(types)));
    }
    // The single cell of a query without tables, or the failure's code.
    std::string cell(const std::string& expression, athena_sql::Type type) {
        const auto outcome =
            run("SELECT CAST(" + expression + " AS " + athena_sql::duckdb_name(type) + ") AS c0",
                {type});
        if (outcome.end.failure) return outcome.end.failure->code;
        return outcome.rows.at(0).at(0).value_or("(null)");
    }

    std::filesystem::path temporary_;
    QuietLog log_;
    os::SystemClock clock_;
    os::ThreadPool pool_{2};
    std::unique_ptr<os::ChildChannelLauncher> launcher_;
    std::unique_ptr<sql_engine::ProcessEngine> engine_;
    std::shared_ptr<MapOpener> opener_ = std::make_shared<MapOpener>();
    sql_engine::Scan scan_;
};

const auto varchar = athena_sql::make_varchar();
const auto bigint = make_type(TypeKind::bigint);
const auto integer = make_type(TypeKind::integer);
const auto real_double = make_type(TypeKind::double_precision);

TEST_F(Engine, CountsGzipAndPlainObjects) {
    add("a", "{\"x\":1}\n{\"x\":2}\n");
    add("b", gzip("{\"x\":3}\n") + gzip("{\"x\":4}"), Codec::gzip);
    const auto outcome =
        run("SELECT CAST(count(*) AS BIGINT) AS c0 FROM datastack_scan(0)", {bigint});
    ASSERT_FALSE(outcome.end.failure) << outcome.end.failure->message;
    EXPECT_EQ(outcome.rows.at(0).at(0), "4");
    EXPECT_EQ(outcome.end.statistics.objects_scanned, 2U);
    EXPECT_EQ(outcome.end.statistics.rows_scanned, 4U);
    EXPECT_EQ(outcome.end.statistics.bytes_scanned,
              scan_.objects[0].size_bytes + scan_.objects[1].size_bytes);
}

TEST_F(Engine, ReadsColumnsByTheirTypes) {
    column("s", varchar);
    column("i", integer);
    column("d", real_double);
    add("a",
        "{\"S\":\"a\\u00e9\\\"b\",\"i\":\"12\",\"d\":1.5,\"more\":[1]}\r\n"
        "{\"s\":{\"k\":[1,2]},\"i\":null}\n"
        "\n"
        "{\"d\":3,\"s\":7,\"i\":-2}");
    const auto outcome =
        run("SELECT c0, c1, c2 FROM datastack_scan(0)", {varchar, integer, real_double});
    ASSERT_FALSE(outcome.end.failure) << outcome.end.failure->message;
    using Row = std::vector<std::optional<std::string>>;
    ASSERT_EQ(outcome.rows.size(), 4U);
    EXPECT_EQ(outcome.rows[0], (Row{"aé\"b", "12", "1.5"}));
    EXPECT_EQ(outcome.rows[1], (Row{"{\"k\":[1,2]}", std::nullopt, std::nullopt}));
    EXPECT_EQ(outcome.rows[2], (Row{std::nullopt, std::nullopt, std::nullopt}));
    EXPECT_EQ(outcome.rows[3], (Row{"7", "-2", "3.0"}));
}

TEST_F(Engine, PartitionAndPathColumnsBelongToTheObject) {
    column("v", integer);
    scan_.columns.push_back({.name = "day",
                             .type = varchar,
                             .source = sql_engine::ColumnSource::partition,
                             .position = 0});
    scan_.columns.push_back({.name = "n",
                             .type = integer,
                             .source = sql_engine::ColumnSource::partition,
                             .position = 1});
    scan_.columns.push_back(
        {.name = "$path", .type = varchar, .source = sql_engine::ColumnSource::path});
    scan_.partitions = {{"01", "1"}, {"02", std::nullopt}};
    add("p1/a", "{\"v\":1}\n", Codec::none, 0);
    add("p2/b", "{\"v\":2}\n", Codec::none, 1);
    const auto outcome = run("SELECT c0, c1, c2, c3 FROM datastack_scan(0) ORDER BY c0",
                             {integer, varchar, integer, varchar});
    ASSERT_FALSE(outcome.end.failure) << outcome.end.failure->message;
    using Row = std::vector<std::optional<std::string>>;
    EXPECT_EQ(outcome.rows.at(0), (Row{"1", "01", "1", "s3://lake/p1/a"}));
    EXPECT_EQ(outcome.rows.at(1), (Row{"2", "02", std::nullopt, "s3://lake/p2/b"}));
}

TEST_F(Engine, NestedTypes) {
    column("a", athena_sql::make_array(integer));
    column("m", athena_sql::make_map(varchar, real_double));
    column("r", athena_sql::make_row({"x", "y"}, {integer, varchar}));
    add("a", R"({"a":[1,null,3],"m":{"k":1,"l":null},"r":{"Y":"t","x":4}})");
    const auto outcome = run("SELECT c0, c1, c2 FROM datastack_scan(0)",
                             {scan_.columns[0].type, scan_.columns[1].type, scan_.columns[2].type});
    ASSERT_FALSE(outcome.end.failure) << outcome.end.failure->message;
    using Row = std::vector<std::optional<std::string>>;
    EXPECT_EQ(outcome.rows.at(0), (Row{"[1, null, 3]", "{k=1.0, l=null}", "{x=4, y=t}"}));
}

TEST_F(Engine, BadDataNamesFieldValueAndObject) {
    column("n", integer);
    add("bad", "{\"n\":1}\n{\"n\":\"abc\"}\n");
    const auto outcome = run("SELECT c0 FROM datastack_scan(0)", {integer});
    ASSERT_TRUE(outcome.end.failure);
    EXPECT_EQ(outcome.end.failure->code, "HIVE_BAD_DATA");
    for (const char* part : {"\"abc\"", "'n'", "s3://lake/bad"}) {
        EXPECT_NE(outcome.end.failure->message.find(part), std::string::npos)
            << outcome.end.failure->message;
    }
}

TEST_F(Engine, MalformedLineFailsOrIsARowOfNulls) {
    column("n", integer);
    add("bad", "{\"n\":1}\n{\"n\":2,,}\n[3]\n");
    const std::string count =
        "SELECT CAST(count(*) AS BIGINT), CAST(count(c0) AS BIGINT) "
        "FROM datastack_scan(0)";
    const auto strict = run(count, {bigint, bigint});
    ASSERT_TRUE(strict.end.failure);
    EXPECT_EQ(strict.end.failure->code, "HIVE_CURSOR_ERROR");
    EXPECT_NE(strict.end.failure->message.find("s3://lake/bad"), std::string::npos);
    scan_.json.ignore_malformed = true;
    const auto lenient = run(count, {bigint, bigint});
    ASSERT_FALSE(lenient.end.failure) << lenient.end.failure->message;
    EXPECT_EQ(lenient.rows.at(0).at(0), "3");
    EXPECT_EQ(lenient.rows.at(0).at(1), "1");
}

TEST_F(Engine, MalformedLineIsFoundWithoutAnyColumn) {
    add("bad", "{\"n\":tru}\n");
    const auto outcome = run("SELECT CAST(count(*) AS BIGINT) FROM datastack_scan(0)", {bigint});
    ASSERT_TRUE(outcome.end.failure);
    EXPECT_EQ(outcome.end.failure->code, "HIVE_CURSOR_ERROR");
}

TEST_F(Engine, TruncatedAndDamagedGzipFail) {
    std::string whole = gzip(std::string(100'000, ' ') + "{}\n");
    add("cut", whole.substr(0, whole.size() / 2), Codec::gzip);
    EXPECT_EQ(run("SELECT count(*)::BIGINT FROM datastack_scan(0)", {bigint}).end.failure->code,
              "HIVE_CURSOR_ERROR");
    scan_.objects.clear();
    whole[whole.size() - 6] = static_cast<char>(whole[whole.size() - 6] ^ 1);  // the CRC
    add("crc", whole, Codec::gzip);
    EXPECT_EQ(run("SELECT count(*)::BIGINT FROM datastack_scan(0)", {bigint}).end.failure->code,
              "HIVE_CURSOR_ERROR");
}

TEST_F(Engine, LargeObjectsCrossInPiecesOrByDescriptor) {
    std::string lines;
    for (int i = 0; i < 300'000; ++i)
        lines += "{\"n\":" + std::to_string(i) + "}\n";
    column("n", bigint);
    add("pieces", lines);
    const auto path = temporary_ / "object";
    {
        os::PosixFileSystem files;
        auto file = files.open(path, base::OpenMode::create_new);
        ASSERT_TRUE(file);
        ASSERT_TRUE(file.value()->write_at(0, "xyz" + lines));
        sql_engine::ScanObject object = scan_.objects[0];
        object.key = "descriptor";
        scan_.objects.push_back(object);
        opener_->objects["descriptor"] = std::make_shared<FileBytes>(
            std::shared_ptr<const base::File>(std::move(file.value())), 3, lines.size());
    }
    const auto outcome =
        run("SELECT CAST(count(*) AS BIGINT), CAST(sum(c0) AS BIGINT) "
            "FROM datastack_scan(0)",
            {bigint, bigint});
    ASSERT_FALSE(outcome.end.failure) << outcome.end.failure->message;
    EXPECT_EQ(outcome.rows.at(0).at(0), "600000");
    EXPECT_EQ(outcome.rows.at(0).at(1), "89999700000");
}

TEST_F(Engine, ManyRowsComeBackWholeAndInOrder) {
    std::string lines;
    for (int i = 0; i < 50'000; ++i)
        lines += "{\"n\":" + std::to_string(i) + "}\n";
    column("n", bigint);
    add("a", lines);
    const auto outcome = run("SELECT c0 FROM datastack_scan(0)", {bigint});
    ASSERT_FALSE(outcome.end.failure);
    ASSERT_EQ(outcome.rows.size(), 50'000U);
    for (std::size_t i = 0; i < outcome.rows.size(); ++i) {
        ASSERT_EQ(outcome.rows[i].at(0), std::to_string(i));
    }
}

TEST_F(Engine, TrinoText) {
    EXPECT_EQ(cell("1.0", real_double), "1.0");
    EXPECT_EQ(cell("12345678.9", real_double), "1.23456789E7");
    EXPECT_EQ(cell("0.0001", real_double), "1.0E-4");
    EXPECT_EQ(cell("'nan'", real_double), "NaN");
    EXPECT_EQ(cell("'-inf'", real_double), "-Infinity");
    EXPECT_EQ(cell("0.1", make_type(TypeKind::real)), "0.1");
    EXPECT_EQ(cell("-0.5", athena_sql::make_decimal(10, 2)), "-0.50");
    EXPECT_EQ(cell("true", make_type(TypeKind::boolean)), "true");
    EXPECT_EQ(cell("'2024-01-31'", make_type(TypeKind::date)), "2024-01-31");
    EXPECT_EQ(cell("'2024-01-31 10:11:12.123456'", make_type(TypeKind::timestamp)),
              "2024-01-31 10:11:12.123");
    EXPECT_EQ(cell("'hel'::BLOB", make_type(TypeKind::varbinary)), "68 65 6c");
    EXPECT_EQ(cell("datastack_double_to_varchar(1.5)", varchar), "1.5E0");
    EXPECT_EQ(cell("datastack_double_to_varchar(0)", varchar), "0E0");
    EXPECT_EQ(cell("datastack_divide_half_up(5::HUGEINT, 2::HUGEINT)", bigint), "3");
    EXPECT_EQ(cell("datastack_divide_half_up((-5)::HUGEINT, 2::HUGEINT)", bigint), "-3");
    EXPECT_EQ(cell("datastack_divide_half_up(5::HUGEINT, 0::HUGEINT)", bigint), "DIVISION_BY_ZERO");
    EXPECT_EQ(cell("NULL", bigint), "(null)");
}

TEST_F(Engine, ErrorsHaveAthenasCodes) {
    EXPECT_EQ(cell("'abc'", integer), "INVALID_CAST_ARGUMENT");
    EXPECT_EQ(cell("datastack_fail('DIVISION_BY_ZERO: Division by zero')", varchar),
              "DIVISION_BY_ZERO");
    EXPECT_EQ(cell("CASE WHEN 1 = 2 THEN datastack_fail('X_Y: no') ELSE 'fine' END", varchar),
              "fine");
    EXPECT_EQ(cell("(SELECT TRY(CASE WHEN a.range = 0 THEN datastack_fail('X_Y: no') ELSE 'a' END) "
                   "FROM range(1) a)",
                   varchar),
              "(null)");
    EXPECT_EQ(cell("(SELECT * FROM range(3))", bigint), "SUBQUERY_MULTIPLE_ROWS");
}

TEST_F(Engine, FilesSettingsAndNetworkAreOutOfReach) {
    EXPECT_NE(cell("(SELECT content FROM read_text('/etc/passwd'))", varchar).find("ERROR"),
              std::string::npos);
    for (const char* sql : {"SET threads = 8", "COPY (SELECT 1) TO '/tmp/datastack-escape'",
                            "ATTACH '/tmp/datastack-escape.db'", "INSTALL httpfs",
                            "SELECT * FROM '/etc/passwd'", "PRAGMA database_list"}) {
        const auto outcome = run(sql, {varchar});
        const bool harmless = std::string_view(sql).starts_with("PRAGMA");
        EXPECT_TRUE(harmless || outcome.end.failure) << sql;
    }
    EXPECT_FALSE(std::filesystem::exists("/tmp/datastack-escape"));
    EXPECT_FALSE(std::filesystem::exists("/tmp/datastack-escape.db"));
}

TEST_F(Engine, CancelEndsARunningQuery) {
    auto sink = std::make_shared<CollectingSink>();
    auto done = sink->done.get_future();
    const auto id =
        engine_->run(plan("SELECT CAST(sum(a.range * b.range) AS BIGINT) FROM range(100000000) a, "
                          "range(100000) b WHERE a.range % 7 = b.range % 11",
                          {bigint}),
                     sink);
    EXPECT_EQ(done.wait_for(std::chrono::milliseconds(300)), std::future_status::timeout);
    engine_->cancel(id);
    done.wait();
    ASSERT_TRUE(sink->outcome.end.failure);
    EXPECT_EQ(sink->outcome.end.failure->code, "USER_CANCELED");
    EXPECT_EQ(cell("1", bigint), "1") << "the next query is not affected";
}

TEST_F(Engine, TimeLimitEndsAQuery) {
    auto query = plan("SELECT CAST(count(*) AS BIGINT) FROM range(100000000000)", {bigint});
    query.limits.time_ms_max = 200;
    const auto outcome = run(std::move(query));
    ASSERT_TRUE(outcome.end.failure);
    EXPECT_EQ(outcome.end.failure->code, "EXCEEDED_TIME_LIMIT");
}

TEST_F(Engine, RowLimitEndsAQuery) {
    auto query = plan("SELECT range FROM range(100)", {bigint});
    query.limits.rows_max = 100;
    EXPECT_FALSE(run(query).end.failure);
    query.limits.rows_max = 99;
    const auto outcome = run(query);
    ASSERT_TRUE(outcome.end.failure);
    EXPECT_EQ(outcome.end.failure->code, "EXCEEDED_RESULT_ROWS_LIMIT");
    EXPECT_EQ(outcome.rows.size(), 99U);
}

TEST_F(Engine, MemoryLimitFailsTheQueryOnly) {
    auto query = plan(
        "SELECT CAST(length(string_agg(range::VARCHAR || repeat('x', 1000), ',')) "
        "AS BIGINT) FROM range(3000000)",
        {bigint});
    query.limits.memory_bytes_max = 64 << 20;
    query.limits.temporary_bytes_max = 1 << 20;
    const auto outcome = run(std::move(query));
    ASSERT_TRUE(outcome.end.failure);
    EXPECT_TRUE(outcome.end.failure->code == "EXCEEDED_LOCAL_MEMORY_LIMIT" ||
                outcome.end.failure->code == "ENGINE_PROCESS_LOST")
        << outcome.end.failure->code << " " << outcome.end.failure->message;
    EXPECT_EQ(cell("1", bigint), "1");
}

TEST_F(Engine, MissingObjectFailsTheQuery) {
    add("gone", "{}");
    opener_->objects.clear();
    const auto outcome = run("SELECT count(*)::BIGINT FROM datastack_scan(0)", {bigint});
    ASSERT_TRUE(outcome.end.failure);
    EXPECT_EQ(outcome.end.failure->code, "HIVE_CANNOT_OPEN_SPLIT");
    EXPECT_NE(outcome.end.failure->message.find("s3://lake/gone"), std::string::npos);
}

TEST_F(Engine, FailingSinkEndsTheQueryWithItsError) {
    auto sink = std::make_shared<CollectingSink>();
    sink->fail_rows = true;
    auto done = sink->done.get_future();
    engine_->run(plan("SELECT range FROM range(10000000)", {bigint}), sink);
    done.wait();
    ASSERT_TRUE(sink->outcome.end.failure);
    EXPECT_EQ(sink->outcome.end.failure->kind, base::ErrorKind::io);
}

TEST_F(Engine, QueriesRunSideBySideAndQueueBeyondTheWorkers) {
    std::vector<std::shared_ptr<CollectingSink>> sinks;
    std::vector<std::future<void>> done;
    for (int i = 0; i < 12; ++i) {
        sinks.push_back(std::make_shared<CollectingSink>());
        done.push_back(sinks.back()->done.get_future());
        engine_->run(plan("SELECT " + std::to_string(i) + "::BIGINT", {bigint}), sinks.back());
    }
    for (std::size_t i = 0; i < sinks.size(); ++i) {
        done[i].wait();
        EXPECT_EQ(sinks[i]->outcome.rows.at(0).at(0), std::to_string(i));
    }
    EXPECT_LE(engine_->worker_count(), sql_engine::EngineOptions{}.workers_max);
}

TEST_F(Engine, StopEndsRunningQueries) {
    auto sink = std::make_shared<CollectingSink>();
    auto done = sink->done.get_future();
    engine_->run(plan("SELECT CAST(count(*) AS BIGINT) FROM range(100000000000)", {bigint}), sink);
    EXPECT_EQ(done.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
    engine_->stop();
    EXPECT_EQ(done.wait_for(std::chrono::seconds(0)), std::future_status::ready);
    EXPECT_EQ(sink->outcome.end.failure->code, "SERVER_SHUTTING_DOWN");
}

}  // namespace
