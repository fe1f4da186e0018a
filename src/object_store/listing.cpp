#include "object_store/listing.h"

namespace object_store {

base::Result<void> walk(const meta_store::MetaStore& store, const meta_store::Snapshot* snapshot,
                        Walk walk) {
    std::optional<base::Error> failed;
    // The common prefix that the text belongs to, when it is rolled up.
    const auto group_of = [&](std::string_view text) -> std::optional<std::string_view> {
        if (walk.delimiter.empty() || text.size() < walk.suffix_bytes) return std::nullopt;
        const auto name = text.substr(0, text.size() - walk.suffix_bytes);
        const auto found = name.find(walk.delimiter, walk.prefix.size());
        if (found == std::string_view::npos) return std::nullopt;
        return name.substr(0, found + walk.delimiter.size());
    };
    const auto visit = [&](std::string_view key,
                           std::string_view value) -> std::optional<std::string> {
        const std::string_view text = key.substr(walk.base.size());
        if (const auto group = group_of(text)) {
            if (!walk.group(*group)) return std::nullopt;
            return meta_store::after_prefix(walk.base + std::string(*group));
        }
        auto go_on = walk.item(text, value);
        if (!go_on) failed = go_on.error();
        if (!go_on || !go_on.value()) return std::nullopt;
        return std::string();
    };
    TRY_VOID(store.walk(walk.base + std::max(walk.from, walk.prefix),
                        meta_store::after_prefix(walk.base + walk.prefix), visit, snapshot));
    if (failed) return *failed;
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
