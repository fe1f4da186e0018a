#include "mcp/tools/partitions.h"

#include <algorithm>
#include <map>

#include "athena_sql/lexer.h"
#include "wire/uri.h"

namespace mcp::tools {

namespace json = boost::json;

namespace {

constexpr std::string_view null_value = "__HIVE_DEFAULT_PARTITION__";
constexpr std::string_view null_folder = "=__HIVE_DEFAULT_PARTITION__/";

std::vector<std::string_view> segments(std::string_view path) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto slash = path.find('/');
        parts.push_back(path.substr(0, slash));
        if (slash == std::string_view::npos) return parts;
        path.remove_prefix(slash + 1);
    }
}

// "${year}/${month}/x" against "2026/01/x": literal text between the variables, none over '/'.
//   returns  false when it ends before all of them are known; `values` has those that are
bool match_location(std::string_view pattern, std::string_view path,
                    std::map<std::string, std::string>& values) {
    while (!pattern.empty()) {
        if (pattern.starts_with("${")) {
            const auto close = pattern.find('}');
            if (close == std::string_view::npos) return false;
            const std::string name = athena_sql::to_lower(pattern.substr(2, close - 2));
            pattern.remove_prefix(close + 1);
            const std::string_view literal = pattern.substr(0, pattern.find("${"));
            const auto end = literal.empty() ? path.find('/') : path.find(literal);
            if (end == std::string_view::npos || end == 0) return false;
            values[name] = std::string(path.substr(0, end));
            path.remove_prefix(end);
        } else {
            if (path.empty() || path.front() != pattern.front()) return false;
            path.remove_prefix(1);
            pattern.remove_prefix(1);
        }
    }
    return true;
}

std::optional<Location> template_of(const CatalogTable& table) {
    const auto pattern = table.parameters.find("storage.location.template");
    if (!table.is_projected() || pattern == table.parameters.end()) return std::nullopt;
    return parse_location(pattern->second);
}

// By key's name, those that the path of an object or of a folder says.
std::map<std::string, std::string> values_in(const CatalogTable& table, const Location& location,
                                             std::string_view path) {
    std::map<std::string, std::string> found;
    if (const auto place = template_of(table)) {
        match_location(place->prefix, path, found);
        return found;
    }
    if (!path.starts_with(location.prefix)) return found;
    for (const auto segment : segments(path.substr(location.prefix.size()))) {
        const auto equals = segment.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view value = segment.substr(equals + 1);
        found[athena_sql::to_lower(segment.substr(0, equals))] =
            wire::percent_decode(value).value_or(std::string(value));
    }
    return found;
}

}  // namespace

bool is_hidden(std::string_view path) {
    for (const auto segment : segments(path)) {
        if (segment.starts_with('_') || segment.starts_with('.')) return true;
    }
    return false;
}

std::optional<Location> root_of(const CatalogTable& table) {
    auto place = template_of(table);
    if (!place) return parse_location(table.location);
    place->prefix.resize(std::min(place->prefix.find("${"), place->prefix.size()));
    place->prefix.resize(place->prefix.rfind('/') + 1);
    return place;
}

std::vector<std::string> first_values(const CatalogTable& table, const Location& location,
                                      std::string_view path) {
    const auto found = values_in(table, location, path);
    std::vector<std::string> values;
    for (const ColumnInfo& key : table.partition_keys) {
        const auto value = found.find(key.name);
        if (value == found.end()) break;
        values.push_back(value->second);
    }
    return values;
}

std::vector<std::optional<std::string>> filter_values(const std::vector<std::string>& values) {
    std::vector<std::optional<std::string>> out;
    for (const std::string& value : values)
        out.push_back(value == null_value ? std::nullopt : std::optional(value));
    return out;
}

std::optional<std::vector<std::string>> partition_values_of(const CatalogTable& table,
                                                            const Location& location,
                                                            std::string_view object_key) {
    auto values = first_values(table, location, object_key);
    if (values.size() != table.partition_keys.size()) return std::nullopt;
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

constexpr std::size_t prefix_pages_max = 20;  // of 1,000 folders, of one folder

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
            if (prefix.ends_with(null_folder)) continue;
            if (natural_less(last, prefix)) last = prefix;
        }
        token = text_at(reply.value(), "NextContinuationToken");
        if (!token.empty()) return ++pages < prefix_pages_max ? next() : done({});
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
    auto location = root_of(table);
    if (table.partition_keys.empty() || !location) return done({});
    std::make_shared<Descent>(backend, table, std::move(*location), std::move(done))->next();
}

}  // namespace mcp::tools
