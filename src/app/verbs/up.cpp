// datastack up: serve, deploy the three stacks, and show the first batch on its way from the
// generator to SQL.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "app/assembly.h"
#include "app/deploy.h"
#include "app/names.h"
#include "app/stack.h"
#include "app/verbs/serving.h"
#include "app/verbs/sql.h"
#include "app/verbs/verb.h"

namespace app {

namespace {

using base::Error;
using base::ErrorKind;
namespace json = boost::json;

struct ShownQuery {
    const char* title;
    const char* sql;
};
constexpr ShownQuery shown_queries[] = {
    {"Total events", "SELECT COUNT(*) FROM acme_telemetry.streaming_events"},
    {"Events by type",
     "SELECT event_type, COUNT(*) as count\nFROM acme_telemetry.streaming_events\n"
     "GROUP BY event_type\nORDER BY count DESC"},
    {"Events by date",
     "SELECT SUBSTR(event_timestamp, 1, 10) as date, COUNT(*) as count\n"
     "FROM acme_telemetry.streaming_events\nGROUP BY SUBSTR(event_timestamp, 1, 10)\n"
     "ORDER BY date DESC"},
    {"Content engagement",
     "SELECT title_type, AVG(watch_duration_seconds) as avg_duration,\n"
     "       AVG(completion_percentage) as avg_completion\n"
     "FROM acme_telemetry.streaming_events\nGROUP BY title_type"},
};

void print_step(const VerbContext& context, const std::string& label, const std::string& text) {
    std::printf("  %s %-10s %s\n", styled(context.terminal, Style::green, "✓").c_str(),
                label.c_str(), text.c_str());
    std::fflush(stdout);
}

// What a person calls a resource: its own name, or the template's where CloudFormation made one up
// (StackName-Role-1A2B3C, an ARN, a UUID).
std::string shown_name(const AssemblyStack& stack, const DeployEvent& event) {
    constexpr std::size_t shortened_stack_name = 5;
    const std::string& id = event.physical_id;
    const bool is_uuid = id.size() == 36 && id[8] == '-' && id[13] == '-' && id[23] == '-';
    const bool made_up = id.empty() || is_uuid || id.starts_with("arn:") ||
                         id.starts_with(stack.name.substr(0, shortened_stack_name));
    return made_up ? event.logical_id : id;
}

const char* shown_change(const std::string& status) {
    if (status.starts_with("UPDATE")) return "  updated";
    if (status.starts_with("DELETE")) return "  removed";
    if (status.starts_with("IMPORT")) return "  taken in";
    return "";
}

void print_event(const VerbContext& context, const AssemblyStack& stack, const DeployEvent& event) {
    const bool failed = event.status.ends_with("_FAILED");
    const bool complete = event.status.ends_with("_COMPLETE");
    if (!failed && !complete) return;
    const std::string mark = failed ? styled(context.terminal, Style::red, "✗")
                                    : styled(context.terminal, Style::green, "✓");
    std::printf("  %s %-36s %s%s%s\n", mark.c_str(), event.type.c_str(),
                shown_name(stack, event).c_str(), complete ? shown_change(event.status) : "  ",
                failed ? event.reason.c_str() : "");
    std::fflush(stdout);
}

base::Result<void> provision(const VerbContext& context, Api& api) {
    TRY(stacks, read_assembly(context.files, find_program_directory() + "/../templates",
                              {root_account, context.settings.region}));
    const std::int64_t started_ms = context.clock.monotonic_ns() / 1'000'000;
    std::string summary;
    const DeployObserver observer = {
        [&](const AssemblyStack& stack) {
            std::printf("%s\n", styled(context.terminal, Style::bold, stack.name).c_str());
            std::fflush(stdout);
        },
        [&](const AssemblyStack& stack, const DeployEvent& event) {
            print_event(context, stack, event);
        },
        [&](const AssemblyStack& stack, Deployed how) {
            if (how == Deployed::unchanged) std::printf("  · unchanged\n");
            summary += (summary.empty() ? "" : ", ") + stack.name +
                       (how == Deployed::created   ? " created"
                        : how == Deployed::updated ? " updated"
                                                   : " unchanged");
        }};
    TRY_VOID(deploy(api, stacks, context.files, observer));
    std::printf("%s in %lld ms\n\n", summary.c_str(),
                static_cast<long long>(context.clock.monotonic_ns() / 1'000'000 - started_ms));
    return base::ok();
}

std::string number_text(const json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_int64()
               ? with_separators(static_cast<std::uint64_t>(value->as_int64()))
               : "?";
}

// generator -> producer -> stream
base::Result<void> run_batch(const VerbContext& context, Api& api) {
    std::printf("%s\n", styled(context.terminal, Style::bold, "First batch").c_str());
    TRY(answer,
        api.rest(lambda_api, "POST",
                 std::string("/2015-03-31/functions/") + generator_name + "/invocations", "{}"));
    if (!answer.headers.get("x-amz-function-error").empty()) {
        return Error{ErrorKind::invalid, "the generator failed: " + answer.body, ""};
    }
    boost::system::error_code problem;
    const auto report = json::parse(answer.body, problem);
    if (problem || !report.is_object()) {
        return Error{ErrorKind::invalid, "the generator answered: " + answer.body, ""};
    }
    const auto& counts = report.as_object();
    print_step(context, "generator", number_text(counts, "generated") + " events made");
    print_step(context, "producer",
               number_text(counts, "sent") + " sent with PutRecords, " +
                   number_text(counts, "failed") + " failed");
    TRY(summary, api.call(kinesis_api, "DescribeStreamSummary", {{"StreamName", stream_name}}));
    const auto& stream = summary.as_object().at("StreamDescriptionSummary").as_object();
    print_step(context, "stream",
               std::string(stream_name) + ", " + number_text(stream, "OpenShardCount") + " shards");
    return base::ok();
}

// "s3://bucket/key" of the lake's objects, in key order; the first page.
base::Result<std::vector<std::string>> lake_keys(const VerbContext& context, Api& api) {
    const std::string bucket = lake_bucket(root_account, context.settings.region);
    TRY(answer, api.rest(s3_api, "GET", "/" + bucket + "?list-type=2&prefix=telemetry%2F", ""));
    std::vector<std::string> keys;
    const std::string open = "<Key>";
    for (auto at = answer.body.find(open); at != std::string::npos;
         at = answer.body.find(open, at + 1)) {
        const auto begin = at + open.size();
        keys.push_back("s3://" + bucket + "/" +
                       answer.body.substr(begin, answer.body.find('<', begin) - begin));
    }
    return keys;
}

base::Result<void> flush_batch(const VerbContext& context, Api& api) {
    TRY(flushed, api.call(admin_api, "Flush", {{"DeliveryStreamName", delivery_stream_name}}));
    TRY(keys, lake_keys(context, api));
    print_step(context, "delivery",
               number_text(flushed.as_object(), "Records") + " records in " +
                   number_text(flushed.as_object(), "Objects") + " GZIP object");
    if (!keys.empty()) print_step(context, "object", keys.back());
    TRY(partitions, api.call(glue_api, "GetPartitions",
                             {{"DatabaseName", database_name}, {"TableName", table_name}}));
    print_step(context, "catalog",
               with_separators(partitions.as_object().at("Partitions").as_array().size()) +
                   " partitions of " + database_name + "." + table_name);
    return base::ok();
}

base::Result<void> show_queries(const VerbContext& context, Api& api) {
    for (const ShownQuery& query : shown_queries) {
        std::printf("\n%s\n%s\n", styled(context.terminal, Style::bold, query.title).c_str(),
                    styled(context.terminal, Style::cyan, query.sql).c_str());
        TRY(result, run_sql(api, query.sql, ""));
        std::fputs(format_table(context.terminal, result.columns, result.rows).c_str(), stdout);
        std::fflush(stdout);
    }
    return base::ok();
}

void print_next(const VerbContext& context) {
    const std::string program = "build/bin/datastack";
    std::printf("\nA batch comes every five minutes. In another terminal:\n");
    for (const auto& [command, what] :
         {std::pair{std::string("eval \"$(") + program + " env)\"", "point AWS clients here"},
          std::pair{std::string("aws logs tail /aws/lambda/") + generator_name + " --since 10m",
                    "what the generator says"},
          std::pair{program + " sql \"SELECT COUNT(*) FROM acme_telemetry.streaming_events\"",
                    "ask"},
          std::pair{program + " generate --events 1000000", "backfill"},
          std::pair{program + " status", "what there is"}}) {
        std::printf("  %s  %s\n", styled(context.terminal, Style::cyan, command).c_str(),
                    styled(context.terminal, Style::dim, std::string("# ") + what).c_str());
    }
    std::printf("Stop with Ctrl-C.\n");
    std::fflush(stdout);
}

base::Result<void> show_main_job(const VerbContext& context, const std::string& endpoint) {
    Settings settings = context.settings;
    settings.listen = endpoint.substr(std::string_view("http://").size());
    TRY(api, Api::open(settings, context.files, context.clock, context.random));
    TRY_VOID(provision(context, *api));
    TRY_VOID(run_batch(context, *api));
    TRY_VOID(flush_batch(context, *api));
    return show_queries(context, *api);
}

base::Result<int> run(const VerbContext& context) {
    const std::int64_t started_ns = context.clock.monotonic_ns();
    StopSignals signals;
    TRY(stack, open_stack(context));
    print_ready(context, *stack, started_ns);
    auto shown = show_main_job(context, stack->endpoint());
    if (shown && !context.is_on("--once")) {
        print_next(context);
        signals.wait(-1);
        std::puts("stopping …");
        std::fflush(stdout);
    }
    stack->stop();
    if (!shown) return shown.error();
    return 0;
}

void declare(CLI::App& command, VerbArguments& arguments) {
    command.add_flag("--once", arguments.switches["--once"], "end after showing the answers");
}

}  // namespace

const Verb up_verb = {"up", "serve, deploy the stacks, show a first batch from generator to SQL",
                      declare, run, true};

}  // namespace app
