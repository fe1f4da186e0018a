// What is stored: table "kms.keys", key (account, region, key id), and "kms.aliases", key (account,
// region, name without "alias/"). Key material is stored wrapped by the server's master key only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/shape.h"

namespace kms {

using Tags = std::map<std::string, std::string>;

// One backing key. Rotation appends; old ones stay for what they encrypted.
struct MaterialRow {
    std::string id;      // 64 hex digits
    base::Blob wrapped;  // segment_log::wrap_key
    base::Timestamp created;
    bool on_demand = false;  // made by RotateKeyOnDemand
    static constexpr auto members() {
        using M = MaterialRow;
        return std::tuple{shape::member("id", &M::id), shape::member("wrapped", &M::wrapped),
                          shape::member("created", &M::created),
                          shape::member("on_demand", &M::on_demand)};
    }
};

struct KeyRow {
    std::string id;  // a UUID
    std::string account;
    std::string region;
    base::Timestamp created;
    std::string description;
    std::string policy;
    bool enabled = true;
    bool managed = false;                          // by AWS: alias/aws/<service>
    std::optional<base::Timestamp> deletion_date;  // set: pending deletion
    bool rotates = false;
    std::int32_t rotation_days = 365;
    std::optional<base::Timestamp> next_rotation;
    std::vector<MaterialRow> materials;  // at least one; the last is the current one
    Tags tags;
    static constexpr auto members() {
        using K = KeyRow;
        return std::tuple{shape::member("id", &K::id),
                          shape::member("account", &K::account),
                          shape::member("region", &K::region),
                          shape::member("created", &K::created),
                          shape::member("description", &K::description),
                          shape::member("policy", &K::policy),
                          shape::member("enabled", &K::enabled),
                          shape::member("managed", &K::managed),
                          shape::member("deletion_date", &K::deletion_date),
                          shape::member("rotates", &K::rotates),
                          shape::member("rotation_days", &K::rotation_days),
                          shape::member("next_rotation", &K::next_rotation),
                          shape::member("materials", &K::materials),
                          shape::member("tags", &K::tags)};
    }
};

struct AliasRow {
    std::string target;  // key id
    base::Timestamp created;
    base::Timestamp updated;
    static constexpr auto members() {
        using A = AliasRow;
        return std::tuple{shape::member("target", &A::target),
                          shape::member("created", &A::created),
                          shape::member("updated", &A::updated)};
    }
};

}  // namespace kms
