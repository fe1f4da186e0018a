#include "services/kinesis/hot_codecs.h"

#include <cstring>

#include "wire/base64.h"
#include "wire/json.h"
#include "wire/timestamp.h"
#include "wire/utf8.h"

namespace kinesis {
namespace {

aws::Fault not_plain() {
    return {"SerializationException", "not the plain case"};
}

// Walks over JSON text in which strings have no escapes. Every step says whether it found what it
// looked for; after a false nothing more is asked.
class Scanner {
  public:
    explicit Scanner(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

    // The next character that is not white space, taken if it is `c`.
    bool take(char c) {
        skip_space();
        if (at_ == end_ || *at_ != c) return false;
        ++at_;
        return true;
    }
    // A string's bytes as they stand between the quotes; not checked for escapes or UTF-8.
    bool raw_string(std::string_view* text) {
        if (!take('"')) return false;
        const auto* close =
            static_cast<const char*>(std::memchr(at_, '"', static_cast<std::size_t>(end_ - at_)));
        if (close == nullptr) return false;
        *text = {at_, static_cast<std::size_t>(close - at_)};
        at_ = close + 1;
        return true;
    }
    // A string that means exactly its bytes: no escapes, no control characters, UTF-8.
    bool plain_string(std::string_view* text) {
        if (!raw_string(text)) return false;
        bool ascii = true;
        for (const char c : *text) {
            const auto byte = static_cast<unsigned char>(c);
            if (byte < 0x20 || c == '\\') return false;
            ascii = ascii && byte < 0x80;
        }
        return ascii || wire::is_utf8(*text);
    }
    bool at_end() {
        skip_space();
        return at_ == end_;
    }

  private:
    void skip_space() {
        while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t'))
            ++at_;
    }
    const char* at_;
    const char* end_;
};

// Calls `member(name)` at the value of each member of an object.
template <class F>
bool scan_object(Scanner& scanner, F&& member) {
    if (!scanner.take('{')) return false;
    if (scanner.take('}')) return true;
    do {
        std::string_view name;
        if (!scanner.raw_string(&name) || !scanner.take(':') || !member(name)) return false;
    } while (scanner.take(','));
    return scanner.take('}');
}

template <class F>
bool scan_array(Scanner& scanner, F&& element) {
    if (!scanner.take('[')) return false;
    if (scanner.take(']')) return true;
    do {
        if (!element()) return false;
    } while (scanner.take(','));
    return scanner.take(']');
}

// Takes each member once: true the first time.
bool first_time(unsigned& seen, unsigned member) {
    const bool first = (seen & member) == 0;
    seen |= member;
    return first;
}

bool decode_entry(Scanner& scanner, PutRecordsEntry& entry) {
    enum : unsigned { data = 1, partition_key = 2, explicit_hash_key = 4 };
    unsigned seen = 0;
    const bool scanned = scan_object(scanner, [&](std::string_view name) {
        std::string_view text;
        if (name == "Data") {
            // What is not base64, an escape too, is refused by the decoder.
            return first_time(seen, data) && scanner.raw_string(&text) &&
                   wire::append_base64_decoded(entry.data.bytes, text).has_value();
        }
        if (!scanner.plain_string(&text)) return false;
        if (name == "PartitionKey") {
            entry.partition_key.assign(text);
            return first_time(seen, partition_key);
        }
        if (name == "ExplicitHashKey") {
            entry.explicit_hash_key.emplace(text);
            return first_time(seen, explicit_hash_key);
        }
        return false;
    });
    // A required member that is missing is for the generic decoder to name.
    return scanned && (seen & (data | partition_key)) == (data | partition_key);
}

// What an entry takes at least: {"Data":"","PartitionKey":"k"}
constexpr std::size_t entry_bytes_min = 30;

bool decode_body(Scanner& scanner, std::size_t body_bytes, PutRecordsInput& input) {
    enum : unsigned { stream_name = 1, stream_arn = 2, records = 4 };
    unsigned seen = 0;
    const bool scanned = scan_object(scanner, [&](std::string_view name) {
        if (name == "Records") {
            input.records.reserve(std::min(put_records_max, body_bytes / entry_bytes_min));
            return first_time(seen, records) && scan_array(scanner, [&] {
                       return decode_entry(scanner, input.records.emplace_back());
                   });
        }
        std::string_view text;
        if (!scanner.plain_string(&text)) return false;
        if (name == "StreamName") {
            input.stream_name.emplace(text);
            return first_time(seen, stream_name);
        }
        if (name == "StreamARN") {
            input.stream_arn.emplace(text);
            return first_time(seen, stream_arn);
        }
        return false;
    });
    return scanned && (seen & records) != 0 && scanner.at_end();
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
    Scanner scanner(body);
    const bool decoded = decode_body(scanner, body.size(), *static_cast<PutRecordsInput*>(input));
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
