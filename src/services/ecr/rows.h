// What is stored about a repository: table "ecr.repositories", key (account, region, name).
#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/shape.h"

namespace ecr {

using Tags = std::map<std::string, std::string>;

struct RepositoryRow {
    std::string name;
    base::Timestamp created;
    std::string tag_mutability = "MUTABLE";
    bool scan_on_push = false;
    std::string encryption_type = "AES256";
    std::optional<std::string> kms_key;
    std::optional<std::string> lifecycle_policy;  // as it came
    std::optional<std::string> policy;            // as it came
    Tags tags;
    static constexpr auto members() {
        using R = RepositoryRow;
        return std::tuple{shape::member("name", &R::name),
                          shape::member("created", &R::created),
                          shape::member("tag_mutability", &R::tag_mutability),
                          shape::member("scan_on_push", &R::scan_on_push),
                          shape::member("encryption_type", &R::encryption_type),
                          shape::member("kms_key", &R::kms_key),
                          shape::member("lifecycle_policy", &R::lifecycle_policy),
                          shape::member("policy", &R::policy),
                          shape::member("tags", &R::tags)};
    }
};

}  // namespace ecr
