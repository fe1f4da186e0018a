// StartQueryExecution: what is wrong with the text is said here, and then no execution exists.
#include "athena_sql/execute_statement.h"
#include "athena_sql/lexer.h"
#include "athena_sql/parser.h"
#include "services/athena/s3_location.h"
#include "services/athena/shapes.h"
#include "services/athena/statements.h"

namespace athena {
namespace start_query_execution_operation {

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
    if (input.context && input.context->catalog) {
        TRY_VOID(check_catalog(*input.context->catalog));
    }
    if (input.engine) return faults::not_supported("EngineConfiguration");
    const bool reuses = input.reuse && input.reuse->by_age && input.reuse->by_age->enabled;
    if (reuses) return faults::not_supported("Result reuse");
    if (input.result) {
        TRY_VOID(check_encryption(input.result->encryption));
    }
    return base::ok();
}

// How the result is written: the call's settings and the group's. Those of a group that enforces
// them win; a location that it does not have it cannot enforce.
struct ResultSettings {
    std::string location;
    std::string encryption_option;
    std::string acl_option;
    std::string expected_bucket_owner;
};

ResultSettings settings_of(const WorkGroupRow& group, const Input& input) {
    ResultSettings out{group.output_location, group.encryption_option, group.acl_option,
                       group.expected_bucket_owner};
    if (!input.result) return out;
    const ResultConfiguration& asked = *input.result;
    if (asked.output_location && (!group.enforced || group.output_location.empty())) {
        out.location = *asked.output_location;
    }
    if (group.enforced) return out;
    if (asked.encryption) out.encryption_option = asked.encryption->option;
    if (asked.acl) out.acl_option = asked.acl->option;
    if (asked.expected_bucket_owner) out.expected_bucket_owner = *asked.expected_bucket_owner;
    return out;
}

// Where the result goes, without the object's name. The bucket must be there and the caller's.
aws::Reply<Location> output_of(Athena& athena, const Scope& scope, const ResultSettings& settings) {
    if (settings.location.empty()) {
        return faults::invalid_request(
            "No output location provided. An output location is required either through the "
            "Workgroup result configuration setting or as an API input.");
    }
    auto location = parse_location(settings.location);
    if (!location) return faults::invalid_request("outputLocation is not a valid S3 path.");
    const auto bucket = athena.objects().find_bucket(location->bucket);
    if (!bucket && bucket.error().kind != base::ErrorKind::not_found) {
        return faults::internal(bucket.error());
    }
    if (!bucket || bucket.value().account != scope.account) {
        return faults::invalid_request("Unable to verify/create output bucket " + location->bucket);
    }
    if (!settings.expected_bucket_owner.empty() &&
        settings.expected_bucket_owner != bucket.value().account) {
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
    if (row.group_id != primary_work_group) out += row.group_id;
    for (const std::string& part : row.parameters)
        out += std::to_string(part.size()) + ":" + part;
    return out;
}

// The statement that is run: the query's, or the prepared one that it executes, with the arguments
// of USING or else ExecutionParameters.
aws::Reply<Parsed> parse_query(Athena& athena, const Scope& scope, const WorkGroupRow& group,
                               const Input& input, std::vector<std::string> parameters) {
    std::string text = input.query;
    auto execute = athena_sql::parse_execute(text);
    if (!execute) return faults::malformed(execute.error());
    if (execute.value()) {
        const std::string& name = execute.value()->name;
        TRY(prepared, faults::reply(athena.groups().find_statement(scope, group.id, name)));
        if (!prepared) {
            return faults::invalid_request(faults::no_statement(name, group.name).message);
        }
        text = std::move(prepared->query);
        if (!execute.value()->arguments.empty()) {
            if (!parameters.empty()) {
                return faults::invalid_request(
                    "ExecutionParameters can not be given together with USING");
            }
            parameters = std::move(execute.value()->arguments);
        }
    }
    auto statement = athena_sql::parse(text, parameters);
    if (!statement) return faults::malformed(statement.error());
    return Parsed{std::move(statement.value()), std::move(text)};
}

void run(Athena& athena, const aws::Call& call, Input& input, aws::Responder<Output> respond) {
    const auto prepare = [&]() -> aws::Reply<std::pair<ExecutionRow, Parsed>> {
        TRY_VOID(check_options(input));
        TRY(group, athena.groups().find(scope_of(call), input.work_group));
        if (!group.enabled()) return faults::group_is_disabled(group.name);
        ResultSettings settings = settings_of(group, input);
        TRY(location, output_of(athena, scope_of(call), settings));
        ExecutionRow row;
        row.parameters = input.parameters.value_or(std::vector<std::string>());
        TRY(parsed, parse_query(athena, scope_of(call), group, input, row.parameters));
        const StatementKind kind = statement_kind(parsed.statement);
        row.query = input.query;
        row.statement_type = kind.type;
        row.substatement_type = kind.subtype;
        row.header = std::holds_alternative<athena_sql::QueryPtr>(parsed.statement);
        row.database = "default";
        if (input.context && input.context->database) {
            row.database = athena_sql::to_lower(*input.context->database);
        }
        row.catalog = "awsdatacatalog";
        row.work_group = group.name;
        row.group_id = group.id;
        row.scanned_bytes_max = group.scanned_bytes_max;
        row.publishes_metrics = group.publishes_metrics;
        row.output_bucket = std::move(location.bucket);
        row.output_key = std::move(location.prefix);
        row.encryption_option = std::move(settings.encryption_option);
        row.acl_option = std::move(settings.acl_option);
        row.expected_bucket_owner = std::move(settings.expected_bucket_owner);
        row.token = input.token.value_or("");
        return std::pair{std::move(row), std::move(parsed)};
    };
    auto prepared = prepare();
    if (!prepared) {
        respond(std::move(prepared.error()));
        return;
    }
    auto& [row, parsed] = prepared.value();
    std::string fingerprint = fingerprint_of(input, row);
    athena.begin(scope_of(call), std::move(row), std::move(fingerprint), std::move(parsed),
                 [respond = std::move(respond)](aws::Reply<std::string> id) mutable {
                     if (!id) {
                         respond(std::move(id.error()));
                         return;
                     }
                     respond(Output{std::move(id.value())});
                 });
}

}  // namespace start_query_execution_operation

constinit const aws::Operation start_query_execution =
    aws::operation<&start_query_execution_operation::run>("StartQueryExecution");

}  // namespace athena
