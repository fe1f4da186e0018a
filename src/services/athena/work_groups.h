// Work groups, and the queries and statements that are saved in them: rows in meta_store, read
// there each time. Work group primary is there before anybody stored it.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "aws/fault.h"
#include "base/clock.h"
#include "base/mutex.h"
#include "base/random.h"
#include "meta_store/meta_store.h"
#include "services/athena/rows.h"
#include "services/athena/work_group_rows.h"
#include "services/ports/ports.h"

namespace athena {

using Scope = ports::Catalog::Scope;

inline constexpr const char* primary_work_group = "primary";
inline constexpr std::size_t work_groups_max = 1000;          // of an account and region, as AWS
inline constexpr std::size_t named_queries_max = 1000;        // of a work group
inline constexpr std::size_t prepared_statements_max = 1000;  // of a work group, as AWS
inline constexpr std::size_t tags_max = 50;

// Any thread; changes wait for the disk.
class WorkGroups {
  public:
    // `location`: primary's output location as long as nobody changed it; "" for none.
    using PrimaryLocation = std::function<std::string(const Scope& scope)>;
    WorkGroups(meta_store::MetaStore& store, base::Clock& clock, base::Random& random,
               PrimaryLocation location);

    // ---- groups ----

    // By name; absent is primary. faults InvalidRequestException
    aws::Reply<WorkGroupRow> find(const Scope& scope, const std::optional<std::string>& name) const;
    // Is the group of this name still the one of this id?
    base::Result<bool> is_there(const Scope& scope, const std::string& name,
                                const std::string& id) const;
    // By name, primary among them.
    aws::Reply<std::vector<WorkGroupRow>> list(const Scope& scope) const;
    // `row` has no id and no time yet. faults InvalidRequestException (taken, too many)
    aws::Reply<void> create(const Scope& scope, WorkGroupRow row);
    aws::Reply<void> change(const Scope& scope, const std::string& name,
                            const std::function<aws::Reply<void>(WorkGroupRow&)>& edit);
    // The group and what is saved in it. Unless `recursive`, a group must be empty; `has_history`
    // tells of its executions. Returns the group's id.
    using HasHistory = std::function<base::Result<bool>(const WorkGroupRow&)>;
    aws::Reply<std::string> remove(const Scope& scope, const std::string& name, bool recursive,
                                   const HasHistory& has_history);

    // ---- named queries ----

    // `row` has no id yet; its token makes a repeated request the same one. Returns the id.
    aws::Reply<std::string> create_query(const Scope& scope, NamedQueryRow row);
    base::Result<std::optional<NamedQueryRow>> find_query(const Scope& scope,
                                                          const std::string& id) const;
    aws::Reply<void> change_query(const Scope& scope, const std::string& id,
                                  const std::function<void(NamedQueryRow&)>& edit);
    aws::Reply<void> remove_query(const Scope& scope, const std::string& id);
    // The ids of a group, sorted.
    aws::Reply<std::vector<std::string>> query_ids(const Scope& scope,
                                                   const std::string& group_id) const;

    // ---- prepared statements ----

    enum class Put { create, replace };
    aws::Reply<void> put_statement(const Scope& scope, const std::string& group,
                                   PreparedStatementRow row, Put put);
    base::Result<std::optional<PreparedStatementRow>> find_statement(const Scope& scope,
                                                                     const std::string& group_id,
                                                                     const std::string& name) const;
    aws::Reply<void> remove_statement(const Scope& scope, const std::string& group,
                                      const std::string& name);
    // Of a group, by name.
    aws::Reply<std::vector<PreparedStatementRow>> statements(const Scope& scope,
                                                             const std::string& group_id) const;

  private:
    WorkGroupRow primary(const Scope& scope) const;
    base::Result<std::optional<WorkGroupRow>> read(const Scope& scope,
                                                   const std::string& name) const;
    aws::Reply<void> store(meta_store::Changes changes);
    void erase_query(meta_store::Changes& changes, const Scope& scope,
                     const NamedQueryRow& row) const;

    meta_store::MetaStore& store_;
    base::Clock& clock_;
    base::Random& random_;
    PrimaryLocation primary_location_;
    meta_store::Table<WorkGroupRow> groups_;              // account, region, name
    meta_store::Table<NamedQueryRow> queries_;            // account, region, id
    meta_store::Table<ReferenceRow> queries_by_group_;    // account, region, group id, id
    meta_store::Table<ReferenceRow> query_tokens_;        // account, region, token
    meta_store::Table<PreparedStatementRow> statements_;  // account, region, group id, name
    base::Mutex changing_;                                // over changes, with their commit
};

}  // namespace athena
