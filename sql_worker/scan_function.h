// The table function datastack_scan(N): rows of the objects of the N-th scan of the running query.
#pragma once

#include <atomic>
#include <cstdint>
#include <duckdb.hpp>

#include "object_client.h"
#include "sql_engine/protocol.h"

namespace sql_worker {

// What the running query gives to its scans. Set before it runs, kept until it has ended.
struct QueryContext {
    const sql_engine::protocol::Query* query = nullptr;
    ObjectClient* objects = nullptr;
    std::atomic<std::int64_t> bytes_scanned{0};
    std::atomic<std::int64_t> rows_scanned{0};
    std::atomic<std::int64_t> objects_scanned{0};
};

// `context` outlives the database; its fields change between queries only.
void register_scan(duckdb::DatabaseInstance& database, QueryContext& context);

}  // namespace sql_worker
