#include "app/resources.h"

#include "wire/base64.h"

namespace app {

namespace {

namespace json = boost::json;

constexpr const char* kinesis_stack = "AcmeKinesisStack";
constexpr const char* lake_stack = "AcmeDataLakeStack";
constexpr const char* generation_stack = "AcmeDataGenStack";
constexpr std::uint64_t zip_bytes_max = 50 * 1024 * 1024;
constexpr int log_retention_days = 7;

Step json_step(const char* stack, std::string what, const ApiService& service,
               std::string operation, const json::value& input, const char* exists_code) {
    return {stack, std::move(what),        service,    std::move(operation), "",
            "",    json::serialize(input), exists_code};
}

Step rest_step(const char* stack, std::string what, const ApiService& service, std::string method,
               std::string path, std::string body, const char* exists_code) {
    return {stack,           std::move(what), service,    "", std::move(method),
            std::move(path), std::move(body), exists_code};
}

std::string arn(const ResourceNames& names, const std::string& service,
                const std::string& resource) {
    return "arn:aws:" + service + ":" + names.region + ":" + names.account + ":" + resource;
}

std::string role_arn(const ResourceNames& names, const std::string& role) {
    return "arn:aws:iam::" + names.account + ":role/" + role;
}

void add_stream(std::vector<Step>& steps) {
    steps.push_back(json_step(
        kinesis_stack, std::string("stream ") + stream_name, kinesis_api, "CreateStream",
        {{"StreamName", stream_name}, {"StreamModeDetails", {{"StreamMode", "ON_DEMAND"}}}},
        "ResourceInUseException"));
    steps.push_back(json_step(
        kinesis_stack, "encryption with the AWS managed key", kinesis_api, "StartStreamEncryption",
        {{"StreamName", stream_name}, {"EncryptionType", "KMS"}, {"KeyId", "alias/aws/kinesis"}},
        "ResourceInUseException"));
}

json::array table_columns() {
    json::array columns;
    for (const auto& [name, type, comment] :
         {std::tuple{"event_id", "string", "Unique event identifier"},
          std::tuple{"event_timestamp", "string", "ISO 8601 timestamp"},
          std::tuple{"event_type", "string", "start, pause, resume, stop, complete"},
          std::tuple{"customer_id", "string", "Customer identifier"},
          std::tuple{"title_id", "string", "Content identifier"},
          std::tuple{"title_type", "string", "movie, series, documentary"},
          std::tuple{"device_type", "string", "mobile, web, tv, tablet"},
          std::tuple{"quality", "string", "Stream quality"},
          std::tuple{"watch_duration_seconds", "int", "Watch duration"},
          std::tuple{"completion_percentage", "double", "Completion percentage"}}) {
        columns.push_back({{"Name", name}, {"Type", type}, {"Comment", comment}});
    }
    return columns;
}

json::value table_input(const ResourceNames& names) {
    json::array keys;
    for (const char* name : {"year", "month", "day", "hour"}) {
        keys.push_back({{"Name", name}, {"Type", "string"}});
    }
    return {{"Name", table_name},
            {"TableType", "EXTERNAL_TABLE"},
            {"Parameters", {{"classification", "json"}, {"compressionType", "gzip"}}},
            {"PartitionKeys", keys},
            {"StorageDescriptor",
             {{"Columns", table_columns()},
              {"Location", "s3://" + names.bucket() + "/telemetry/"},
              {"InputFormat", "org.apache.hadoop.mapred.TextInputFormat"},
              {"OutputFormat", "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"},
              {"Compressed", true},
              {"SerdeInfo",
               {{"SerializationLibrary", "org.openx.data.jsonserde.JsonSerDe"},
                {"Parameters", {{"serialization.format", "1"}}}}}}}};
}

void add_lake(std::vector<Step>& steps, const ResourceNames& names) {
    const std::string location =
        names.region == "us-east-1"
            ? ""
            : "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
              "<LocationConstraint>" +
                  names.region + "</LocationConstraint></CreateBucketConfiguration>";
    steps.push_back(rest_step(lake_stack, "bucket " + names.bucket(), s3_api, "PUT",
                              "/" + names.bucket(), location, "BucketAlreadyOwnedByYou"));
    steps.push_back(json_step(lake_stack, std::string("database ") + database_name, glue_api,
                              "CreateDatabase", {{"DatabaseInput", {{"Name", database_name}}}},
                              "AlreadyExistsException"));
    steps.push_back(json_step(lake_stack, std::string("table ") + table_name, glue_api,
                              "CreateTable",
                              {{"DatabaseName", database_name}, {"TableInput", table_input(names)}},
                              "AlreadyExistsException"));
}

void add_log_group(std::vector<Step>& steps, const std::string& group) {
    steps.push_back(json_step(generation_stack, "log group " + group, logs_api, "CreateLogGroup",
                              {{"logGroupName", group}}, "ResourceAlreadyExistsException"));
    steps.push_back(json_step(generation_stack, "its retention", logs_api, "PutRetentionPolicy",
                              {{"logGroupName", group}, {"retentionInDays", log_retention_days}},
                              nullptr));
}

void add_delivery(std::vector<Step>& steps, const ResourceNames& names) {
    const std::string group = std::string("/aws/firehose/") + delivery_stream_name;
    add_log_group(steps, group);
    steps.push_back(json_step(generation_stack, "log stream DestinationDelivery", logs_api,
                              "CreateLogStream",
                              {{"logGroupName", group}, {"logStreamName", "DestinationDelivery"}},
                              "ResourceAlreadyExistsException"));
    const std::string role = role_arn(names, "acme-firehose-delivery");
    const json::value destination = {
        {"RoleARN", role},
        {"BucketARN", "arn:aws:s3:::" + names.bucket()},
        {"Prefix",
         "telemetry/year=!{timestamp:yyyy}/month=!{timestamp:MM}/day=!{timestamp:dd}/"
         "hour=!{timestamp:HH}/"},
        {"ErrorOutputPrefix",
         "errors/!{firehose:error-output-type}/year=!{timestamp:yyyy}/month=!{timestamp:MM}/"
         "day=!{timestamp:dd}/"},
        {"BufferingHints", {{"SizeInMBs", 5}, {"IntervalInSeconds", 60}}},
        {"CompressionFormat", "GZIP"},
        {"CloudWatchLoggingOptions",
         {{"Enabled", true}, {"LogGroupName", group}, {"LogStreamName", "DestinationDelivery"}}}};
    steps.push_back(json_step(
        generation_stack, std::string("delivery stream ") + delivery_stream_name, firehose_api,
        "CreateDeliveryStream",
        {{"DeliveryStreamName", delivery_stream_name},
         {"DeliveryStreamType", "KinesisStreamAsSource"},
         {"KinesisStreamSourceConfiguration",
          {{"KinesisStreamARN", arn(names, "kinesis", std::string("stream/") + stream_name)},
           {"RoleARN", role}}},
         {"ExtendedS3DestinationConfiguration", destination}},
        "ResourceInUseException"));
}

base::Result<void> add_function(std::vector<Step>& steps, const ResourceNames& names,
                                const std::string& name, json::object variables,
                                const std::string& function_zips, base::FileSystem& files) {
    const std::string path = function_zips + "/" + name + ".zip";
    auto zip = base::read_file(files, path, zip_bytes_max);
    if (!zip) {
        return base::Error{base::ErrorKind::not_found,
                           "the function's zip is missing: run ./dev build", path};
    }
    add_log_group(steps, "/aws/lambda/" + name);
    json::value input = {{"FunctionName", name},
                         {"Runtime", "provided.al2023"},
                         {"Handler", "bootstrap"},
                         {"Role", role_arn(names, name)},
                         {"Timeout", 60},
                         {"MemorySize", 256},
                         {"Architectures", json::array{"x86_64"}},
                         {"Environment", {{"Variables", std::move(variables)}}},
                         {"Code", {{"ZipFile", wire::encode_base64(zip.value())}}}};
    steps.push_back(rest_step(generation_stack, "function " + name, lambda_api, "POST",
                              "/2015-03-31/functions", json::serialize(input),
                              "ResourceConflictException"));
    return base::ok();
}

void add_schedule(std::vector<Step>& steps, const ResourceNames& names) {
    const std::string function = arn(names, "lambda", std::string("function:") + generator_name);
    const std::string rule = arn(names, "events", std::string("rule/") + rule_name);
    const json::value permission = {{"StatementId", "schedule"},
                                    {"Action", "lambda:InvokeFunction"},
                                    {"Principal", "events.amazonaws.com"},
                                    {"SourceArn", rule}};
    steps.push_back(rest_step(generation_stack, "permission of the schedule", lambda_api, "POST",
                              std::string("/2015-03-31/functions/") + generator_name + "/policy",
                              json::serialize(permission), "ResourceConflictException"));
    steps.push_back(json_step(generation_stack, std::string("rule ") + rule_name, events_api,
                              "PutRule",
                              {{"Name", rule_name},
                               {"ScheduleExpression", "rate(5 minutes)"},
                               {"State", "ENABLED"},
                               {"Description", "A batch of telemetry every five minutes"}},
                              nullptr));
    steps.push_back(json_step(
        generation_stack, "its target", events_api, "PutTargets",
        {{"Rule", rule_name}, {"Targets", json::array{{{"Id", "generator"}, {"Arn", function}}}}},
        nullptr));
}

}  // namespace

base::Result<std::vector<Step>> resource_steps(const ResourceNames& names,
                                               const std::string& function_zips,
                                               base::FileSystem& files) {
    std::vector<Step> steps;
    add_stream(steps);
    add_lake(steps, names);
    // The delivery stream starts where the stream ends when it is made: before whatever produces.
    add_delivery(steps, names);
    TRY_VOID(add_function(steps, names, producer_name,
                          {{"STREAM_NAME", stream_name},
                           {"DATABASE_NAME", database_name},
                           {"TABLE_NAME", table_name}},
                          function_zips, files));
    TRY_VOID(add_function(steps, names, generator_name,
                          {{"PRODUCER_FUNCTION_NAME", producer_name}, {"BATCH_SIZE", "1000"}},
                          function_zips, files));
    add_schedule(steps, names);
    return steps;
}

base::Result<void> make_resources(Api& api, const std::vector<Step>& steps,
                                  const std::function<void(const Step&, bool made)>& report) {
    for (const Step& step : steps) {
        base::Result<void> done = base::ok();
        if (step.method.empty()) {
            auto answer = api.call(step.service, step.operation, json::parse(step.body));
            if (!answer) done = answer.error();
        } else {
            wire::Headers headers;
            headers.add("Content-Type",
                        step.body.starts_with("{") ? "application/json" : "application/xml");
            auto answer = api.rest(step.service, step.method, step.path, step.body, headers);
            if (!answer) done = answer.error();
        }
        const bool exists =
            !done && step.exists_code != nullptr && api.last_code() == step.exists_code;
        if (!done && !exists) {
            return base::Error{done.error().kind,
                               "cannot make " + step.what + ": " + done.error().message,
                               step.stack};
        }
        report(step, !exists);
    }
    return base::ok();
}

}  // namespace app
