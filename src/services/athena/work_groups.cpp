#include "services/athena/work_groups.h"

#include <algorithm>

#include "base/ids.h"
#include "services/athena/faults.h"

namespace athena {

WorkGroups::WorkGroups(meta_store::MetaStore& store, base::Clock& clock, base::Random& random,
                       PrimaryLocation location)
    : store_(store),
      clock_(clock),
      random_(random),
      primary_location_(std::move(location)),
      groups_(store, "athena.work_groups"),
      queries_(store, "athena.named_queries"),
      queries_by_group_(store, "athena.named_queries_by_group"),
      query_tokens_(store, "athena.named_query_tokens"),
      statements_(store, "athena.prepared_statements") {}

aws::Reply<void> WorkGroups::store(meta_store::Changes changes) {
    return faults::reply(store_.commit(std::move(changes)));
}

WorkGroupRow WorkGroups::primary(const Scope& scope) const {
    WorkGroupRow row;
    row.id = primary_work_group;
    row.name = primary_work_group;
    row.output_location = primary_location_(scope);
    row.enforced = false;
    return row;
}

base::Result<std::optional<WorkGroupRow>> WorkGroups::read(const Scope& scope,
                                                           const std::string& name) const {
    TRY(row, groups_.get({scope.account, scope.region, name}));
    if (!row && name == primary_work_group) row = primary(scope);
    return row;
}

aws::Reply<WorkGroupRow> WorkGroups::find(const Scope& scope,
                                          const std::optional<std::string>& name) const {
    const std::string wanted = name.value_or(primary_work_group);
    TRY(row, faults::reply(read(scope, wanted)));
    if (!row) return faults::no_work_group(wanted);
    return std::move(*row);
}

base::Result<bool> WorkGroups::is_there(const Scope& scope, const std::string& name,
                                        const std::string& id) const {
    if (id == primary_work_group) return true;
    TRY(row, read(scope, name));
    return row && row->id == id;
}

aws::Reply<std::vector<WorkGroupRow>> WorkGroups::list(const Scope& scope) const {
    std::vector<WorkGroupRow> out;
    bool has_primary = false;
    TRY_VOID(faults::reply(
        groups_.scan({scope.account, scope.region}, [&](std::string_view, WorkGroupRow& row) {
            has_primary = has_primary || row.id == primary_work_group;
            out.push_back(std::move(row));
            return true;
        })));
    if (!has_primary) out.push_back(primary(scope));
    std::sort(out.begin(), out.end(),
              [](const WorkGroupRow& a, const WorkGroupRow& b) { return a.name < b.name; });
    return out;
}

aws::Reply<void> WorkGroups::create(const Scope& scope, WorkGroupRow row) {
    base::MutexLock lock(changing_);
    if (row.name == primary_work_group) {
        return faults::invalid_request("primary workGroup could not be created");
    }
    TRY(others, list(scope));
    for (const WorkGroupRow& other : others) {
        if (other.name == row.name) return faults::group_is_taken();
    }
    if (others.size() >= work_groups_max) return faults::too_many("work groups", work_groups_max);
    row.id = base::make_uuid(random_);
    row.created = clock_.now();
    meta_store::Changes changes;
    groups_.put(changes, {scope.account, scope.region, row.name}, row);
    return store(std::move(changes));
}

aws::Reply<void> WorkGroups::change(const Scope& scope, const std::string& name,
                                    const std::function<aws::Reply<void>(WorkGroupRow&)>& edit) {
    base::MutexLock lock(changing_);
    TRY(row, find(scope, name));
    TRY_VOID(edit(row));
    meta_store::Changes changes;
    groups_.put(changes, {scope.account, scope.region, name}, row);
    return store(std::move(changes));
}

aws::Reply<std::string> WorkGroups::remove(const Scope& scope, const std::string& name,
                                           bool recursive, const HasHistory& has_history) {
    base::MutexLock lock(changing_);
    if (name == primary_work_group) {
        return faults::invalid_request("The primary workgroup can not be deleted");
    }
    TRY(row, find(scope, name));
    TRY(ids, query_ids(scope, row.id));
    TRY(prepared, statements(scope, row.id));
    if (!recursive) {
        TRY(history, faults::reply(has_history(row)));
        if (history || !ids.empty() || !prepared.empty()) {
            return faults::invalid_request("WorkGroup " + name + " is not empty");
        }
    }
    meta_store::Changes changes;
    groups_.erase(changes, {scope.account, scope.region, name});
    for (const std::string& id : ids) {
        TRY(query, faults::reply(queries_.get({scope.account, scope.region, id})));
        if (query) erase_query(changes, scope, *query);
    }
    for (const PreparedStatementRow& statement : prepared) {
        statements_.erase(changes, {scope.account, scope.region, row.id, statement.name});
    }
    TRY_VOID(store(std::move(changes)));
    return row.id;
}

}  // namespace athena
