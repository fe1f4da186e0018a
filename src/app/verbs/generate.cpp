// datastack generate --events N: backfill. To the lake as finished objects over the last hours, or
// to the stream as a producer would send them.
#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdio>
#include <ctime>

#include "app/api.h"
#include "app/names.h"
#include "app/stack.h"
#include "app/verbs/verb.h"
#include "base/ids.h"
#include "base/units.h"
#include "functions/generator/telemetry.h"
#include "wire/base64.h"
#include "wire/gzip.h"

namespace app {

namespace {

using base::Error;
using base::ErrorKind;
namespace json = boost::json;

constexpr std::size_t object_events_max = 200'000;  // about 8 MiB of gzip
constexpr std::size_t call_records_max = 500;
constexpr std::size_t partitions_per_call_max = 100;
constexpr std::uint64_t events_max = 10'000'000'000;
constexpr int resend_rounds_max = 20;

struct Plan {
    std::uint64_t events = 0;
    std::int64_t hours = 24;
    std::uint64_t seed = 1;
    bool to_stream = false;
};

struct HourPath {
    std::vector<std::string> values;  // year, month, day, hour
    std::string prefix() const {
        return "telemetry/year=" + values[0] + "/month=" + values[1] + "/day=" + values[2] +
               "/hour=" + values[3] + "/";
    }
};

HourPath hour_path(std::int64_t time_ms) {
    const std::time_t seconds = time_ms / base::second_ms;
    std::tm parts = {};
    ::gmtime_r(&seconds, &parts);
    char text[32];
    std::strftime(text, sizeof text, "%Y %m %d %H", &parts);
    const std::string all = text;
    return {{all.substr(0, 4), all.substr(5, 2), all.substr(8, 2), all.substr(11, 2)}};
}

base::Result<Plan> read_plan(const VerbContext& context) {
    Plan plan;
    const auto number = [&](const char* name, std::uint64_t least,
                            std::uint64_t most) -> base::Result<std::uint64_t> {
        const std::string text = context.value(name);
        std::uint64_t value = 0;
        const auto end = std::from_chars(text.data(), text.data() + text.size(), value);
        if (end.ec != std::errc() || end.ptr != text.data() + text.size() || value < least ||
            value > most) {
            return Error{ErrorKind::invalid,
                         std::string(name) + " must be a number from " + std::to_string(least) +
                             " to " + std::to_string(most),
                         ""};
        }
        return value;
    };
    TRY(events, number("--events", 1, events_max));
    TRY(hours, number("--hours", 1, 24 * 366));
    TRY(seed, number("--seed", 0, UINT64_MAX));
    plan.events = events;
    plan.hours = static_cast<std::int64_t>(hours);
    plan.seed = seed;
    plan.to_stream = context.value("--to") == "stream";
    return plan;
}

class Backfill {
  public:
    Backfill(const VerbContext& context, Api& api, const Plan& plan)
        : context_(context),
          api_(api),
          plan_(plan),
          generator_({.seed = plan.seed}),
          bar_(context.terminal, "events", plan.events),
          started_ns_(context.clock.monotonic_ns()) {
        bucket_ = lake_bucket(root_account, context.settings.region);
    }

    base::Result<void> run() {
        if (plan_.to_stream) {
            TRY_VOID(to_stream());
        } else {
            TRY_VOID(to_lake());
        }
        bar_.finish(done_, elapsed_ms());
        return base::ok();
    }

  private:
    std::int64_t elapsed_ms() const {
        return (context_.clock.monotonic_ns() - started_ns_) / 1'000'000;
    }

    base::Result<void> to_lake() {
        const std::int64_t now_ms = context_.clock.now().ms;
        const std::int64_t last_hour = now_ms / base::hour_ms;
        std::vector<HourPath> paths;
        for (std::int64_t i = 0; i < plan_.hours; ++i) {
            const std::int64_t hour = last_hour - plan_.hours + 1 + i;
            // Events are spread evenly; the rest falls to the first hours.
            const auto hours = static_cast<std::uint64_t>(plan_.hours);
            std::uint64_t left = plan_.events / hours +
                                 (static_cast<std::uint64_t>(i) < plan_.events % hours ? 1 : 0);
            if (left == 0) continue;
            const HourPath path = hour_path(hour * base::hour_ms);
            paths.push_back(path);
            const base::Timestamp from{hour * base::hour_ms};
            const base::Timestamp until{std::min(now_ms + 1, (hour + 1) * base::hour_ms)};
            while (left > 0) {
                const auto count = std::min<std::uint64_t>(left, object_events_max);
                TRY_VOID(put_object(path, static_cast<std::size_t>(count), from, until));
                left -= count;
            }
        }
        return register_hours(paths);
    }

    base::Result<void> put_object(const HourPath& path, std::size_t count, base::Timestamp from,
                                  base::Timestamp until) {
        lines_.clear();
        generator_.append_lines(lines_, count, from, until);
        const std::string compressed = wire::gzip_compress(lines_);
        const std::string key =
            path.prefix() + "backfill-" + base::make_uuid(context_.random) + ".gz";
        wire::Headers headers;
        headers.add("Content-Type", "application/octet-stream");
        TRY_VOID(
            api_.rest(s3_api, "PUT", "/" + bucket_ + "/" + wire_path(key), compressed, headers));
        done_ += count;
        bar_.show(done_, elapsed_ms());
        return base::ok();
    }

