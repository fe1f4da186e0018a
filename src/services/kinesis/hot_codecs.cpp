#include "services/kinesis/hot_codecs.h"

#include <simdjson.h>

#include <cstring>

#include "wire/base64.h"
#include "wire/json.h"
#include "wire/timestamp.h"

namespace kinesis {
namespace {

namespace ondemand = simdjson::ondemand;

// A parser and a padded copy of the body, kept by each pool thread.
struct Workspace {
    ondemand::parser parser;
    std::string body;
};

aws::Fault not_plain() {
    return {"SerializationException", "not the plain case"};
}

// The text of a string value without escapes, borrowed from the body; false when it is anything
// else. simdjson has checked the whole body for UTF-8 and control characters before.
bool plain_string(simdjson::simdjson_result<ondemand::value> value, const char* limit,
                  std::string_view* text) {
    ondemand::raw_json_string raw;
    if (value.get_raw_json_string().get(raw) != simdjson::SUCCESS) return false;
    const char* begin = raw.raw();
    const auto* end =
        static_cast<const char*>(std::memchr(begin, '"', static_cast<std::size_t>(limit - begin)));
    if (end == nullptr) return false;
    *text = {begin, static_cast<std::size_t>(end - begin)};
    return std::memchr(begin, '\\', text->size()) == nullptr;
}

// Takes each member once: true the first time.
bool first_time(unsigned& seen, unsigned member) {
    const bool first = (seen & member) == 0;
    seen |= member;
    return first;
}

bool decode_entry(ondemand::object object, const char* limit, PutRecordsEntry& entry) {
    enum : unsigned { data = 1, partition_key = 2, explicit_hash_key = 4 };
    unsigned seen = 0;
    for (auto field : object) {
        ondemand::raw_json_string key;
        if (field.key().get(key) != simdjson::SUCCESS) return false;
        std::string_view text;
        if (!plain_string(field.value(), limit, &text)) return false;
        if (key.unsafe_is_equal("Data")) {
            if (!first_time(seen, data)) return false;
            if (!wire::append_base64_decoded(entry.data.bytes, text)) return false;
        } else if (key.unsafe_is_equal("PartitionKey")) {
            if (!first_time(seen, partition_key)) return false;
            entry.partition_key.assign(text);
        } else if (key.unsafe_is_equal("ExplicitHashKey")) {
            if (!first_time(seen, explicit_hash_key)) return false;
            entry.explicit_hash_key.emplace(text);
        } else {
            return false;
        }
    }
    // A required member that is missing is for the generic decoder to name.
    return (seen & (data | partition_key)) == (data | partition_key);
}

bool decode_entries(simdjson::simdjson_result<ondemand::value> value, const char* limit,
                    std::vector<PutRecordsEntry>& entries) {
    ondemand::array array;
    if (value.get_array().get(array) != simdjson::SUCCESS) return false;
    for (auto element : array) {
        ondemand::object object;
        if (element.get_object().get(object) != simdjson::SUCCESS) return false;
        if (!decode_entry(object, limit, entries.emplace_back())) return false;
    }
    return true;
}

bool decode_body(ondemand::parser& parser, const std::string& padded, std::size_t size,
                 PutRecordsInput& input) {
    ondemand::document document;
    if (parser.iterate(padded.data(), size, padded.size()).get(document) != simdjson::SUCCESS) {
        return false;
    }
    ondemand::object object;
    if (document.get_object().get(object) != simdjson::SUCCESS) return false;
    const char* limit = padded.data() + size;
    enum : unsigned { stream_name = 1, stream_arn = 2, records = 4 };
    unsigned seen = 0;
    std::string_view text;
    for (auto field : object) {
        ondemand::raw_json_string key;
        if (field.key().get(key) != simdjson::SUCCESS) return false;
        if (key.unsafe_is_equal("Records")) {
            if (!first_time(seen, records)) return false;
            if (!decode_entries(field.value(), limit, input.records)) return false;
        } else if (key.unsafe_is_equal("StreamName")) {
            if (!first_time(seen, stream_name) || !plain_string(field.value(), limit, &text))
                return false;
            input.stream_name.emplace(text);
        } else if (key.unsafe_is_equal("StreamARN")) {
            if (!first_time(seen, stream_arn) || !plain_string(field.value(), limit, &text))
                return false;
            input.stream_arn.emplace(text);
        } else {
            return false;
        }
    }
    // Out of bounds: nothing follows the object.
    return (seen & records) != 0 &&
           document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

void append_member(std::string& body, std::string_view name, const std::string& text, bool& first) {
    body.append(first ? "\"" : ",\"");
    first = false;
    body.append(name).append("\":");
    wire::append_json_string(body, text);
}

void append_member(std::string& body, std::string_view name, const std::optional<std::string>& text,
                   bool& first) {
    if (text) append_member(body, name, *text, first);
}

}  // namespace

aws::Reply<void> decode_put_records(std::string_view body, void* input) {
    thread_local Workspace workspace;
    workspace.body.assign(body);
    workspace.body.append(simdjson::SIMDJSON_PADDING, ' ');
    const bool decoded = decode_body(workspace.parser, workspace.body, body.size(),
                                     *static_cast<PutRecordsInput*>(input));
    if (body.size() > decode_workspace_bytes_max) {
        workspace.body = {};
        workspace.parser = ondemand::parser();
    }
    if (!decoded) return not_plain();
    return base::ok();
}

void encode_put_records(const void* output, std::string& body) {
    const auto& answer = *static_cast<const PutRecordsOutput*>(output);
    body.reserve(body.size() + 128 + answer.records.size() * 128);
    body.append("{\"FailedRecordCount\":").append(std::to_string(answer.failed_record_count));
    body.append(",\"Records\":[");
    bool first_record = true;
    for (const auto& record : answer.records) {
        body.append(first_record ? "{" : ",{");
        first_record = false;
        bool first = true;
        append_member(body, "SequenceNumber", record.sequence_number, first);
        append_member(body, "ShardId", record.shard_id, first);
        append_member(body, "ErrorCode", record.error_code, first);
        append_member(body, "ErrorMessage", record.error_message, first);
        body.push_back('}');
    }
    body.push_back(']');
    bool first = false;
    append_member(body, "EncryptionType", answer.encryption_type, first);
    body.push_back('}');
}

void encode_get_records(const void* output, std::string& body) {
    const auto& answer = *static_cast<const GetRecordsOutput*>(output);
    std::size_t estimate = 512;
    for (const auto& record : answer.records) {
        estimate +=
            256 + wire::base64_length(record.data.bytes.size()) + record.partition_key.size();
    }
    body.reserve(body.size() + estimate);
    body.append("{\"Records\":[");
    bool first_record = true;
    for (const auto& record : answer.records) {
        body.append(first_record ? "{" : ",{");
        first_record = false;
        bool first = true;
        append_member(body, "SequenceNumber", record.sequence_number, first);
        body.append(",\"ApproximateArrivalTimestamp\":");
        wire::append_epoch_seconds(body, record.approximate_arrival_timestamp);
        body.append(",\"Data\":\"");
        wire::append_base64(body, record.data.bytes);
        body.push_back('"');
        append_member(body, "PartitionKey", record.partition_key, first);
        append_member(body, "EncryptionType", record.encryption_type, first);
        body.push_back('}');
    }
    body.push_back(']');
    bool first = false;
    append_member(body, "NextShardIterator", answer.next_shard_iterator, first);
    body.append(",\"MillisBehindLatest\":").append(std::to_string(answer.millis_behind_latest));
    body.push_back('}');
}

}  // namespace kinesis
