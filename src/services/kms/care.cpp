// What Kms does by the clock: deletion of keys whose waiting period is over, rotation.
#include <algorithm>

#include "services/kms/kms.h"

namespace kms {

base::Result<void> Kms::remove(const KeyRow& key) {
    meta_store::Changes changes;
    keys_.erase(changes, {key.account, key.region, key.id});
    TRY_VOID(aliases_.scan({key.account, key.region}, [&](std::string_view at, AliasRow& row) {
        if (row.target == key.id) {
            aliases_.erase(changes, {key.account, key.region, meta_store::Key::split(at)[2]});
        }
        return true;
    }));
    return environment_.store.commit(std::move(changes));
}

std::optional<base::Timestamp> Kms::care(base::Timestamp now) {
    base::MutexLock lock(changing_);
    std::vector<KeyRow> ready;
    std::optional<base::Timestamp> next;
    const auto expect = [&next](std::optional<base::Timestamp> at) {
        if (at) next = next ? std::min(*next, *at) : *at;
    };
    auto scanned = keys_.scan({}, [&](std::string_view, KeyRow& row) {
        const auto at = due(row);
        if (at && *at <= now) {
            ready.push_back(std::move(row));
        } else {
            expect(at);
        }
        return true;
    });
    for (KeyRow& key : ready) {
        if (!scanned) break;
        if (key.deletion_date) {
            scanned = remove(key);
            if (scanned) environment_.log.info("a key was deleted", {{"key", key.id}});
            continue;
        }
        scanned = add_material(key, false);
        if (!scanned) break;
        // From now: a server that was down for a year owes one rotation, not several.
        key.next_rotation = base::Timestamp{now.ms + key.rotation_days * base::day_ms};
        meta_store::Changes changes;
        keys_.put(changes, {key.account, key.region, key.id}, key);
        scanned = environment_.store.commit(std::move(changes));
        if (scanned) environment_.log.info("a key was rotated", {{"key", key.id}});
        expect(due(key));
    }
    if (!scanned) {
        environment_.log.error("keys were not deleted or rotated, will retry",
                               {{"error", scanned.error().describe()}});
        expect(base::Timestamp{now.ms + work_retry_ms});
    }
    return next;
}

}  // namespace kms
