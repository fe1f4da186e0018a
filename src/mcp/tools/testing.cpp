#include "mcp/tools/testing.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "mcp/schema.h"
#include "mcp/tools/support.h"

namespace mcp::tools::testing {

namespace json = boost::json;

json::object parse_object(const std::string& text) {
    return json::parse(text).as_object();
}

std::string query_of(const std::string& sql, const std::string& more) {
    std::string text = json::serialize(json::object{{"sql", sql}, {"database", "acme"}});
    text.pop_back();
    return text + more + "}";
}

// ---- the backend ----

void FakeBackend::call(std::string_view, std::string_view operation, json::object input,
                       Done done) {
    asked.push_back({std::string(operation), input});
    const auto found = answers.find(std::string(operation));
    if (found == answers.end()) return done(aws::Fault("InternalFailure", "none", 500));
    done(found->second(input));
}

void FakeBackend::read_object(std::string bucket, std::string key, std::uint64_t offset,
                              std::uint64_t bytes_max, ReadDone done) {
    asked.push_back({"GetObject", {{"Bucket", bucket}, {"Key", key}}});
    const auto found = objects.find(bucket + "/" + key);
    if (found == objects.end()) return done(aws::Fault("NoSuchKey", "none", 404));
    ObjectPart part;
    part.object_bytes = found->second.size();
    if (offset < part.object_bytes) part.bytes = found->second.substr(offset, bytes_max);
    done(std::move(part));
}

void FakeBackend::on(const std::string& operation, const std::string& answer) {
    answers[operation] = [answer](const json::object&) { return parse_object(answer); };
}

json::object FakeBackend::list_objects(const json::object& input) const {
    constexpr std::size_t page_max = 1'000;
    const std::string prefix = text_at(input, "Prefix");
    const bool one_level = text_at(input, "Delimiter") == "/";
    const std::string after = text_at(input, "ContinuationToken");
    json::array contents;
    json::array folders;
    std::string last = after;  // key or folder
    for (auto at = listed.lower_bound(prefix); at != listed.end(); ++at) {
        const std::string& key = at->first;
        if (!key.starts_with(prefix)) break;
        const auto slash = one_level ? key.find('/', prefix.size()) : std::string::npos;
        const std::string name = slash == std::string::npos ? key : key.substr(0, slash + 1);
        if (name <= last) continue;
        if (contents.size() + folders.size() == page_max) {
            return {{"Contents", contents},
                    {"CommonPrefixes", folders},
                    {"NextContinuationToken", last}};
        }
        last = name;
        if (slash != std::string::npos) {
            folders.push_back(json::object{{"Prefix", name}});
        } else {
            contents.push_back(json::object{
                {"Key", key}, {"Size", at->second.bytes}, {"LastModified", at->second.modified_s}});
        }
    }
    return {{"Contents", contents}, {"CommonPrefixes", folders}};
}

std::size_t FakeBackend::count(const std::string& operation) const {
    std::size_t times = 0;
    for (const Asked& one : asked)
        times += one.operation == operation ? 1 : 0;
    return times;
}

// ---- the context ----

void FakeContext::when_cancelled(base::Task task) {
    if (cancelled_) return task();
    tasks_.push_back(std::move(task));
}

std::string FakeContext::seal(std::string_view purpose, std::string_view plain) const {
    return "sealed-for-the-caller-and:" + std::string(purpose) + ":" + std::string(plain);
}

std::optional<std::string> FakeContext::open(std::string_view purpose,
                                             std::string_view sealed) const {
    const std::string head = seal(purpose, "");
    if (!sealed.starts_with(head)) return std::nullopt;
    return std::string(sealed.substr(head.size()));
}

void FakeContext::cancel() {
    cancelled_ = true;
    for (base::Task& task : tasks_)
        task();
    tasks_.clear();
}

// ---- the world ----

void ToolsTest::SetUp() {
    backend.on("GetDatabases", R"({"DatabaseList":[{"Name":"acme","Description":"Telemetry"},
                                                   {"Name":"other"}]})");
    backend.on("GetDatabase", R"({"Database":{"Name":"acme"}})");
    backend.answers["GetTable"] = [](const json::object& input) -> aws::Reply<json::object> {
        if (text_at(input, "Name") != "events") {
            return aws::Fault("EntityNotFoundException", "Table not found.");
        }
        return json::object{{"Table", table()}};
    };
    backend.answers["GetTables"] = [](const json::object& input) -> aws::Reply<json::object> {
        if (text_at(input, "DatabaseName") != "acme") return json::object{};
        return json::object{{"TableList", json::array{table()}}};
    };
    backend.listed = {{"events/day=2026-01-01/a", {1'000}}, {"events/day=2026-01-02/b", {20'000}}};
    backend.answers["ListObjectsV2"] = [this](const json::object& input) {
        return backend.list_objects(input);
    };
    backend.on("GetPartitions", R"({"Partitions":[
        {"Values":["2026-01-01"],
         "StorageDescriptor":{"Location":"s3://data/events/day=2026-01-01"}},
        {"Values":["2026-01-02"],
         "StorageDescriptor":{"Location":"s3://data/events/day=2026-01-02/"}}
        ]})");
    backend.on("StartQueryExecution", R"({"QueryExecutionId":"q-1"})");
    backend.on("StopQueryExecution", "{}");
    state("SUCCEEDED");
    rows(R"([["id","bigint"]])", {R"(["1"])"});
}

