// For tests here and of those who compile queries: a small catalog and a reader of test data files.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "athena_sql/compile.h"

namespace athena_sql::testing {

// Database "acme" with tables "events" (the telemetry table) and "types" (a column of each type,
// partition keys p int and dp date).
class SmallCatalog final : public CatalogReader {
  public:
    base::Result<bool> database_exists(const std::string& database) override;
    base::Result<std::optional<TableInfo>> find_table(const std::string& database,
                                                      const std::string& table) override;
};

CompileOptions small_options();  // database acme, 2025-01-01T12:00:00.123Z

// Parse and compile.
Result<CompiledQuery> compile_text(const std::string& text);

// The lines "left => right" of a file under the source tree; '#' begins a comment line.
std::vector<std::pair<std::string, std::string>> read_cases(const std::string& path);
// The root of the source tree.
std::string source_root();

}  // namespace athena_sql::testing
