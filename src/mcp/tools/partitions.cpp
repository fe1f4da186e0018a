#include "mcp/tools/partitions.h"

#include <algorithm>
#include <map>

#include "athena_sql/lexer.h"
#include "wire/uri.h"

namespace mcp::tools {

namespace json = boost::json;

namespace {

std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return parts;
        path.remove_prefix(slash + 1);
    }
}

// Engines do not read what lies below `path` when a name on it begins so.
bool is_hidden(std::string_view path) {
    for (const auto segment : segments(path)) {
        if (segment.starts_with('_') || segment.starts_with('.')) return true;
    }
    return false;
}

// "${year}/${month}/x" against "2026/01/x": literal text between the variables, none over '/'.
std::optional<std::map<std::string, std::string>> match_location(std::string_view pattern,
                                                                 std::string_view path) {
    std::map<std::string, std::string> values;
    while (!pattern.empty()) {
        if (pattern.starts_with("${")) {
            const auto close = pattern.find('}');
            if (close == std::string_view::npos) return std::nullopt;
            const std::string name = athena_sql::to_lower(pattern.substr(2, close - 2));
            pattern.remove_prefix(close + 1);
            const std::string_view literal = pattern.substr(0, pattern.find("${"));
            const auto end = literal.empty() ? path.find('/') : path.find(literal);
            if (end == std::string_view::npos || end == 0) return std::nullopt;
            values[name] = std::string(path.substr(0, end));
            path.remove_prefix(end);
        } else {
            if (path.empty() || path.front() != pattern.front()) return std::nullopt;
            path.remove_prefix(1);
            pattern.remove_prefix(1);
        }
    }
    return values;
}

}  // namespace

std::optional<std::vector<std::string>> partition_values_of(const CatalogTable& table,
                                                            const Location& location,
                                                            std::string_view object_key) {
    std::map<std::string, std::string> found;
    const auto pattern = table.parameters.find("storage.location.template");
    if (table.is_projected() && pattern != table.parameters.end()) {
        const auto place = parse_location(pattern->second);
        if (!place) return std::nullopt;
        auto values = match_location(place->prefix, object_key);
        if (!values) return std::nullopt;
        found = std::move(*values);
    } else {
        if (!object_key.starts_with(location.prefix)) return std::nullopt;
        for (const auto segment : segments(object_key.substr(location.prefix.size()))) {
            const auto equals = segment.find('=');
            if (equals == std::string_view::npos) continue;
            const std::string_view value = segment.substr(equals + 1);
            found[athena_sql::to_lower(segment.substr(0, equals))] =
                wire::percent_decode(value).value_or(std::string(value));
        }
    }
    std::vector<std::string> values;
    for (const ColumnInfo& key : table.partition_keys) {
        const auto value = found.find(key.name);
        if (value == found.end()) return std::nullopt;
        values.push_back(value->second);
    }
    return values;
}

std::string partition_name(const CatalogTable& table, const std::vector<std::string>& values) {
    std::string text;
    for (std::size_t i = 0; i < values.size() && i < table.partition_keys.size(); ++i)
        text += (i > 0 ? "/" : "") + table.partition_keys[i].name + "=" + values[i];
    return cut(text);
}

// ---- the newest ----

namespace {

constexpr std::size_t prefix_pages_max = 5;

// Goes down the directories, always into the last.
struct Descent : std::enable_shared_from_this<Descent> {
    Descent(Backend& b, CatalogTable t, Location l, NewestDone d)
        : backend(b), table(std::move(t)), location(std::move(l)), done(std::move(d)) {
        at = location.prefix;
    }

