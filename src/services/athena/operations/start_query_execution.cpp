// StartQueryExecution: what is wrong with the text is said here, and then no execution exists.
#include "athena_sql/lexer.h"
#include "athena_sql/parser.h"
#include "services/athena/s3_location.h"
#include "services/athena/shapes.h"
#include "services/athena/statements.h"

namespace athena {
namespace {

struct ReuseByAge {
    bool enabled = false;
    std::optional<std::int32_t> age_minutes;
    static constexpr auto members() {
        return std::tuple{
            aws::member("Enabled", &ReuseByAge::enabled, {.required = true}),
            aws::member("MaxAgeInMinutes", &ReuseByAge::age_minutes, {.min = 0, .max = 10'080})};
    }
};
struct ReuseConfiguration {
    std::optional<ReuseByAge> by_age;
    static constexpr auto members() {
        return std::tuple{
            aws::member("ResultReuseByAgeConfiguration", &ReuseConfiguration::by_age)};
    }
};
struct Input {
    std::string query;
    std::optional<std::string> token;
    std::optional<QueryExecutionContext> context;
    std::optional<ResultConfiguration> result;
    std::optional<std::string> work_group;
    std::optional<std::vector<std::string>> parameters;
    std::optional<ReuseConfiguration> reuse;
    std::optional<shape::Document> engine;
    static constexpr auto members() {
        return std::tuple{
            aws::member("QueryString", &Input::query,
                        {.required = true, .min = 1, .max = athena_sql::query_bytes_max}),
            aws::member("ClientRequestToken", &Input::token, {.min = 32, .max = 128}),
            aws::member("QueryExecutionContext", &Input::context),
            aws::member("ResultConfiguration", &Input::result),
            aws::member("WorkGroup", &Input::work_group, work_group_rule),
            aws::member("ExecutionParameters", &Input::parameters, {.min = 1}),
            aws::member("ResultReuseConfiguration", &Input::reuse),
            aws::member("EngineConfiguration", &Input::engine)};
    }
};
struct Output {
    std::string id;
    static constexpr auto members() {
        return std::tuple{aws::member("QueryExecutionId", &Output::id)};
    }
};

aws::Reply<void> check_options(const Input& input) {
    TRY_VOID(check_work_group(input.work_group));
    if (input.context && input.context->catalog) {
        TRY_VOID(check_catalog(*input.context->catalog));
    }
    if (input.engine) return faults::not_supported("EngineConfiguration");
    const bool reuses = input.reuse && input.reuse->by_age && input.reuse->by_age->enabled;
    if (reuses) return faults::not_supported("Result reuse");
    if (input.result && input.result->encryption && input.result->encryption->option != "SSE_S3") {
        return faults::not_supported("EncryptionOption " + input.result->encryption->option);
    }
    return base::ok();
}

// Where the result goes, without the object's name. The bucket must be there and the caller's.
aws::Reply<Location> output_of(Athena& athena, const Scope& scope, const Input& input) {
    std::string text = athena.output_location(scope);
    if (input.result && input.result->output_location) text = *input.result->output_location;
    if (text.empty()) {
        return faults::invalid_request(
            "No output location provided. An output location is required either through the "
            "Workgroup result configuration setting or as an API input.");
    }
    auto location = parse_location(text);
    if (!location) return faults::invalid_request("outputLocation is not a valid S3 path.");
    const auto bucket = athena.objects().find_bucket(location->bucket);
    if (!bucket && bucket.error().kind != base::ErrorKind::not_found) {
        return faults::internal(bucket.error());
    }
    if (!bucket || bucket.value().account != scope.account) {
        return faults::invalid_request("Unable to verify/create output bucket " + location->bucket);
    }
    if (input.result && input.result->expected_bucket_owner &&
        *input.result->expected_bucket_owner != bucket.value().account) {
        return faults::invalid_request("The bucket " + location->bucket +
                                       " is not owned by the expected account");
    }
    return std::move(*location);
}

// What must be the same when a token comes again.
std::string fingerprint_of(const Input& input, const ExecutionRow& row) {
    std::string out;
    for (const std::string& part : {input.query, row.database, row.output_bucket, row.output_key}) {
        out += std::to_string(part.size()) + ":" + part;
    }
    for (const std::string& part : row.parameters)
        out += std::to_string(part.size()) + ":" + part;
    return out;
}

void run(Athena& athena, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    const auto prepare = [&]() -> aws::Reply<std::pair<ExecutionRow, athena_sql::Statement>> {
        TRY_VOID(check_options(input));
        TRY(location, output_of(athena, scope_of(call), input));
        ExecutionRow row;
        row.parameters = input.parameters.value_or(std::vector<std::string>());
        auto statement = athena_sql::parse(input.query, row.parameters);
        if (!statement) return faults::malformed(statement.error());
        const StatementKind kind = statement_kind(statement.value());
        row.query = input.query;
        row.statement_type = kind.type;
        row.substatement_type = kind.subtype;
        row.header = std::holds_alternative<athena_sql::QueryPtr>(statement.value());
        row.database = "default";
        if (input.context && input.context->database) {
            row.database = athena_sql::to_lower(*input.context->database);
        }
        row.catalog = "awsdatacatalog";
        row.work_group = primary_work_group;
        row.output_bucket = std::move(location.bucket);
        row.output_key = std::move(location.prefix);
        if (input.result) {
            if (input.result->encryption) row.encryption_option = input.result->encryption->option;
            if (input.result->acl) row.acl_option = input.result->acl->option;
            row.expected_bucket_owner = input.result->expected_bucket_owner.value_or("");
        }
        row.token = input.token.value_or("");
        return std::pair{std::move(row), std::move(statement.value())};
    };
    auto prepared = prepare();
    if (!prepared) {
        respond(std::move(prepared.error()));
        return;
    }
    auto& [row, statement] = prepared.value();
    std::string fingerprint = fingerprint_of(input, row);
    athena.begin(scope_of(call), std::move(row), std::move(fingerprint), std::move(statement),
                 [respond = std::move(respond)](aws::Reply<std::string> id) mutable {
                     if (!id) {
                         respond(std::move(id.error()));
                         return;
                     }
                     respond(Output{std::move(id.value())});
                 });
}

}  // namespace

constinit const aws::Operation start_query_execution = aws::operation<&run>("StartQueryExecution");

}  // namespace athena
