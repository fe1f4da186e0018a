#include "producer.h"

#include <algorithm>
#include <boost/json.hpp>

#include "wire/base64.h"
#include "wire/json.h"
#include "wire/timestamp.h"

namespace producer {
namespace {

using base::Error;
using base::ErrorKind;

constexpr std::int64_t hour_ms = 3'600'000;

base::Result<boost::json::object> parse_object(std::string_view text) {
    boost::system::error_code problem;
    auto value = boost::json::parse(boost::json::string_view(text.data(), text.size()), problem);
    if (problem || !value.is_object()) {
        return Error{ErrorKind::invalid, "not a JSON object", ""};
    }
    return std::move(value.as_object());
}

std::string text_of(const boost::json::object& object, const char* name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->as_string()) : "";
}

// An object member, empty when it is not there.
const boost::json::object& object_of(const boost::json::object& object, const char* name) {
    static const boost::json::object none;
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_object() ? value->as_object() : none;
}

const boost::json::array& array_of(const boost::json::object& object, const char* name) {
    static const boost::json::array none;
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_array() ? value->as_array() : none;
}

}  // namespace

std::string Counts::json() const {
    return "{\"sent\":" + std::to_string(sent) + ",\"failed\":" + std::to_string(failed) +
           ",\"retried\":" + std::to_string(retried) + "}";
}

Producer::Producer(Settings settings, Environment environment)
    : settings_(std::move(settings)), env_(std::move(environment)) {}

base::Result<std::string> Producer::handle(std::string_view body) {
    Counts counts;
    TRY(records, read_records(body, counts));
    // As many records to a call as fit.
    std::vector<Record> batch;
    std::size_t bytes = 0;
    for (auto& record : records) {
        if (batch.size() == call_records_max || bytes + record.bytes() > call_bytes_max) {
            send(std::exchange(batch, {}), counts);
            bytes = 0;
        }
        bytes += record.bytes();
        batch.push_back(std::move(record));
    }
    if (!batch.empty()) send(std::move(batch), counts);
    if (counts.sent > 0) register_hours();
    env_.log("events " + counts.json());
    if (counts.sent == 0 && counts.failed > 0) {
        return Error{ErrorKind::unavailable, "no event could be sent: " + last_error_, ""};
    }
    return counts.json();
}

base::Result<std::vector<Producer::Record>> Producer::read_records(std::string_view body,
                                                                   Counts& counts) {
    TRY(events, split_events(body));
    std::vector<Record> records;
    records.reserve(events.size());
    for (const auto event : events) {
        const auto parsed = parse_object(event);
        const std::string id = parsed.has_value() ? text_of(parsed.value(), "event_id") : "";
        if (id.empty() || id.size() > 256) {
            return Error{ErrorKind::invalid, "an event is no object with an event_id", ""};
        }
        Record record{event, id};
        if (record.bytes() > record_bytes_max) {
            // One record too large would fail its whole call.
            last_error_ = "the event " + id + " is larger than a record may be";
            env_.log(last_error_);
            ++counts.failed;
            continue;
        }
        records.push_back(std::move(record));
    }
    return records;
}

// Send one call's records, those that fail again and again, with growing pauses.
void Producer::send(std::vector<Record> records, Counts& counts) {
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        if (attempt > 0) {
            counts.retried += records.size();
            env_.wait_ms(backoff_ms(attempt));
        }
        const std::size_t count = records.size();
        auto failed = put(records);
        if (!failed) {
            // The call itself failed, after its own retries.
            last_error_ = failed.error().message;
            env_.log("PutRecords failed: " + failed.error().describe());
            break;
        }
        counts.sent += count - failed.value().size();
        records = std::move(failed.value());
        if (records.empty()) return;
    }
    counts.failed += records.size();
    env_.log(std::to_string(records.size()) + " events were given up: " + last_error_);
}

// Those of `records` that were refused, in their order.
base::Result<std::vector<Producer::Record>> Producer::put(const std::vector<Record>& records) {
    TRY(body, env_.services.kinesis("PutRecords", put_body(records)));
    TRY(answer, parse_object(body));
    const auto& results = array_of(answer, "Records");
    if (results.size() != records.size()) {
        return Error{ErrorKind::invalid, "PutRecords answered for other records", ""};
    }
    std::vector<Record> failed;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (!results[i].is_object()) continue;
        const std::string code = text_of(results[i].as_object(), "ErrorCode");
        if (code.empty()) continue;
        last_error_ = code + ": " + text_of(results[i].as_object(), "ErrorMessage");
        failed.push_back(records[i]);
    }
    return failed;
}

