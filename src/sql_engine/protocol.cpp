#include "sql_engine/protocol.h"

#include "base/bytes.h"
#include "wire/cbor.h"

namespace sql_engine::protocol {

namespace {

using base::Error;
using base::ErrorKind;

constexpr std::size_t head_bytes = 5;  // kind, length of the CBOR
// Plans list every object; both ends are ours, the bound only stops nonsense.
constexpr std::size_t message_entries_max = 8'000'000;

Column encode_column(const ScanColumn& column) {
    return {column.name, encode_type(column.type), static_cast<std::int64_t>(column.source),
            column.field, column.position};
}

TableScan encode_scan(const Scan& scan) {
    TableScan out;
    for (const ScanColumn& column : scan.columns)
        out.columns.push_back(encode_column(column));
    out.format = static_cast<std::int64_t>(scan.format);
    out.json_serde = static_cast<std::int64_t>(scan.json.serde);
    out.ignore_malformed = scan.json.ignore_malformed;
    out.case_insensitive = scan.json.case_insensitive;
    out.dots_in_keys = scan.json.dots_in_keys;
    out.csv_serde = static_cast<std::int64_t>(scan.csv.serde);
    out.delimiter = scan.csv.delimiter;
    if (scan.csv.quote) out.quote = std::string(1, *scan.csv.quote);
    if (scan.csv.escape) out.escape = std::string(1, *scan.csv.escape);
    out.null_text = scan.csv.null_text;
    out.header_lines = static_cast<std::int64_t>(scan.csv.header_lines);
    for (const auto& values : scan.partitions)
        out.partitions.push_back({values});
    out.objects.reserve(scan.objects.size());
    for (const ScanObject& object : scan.objects) {
        out.objects.push_back({object.name(), static_cast<std::int64_t>(object.size_bytes),
                               object.modified_ms, static_cast<std::int64_t>(object.codec),
                               object.partition});
    }
    return out;
}

}  // namespace

Type encode_type(const athena_sql::Type& type) {
    Type out;
    out.kind = static_cast<std::int64_t>(type.kind);
    out.precision = type.precision;
    out.scale = type.scale;
    for (const auto& element : type.elements)
        out.elements.push_back(encode_type(element));
    out.field_names = type.field_names;
    return out;
}

base::Result<athena_sql::Type> decode_type(const Type& type) {
    if (type.kind < 0 || type.kind > static_cast<std::int64_t>(athena_sql::TypeKind::row)) {
        return Error{ErrorKind::invalid, "unknown type kind", std::to_string(type.kind)};
    }
    athena_sql::Type out;
    out.kind = static_cast<athena_sql::TypeKind>(type.kind);
    out.precision = static_cast<std::int32_t>(type.precision);
    out.scale = static_cast<std::int32_t>(type.scale);
    for (const Type& element : type.elements) {
        TRY(decoded, decode_type(element));
        out.elements.push_back(std::move(decoded));
    }
    out.field_names = type.field_names;
    return out;
}

Query encode_query(const QueryPlan& plan) {
    Query query;
    query.sql = plan.sql;
    for (const Scan& scan : plan.scans)
        query.scans.push_back(encode_scan(scan));
    for (const auto& column : plan.result_columns) {
        query.result_types.push_back(encode_type(column.type));
    }
    query.memory_bytes_max = static_cast<std::int64_t>(plan.limits.memory_bytes_max);
    query.temporary_bytes_max = static_cast<std::int64_t>(plan.limits.temporary_bytes_max);
    query.rows_max = static_cast<std::int64_t>(plan.limits.rows_max);
    return query;
}

std::string pack(Message message, const shape::Type& type, const void* value,
                 std::string_view raw) {
    const std::string body = wire::encode_cbor(type, value);
    std::string out;
    out.reserve(head_bytes + body.size() + raw.size());
    out.push_back(static_cast<char>(message));
    base::append_fixed(out, static_cast<std::uint32_t>(body.size()));
    out += body;
    out += raw;
    return out;
}

base::Result<Unpacked> unpack(std::string_view bytes) {
    if (bytes.size() < head_bytes) return Error{ErrorKind::invalid, "a short message", ""};
    const auto length = base::load_fixed<std::uint32_t>(bytes.data() + 1);
    if (length > bytes.size() - head_bytes) {
        return Error{ErrorKind::invalid, "a message shorter than it says", ""};
    }
    return Unpacked{static_cast<Message>(bytes[0]), bytes.substr(head_bytes, length),
                    bytes.substr(head_bytes + length)};
}

base::Result<void> decode(std::string_view body, const shape::Type& type, void* value) {
    return wire::decode_cbor(type, body, value,
                             {.entries_max = message_entries_max, .check_text = false});
}

std::string pack_batch(const ResultBatch& batch) {
    std::string raw;
    raw.reserve(16 + batch.ends.size() * 8 + batch.text.size());
    base::append_fixed(raw, static_cast<std::uint64_t>(batch.column_count));
    base::append_fixed(raw, static_cast<std::uint64_t>(batch.ends.size()));
    raw.append(reinterpret_cast<const char*>(batch.ends.data()), batch.ends.size() * 8);
    raw += batch.text;
    return raw;
}

base::Result<ResultBatch> unpack_batch(std::string_view raw) {
    const Error damaged{ErrorKind::invalid, "a damaged result batch", ""};
    if (raw.size() < 16) return damaged;
    ResultBatch batch;
    batch.column_count = base::load_fixed<std::uint64_t>(raw.data());
    const auto cells = base::load_fixed<std::uint64_t>(raw.data() + 8);
    raw.remove_prefix(16);
    if (batch.column_count == 0 || cells > raw.size() / 8 || cells % batch.column_count != 0) {
        return damaged;
    }
    batch.ends.resize(cells);
    if (cells > 0) std::memcpy(batch.ends.data(), raw.data(), cells * 8);
    batch.text.assign(raw.substr(cells * 8));
    std::uint64_t last = 0;
    for (const std::uint64_t end : batch.ends) {
        if (end >> 1 < last || end >> 1 > batch.text.size()) return damaged;
        last = end >> 1;
    }
    return batch;
}

}  // namespace sql_engine::protocol
