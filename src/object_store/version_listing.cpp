#include "object_store/version_listing.h"

#include "object_store/listing.h"

namespace object_store {

namespace {

// A version, or a common prefix.
struct Item {
    std::string text;  // key or common prefix
    std::optional<ObjectInfo> version;
};

// Where a page begins: after all versions of `key`, or after those down to `sequence`.
struct Start {
    std::string key;
    std::optional<std::int64_t> sequence;
};

class Lister {
  public:
    Lister(const Core& core, const Bucket& bucket, const VersionsRequest& request)
        : core_(core),
          bucket_(bucket),
          request_(request),
          snapshot_(core.environment.store.snapshot()) {}

    base::Result<VersionsAnswer> run() {
        TRY(start, find_start());
        TRY(live, live_versions(start));
        TRY(others, other_versions(start));
        return merge(std::move(live), std::move(others));
    }

  private:
    base::Result<Start> find_start() const;
    base::Result<std::vector<Item>> live_versions(const Start& start) const;
    base::Result<std::vector<Item>> other_versions(const Start& start) const;
    VersionsAnswer merge(std::vector<Item> live, std::vector<Item> others) const;
    // Of each side one more than asked for, to know whether there is more.
    bool has_room(const std::vector<Item>& items) const {
        return items.size() <= request_.versions_max;
    }
    bool add_group(std::vector<Item>& items, std::string group) const {
        if (group == request_.key_marker) return true;
        items.push_back({std::move(group), std::nullopt});
        return has_room(items);
    }

    const Core& core_;
    const Bucket& bucket_;
    const VersionsRequest& request_;
    std::shared_ptr<const meta_store::Snapshot> snapshot_;
};

base::Result<Start> Lister::find_start() const {
    Start start{request_.key_marker, std::nullopt};
    if (request_.version_marker.empty()) return start;
    start.sequence = sequence_of_id(request_.version_marker);
    if (start.sequence) return start;
    // The null version: where it is is not in its id. When it is gone, the key starts over, which
    // shows again what is left of it and passes nothing over.
    start.sequence = INT64_MAX;
    const meta_store::MetaStore& store = core_.environment.store;
    TRY(live, store.get(object_key(bucket_, start.key), snapshot_.get()));
    if (live) {
        TRY(row, decode<ObjectRow>(*live));
        if (!row.version) start.sequence = sequence_of(row);
    }
    TRY(raw, store.get(null_key(bucket_, start.key), snapshot_.get()));
    if (raw) {
        TRY(row, decode<NullRow>(*raw));
        start.sequence = row.sequence;
    }
    return start;
}

base::Result<std::vector<Item>> Lister::live_versions(const Start& start) const {
    std::vector<Item> items;
    Walk list;
    list.base = object_key(bucket_, {});
    list.prefix = request_.prefix;
    list.delimiter = request_.delimiter;
    list.from = start.key;
    if (!start.key.empty() && !start.sequence) list.from.push_back('\0');
    list.item = [&](std::string_view key, std::string_view value) -> base::Result<bool> {
        TRY(row, decode<ObjectRow>(value));
        // Newer than where the page before ended: put meanwhile.
        const bool before =
            start.sequence && key == start.key && sequence_of(row) >= *start.sequence;
        if (!before) items.push_back({std::string(key), to_info(key, std::move(row))});
        return has_room(items);
    };
    list.group = [&](std::string_view group) { return add_group(items, std::string(group)); };
    TRY_VOID(walk(core_.environment.store, snapshot_.get(), std::move(list)));
    return items;
}

base::Result<std::vector<Item>> Lister::other_versions(const Start& start) const {
    std::vector<Item> items;
    Walk list;
    list.base = std::string(versions_table) + bucket_.id;
    list.prefix = escape_key(request_.prefix);
    list.delimiter = escape_key(request_.delimiter);
    list.suffix_bytes = version_suffix_bytes;
    if (start.sequence && *start.sequence != INT64_MAX) {
        list.from = version_key(bucket_, start.key, *start.sequence).substr(list.base.size());
        list.from.push_back('\0');
    } else if (start.sequence) {
        list.from = escape_key(start.key);
    } else if (!start.key.empty()) {
        list.from = meta_store::after_prefix(version_prefix(bucket_, start.key));
        list.from.erase(0, list.base.size());
    }
    list.item = [&](std::string_view text, std::string_view value) -> base::Result<bool> {
        TRY(row, decode<ObjectRow>(value));
        std::string key = unescape_key(text.substr(0, text.size() - version_suffix_bytes));
        ObjectInfo info = to_info(key, std::move(row));
        items.push_back({std::move(key), std::move(info)});
        return has_room(items);
    };
    list.group = [&](std::string_view group) { return add_group(items, unescape_key(group)); };
    TRY_VOID(walk(core_.environment.store, snapshot_.get(), std::move(list)));
    return items;
}

VersionsAnswer Lister::merge(std::vector<Item> live, std::vector<Item> others) const {
    VersionsAnswer answer;
    auto a = live.begin();
    auto b = others.begin();
    while (a != live.end() || b != others.end()) {
        // Of the same key the live version is the newest.
        const bool take_live = b == others.end() || (a != live.end() && a->text <= b->text);
        Item& item = take_live ? *a : *b;
        if (answer.versions.size() + answer.common_prefixes.size() == request_.versions_max) {
            answer.truncated = true;
            return answer;
        }
        if (!item.version && a != live.end() && b != others.end() && a->text == b->text) ++b;
        take_live ? ++a : ++b;
        answer.next_key_marker = item.text;
        answer.next_version_marker = item.version ? item.version->version_id : std::string();
        if (item.version) {
            answer.versions.push_back(std::move(*item.version));
        } else {
            answer.common_prefixes.push_back(std::move(item.text));
        }
    }
    answer.next_key_marker.clear();
    answer.next_version_marker.clear();
    return answer;
}

}  // namespace

base::Result<VersionsAnswer> list_versions(const Core& core, const std::string& bucket,
                                           const VersionsRequest& request) {
    TRY(row, core.bucket(bucket));
    if (request.versions_max == 0) return VersionsAnswer{};
    return Lister(core, row.bucket, request).run();
}

}  // namespace object_store
