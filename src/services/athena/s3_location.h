// "s3://bucket/prefix" taken apart.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace athena {

struct Location {
    std::string bucket;
    std::string prefix;  // "" or ends with '/'
};

// nullopt when it is not an S3 path. s3a:// and s3n:// are taken as AWS takes them.
inline std::optional<Location> parse_location(std::string_view text) {
    for (const std::string_view scheme : {"s3://", "s3a://", "s3n://"}) {
        if (!text.starts_with(scheme)) continue;
        text.remove_prefix(scheme.size());
        const auto slash = text.find('/');
        Location out{std::string(text.substr(0, slash)), ""};
        if (slash != std::string_view::npos) out.prefix = text.substr(slash + 1);
        if (!out.prefix.empty() && out.prefix.back() != '/') out.prefix += '/';
        if (out.bucket.empty()) return std::nullopt;
        return out;
    }
    return std::nullopt;
}

}  // namespace athena