    void next() {
        json::object input{{"Bucket", location.bucket}, {"Prefix", at}, {"Delimiter", "/"}};
        if (!token.empty()) input["ContinuationToken"] = token;
        backend.call("s3", "ListObjectsV2", std::move(input),
                     [self = shared_from_this()](aws::Reply<json::object> reply) {
                         self->took(std::move(reply));
                     });
    }
    void took(aws::Reply<json::object> reply) {
        if (!reply) return done({});
        for (const json::value& item : array_at(reply.value(), "CommonPrefixes")) {
            const json::object* row = item.if_object();
            if (row == nullptr) continue;
            const std::string prefix = text_at(*row, "Prefix");
            if (!prefix.starts_with(at) || is_hidden(prefix.substr(at.size()))) continue;
            if (natural_less(last, prefix)) last = prefix;
        }
        token = text_at(reply.value(), "NextContinuationToken");
        if (!token.empty() && ++pages < prefix_pages_max) return next();
        if (last.empty() || levels++ == table.partition_keys.size() + 4) return done({});
        at = std::exchange(last, "");
        token.clear();
        pages = 0;
        // An object below it would have these values.
        auto values = partition_values_of(table, location, at + "x");
        if (!values) return next();
        done(std::move(*values));
    }

    Backend& backend;
    const CatalogTable table;
    const Location location;
    NewestDone done;
    std::string at;
    std::string token;
    std::string last;
    std::size_t pages = 0;
    std::size_t levels = 0;
};

}  // namespace

void find_newest_partition(Backend& backend, const CatalogTable& table, NewestDone done) {
    auto location = parse_location(table.location);
    if (table.partition_keys.empty() || !location) return done({});
    std::make_shared<Descent>(backend, table, std::move(*location), std::move(done))->next();
}

// ---- all of them ----

namespace {

struct Measure : std::enable_shared_from_this<Measure> {
    Measure(Backend& b, CatalogTable t, Location l, base::UniqueFunction<void(TableSize)> d)
        : backend(b), table(std::move(t)), location(std::move(l)), done(std::move(d)) {}

    void next() {
        json::object input{{"Bucket", location.bucket}, {"Prefix", location.prefix}};
        if (!token.empty()) input["ContinuationToken"] = token;
        backend.call("s3", "ListObjectsV2", std::move(input),
                     [self = shared_from_this()](aws::Reply<json::object> reply) {
                         self->took(std::move(reply));
                     });
    }
    void took(aws::Reply<json::object> reply) {
        if (!reply) {
            size.problem = describe(reply.error());
            size.complete = false;
            return finish();
        }
        for (const json::value& item : array_at(reply.value(), "Contents")) {
            if (const json::object* row = item.if_object()) add(*row);
        }
        token = text_at(reply.value(), "NextContinuationToken");
        if (token.empty()) return finish();
        if (++pages == object_pages_max) {
            size.complete = false;
            return finish();
        }
        next();
    }
    void add(const json::object& row) {
        const std::string key = text_at(row, "Key");
        const std::int64_t bytes = integer_at(row, "Size");
        const bool below = key.starts_with(location.prefix);
        if (!below || key.ends_with('/') || is_hidden(key.substr(location.prefix.size()))) return;
        size.bytes += bytes;
        ++size.objects;
        auto values = partition_values_of(table, location, key);
        PartitionBytes& into = partitions[values ? *values : std::vector<std::string>{}];
        if (values) into.values = std::move(*values);
        into.bytes += bytes;
        ++into.objects;
        if (into.largest_key.empty() || bytes > into.largest_bytes) {
            into.largest_key = key;
            into.largest_bytes = bytes;
        }
    }
    void finish() {
        for (auto& [values, partition] : partitions)
            size.partitions.push_back(std::move(partition));
        done(std::move(size));
    }

    Backend& backend;
    const CatalogTable table;
    const Location location;
    base::UniqueFunction<void(TableSize)> done;
    struct Before {
        bool operator()(const std::vector<std::string>& a,
                        const std::vector<std::string>& b) const {
            return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                                natural_less);
        }
    };
    std::map<std::vector<std::string>, PartitionBytes, Before> partitions;
    TableSize size;
    std::string token;
    std::size_t pages = 0;
};

}  // namespace

void measure_table(Backend& backend, const CatalogTable& table,
                   base::UniqueFunction<void(TableSize)> done) {
    auto location = parse_location(table.location);
    if (!location) {
        TableSize none;
        none.complete = false;
        none.problem = "The table has no location in S3.";
        return done(std::move(none));
    }
    std::make_shared<Measure>(backend, table, std::move(*location), std::move(done))->next();
}

}  // namespace mcp::tools
