// ALTER TABLE ADD and DROP PARTITION, and the names of partitions.
#include <algorithm>

#include "athena_sql/lexer.h"
#include "services/athena/s3_location.h"
#include "services/athena/statements.h"

namespace athena {

namespace {

// Characters that Hive writes as %XX in paths.
bool needs_escape(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F ||
           std::string_view("\"#%'*/:=?\\{[]^").find(c) != std::string_view::npos;
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string spec_text(const athena_sql::PartitionSpec& spec) {
    std::string out;
    for (const auto& [key, value] : spec)
        out += (out.empty() ? "" : ", ") + key + "=" + value;
    return "(" + out + ")";
}

// The position of each of the spec's keys in the table; unknown or repeated keys are refused.
Done<std::vector<std::size_t>> key_positions(const ports::Table& table,
                                             const athena_sql::PartitionSpec& spec) {
    std::vector<std::size_t> out;
    for (const auto& [key, value] : spec) {
        std::size_t at = 0;
        while (at < table.partition_keys.size() &&
               athena_sql::to_lower(table.partition_keys[at].name) != key) {
            ++at;
        }
        const bool repeated = std::find(out.begin(), out.end(), at) != out.end();
        if (at == table.partition_keys.size() || repeated) {
            return semantic_failure(
                "[Error 10098]: Non-Partition column appears in the partition "
                "specification: " +
                key);
        }
        out.push_back(at);
    }
    return out;
}

}  // namespace

std::string escape_path(std::string_view value) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : value) {
        if (!needs_escape(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::string unescape_path(std::string_view value) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const bool room = value[i] == '%' && i + 2 < value.size();
        const int high = room ? hex_digit(value[i + 1]) : -1;
        const int low = room ? hex_digit(value[i + 2]) : -1;
        if (high < 0 || low < 0) {
            out += value[i];
            continue;
        }
        out += static_cast<char>(high << 4 | low);
        i += 2;
    }
    return out;
}

std::string partition_path(const std::vector<ports::Column>& keys,
                           const std::vector<std::string>& values) {
    std::string out;
    for (std::size_t i = 0; i < keys.size() && i < values.size(); ++i) {
        out += (i == 0 ? "" : "/") + keys[i].name + "=" + escape_path(values[i]);
    }
    return out;
}

Done<StatementOutput> add_partitions(const StatementContext& context,
                                     const athena_sql::AddPartitions& statement) {
    TRY(table, require_table(context, statement.name));
    std::vector<ports::Partition> wanted;
    for (const auto& partition : statement.partitions) {
        TRY(positions, key_positions(table, partition.spec));
        if (positions.size() != table.partition_keys.size()) {
            return semantic_failure(
                "[Error 10125]: Partition spec does not contain all partition "
                "columns: " +
                spec_text(partition.spec));
        }
        ports::Partition made;
        made.values.resize(positions.size());
        for (std::size_t i = 0; i < positions.size(); ++i) {
            made.values[positions[i]] = partition.spec[i].second;
        }
        made.location = partition.location;
        if (made.location.empty()) {
            const auto where = parse_location(table.location);
            if (!where) return semantic_failure("The table's location is not an S3 path");
            made.location = "s3://" + where->bucket + "/" + where->prefix +
                            partition_path(table.partition_keys, made.values) + "/";
        } else if (!parse_location(made.location)) {
            return semantic_failure("The partition's location is not an S3 path: " + made.location);
        }
        wanted.push_back(std::move(made));
    }
    if (!statement.if_not_exists) {
        const auto known =
            context.catalog.list_partitions(context.scope, table.database, table.name);
        if (!known) return catalog_failure(known.error());
        for (const ports::Partition& there : known.value()) {
            const bool taken = std::any_of(wanted.begin(), wanted.end(), [&](const auto& made) {
                return made.values == there.values;
            });
            if (taken) {
                return ddl_failure("AlreadyExistsException",
                                   "Partition already exists: " +
                                       partition_path(table.partition_keys, there.values));
            }
        }
    }
    const auto stored =
        context.catalog.add_partitions(context.scope, table.database, table.name, wanted);
    if (!stored) return catalog_failure(stored.error());
    return StatementOutput{};
}

Done<StatementOutput> drop_partitions(const StatementContext& context,
                                      const athena_sql::DropPartitions& statement) {
    TRY(table, require_table(context, statement.name));
    const auto known = context.catalog.list_partitions(context.scope, table.database, table.name);
    if (!known) return catalog_failure(known.error());
    for (const athena_sql::PartitionSpec& spec : statement.partitions) {
        TRY(positions, key_positions(table, spec));
        bool any = false;
        for (const ports::Partition& there : known.value()) {
            bool same = true;
            for (std::size_t i = 0; i < positions.size(); ++i) {
                same = same && there.values[positions[i]] == spec[i].second;
            }
            if (!same) continue;
            any = true;
            const auto gone = context.catalog.drop_partition(context.scope, table.database,
                                                             table.name, there.values);
            if (!gone && gone.error().kind != base::ErrorKind::not_found) {
                return catalog_failure(gone.error());
            }
        }
        if (!any && !statement.if_exists) {
            return semantic_failure("[Error 10006]: Partition not found " + spec_text(spec));
        }
    }
    return StatementOutput{};
}

}  // namespace athena
