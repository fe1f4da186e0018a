// What a statement will read, known before it runs: its tables by the translator, its partitions by
// the filters on their keys, its bytes by S3's listing.
#pragma once

#include "mcp/tools/partitions.h"
#include "mcp/tools/query.h"

namespace mcp::tools {

inline constexpr std::size_t estimated_tables_max = 32;

struct ScannedTable {
    std::string database;
    std::string table;
    std::vector<std::string> columns;
    bool partition_filter = false;
    std::optional<std::int64_t> partitions;
    std::int64_t partitions_read = 0;
    std::int64_t bytes = 0;
    std::int64_t objects = 0;
    bool complete = true;
    static constexpr auto members() {
        using S = ScannedTable;
        return std::tuple{
            member("database", &S::database),
            member("table", &S::table),
            member("columns", &S::columns, {.help = "Those that are read."}),
            member("partition_filter", &S::partition_filter),
            member("partitions", &S::partitions,
                   {.help = "That hold objects; when only those left were looked at, all of the "
                            "catalog. null: not counted."}),
            member("partitions_read", &S::partitions_read, {.help = "Left after pruning."}),
            member("bytes", &S::bytes,
                   {.help = "Of the objects read; columnar formats read less."}),
            member("objects", &S::objects),
            member("complete", &S::complete, {.help = "false: bytes is a lower bound."})};
    }
};

struct Estimate {
    std::string problem = {};  // not empty: the statement is wrong, and why
    bool unknown = false;      // `problem` is ours, not the statement's
    // The bytes cannot be told: a lower bound is of no use either, or there is one alone.
    bool is_open() const { return unknown || !complete || !problem.empty(); }
    std::vector<ScannedTable> tables = {};
    std::vector<ResultColumn> columns = {};
    std::vector<std::string> warnings = {};
    std::int64_t bytes = 0;
    bool complete = true;
};

using EstimateDone = base::UniqueFunction<void(Estimate)>;
void estimate(Context& context, std::string sql, std::string database,
              std::vector<std::string> parameters, EstimateDone done);

}  // namespace mcp::tools
