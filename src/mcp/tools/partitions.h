// Where the objects of a table are, and in which partitions: by S3's listings, so that it holds for
// partitions of the catalog and for projected ones alike.
#pragma once

#include "mcp/tools/table_info.h"

namespace mcp::tools {

inline constexpr std::size_t object_pages_max = 20;  // of 1,000 objects, of one table

// The values of the partition keys in an object's key below the table's location, in the keys'
// order: from `name=value` segments, or from the table's storage.location.template.
//   returns  nullopt when they are not all in there
std::optional<std::vector<std::string>> partition_values_of(const CatalogTable& table,
                                                            const Location& location,
                                                            std::string_view object_key);

// "year=2026/month=01", cut.
std::string partition_name(const CatalogTable& table, const std::vector<std::string>& values);

// Values of the last partition, in the keys' natural order, that holds an object; none when
// there is no such, or S3 does not say.
using NewestDone = base::UniqueFunction<void(std::vector<std::string> values)>;
void find_newest_partition(Backend& backend, const CatalogTable& table, NewestDone done);

struct PartitionBytes {
    std::vector<std::string> values;
    std::int64_t bytes = 0;
    std::int64_t objects = 0;
    std::string largest_key;  // its largest object
    std::int64_t largest_bytes = 0;
};
// What a table holds. Objects in no partition are in the one without values. Those whose name or
// folder begins with '_' or '.' are not the table's.
struct TableSize {
    std::vector<PartitionBytes> partitions;  // ascending, in the keys' natural order
    std::int64_t bytes = 0;
    std::int64_t objects = 0;
    bool complete = true;      // false: more than object_pages_max pages
    std::string problem = {};  // S3 did not answer
};
void measure_table(Backend& backend, const CatalogTable& table,
                   base::UniqueFunction<void(TableSize)> done);

}  // namespace mcp::tools
