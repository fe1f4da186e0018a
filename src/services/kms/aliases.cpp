// Kms' aliases: names that point to keys, and go with them.
#include "services/kms/faults.h"
#include "services/kms/kms.h"

namespace kms {
namespace {

bool name_has_only(std::string_view name, std::string_view others) {
    for (const char c : name) {
        const bool plain =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!plain && others.find(c) == std::string_view::npos) return false;
    }
    return true;
}

}  // namespace

aws::Reply<void> Kms::put_alias(const aws::Call& call, const std::string& name,
                                const std::string& key, AliasMust must) {
    if (name.starts_with(managed_prefix)) return faults::reserved_alias();
    if (name.empty() || !name_has_only(name, "/_-")) {
        return faults::alias_characters(std::string(alias_prefix) + name);
    }
    TRY(target_name, parse_key_name(call, key));
    if (target_name.alias) return faults::validation("Aliases must refer to keys. Not aliases");
    base::MutexLock lock(changing_);
    auto before = aliases_.get({call.account(), call.region, name});
    if (!before) return faults::from(before.error());
    if (must == AliasMust::exist && !before.value()) {
        return faults::alias_not_found(alias_arn(call, name));
    }
    if (must == AliasMust::be_new && before.value()) {
        return faults::alias_exists(alias_arn(call, name));
    }
    TRY(target, read(call, target_name.value));
    if (target.managed) {
        return faults::managed_by_aws(call.caller.arn, "CreateAlias", key_arn(call, target.id));
    }
    if (target.deletion_date) return faults::pending_deletion(key_arn(call, target.id));
    TRY(others, aliases_of(call, target.id, std::nullopt, aliases_max));
    if (others.items.size() >= aliases_max &&
        !(before.value() && before.value()->target == target.id)) {
        return faults::limit_exceeded("The key has as many aliases as a key can have.");
    }
    meta_store::Changes changes;
    aliases_.put(changes, {call.account(), call.region, name},
                 {target.id, before.value() ? before.value()->created : now(), now()});
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    return base::ok();
}

aws::Reply<void> Kms::remove_alias(const aws::Call& call, const std::string& name) {
    if (name.starts_with(managed_prefix)) return faults::reserved_alias();
    base::MutexLock lock(changing_);
    auto before = aliases_.get({call.account(), call.region, name});
    if (!before) return faults::from(before.error());
    if (!before.value()) return faults::alias_not_found(alias_arn(call, name));
    meta_store::Changes changes;
    aliases_.erase(changes, {call.account(), call.region, name});
    if (auto done = environment_.store.commit(std::move(changes)); !done) {
        return faults::from(done.error());
    }
    return base::ok();
}

aws::Reply<Page<Alias>> Kms::aliases_of(const aws::Call& call,
                                        const std::optional<std::string>& key_id,
                                        const std::optional<std::string>& marker,
                                        std::size_t most) const {
    Page<Alias> page;
    meta_store::Key from{call.account(), call.region};
    if (marker) from.add(*marker);
    auto scanned = aliases_.scan(
        {call.account(), call.region},
        [&](std::string_view key, AliasRow& row) {
            if (key_id && row.target != *key_id) return true;
            std::string name = meta_store::Key::split(key)[2];
            if (page.items.size() == most) {
                page.next = std::move(name);
                return false;
            }
            page.items.push_back({std::move(name), std::move(row)});
            return true;
        },
        &from);
    if (!scanned) return faults::from(scanned.error());
    return page;
}

}  // namespace kms
