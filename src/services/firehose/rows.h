// What is stored about a delivery stream: table "firehose.streams", key (account, region, name),
// and table "firehose.checkpoints", key (internal id).
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/clock.h"
#include "base/shape.h"

namespace firehose {

struct DestinationRow {
    std::string role_arn;
    std::string bucket_arn;
    std::string prefix;
    std::string error_output_prefix;
    std::int64_t size_mib = 5;
    std::int64_t interval_s = 300;
    std::string compression = "UNCOMPRESSED";  // or GZIP
    std::string file_extension;                // "": the compression's own
    std::string time_zone;                     // "": UTC
    bool append_delimiter = false;             // a newline behind every record
    bool logging = false;
    std::string log_group;
    std::string log_stream;
    static constexpr auto members() {
        using S = DestinationRow;
        return std::tuple{shape::member("role_arn", &S::role_arn),
                          shape::member("bucket_arn", &S::bucket_arn),
                          shape::member("prefix", &S::prefix),
                          shape::member("error_output_prefix", &S::error_output_prefix),
                          shape::member("size_mib", &S::size_mib),
                          shape::member("interval_s", &S::interval_s),
                          shape::member("compression", &S::compression),
                          shape::member("file_extension", &S::file_extension),
                          shape::member("time_zone", &S::time_zone),
                          shape::member("append_delimiter", &S::append_delimiter),
                          shape::member("logging", &S::logging),
                          shape::member("log_group", &S::log_group),
                          shape::member("log_stream", &S::log_stream)};
    }
};

struct DeliveryStreamRow {
    std::string account;
    std::string region;
    std::string name;
    std::string id;  // internal; a re-created name gets another
    base::Timestamp created;
    base::Timestamp updated;  // of UpdateDestination; 0: never
    bool deleting = false;
    std::int64_t version = 1;
    std::string source_stream_arn;  // "": DirectPut
    std::string source_stream_id;   // internal id of the stream
    std::string source_role_arn;
    DestinationRow destination;
    std::map<std::string, std::string> tags;
    static constexpr auto members() {
        using S = DeliveryStreamRow;
        return std::tuple{shape::member("account", &S::account),
                          shape::member("region", &S::region),
                          shape::member("name", &S::name),
                          shape::member("id", &S::id),
                          shape::member("created", &S::created),
                          shape::member("updated", &S::updated),
                          shape::member("deleting", &S::deleting),
                          shape::member("version", &S::version),
                          shape::member("source_stream_arn", &S::source_stream_arn),
                          shape::member("source_stream_id", &S::source_stream_id),
                          shape::member("source_role_arn", &S::source_role_arn),
                          shape::member("destination", &S::destination),
                          shape::member("tags", &S::tags)};
    }
};

// Everything before `position` is in delivered objects, nothing at or after it is. Written only
// together with the object that it speaks of.
struct CheckpointRow {
    std::int64_t position = 0;  // a log position, as a signed number
    static constexpr auto members() {
        return std::tuple{shape::member("position", &CheckpointRow::position)};
    }
};

}  // namespace firehose