    // '=' is encoded in S3's canonical paths.
    static std::string wire_path(const std::string& key) {
        std::string out;
        for (const char c : key)
            out += c == '=' ? std::string("%3D") : std::string(1, c);
        return out;
    }

    base::Result<void> register_hours(const std::vector<HourPath>& paths) {
        TRY(found, api_.call(glue_api, "GetTable",
                             {{"DatabaseName", database_name}, {"Name", table_name}}));
        const auto& storage = found.as_object().at("Table").as_object().at("StorageDescriptor");
        for (std::size_t begin = 0; begin < paths.size(); begin += partitions_per_call_max) {
            json::array inputs;
            for (std::size_t i = begin; i < std::min(paths.size(), begin + partitions_per_call_max);
                 ++i) {
                json::object descriptor = storage.as_object();
                descriptor["Location"] = "s3://" + bucket_ + "/" + paths[i].prefix();
                json::array values(paths[i].values.begin(), paths[i].values.end());
                inputs.push_back({{"Values", values}, {"StorageDescriptor", descriptor}});
            }
            // Partitions that exist already are listed as errors of their own, and are fine.
            TRY_VOID(api_.call(glue_api, "BatchCreatePartition",
                               {{"DatabaseName", database_name},
                                {"TableName", table_name},
                                {"PartitionInputList", inputs}}));
        }
        return base::ok();
    }

    base::Result<void> to_stream() {
        std::vector<HourPath> paths = {hour_path(context_.clock.now().ms),
                                       hour_path(context_.clock.now().ms + base::hour_ms)};
        TRY_VOID(register_hours(paths));
        while (done_ < plan_.events) {
            const auto count = static_cast<std::size_t>(
                std::min<std::uint64_t>(plan_.events - done_, call_records_max));
            const base::Timestamp now = context_.clock.now();
            lines_.clear();
            generator_.append_lines(lines_, count, {now.ms - base::minute_ms}, now);
            TRY_VOID(put_records(lines_));
            done_ += count;
            bar_.show(done_, elapsed_ms());
        }
        return base::ok();
    }

    base::Result<void> put_records(std::string_view lines) {
        json::array records;
        while (!lines.empty()) {
            const auto end = lines.find('\n') + 1;
            const std::string_view line = lines.substr(0, end);
            records.push_back({{"Data", wire::encode_base64(line)},
                               {"PartitionKey", telemetry::event_id_of(line)}});
            lines.remove_prefix(end);
        }
        for (int round = 0; round < resend_rounds_max; ++round) {
            TRY(answer, api_.call(kinesis_api, "PutRecords",
                                  {{"StreamName", stream_name}, {"Records", records}}));
            const auto& object = answer.as_object();
            if (object.at("FailedRecordCount").as_int64() == 0) return base::ok();
            json::array failed;
            const auto& results = object.at("Records").as_array();
            for (std::size_t i = 0; i < results.size(); ++i) {
                if (results[i].as_object().contains("ErrorCode")) failed.push_back(records[i]);
            }
            records = std::move(failed);
        }
        return Error{ErrorKind::unavailable, "the stream keeps refusing records", stream_name};
    }

    const VerbContext& context_;
    Api& api_;
    const Plan plan_;
    std::string bucket_;
    telemetry::Generator generator_;
    ProgressBar bar_;
    const std::int64_t started_ns_;
    std::string lines_;
    std::uint64_t done_ = 0;
};

base::Result<int> run(const VerbContext& context) {
    TRY(plan, read_plan(context));
    TRY(api, Api::open(context.settings, context.files, context.clock, context.random));
    Backfill backfill(context, *api, plan);
    auto filled = backfill.run();
    if (!filled) {
        if (api->last_code() == "NoSuchBucket" || api->last_code() == "EntityNotFoundException" ||
            api->last_code() == "ResourceNotFoundException") {
            return Error{
                filled.error().kind,
                filled.error().message + " (the stack is not there yet: datastack up makes it)",
                ""};
        }
        return filled.error();
    }
    return 0;
}

void declare(CLI::App& command, VerbArguments& arguments) {
    arguments.values["--to"] = "lake";
    arguments.values["--hours"] = "24";
    arguments.values["--seed"] = "1";
    command.add_option("--events", arguments.values["--events"], "how many")->required();
    command
        .add_option("--to", arguments.values["--to"],
                    "lake (objects over the last hours) or stream")
        ->check(CLI::IsMember({"lake", "stream"}))
        ->capture_default_str();
    command.add_option("--hours", arguments.values["--hours"], "lake: how many hours back")
        ->capture_default_str();
    command.add_option("--seed", arguments.values["--seed"], "the same seed makes the same events")
        ->capture_default_str();
}

}  // namespace

const Verb generate_verb = {"generate", "backfill events to the lake or the stream", declare, run};

}  // namespace app
