// stream_status: a Kinesis stream, how much goes into it, and where its records are delivered to.
// Kinesis, Firehose and S3 tell its state; CloudWatch, asked once, the rates.
#include <algorithm>
#include <map>

#include "mcp/tools/catalog.h"
#include "mcp/tools/newest_object.h"
#include "mcp/tools/support.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;
constexpr std::size_t delivery_streams_max = 50;  // looked through
constexpr std::int64_t rate_window_s = 300;
// Deliveries wait up to 15 minutes for their buffer; a lag is measured when they are made.
constexpr std::int64_t lag_window_s = 1'200;

struct Input {
    std::string stream;
    static constexpr auto members() {
        return std::tuple{member("stream", &Input::stream,
                                 {.required = true,
                                  .min = 1,
                                  .max = 128,
                                  .pattern = "[a-zA-Z0-9_.-]+",
                                  .help = "The Kinesis stream's name."})};
    }
};
struct Delivery {
    std::string name;
    std::string status;
    std::string destination;  // "s3://bucket/prefix"
    std::optional<std::string> last_object;
    std::optional<std::int64_t> last_object_bytes;
    std::optional<double> seconds_since_last_object;
    static constexpr auto members() {
        using D = Delivery;
        return std::tuple{member("name", &D::name),
                          member("status", &D::status),
                          member("destination", &D::destination),
                          member("last_object", &D::last_object),
                          member("last_object_bytes", &D::last_object_bytes),
                          member("seconds_since_last_object", &D::seconds_since_last_object)};
    }
};
struct Output {
    std::string stream;
    std::string status;
    std::string mode;
    std::int64_t open_shards = 0;
    std::int64_t retention_hours = 0;
    std::optional<double> records_per_second;
    std::optional<double> bytes_per_second;
    std::optional<double> delivery_lag_seconds;
    std::vector<Delivery> deliveries;
    std::vector<std::string> notices;
    static constexpr auto members() {
        using O = Output;
        return std::tuple{
            member("stream", &O::stream),
            member("status", &O::status),
            member("mode", &O::mode),
            member("open_shards", &O::open_shards),
            member("retention_hours", &O::retention_hours),
            member("records_per_second", &O::records_per_second,
                   {.help = "Records put, mean of the last 5 minutes. null: not known."}),
            member("bytes_per_second", &O::bytes_per_second,
                   {.help = "Bytes put, mean of the last 5 minutes. null: not known."}),
            member(
                "delivery_lag_seconds", &O::delivery_lag_seconds,
                {.help = "Age of the oldest record at the last delivery to S3, or attempt at it, "
                         "of the slowest delivery stream, within 20 minutes. null: not known, "
                         "or nothing was delivered."}),
            member("deliveries", &O::deliveries),
            member("notices", &O::notices)};
    }
};

struct Work : std::enable_shared_from_this<Work> {
    Work(Context& c, const Input& i, ToolAnswer<Output> a)
        : context(c), input(i), answer(std::move(a)) {}

