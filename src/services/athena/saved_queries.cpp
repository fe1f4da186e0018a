// Named queries and prepared statements, which belong to work groups.
#include <algorithm>

#include "aws/resource_type.h"
#include "base/ids.h"
#include "services/athena/faults.h"
#include "services/athena/work_groups.h"

namespace athena {

namespace {

// A token of 32 hexadecimal digits decides the id, so that who sent it knows what it will make:
// CloudFormation names its resources before they are there.
std::string id_of_token(const std::string& token, base::Random& random) {
    const bool hex = token.size() == 32 && std::all_of(token.begin(), token.end(), [](char c) {
                         return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
                     });
    return hex ? aws::uuid_of_token(token) : base::make_uuid(random);
}

}  // namespace

aws::Reply<std::string> WorkGroups::create_query(const Scope& scope, NamedQueryRow row) {
    base::MutexLock lock(changing_);
    const meta_store::Key token{scope.account, scope.region, row.token};
    if (!row.token.empty()) {
        TRY(known, faults::reply(query_tokens_.get(token)));
        if (known) {
            if (known->fingerprint == row.fingerprint) return known->id;
            return faults::invalid_request("Idempotent parameters do not match");
        }
    }
    TRY(group, find(scope, row.work_group));
    if (!group.enabled()) return faults::group_is_disabled(group.name);
    TRY(others, query_ids(scope, group.id));
    if (others.size() >= named_queries_max) {
        return faults::too_many("named queries", named_queries_max);
    }
    row.group_id = group.id;
    row.id = id_of_token(row.token, random_);
    const ReferenceRow reference{scope.account, scope.region, row.id, row.fingerprint};
    meta_store::Changes changes;
    changes.require_absent(queries_.key({scope.account, scope.region, row.id}));
    queries_.put(changes, {scope.account, scope.region, row.id}, row);
    queries_by_group_.put(changes, {scope.account, scope.region, group.id, row.id}, reference);
    if (!row.token.empty()) query_tokens_.put(changes, token, reference);
    TRY_VOID(store(std::move(changes)));
    return row.id;
}

base::Result<std::optional<NamedQueryRow>> WorkGroups::find_query(const Scope& scope,
                                                                  const std::string& id) const {
    return queries_.get({scope.account, scope.region, id});
}

aws::Reply<void> WorkGroups::change_query(const Scope& scope, const std::string& id,
                                          const std::function<void(NamedQueryRow&)>& edit) {
    base::MutexLock lock(changing_);
    TRY(row, faults::reply(find_query(scope, id)));
    if (!row) return faults::no_named_query(id);
    edit(*row);
    meta_store::Changes changes;
    queries_.put(changes, {scope.account, scope.region, id}, *row);
    return store(std::move(changes));
}

void WorkGroups::erase_query(meta_store::Changes& changes, const Scope& scope,
                             const NamedQueryRow& row) const {
    queries_.erase(changes, {scope.account, scope.region, row.id});
    queries_by_group_.erase(changes, {scope.account, scope.region, row.group_id, row.id});
    if (!row.token.empty()) {
        query_tokens_.erase(changes, {scope.account, scope.region, row.token});
    }
}

aws::Reply<void> WorkGroups::remove_query(const Scope& scope, const std::string& id) {
    base::MutexLock lock(changing_);
    TRY(row, faults::reply(find_query(scope, id)));
    if (!row) return faults::no_named_query(id);
    meta_store::Changes changes;
    erase_query(changes, scope, *row);
    return store(std::move(changes));
}

aws::Reply<std::vector<std::string>> WorkGroups::query_ids(const Scope& scope,
                                                           const std::string& group_id) const {
    std::vector<std::string> out;
    TRY_VOID(
        faults::reply(queries_by_group_.scan({scope.account, scope.region, group_id},
                                             [&](std::string_view, const ReferenceRow& reference) {
                                                 out.push_back(reference.id);
                                                 return true;
                                             })));
    return out;
}

aws::Reply<void> WorkGroups::put_statement(const Scope& scope, const std::string& group_name,
                                           PreparedStatementRow row, Put put) {
    base::MutexLock lock(changing_);
    TRY(group, find(scope, group_name));
    TRY(before, faults::reply(find_statement(scope, group.id, row.name)));
    if (put == Put::create && before) {
        return faults::invalid_request("PreparedStatement " + row.name + " already exists");
    }
    if (put == Put::replace && !before) return faults::no_statement(row.name, group.name);
    if (!before) {
        TRY(others, statements(scope, group.id));
        if (others.size() >= prepared_statements_max) {
            return faults::too_many("prepared statements", prepared_statements_max);
        }
    }
    row.modified = clock_.now();
    meta_store::Changes changes;
    statements_.put(changes, {scope.account, scope.region, group.id, row.name}, row);
    return store(std::move(changes));
}

base::Result<std::optional<PreparedStatementRow>> WorkGroups::find_statement(
    const Scope& scope, const std::string& group_id, const std::string& name) const {
    return statements_.get({scope.account, scope.region, group_id, name});
}

aws::Reply<void> WorkGroups::remove_statement(const Scope& scope, const std::string& group_name,
                                              const std::string& name) {
    base::MutexLock lock(changing_);
    TRY(group, find(scope, group_name));
    TRY(row, faults::reply(find_statement(scope, group.id, name)));
    if (!row) return faults::no_statement(name, group.name);
    meta_store::Changes changes;
    statements_.erase(changes, {scope.account, scope.region, group.id, name});
    return store(std::move(changes));
}

aws::Reply<std::vector<PreparedStatementRow>> WorkGroups::statements(
    const Scope& scope, const std::string& group_id) const {
    std::vector<PreparedStatementRow> out;
    TRY_VOID(faults::reply(statements_.scan({scope.account, scope.region, group_id},
                                            [&](std::string_view, PreparedStatementRow& row) {
                                                out.push_back(std::move(row));
                                                return true;
                                            })));
    return out;
}

}  // namespace athena
