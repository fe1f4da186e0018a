// A compiled query to a plan for the engine: partitions pruned, objects listed.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <variant>

#include "athena_sql/compile.h"
#include "object_store/object_store.h"
#include "services/athena/failure.h"
#include "services/ports/ports.h"
#include "sql_engine/sql_engine.h"

namespace athena {

inline constexpr std::size_t objects_max = 500'000;  // of one query

using Outcome =
    BOOST_OUTCOME_V2_NAMESPACE::basic_result<sql_engine::QueryPlan, Failure,
                                             BOOST_OUTCOME_V2_NAMESPACE::policy::terminate>;

struct PlanRequest {
    const athena_sql::Query& query;
    std::string_view text;
    ports::Catalog::Scope scope;
    std::string database;
    base::Timestamp now;
    const std::atomic<bool>& cancelled;
};

// Any thread; waits for disk only.
Outcome plan_query(const PlanRequest& request, const ports::Catalog& catalog,
                   const object_store::ObjectStore& objects);

// Names, not to be read: "_SUCCESS", ".hidden" or below such a folder; folder markers.
bool hidden_object(std::string_view key_below_location);

}  // namespace athena
