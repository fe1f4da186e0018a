// What is stored of work groups and of what is saved in them. Names are for ever; a new member
// needs a default.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/shape.h"

namespace athena {

using Tags = std::map<std::string, std::string>;

inline constexpr const char* group_enabled = "ENABLED";
inline constexpr const char* group_disabled = "DISABLED";

struct WorkGroupRow {
    // What executions and saved queries refer to: a group that is made again under the same name
    // does not get them. "primary" for work group primary.
    std::string id;
    std::string name;
    std::string state = group_enabled;
    std::string description;
    base::Timestamp created;
    std::string output_location;    // "" for none, as the next three
    std::string encryption_option;  // SSE_S3
    std::string expected_bucket_owner;
    std::string acl_option;
    bool enforced = true;  // its settings win over those of a call
    bool publishes_metrics = false;
    std::optional<std::int64_t> scanned_bytes_max;
    std::string engine_version = "AUTO";  // as selected
    Tags tags;

    bool enabled() const { return state == group_enabled; }
    static constexpr auto members() {
        using W = WorkGroupRow;
        return std::tuple{shape::member("id", &W::id),
                          shape::member("name", &W::name),
                          shape::member("state", &W::state),
                          shape::member("description", &W::description),
                          shape::member("created", &W::created),
                          shape::member("output_location", &W::output_location),
                          shape::member("encryption_option", &W::encryption_option),
                          shape::member("expected_bucket_owner", &W::expected_bucket_owner),
                          shape::member("acl_option", &W::acl_option),
                          shape::member("enforced", &W::enforced),
                          shape::member("publishes_metrics", &W::publishes_metrics),
                          shape::member("scanned_bytes_max", &W::scanned_bytes_max),
                          shape::member("engine_version", &W::engine_version),
                          shape::member("tags", &W::tags)};
    }
};

struct NamedQueryRow {
    std::string id;
    std::string name;
    std::string description;
    std::string database;
    std::string query;
    std::string work_group;
    std::string group_id;
    std::string token;        // ClientRequestToken; "" for none
    std::string fingerprint;  // of the request, for the token
    static constexpr auto members() {
        using N = NamedQueryRow;
        return std::tuple{shape::member("id", &N::id),
                          shape::member("name", &N::name),
                          shape::member("description", &N::description),
                          shape::member("database", &N::database),
                          shape::member("query", &N::query),
                          shape::member("work_group", &N::work_group),
                          shape::member("group_id", &N::group_id),
                          shape::member("token", &N::token),
                          shape::member("fingerprint", &N::fingerprint)};
    }
};

struct PreparedStatementRow {
    std::string name;
    std::string description;
    std::string query;
    base::Timestamp modified;
    static constexpr auto members() {
        using P = PreparedStatementRow;
        return std::tuple{
            shape::member("name", &P::name), shape::member("description", &P::description),
            shape::member("query", &P::query), shape::member("modified", &P::modified)};
    }
};

}  // namespace athena
