// What the server and the engine process say to each other. One message is one byte of kind and one
// CBOR structure (wire/cbor) named below; result batches and object bytes follow the structure raw.
//
//   server -> worker   query, opened (with a descriptor when the object is a plain file), data,
//   cancel worker -> server   open, read, close, batch, end
//
// The worker runs one query at a time. It opens an object when its scan comes to it, so a plan of
// 100,000 objects holds few descriptors on either side.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/result.h"
#include "base/shape.h"
#include "sql_engine/sql_engine.h"

namespace sql_engine::protocol {

enum class Message : char {
    query = 'Q',
    opened = 'O',
    data = 'D',
    cancel = 'C',
    open = 'o',
    read = 'r',
    close = 'c',
    batch = 'b',
    end = 'e',
};

// Objects whose bytes are not a plain file cross in pieces of at most this.
inline constexpr std::size_t data_bytes_max = 1024 * 1024;

struct Type {
    std::int64_t kind = 0;  // athena_sql::TypeKind
    std::int64_t precision = 0;
    std::int64_t scale = 0;
    std::vector<Type> elements;
    std::vector<std::string> field_names;
    static constexpr auto members() {
        using shape::member;
        return std::tuple{member("k", &Type::kind), member("p", &Type::precision),
                          member("s", &Type::scale), member("e", &Type::elements),
                          member("n", &Type::field_names)};
    }
};

struct Column {
    std::string name;
    Type type;
    std::int64_t source = 0;  // sql_engine::ColumnSource
    std::string field;
    std::int64_t position = 0;
    static constexpr auto members() {
        using shape::member;
        return std::tuple{member("name", &Column::name), member("type", &Column::type),
                          member("source", &Column::source), member("field", &Column::field),
                          member("position", &Column::position)};
    }
};

struct Object {
    std::string name;  // "s3://bucket/key"
    std::int64_t size_bytes = 0;
    std::int64_t modified_ms = 0;
    std::int64_t codec = 0;  // sql_engine::Codec
    std::int64_t partition = 0;
    static constexpr auto members() {
        using shape::member;
        return std::tuple{member("n", &Object::name), member("s", &Object::size_bytes),
                          member("m", &Object::modified_ms), member("c", &Object::codec),
                          member("p", &Object::partition)};
    }
};

struct PartitionValues {
    std::vector<std::optional<std::string>> values;
    static constexpr auto members() {
        return std::tuple{shape::member("v", &PartitionValues::values)};
    }
};

struct TableScan {
    std::vector<Column> columns;
    std::int64_t format = 0;  // sql_engine::Format
    std::int64_t json_serde = 0;
    bool ignore_malformed = false;
    bool case_insensitive = true;
    bool dots_in_keys = false;
    std::int64_t csv_serde = 0;
    std::string delimiter;
    std::string quote;   // "" or one character
    std::string escape;  // "" or one character
    std::string null_text;
    std::int64_t header_lines = 0;
    std::vector<PartitionValues> partitions;
    std::vector<Object> objects;
    static constexpr auto members() {
        using shape::member;
        return std::tuple{member("columns", &TableScan::columns),
                          member("format", &TableScan::format),
                          member("json_serde", &TableScan::json_serde),
                          member("ignore_malformed", &TableScan::ignore_malformed),
                          member("case_insensitive", &TableScan::case_insensitive),
                          member("dots_in_keys", &TableScan::dots_in_keys),
                          member("csv_serde", &TableScan::csv_serde),
                          member("delimiter", &TableScan::delimiter),
                          member("quote", &TableScan::quote),
                          member("escape", &TableScan::escape),
                          member("null_text", &TableScan::null_text),
                          member("header_lines", &TableScan::header_lines),
                          member("partitions", &TableScan::partitions),
                          member("objects", &TableScan::objects)};
    }
};

struct Query {
    std::string sql;
    std::vector<TableScan> scans;
    std::vector<Type> result_types;
    std::int64_t memory_bytes_max = 0;
    std::int64_t temporary_bytes_max = 0;
    std::int64_t rows_max = 0;
    static constexpr auto members() {
        using shape::member;
        return std::tuple{member("sql", &Query::sql),
                          member("scans", &Query::scans),
                          member("result_types", &Query::result_types),
                          member("memory_bytes_max", &Query::memory_bytes_max),
                          member("temporary_bytes_max", &Query::temporary_bytes_max),
                          member("rows_max", &Query::rows_max)};
    }
};

// open: scan, object. Answered by opened with the same request number.
// read: request of the open, offset, length. Answered by data.
// close: request of the open.
struct ObjectRequest {
    std::int64_t request = 0;
    std::int64_t scan = 0;
    std::int64_t object = 0;
    std::int64_t offset = 0;
    std::int64_t length = 0;
    static constexpr auto members() {
        using shape::member;
        return std::tuple{member("r", &ObjectRequest::request), member("s", &ObjectRequest::scan),
                          member("o", &ObjectRequest::object), member("f", &ObjectRequest::offset),
                          member("l", &ObjectRequest::length)};
    }
};

// opened and data. With a descriptor, the object is its [offset, offset + size_bytes). Without one,
// raw bytes follow: in opened the object's first data_bytes_max, in data what was asked for.
struct ObjectAnswer {
    std::int64_t request = 0;
    std::string error;  // "" when it went well
    std::int64_t size_bytes = 0;
    bool descriptor = false;
    std::int64_t offset = 0;
    static constexpr auto members() {
        using shape::member;
        return std::tuple{member("r", &ObjectAnswer::request), member("e", &ObjectAnswer::error),
                          member("s", &ObjectAnswer::size_bytes),
                          member("d", &ObjectAnswer::descriptor),
                          member("f", &ObjectAnswer::offset)};
    }
};

struct End {
    std::int64_t kind = -1;  // base::ErrorKind, -1: succeeded
    std::string code;
    std::string message;
    std::int64_t bytes_scanned = 0;
    std::int64_t rows_scanned = 0;
    std::int64_t objects_scanned = 0;
    std::int64_t rows_returned = 0;
    static constexpr auto members() {
        using shape::member;
        return std::tuple{member("kind", &End::kind),
                          member("code", &End::code),
                          member("message", &End::message),
                          member("bytes_scanned", &End::bytes_scanned),
                          member("rows_scanned", &End::rows_scanned),
                          member("objects_scanned", &End::objects_scanned),
                          member("rows_returned", &End::rows_returned)};
    }
};

Type encode_type(const athena_sql::Type& type);
// invalid when it is not what encode_type made
base::Result<athena_sql::Type> decode_type(const Type& type);
Query encode_query(const QueryPlan& plan);

// A message: kind, length of the CBOR, CBOR, raw bytes.
std::string pack(Message message, const shape::Type& type, const void* value,
                 std::string_view raw = {});
template <class T>
std::string pack(Message message, const T& value, std::string_view raw = {}) {
    return pack(message, shape::type_of<T>(), &value, raw);
}

struct Unpacked {
    Message message;
    std::string_view body;  // CBOR
    std::string_view raw;
};
base::Result<Unpacked> unpack(std::string_view bytes);
base::Result<void> decode(std::string_view body, const shape::Type& type, void* value);
template <class T>
base::Result<T> decode(std::string_view body) {
    T value;
    TRY_VOID(decode(body, shape::type_of<T>(), &value));
    return value;
}

// A batch as raw bytes: column count, cell count, ends, text.
std::string pack_batch(const ResultBatch& batch);
base::Result<ResultBatch> unpack_batch(std::string_view raw);

}  // namespace sql_engine::protocol
