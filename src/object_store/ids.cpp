#include "object_store/ids.h"

#include <charconv>

namespace object_store {

namespace {

std::string hex_of(std::uint64_t number) {
    std::string big_endian;
    base::append_ordered(big_endian, number);
    return base::to_hex(big_endian);
}

std::optional<std::uint64_t> number_of(std::string_view hex) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), number, 16);
    if (error != std::errc() || end != hex.data() + hex.size() || hex.size() != 16) return {};
    return number;
}

}  // namespace

std::string shard_path(const std::string& directory, std::uint64_t id) {
    return directory + "/objects/" + hex_of(id / ids_per_directory);
}

std::string file_path(const std::string& directory, std::uint64_t id) {
    return shard_path(directory, id) + "/" + hex_of(id);
}

base::Result<void> Ids::load() {
    TRY(row, get_row<IdsRow>(store_, ids_key()));
    const IdsRow known = row.value_or(IdsRow{});
    suspects_ = {static_cast<std::uint64_t>(known.settled_below),
                 static_cast<std::uint64_t>(known.reserved_until)};
    const base::MutexLock lock(mutex_);
    next_ = suspects_.second;
    reserved_until_ = suspects_.second;
    return base::ok();
}

base::Result<std::uint64_t> Ids::allocate() {
    const base::MutexLock lock(mutex_);
    if (next_ == reserved_until_) {
        const IdsRow row{static_cast<std::int64_t>(reserved_until_ + ids_per_directory),
                         static_cast<std::int64_t>(settled_below_locked())};
        meta_store::Changes changes;
        changes.put(ids_key(), encode(row));
        TRY_VOID(store_.commit(std::move(changes)));
        reserved_until_ += ids_per_directory;
    }
    unsettled_.insert(next_);
    return next_++;
}

void Ids::settle(std::uint64_t id) {
    const base::MutexLock lock(mutex_);
    unsettled_.erase(id);
}

std::uint64_t Ids::settled_below_locked() const {
    return unsettled_.empty() ? next_ : *unsettled_.begin();
}

std::uint64_t Ids::settled_below() const {
    const base::MutexLock lock(mutex_);
    return settled_below_locked();
}

std::uint64_t Ids::next() const {
    const base::MutexLock lock(mutex_);
    return next_;
}

base::Result<std::size_t> sweep_suspects(base::FileSystem& files,
                                         const meta_store::MetaStore& store,
                                         const std::string& directory, const Ids& ids) {
    const auto [first, until] = ids.suspects();
    std::size_t removed = 0;
    for (std::uint64_t shard = first / ids_per_directory; shard * ids_per_directory < until;
         ++shard) {
        const std::string path = shard_path(directory, shard * ids_per_directory);
        if (!base::exists(files, path)) continue;
        TRY(names, files.list(path));
        bool changed = false;
        for (const std::string& name : names) {
            const auto id = number_of(name);
            if (!id || *id < first || *id >= until) continue;
            TRY(row, store.get(file_key(*id)));
            if (row) continue;
            TRY_VOID(files.remove(path + "/" + name));
            changed = true;
            ++removed;
        }
        if (changed) {
            TRY_VOID(files.sync_directory(path));
        }
    }
    return removed;
}

}  // namespace object_store
