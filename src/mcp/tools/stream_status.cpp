// stream_status: a Kinesis stream and where its records are delivered to.
#include <algorithm>

#include "mcp/tools/catalog.h"
#include "mcp/tools/support.h"

namespace mcp::tools {
namespace {

namespace json = boost::json;
constexpr std::size_t delivery_streams_max = 50;  // looked through
constexpr std::size_t object_pages_max = 20;

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
            member("records_per_second", &O::records_per_second, {.help = "null: not known."}),
            member("bytes_per_second", &O::bytes_per_second, {.help = "null: not known."}),
            member("delivery_lag_seconds", &O::delivery_lag_seconds, {.help = "null: not known."}),
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
        output.notices.push_back(
            "records_per_second, bytes_per_second and delivery_lag_seconds come from CloudWatch, "
            "which this server does not ask yet.");
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
            return finish();
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
        if (candidates.empty() || context.is_cancelled()) return finish();
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
        bucket.clear();
        for (const json::value& item : array_at(*found, "Destinations")) {
            const json::object* row = item.if_object();
            const json::object* s3 =
                row != nullptr ? object_at(*row, "ExtendedS3DestinationDescription") : nullptr;
            if (s3 == nullptr) continue;
            const std::string arn = text_at(*s3, "BucketARN");
            bucket = arn.substr(arn.rfind(':') + 1);
            const std::string written = text_at(*s3, "Prefix");
            delivery.destination = "s3://" + bucket + "/" + cut(written);
            prefix = written.substr(0, written.find("!{"));
        }
        output.deliveries.push_back(std::move(delivery));
        newest_s = -1;
        pages = 0;
        if (bucket.empty()) return next_delivery();
        list_objects("");
    }
    void list_objects(const std::string& token) {
        json::object with{{"Bucket", bucket}, {"Prefix", prefix}};
        if (!token.empty()) with["ContinuationToken"] = token;
        ask("s3", "ListObjectsV2", std::move(with), &Work::objects_listed);
    }
    void objects_listed(aws::Reply<json::object> reply) {
        Delivery& delivery = output.deliveries.back();
        if (!reply) {
            output.notices.push_back("The objects of " + delivery.name +
                                     " are not known: " + describe(reply.error()));
            return next_delivery();
        }
        for (const json::value& item : array_at(reply.value(), "Contents")) {
            const json::object* row = item.if_object();
            const json::value* when = row != nullptr ? row->if_contains("LastModified") : nullptr;
            if (when == nullptr || !when->is_number()) continue;
            const double modified_s = when->to_number<double>();
            if (modified_s <= newest_s) continue;
            newest_s = modified_s;
            delivery.last_object = text_at(*row, "Key");
            delivery.last_object_bytes = integer_at(*row, "Size");
            delivery.seconds_since_last_object =
                static_cast<double>(context.clock().now().ms) / 1'000 - modified_s;
        }
        const std::string token = text_at(reply.value(), "NextContinuationToken");
        if (!token.empty() && ++pages < object_pages_max) return list_objects(token);
        if (!token.empty()) {
            output.notices.push_back(delivery.name +
                                     " has more objects than were looked at: "
                                     "last_object may be an older one.");
        }
        next_delivery();
    }
    void finish() {
        std::string text = "Stream " + output.stream + ": " + output.status + ", " +
                           plural(output.open_shards, "open shard") + ", " + output.mode +
                           ", keeps " + plural(output.retention_hours, "hour") + ".\n\n";
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
    std::string bucket;
    std::string prefix;
    double newest_s = -1;
    std::size_t pages = 0;
};

void run(Context& context, Input& input, ToolAnswer<Output> answer) {
    std::make_shared<Work>(context, input, std::move(answer))->begin();
}

}  // namespace

constinit const Tool stream_status = tool<&run>(
    "stream_status",
    {.title = "Stream status",
     .description = "A Kinesis stream: its state and shards, its deliveries to S3 with their last "
                    "objects and how long ago those came. Rates are null where CloudWatch cannot "
                    "be asked."});

}  // namespace mcp::tools
