// What is stored.
//   iam.roles     (account, name in lower case): names differ by more than case
//   iam.policies  (account, name in lower case), customer managed
//   iam.uses      (account, policy ARN, role's name in lower case): which roles a policy is
//                 attached to, or bounds
// A role's inline policies and attachments are in its row: there are few, and they change with it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/shape.h"

namespace iam {

// Keys are compared without case, and shown as they were given.
struct TagRow {
    std::string key;
    std::string value;
    static constexpr auto members() {
        return std::tuple{shape::member("key", &TagRow::key),
                          shape::member("value", &TagRow::value)};
    }
};

struct RoleRow {
    std::string name;
    std::string id;  // "AROA…"; a re-created role has another
    std::string path;
    std::string trust_policy;
    std::optional<std::string> description;
    std::int32_t session_seconds_max = 3'600;
    std::optional<std::string> boundary;  // a policy's ARN
    base::Timestamp created;
    std::map<std::string, std::string> inline_policies;  // documents by name
    std::vector<std::string> attached;                   // policies' ARNs, as they came
    std::vector<TagRow> tags;
    static constexpr auto members() {
        using R = RoleRow;
        return std::tuple{shape::member("name", &R::name),
                          shape::member("id", &R::id),
                          shape::member("path", &R::path),
                          shape::member("trust", &R::trust_policy),
                          shape::member("description", &R::description),
                          shape::member("session_seconds_max", &R::session_seconds_max),
                          shape::member("boundary", &R::boundary),
                          shape::member("created", &R::created),
                          shape::member("inline", &R::inline_policies),
                          shape::member("attached", &R::attached),
                          shape::member("tags", &R::tags)};
    }
};

struct PolicyVersionRow {
    std::int64_t number = 0;  // "v1" is 1
    std::string document;
    base::Timestamp created;
    static constexpr auto members() {
        using V = PolicyVersionRow;
        return std::tuple{shape::member("number", &V::number),
                          shape::member("document", &V::document),
                          shape::member("created", &V::created)};
    }
};

struct PolicyRow {
    std::string name;
    std::string id;  // "ANPA…"
    std::string path;
    std::optional<std::string> description;
    base::Timestamp created;
    base::Timestamp updated;
    std::int64_t default_version = 1;
    std::int64_t last_version = 1;           // numbers are never given twice
    std::vector<PolicyVersionRow> versions;  // oldest first
    std::vector<TagRow> tags;
    static constexpr auto members() {
        using P = PolicyRow;
        return std::tuple{shape::member("name", &P::name),
                          shape::member("id", &P::id),
                          shape::member("path", &P::path),
                          shape::member("description", &P::description),
                          shape::member("created", &P::created),
                          shape::member("updated", &P::updated),
                          shape::member("default", &P::default_version),
                          shape::member("last", &P::last_version),
                          shape::member("versions", &P::versions),
                          shape::member("tags", &P::tags)};
    }
};

struct UseRow {
    std::string role_name;
    std::string role_id;
    bool attached = false;
    bool boundary = false;
    static constexpr auto members() {
        return std::tuple{shape::member("role", &UseRow::role_name),
                          shape::member("role_id", &UseRow::role_id),
                          shape::member("attached", &UseRow::attached),
                          shape::member("boundary", &UseRow::boundary)};
    }
};

}  // namespace iam
