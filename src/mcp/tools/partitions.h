// Where the objects of a table are, and in which partitions: by S3's listings, so that it holds for
// partitions of the catalog and for projected ones alike.
#pragma once

#include "mcp/tools/table_info.h"

namespace mcp::tools {

inline constexpr std::size_t object_pages_max = 20;  // of 1,000 objects, of one table
// Listings of single partitions and of the folders above them, of one table.
inline constexpr std::size_t folder_listings_max = 200;
inline constexpr std::size_t registered_pages_max = 50;  // of 1,000 partitions of the catalog

// The values of the partition keys in an object's key below the table's location, in the keys'
// order: from `name=value` segments, or from the table's storage.location.template.
//   returns  nullopt when they are not all in there
std::optional<std::vector<std::string>> partition_values_of(const CatalogTable& table,
                                                            const Location& location,
                                                            std::string_view object_key);

// Those of the first keys, as many as the path of a folder says.
std::vector<std::string> first_values(const CatalogTable& table, const Location& location,
                                      std::string_view path);
// As a filter takes them: what stands for NULL is nullopt.
std::vector<std::optional<std::string>> filter_values(const std::vector<std::string>& values);
// Where all objects are below: the table's location, or the folder that its template begins with.
std::optional<Location> root_of(const CatalogTable& table);
// Engines do not read what lies below `path` when a name on it begins with '_' or '.'.
bool is_hidden(std::string_view path);

// "year=2026/month=01", cut.
std::string partition_name(const CatalogTable& table, const std::vector<std::string>& values);

// Values of the last partition, in the keys' natural order, that holds an object; none when
// there is no such, when S3 does not say, or when a folder has more than 20,000 folders.
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
    bool complete = true;      // false: the maxima above were met
    std::string problem = {};  // S3 or the catalog did not answer
    bool pruned = false;       // partitions that are not wanted were not looked at
    std::optional<std::int64_t> registered = {};  // partitions of the catalog, when it was asked
};
// Whether a partition may be wanted, by the values of its first keys: of all of them, or of fewer,
// where folders are left out whole. nullopt is NULL.
using PartitionWanted = base::UniqueFunction<bool(const std::vector<std::optional<std::string>>&)>;

// All that is below the table's location, by S3 alone.
void measure_table(Context& context, const CatalogTable& table,
                   base::UniqueFunction<void(TableSize)> done);
// What a query reads that wants these partitions: where the catalog says that they are, else where
// their folders are. Others cost nothing once the table has more than one page of objects.
void measure_wanted(Context& context, const std::string& database, const CatalogTable& table,
                    PartitionWanted wanted, base::UniqueFunction<void(TableSize)> done);

}  // namespace mcp::tools
