#include "object_store/listing.h"

namespace object_store {

base::Result<void> walk(const meta_store::MetaStore& store, const meta_store::Snapshot* snapshot,
                        Walk walk) {
    const std::string until = meta_store::after_prefix(walk.base + walk.prefix);
    std::string at = walk.base + std::max(walk.from, walk.prefix);
    std::optional<base::Error> failed;
    while (at < until) {
        std::optional<std::string> group;
        TRY_VOID(store.scan(
            at, until,
            [&](std::string_view key, std::string_view value) {
                const std::string_view text = key.substr(walk.base.size());
                if (!walk.delimiter.empty() && text.size() >= walk.suffix_bytes) {
                    const auto name = text.substr(0, text.size() - walk.suffix_bytes);
                    const auto found = name.find(walk.delimiter, walk.prefix.size());
                    if (found != std::string_view::npos) {
                        group = std::string(name.substr(0, found + walk.delimiter.size()));
                        return false;
                    }
                }
                auto go_on = walk.item(text, value);
                if (!go_on) failed = go_on.error();
                return go_on && go_on.value();
            },
            snapshot));
        if (failed) return *failed;
        if (!group || !walk.group(*group)) break;
        at = meta_store::after_prefix(walk.base + *group);
    }
    return base::ok();
}

base::Result<ListAnswer> list_objects(const Core& core, const std::string& bucket,
                                      const ListRequest& request) {
    TRY(bucket_row, core.bucket(bucket));
    ListAnswer answer;
    if (request.keys_max == 0) return answer;
    const auto has_room = [&](std::string_view next) {
        if (answer.objects.size() + answer.common_prefixes.size() == request.keys_max) {
            answer.truncated = true;
            return false;
        }
        answer.next_start_after = std::string(next);
        return true;
    };
    Walk list;
    list.base = object_key(bucket_row.bucket, {});
    list.prefix = request.prefix;
    list.delimiter = request.delimiter;
    // The smallest text after start_after.
    if (!request.start_after.empty()) list.from = request.start_after + '\0';
    list.item = [&](std::string_view key, std::string_view value) -> base::Result<bool> {
        if (!has_room(key)) return false;
        TRY(row, decode<ObjectRow>(value));
        answer.objects.push_back(to_info(key, std::move(row)));
        return true;
    };
    list.group = [&](std::string_view common_prefix) {
        if (common_prefix == request.start_after) return true;
        if (!has_room(common_prefix)) return false;
        answer.common_prefixes.emplace_back(common_prefix);
        return true;
    };
    const auto snapshot = core.environment.store.snapshot();
    TRY_VOID(walk(core.environment.store, snapshot.get(), std::move(list)));
    if (!answer.truncated) answer.next_start_after.clear();
    return answer;
}

}  // namespace object_store
