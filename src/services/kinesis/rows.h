// What is stored about a stream: table "kinesis.streams", key (account, region, name).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shape.h"

namespace kinesis {

// Shard `index` is lane `index` of the stream's log.
struct ShardRow {
    std::string first_hash_key;  // decimal, as AWS shows it
    std::string last_hash_key;   // inclusive
    base::Timestamp created;
    static constexpr auto members() {
        return std::tuple{shape::member("first_hash_key", &ShardRow::first_hash_key),
                          shape::member("last_hash_key", &ShardRow::last_hash_key),
                          shape::member("created", &ShardRow::created)};
    }
};

struct StreamRow {
    std::string account;
    std::string region;
    std::string name;
    std::string id;  // internal: names the log's directory; a re-created name gets another
    base::Timestamp created;
    bool deleting = false;
    bool on_demand = true;
    std::int64_t retention_hours = 24;
    std::int64_t record_kib_max = 1024;
    std::string encryption_key_id;  // "" when server-side encryption is off
    std::map<std::string, std::string> tags;
    std::vector<ShardRow> shards;
    std::vector<base::Timestamp> mode_changes;  // of the last 24 hours

    static constexpr auto members() {
        return std::tuple{shape::member("account", &StreamRow::account),
                          shape::member("region", &StreamRow::region),
                          shape::member("name", &StreamRow::name),
                          shape::member("id", &StreamRow::id),
                          shape::member("created", &StreamRow::created),
                          shape::member("deleting", &StreamRow::deleting),
                          shape::member("on_demand", &StreamRow::on_demand),
                          shape::member("retention_hours", &StreamRow::retention_hours),
                          shape::member("record_kib_max", &StreamRow::record_kib_max),
                          shape::member("encryption_key_id", &StreamRow::encryption_key_id),
                          shape::member("tags", &StreamRow::tags),
                          shape::member("shards", &StreamRow::shards),
                          shape::member("mode_changes", &StreamRow::mode_changes)};
    }
};

}  // namespace kinesis