    void ask(std::string_view service, std::string_view operation, json::object with,
             void (Work::*then)(aws::Reply<json::object>)) {
        context.backend().call(service, operation, std::move(with),
                               [self = shared_from_this(), then](aws::Reply<json::object> reply) {
                                   (self.get()->*then)(std::move(reply));
                               });
    }
    void begin() {
        ask("kinesis", "DescribeStreamSummary", {{"StreamName", input.stream}}, &Work::described);
    }
    void described(aws::Reply<json::object> reply) {
        if (!reply && is_not_found(reply.error())) {
            return ask("kinesis", "ListStreams", {{"Limit", 100}}, &Work::missing);
        }
        if (!reply) return answer.fail(describe(reply.error()));
        const json::object* summary = object_at(reply.value(), "StreamDescriptionSummary");
        if (summary == nullptr) return answer.fail("Kinesis did not describe the stream.");
        output.stream = input.stream;
        output.status = text_at(*summary, "StreamStatus");
        output.open_shards = integer_at(*summary, "OpenShardCount");
        output.retention_hours = integer_at(*summary, "RetentionPeriodHours");
        if (const json::object* mode = object_at(*summary, "StreamModeDetails")) {
            output.mode = text_at(*mode, "StreamMode");
        }
        stream_arn = text_at(*summary, "StreamARN");
        ask("firehose", "ListDeliveryStreams",
            {{"Limit", delivery_streams_max}, {"DeliveryStreamType", "KinesisStreamAsSource"}},
            &Work::listed);
    }
    void missing(aws::Reply<json::object> reply) {
        std::vector<std::string> names;
        if (reply) {
            for (const json::value& name : array_at(reply.value(), "StreamNames")) {
                if (name.is_string()) names.emplace_back(name.get_string());
            }
        }
        answer.fail("There is no stream `" + input.stream + "`." +
                    did_you_mean(input.stream, names));
    }
    void listed(aws::Reply<json::object> reply) {
        if (!reply) {
            output.notices.push_back("Deliveries are not known: " + describe(reply.error()));
            return ask_metrics();
        }
        for (const json::value& name : array_at(reply.value(), "DeliveryStreamNames")) {
            if (name.is_string()) candidates.emplace_back(name.get_string());
        }
        const json::value* more = reply.value().if_contains("HasMoreDeliveryStreams");
        if (more != nullptr && more->is_bool() && more->get_bool()) {
            output.notices.push_back("Not all delivery streams were looked through.");
        }
        next_delivery();
    }
    void next_delivery() {
        if (context.is_cancelled()) return finish();
        if (candidates.empty()) return ask_metrics();
        std::string name = std::move(candidates.back());
        candidates.pop_back();
        ask("firehose", "DescribeDeliveryStream", {{"DeliveryStreamName", name}},
            &Work::delivery_described);
    }
    void delivery_described(aws::Reply<json::object> reply) {
        const json::object* found =
            reply ? object_at(reply.value(), "DeliveryStreamDescription") : nullptr;
        const json::object* source = found != nullptr ? object_at(*found, "Source") : nullptr;
        const json::object* from =
            source != nullptr ? object_at(*source, "KinesisStreamSourceDescription") : nullptr;
        if (from == nullptr || text_at(*from, "KinesisStreamARN") != stream_arn) {
            return next_delivery();
        }
        Delivery delivery;
        delivery.name = text_at(*found, "DeliveryStreamName");
        delivery.status = text_at(*found, "DeliveryStreamStatus");
        std::string bucket;
        std::string prefix;
        for (const json::value& item : array_at(*found, "Destinations")) {
            const json::object* row = item.if_object();
            const json::object* s3 =
                row != nullptr ? object_at(*row, "ExtendedS3DestinationDescription") : nullptr;
            if (s3 == nullptr) continue;
            const std::string arn = text_at(*s3, "BucketARN");
            bucket = arn.substr(arn.rfind(':') + 1);
            prefix = text_at(*s3, "Prefix");
            delivery.destination = "s3://" + bucket + "/" + cut(prefix);
        }
        output.deliveries.push_back(std::move(delivery));
        if (bucket.empty()) return next_delivery();
        find_newest_object(context, bucket, prefix,
                           [self = shared_from_this()](aws::Reply<NewestObject> newest) {
                               self->take_newest(std::move(newest));
                           });
    }
    void take_newest(aws::Reply<NewestObject> reply) {
        Delivery& delivery = output.deliveries.back();
        if (!reply) {
            output.notices.push_back("The objects of " + delivery.name +
                                     " are not known: " + describe(reply.error()));
        } else if (!reply.value().known) {
            output.notices.push_back(delivery.name +
                                     " has more objects than were looked at, in folders that do "
                                     "not tell which is the last.");
        } else if (!reply.value().key.empty()) {
            const NewestObject& newest = reply.value();
            delivery.last_object = newest.key;
            delivery.last_object_bytes = newest.bytes;
            delivery.seconds_since_last_object =
                static_cast<double>(context.clock().now().ms) / 1'000 - newest.modified_s;
        }
        next_delivery();
    }
    static json::object metric_query(const std::string& id, std::string_view metric_namespace,
                                     std::string_view name, std::string_view dimension,
                                     const std::string& resource, std::string_view statistic) {
        const json::object metric{
            {"Namespace", metric_namespace},
            {"MetricName", name},
            {"Dimensions", json::array{json::object{{"Name", dimension}, {"Value", resource}}}}};
        return {
            {"Id", id},
            {"MetricStat", json::object{{"Metric", metric}, {"Period", 60}, {"Stat", statistic}}}};
    }
    void ask_metrics() {
        json::array queries;
        const auto of_stream = [&](const char* id, const char* name) {
            queries.push_back(
                metric_query(id, "AWS/Kinesis", name, "StreamName", output.stream, "Sum"));
        };
        of_stream("records", "IncomingRecords");
        of_stream("bytes", "IncomingBytes");
        for (std::size_t i = 0; i < output.deliveries.size(); ++i) {
            const auto of_delivery = [&](const std::string& id, const char* name) {
                queries.push_back(metric_query(id + std::to_string(i), "AWS/Firehose", name,
                                               "DeliveryStreamName", output.deliveries[i].name,
                                               "Maximum"));
            };
            of_delivery("freshness", "DeliveryToS3.DataFreshness");
            of_delivery("behind", "KinesisMillisBehindLatest");
        }
        now_s = context.clock().now().ms / 1'000;
        ask("cloudwatch", "GetMetricData",
            {{"MetricDataQueries", std::move(queries)},
             {"StartTime", now_s - now_s % 60 - lag_window_s},
             {"EndTime", now_s + 1},
             {"ScanBy", "TimestampDescending"}},
            &Work::measured);
    }
    // The minutes of a result, the newest first: (second, value).
    static std::vector<std::pair<std::int64_t, double>> points_of(const json::object& result) {
        std::vector<std::pair<std::int64_t, double>> points;
        const json::array& times = array_at(result, "Timestamps");
        const json::array& values = array_at(result, "Values");
        for (std::size_t i = 0; i < std::min(times.size(), values.size()); ++i) {
            if (!times[i].is_number() || !values[i].is_number()) continue;
            points.emplace_back(static_cast<std::int64_t>(times[i].to_number<double>()),
                                values[i].to_number<double>());
        }
        return points;
    }
    // Whole minutes and the one that is under way. Nothing measured: nothing came.
    double rate_of(const json::object& result) const {
        const std::int64_t from_s = now_s - now_s % 60 - rate_window_s;
        double sum = 0;
        for (const auto& [time_s, value] : points_of(result))
            sum += time_s >= from_s ? value : 0;
        return sum / static_cast<double>(std::max<std::int64_t>(now_s - from_s, 1));
    }
    void measured(aws::Reply<json::object> reply) {
        if (!reply) {
            output.notices.push_back("Rates and the delivery lag are not known: " +
                                     describe(reply.error()));
            return finish();
        }
        std::map<std::string, double> freshness_s;  // by the delivery's number
        std::map<std::string, double> behind_s;
        for (const json::value& item : array_at(reply.value(), "MetricDataResults")) {
            const json::object* result = item.if_object();
            if (result == nullptr) continue;
            const std::string id = text_at(*result, "Id");
            if (id == "records") output.records_per_second = rate_of(*result);
            if (id == "bytes") output.bytes_per_second = rate_of(*result);
            const auto points = points_of(*result);
            if (points.empty()) continue;
            const double newest = points.front().second;
            if (id.starts_with("freshness")) freshness_s[id.substr(9)] = newest;
            if (id.starts_with("behind")) behind_s[id.substr(6)] = newest / 1'000;
        }
        // What a delivery has read says less than what it has delivered.
        freshness_s.merge(behind_s);
        for (const auto& [number, lag_s] : freshness_s)
            output.delivery_lag_seconds = std::max(output.delivery_lag_seconds.value_or(0), lag_s);
        if (!output.records_per_second) {
            output.notices.push_back("CloudWatch did not answer with the stream's rates.");
        }
        if (!output.delivery_lag_seconds && !output.deliveries.empty()) {
            output.notices.push_back("Nothing was delivered in the last 20 minutes.");
        }
        finish();
    }
    static std::string number_text(double value) {
        std::string text = std::to_string(value);
        return text.substr(0, text.find('.') + 2);
    }
    void finish() {
        std::string text = "Stream " + output.stream + ": " + output.status + ", " +
                           plural(output.open_shards, "open shard") + ", " + output.mode +
                           ", keeps " + plural(output.retention_hours, "hour") + ".\n\n";
        if (output.records_per_second && output.bytes_per_second) {
            text += "Last 5 minutes: " + number_text(*output.records_per_second) + " records/s, " +
                    human_bytes(static_cast<std::int64_t>(*output.bytes_per_second)) + "/s.";
            if (output.delivery_lag_seconds) {
                text += " Delivery lag " + number_text(*output.delivery_lag_seconds) + " s.";
            }
            text += "\n\n";
        }
        MarkdownTable table({"delivery", "status", "destination", "last object", "seconds ago"});
        for (const Delivery& one : output.deliveries) {
            const auto age = one.seconds_since_last_object;
            table.add({one.name, one.status, one.destination, one.last_object.value_or(""),
                       age ? std::to_string(static_cast<std::int64_t>(*age)) : ""});
        }
        text += table.text();
        for (const std::string& notice : output.notices)
            text += "\nNotice: " + notice;
        answer(output, std::move(text));
    }

    Context& context;
    const Input& input;
    ToolAnswer<Output> answer;
    Output output;
    std::string stream_arn;
    std::vector<std::string> candidates;
    std::int64_t now_s = 0;
};

void run(Context& context, Input& input, ToolAnswer<Output> answer) {
    std::make_shared<Work>(context, input, std::move(answer))->begin();
}

}  // namespace

constinit const Tool stream_status = tool<&run>(
    "stream_status",
    {.title = "Stream status",
     .description = "A Kinesis stream: its state and shards, records and bytes per second over the "
                    "last 5 minutes, its deliveries to S3 with their last objects and how long ago "
                    "those came, and how far deliveries lag. Rates are null where CloudWatch "
                    "cannot be asked."});

}  // namespace mcp::tools
