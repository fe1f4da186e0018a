#include "services/cloudformation/exports.h"

#include <map>

#include "services/cloudformation/faults.h"

namespace cloudformation {

namespace {

std::map<std::string, std::string> exports_of(const std::vector<OutputRow>& outputs) {
    std::map<std::string, std::string> found;
    for (const OutputRow& output : outputs) {
        if (output.export_name) found[*output.export_name] = output.value;
    }
    return found;
}

}  // namespace

base::Result<std::string> Exports::user_of(const StackRow& stack, const std::string& name) const {
    const StackKey key = key_of(stack.id);
    TRY(importers, tables_.importers_of(key.account, key.region, name));
    for (std::string& one : importers) {
        if (one != stack.name) return std::move(one);
    }
    return std::string();
}

void Exports::put_imports(meta_store::Changes& changes, const StackRow& stack,
                          const std::set<std::string>& imports) const {
    const StackKey key = key_of(stack.id);
    for (const std::string& name : imports) {
        tables_.imports.put(changes, {key.account, key.region, name, key.uuid}, {stack.name});
    }
}

aws::Reply<void> Exports::commit(const StackRow& before, const std::vector<OutputRow>& outputs,
                                 const std::set<std::string>& imports,
                                 meta_store::Changes changes) {
    const StackKey key = key_of(before.id);
    const auto old_exports = exports_of(before.outputs);
    const auto new_exports = exports_of(outputs);
    base::MutexLock lock(mutex_);
    for (const auto& [name, value] : old_exports) {
        const auto now = new_exports.find(name);
        if (now != new_exports.end() && now->second == value) continue;
        auto user = user_of(before, name);
        if (!user) return faults::from(user.error());
        if (!user.value().empty()) {
            return faults::export_in_use(name, user.value(), now == new_exports.end());
        }
        if (now == new_exports.end()) {
            tables_.exports.erase(changes, Tables::at(key.account, key.region, name));
        }
    }
    std::set<std::string> seen;
    for (const OutputRow& output : outputs) {
        if (!output.export_name) continue;
        const std::string& name = *output.export_name;
        const meta_store::Key at = Tables::at(key.account, key.region, name);
        auto holder = tables_.exports.get(at);
        if (!holder) return faults::from(holder.error());
        const bool taken = holder.value() && holder.value()->stack_id != before.id;
        if (taken || !seen.insert(name).second) {
            const auto other = taken ? parse_stack_arn(holder.value()->stack_id) : std::nullopt;
            return faults::export_taken(name, other ? other->name : before.name);
        }
        tables_.exports.put(changes, at, {name, output.value, before.id});
    }
    for (const std::string& name : before.imports) {
        if (!imports.contains(name)) {
            tables_.imports.erase(changes, {key.account, key.region, name, key.uuid});
        }
    }
    put_imports(changes, before, imports);
    if (auto done = store_.commit(std::move(changes)); !done) return faults::from(done.error());
    return base::ok();
}

base::Result<void> Exports::reserve(const StackRow& stack, const std::set<std::string>& imports,
                                    meta_store::Changes changes) {
    base::MutexLock lock(mutex_);
    put_imports(changes, stack, imports);
    if (changes.empty()) return base::ok();
    return store_.commit(std::move(changes));
}

base::Result<std::optional<std::string>> Exports::find(const StackKey& stack,
                                                       const std::string& name) const {
    TRY(row, tables_.exports.get(Tables::at(stack.account, stack.region, name)));
    if (!row) return std::optional<std::string>();
    return std::optional<std::string>(std::move(row->value));
}

aws::Reply<void> Exports::check_unused(const StackRow& stack) const {
    base::MutexLock lock(mutex_);
    for (const auto& [name, value] : exports_of(stack.outputs)) {
        auto user = user_of(stack, name);
        if (!user) return faults::from(user.error());
        if (!user.value().empty()) return faults::export_in_use(name, user.value());
    }
    return base::ok();
}

}  // namespace cloudformation
