// What is stored. Table "ssm.parameters", key (account, region, name): a parameter with its latest
// version whole, so that reading one is one look-up. Table "ssm.versions", key (account, region,
// name, number): every version that there is, the latest too.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/shape.h"

namespace ssm {

using Tags = std::map<std::string, std::string>;

struct VersionRow {
    std::int64_t number = 1;
    std::string type;                   // "String", "StringList", "SecureString"
    std::string value;                  // of a SecureString: KMS' ciphertext, in base64
    std::optional<std::string> key_id;  // of a SecureString, as the client named it
    std::optional<std::string> description;
    std::optional<std::string> allowed_pattern;
    base::Timestamp modified;
    std::string modified_by;  // arn
    static constexpr auto members() {
        using V = VersionRow;
        return std::tuple{shape::member("number", &V::number),
                          shape::member("type", &V::type),
                          shape::member("value", &V::value),
                          shape::member("key_id", &V::key_id),
                          shape::member("description", &V::description),
                          shape::member("allowed_pattern", &V::allowed_pattern),
                          shape::member("modified", &V::modified),
                          shape::member("modified_by", &V::modified_by)};
    }
};

struct ParameterRow {
    std::string name;
    VersionRow latest;
    std::int64_t first = 1;                      // oldest version that is there
    std::map<std::string, std::int64_t> labels;  // to versions
    Tags tags;
    static constexpr auto members() {
        using P = ParameterRow;
        return std::tuple{shape::member("name", &P::name), shape::member("latest", &P::latest),
                          shape::member("first", &P::first), shape::member("labels", &P::labels),
                          shape::member("tags", &P::tags)};
    }
};

}  // namespace ssm