std::string Producer::put_body(const std::vector<Record>& records) const {
    std::size_t bytes = 256;
    for (const auto& record : records)
        bytes += record.bytes() * 4 / 3 + 64;
    std::string out;
    out.reserve(bytes);
    out += "{\"StreamName\":";
    wire::append_json_string(out, settings_.stream_name);
    out += ",\"Records\":[";
    std::string data;
    for (std::size_t i = 0; i < records.size(); ++i) {
        out += i == 0 ? "{\"Data\":\"" : ",{\"Data\":\"";
        data.assign(records[i].event);
        data += '\n';
        wire::append_base64(out, data);
        out += "\",\"PartitionKey\":";
        wire::append_json_string(out, records[i].partition_key);
        out += '}';
    }
    return out + "]}";
}

// Full jitter: anything from 0 to twice the last maximum.
std::int64_t Producer::backoff_ms(int attempt) {
    const std::int64_t most = std::min(backoff_ms_max, backoff_ms_min << attempt);
    return static_cast<std::int64_t>(env_.random.next_u64() % static_cast<std::uint64_t>(most + 1));
}

// This hour and the next one as partitions. Never fails the batch.
void Producer::register_hours() {
    if (settings_.database_name.empty() || settings_.table_name.empty()) return;
    const std::int64_t now = env_.clock.now().ms / hour_ms;
    std::vector<std::int64_t> missing;
    for (const std::int64_t hour : {now, now + 1}) {
        if (!hours_.contains(hour)) missing.push_back(hour);
    }
    if (missing.empty()) return;
    if (auto registered = register_partitions(missing); !registered) {
        env_.log("cannot register partitions, will try again: " + registered.error().describe());
        return;
    }
    hours_.insert(missing.begin(), missing.end());
    while (hours_.size() > hours_remembered_max)
        hours_.erase(hours_.begin());
}

base::Result<void> Producer::register_partitions(const std::vector<std::int64_t>& hours) {
    if (storage_descriptor_.empty()) {
        TRY_VOID(read_table());
    }
    std::string body = "{\"DatabaseName\":";
    wire::append_json_string(body, settings_.database_name);
    body += ",\"TableName\":";
    wire::append_json_string(body, settings_.table_name);
    body += ",\"PartitionInputList\":[";
    for (std::size_t i = 0; i < hours.size(); ++i) {
        const std::string text = wire::format_basic_iso8601({hours[i] * hour_ms});
        const std::string year = text.substr(0, 4);
        const std::string month = text.substr(4, 2);
        const std::string day = text.substr(6, 2);
        const std::string hour = text.substr(9, 2);
        TRY(descriptor, parse_object(storage_descriptor_));
        descriptor["Location"] =
            location_ + "year=" + year + "/month=" + month + "/day=" + day + "/hour=" + hour + "/";
        if (i > 0) body += ',';
        body += "{\"Values\":[\"" + year + "\",\"" + month + "\",\"" + day + "\",\"" + hour +
                "\"],\"StorageDescriptor\":" + boost::json::serialize(descriptor) + "}";
    }
    body += "]}";
    TRY(answered, env_.services.glue("BatchCreatePartition", body));
    TRY(answer, parse_object(answered));
    for (const auto& error : array_of(answer, "Errors")) {
        if (!error.is_object()) continue;
        const auto& detail = object_of(error.as_object(), "ErrorDetail");
        const std::string code = text_of(detail, "ErrorCode");
        if (code != "AlreadyExistsException") {
            return Error{ErrorKind::unavailable, text_of(detail, "ErrorMessage"), code};
        }
    }
    return base::ok();
}

base::Result<void> Producer::read_table() {
    std::string body = "{\"DatabaseName\":";
    wire::append_json_string(body, settings_.database_name);
    body += ",\"Name\":";
    wire::append_json_string(body, settings_.table_name);
    TRY(answered, env_.services.glue("GetTable", body + "}"));
    TRY(answer, parse_object(answered));
    const auto& table = object_of(answer, "Table");
    const auto& descriptor = object_of(table, "StorageDescriptor");
    std::vector<std::string> keys;
    for (const auto& key : array_of(table, "PartitionKeys")) {
        if (key.is_object()) keys.push_back(text_of(key.as_object(), "Name"));
    }
    if (keys != std::vector<std::string>{"year", "month", "day", "hour"}) {
        return Error{ErrorKind::invalid, "the table is not partitioned by year, month, day, hour",
                     settings_.table_name};
    }
    location_ = text_of(descriptor, "Location");
    if (location_.empty()) {
        return Error{ErrorKind::invalid, "the table has no location", settings_.table_name};
    }
    if (!location_.ends_with('/')) location_ += '/';
    storage_descriptor_ = boost::json::serialize(descriptor);
    return base::ok();
}

}  // namespace producer