json::object ToolsTest::table() {
    return parse_object(R"({"Name":"events","Description":"What happened",
        "StorageDescriptor":{"Location":"s3://data/events/",
            "InputFormat":"org.apache.hadoop.mapred.TextInputFormat",
            "SerdeInfo":{"SerializationLibrary":"org.openx.data.jsonserde.JsonSerDe"},
            "Columns":[{"Name":"id","Type":"bigint"},{"Name":"city","Type":"string",
                "Comment":"where it was"},{"Name":"event_time","Type":"timestamp"}]},
        "PartitionKeys":[{"Name":"day","Type":"string"}]})");
}

void ToolsTest::state(const std::string& name, const std::string& reason) {
    backend.on("GetQueryExecution",
               R"({"QueryExecution":{"StatementType":"DML","Status":{"State":")" + name +
                   R"(","StateChangeReason":")" + reason +
                   R"("},"ResultConfiguration":{"OutputLocation":"s3://results/q-1.csv"},)"
                   R"("Statistics":{"DataScannedInBytes":12,)"
                   R"("EngineExecutionTimeInMillis":3,"TotalExecutionTimeInMillis":5}}})");
}

void ToolsTest::rows(const std::string& columns, const std::vector<std::string>& texts) {
    json::array info;
    json::array header;
    const json::value described = json::parse(columns);
    for (const json::value& one : described.as_array()) {
        info.push_back(json::object{{"Name", one.at(0)}, {"Type", one.at(1)}});
        header.push_back(json::object{{"VarCharValue", one.at(0)}});
    }
    json::array all{json::object{{"Data", header}}};
    for (const std::string& text : texts) {
        json::array data;
        const json::value cells = json::parse(text);
        for (const json::value& cell : cells.as_array()) {
            data.push_back(cell.is_null() ? json::object{} : json::object{{"VarCharValue", cell}});
        }
        all.push_back(json::object{{"Data", std::move(data)}});
    }
    backend.answers["GetQueryResults"] =
        [info, all](const json::object& input) -> aws::Reply<json::object> {
        const std::string token = text_at(input, "NextToken");
        const std::size_t from = token.empty() ? 0 : std::stoul(token);
        const auto most = static_cast<std::size_t>(integer_at(input, "MaxResults"));
        if (most < 1 || most > 1000) return aws::Fault("InvalidRequestException", "MaxResults");
        json::array page;
        for (std::size_t i = from; i < all.size() && page.size() < most; ++i)
            page.push_back(all[i]);
        json::object answer{
            {"ResultSet", json::object{{"Rows", page},
                                       {"ResultSetMetadata", json::object{{"ColumnInfo", info}}}}}};
        if (from + most < all.size()) answer["NextToken"] = std::to_string(from + most);
        return answer;
    };
}

// ---- calls ----

void ToolsTest::begin(const Tool& tool, const std::string& arguments) {
    input_ = tool.make_input();
    sink = std::make_shared<Sink>();
    const auto wrong =
        decode_arguments(parse_object(arguments), tool.input(), input_.get(), validator_);
    if (wrong) {
        sink->result = tool_failure(*wrong);
        return;
    }
    tool.run(context, input_.get(), RawAnswer(sink));
}

json::object ToolsTest::call(const Tool& tool, const std::string& arguments) {
    begin(tool, arguments);
    executor.run_for_ms(60'000);
    EXPECT_FALSE(sink->refused.has_value());
    EXPECT_TRUE(sink->result.has_value());
    return sink->result.value_or(json::object());
}

json::object ToolsTest::data(const Tool& tool, const std::string& arguments) {
    const json::object result = call(tool, arguments);
    EXPECT_FALSE(result.contains("isError")) << text(result);
    const json::object* content = object_at(result, "structuredContent");
    return content != nullptr ? *content : json::object();
}

std::string ToolsTest::failure(const Tool& tool, const std::string& arguments) {
    const json::object result = call(tool, arguments);
    EXPECT_TRUE(result.contains("isError")) << text(result);
    return text(result);
}

std::string ToolsTest::text(const json::object& result) {
    return text_at(array_at(result, "content").at(0).as_object(), "text");
}

}  // namespace mcp::tools::testing
